"""A list of rows as a page, an Excel workbook and a CSV file, with one filter and paging by key.

A view declares the rows it may show, the columns of the files and the template of the page:

    form = VisitListForm(request.user, request.GET)
    export = Export(_("kunjungan"), ((_("Sentra"), "cluster.name"), (_("Keadaan"), "get_state_display")))
    return list_response(request, form.narrow(rows), "visits/visit_list.html", export, lambda page: {"form": form})

`?format=xlsx` and `?format=csv` give the files. Pages are found by the key of the row before or after them, so a page
costs the same at any length and URLs contain keys, never values.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from django import forms
from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from sambang.lib.compiled_queries import compiled_count, compiled_rows
from sambang.lib.exports import csv_response, workbook_response
from sambang.lib.remembered_filters import remembered_query

PAGE_SIZE = 50
MAX_COUNTED_ROWS = 1000  # rows that a page counts exactly
MAX_EXPORT_ROWS = 100_000  # rows
ROWS_PER_FETCH = 500  # rows read from the database at once for a file

type CellSource = str | Callable[[Any], object]
"""A dotted path of attributes and methods, or a function of the row."""


class ListFilterForm(forms.Form):
    """A GET form that narrows and orders a list: for each field `name` a method `filter_<name>(rows, value)`, or the
    lookup of the value in `lookups`.

    An empty field narrows nothing; a value that the form does not offer matches no row. `orders`: the other orders of
    the list, by the value in the URL, each with its label and its columns.
    """

    lookups: ClassVar[Mapping[str, str]] = {}
    orders: ClassVar[Mapping[str, tuple[Any, Sequence[str]]]] = {}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.orders:
            choices = [("", _("seperti biasa")), *((value, label) for value, (label, _columns) in self.orders.items())]
            self.fields["urut"] = forms.ChoiceField(label=_("Urutkan"), required=False, choices=choices)

    @property
    def is_narrowed(self) -> bool:
        """Whether a visible field holds something, so that the page offers to empty them."""
        return any(field.value() for field in self.visible_fields())

    def filter_urut(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        _label, columns = self.orders[value]
        return rows.order_by(*columns, "pk")

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        self.is_valid()
        if self.errors:
            return rows.none()
        for name in self.fields:
            if value := self.cleaned_data[name]:
                lookup = self.lookups.get(name)
                rows = rows.filter(**{lookup: value}) if lookup else getattr(self, f"filter_{name}")(rows, value)
        return rows


class ExportTable(Protocol):
    """Options of `list_response` for files."""

    @property
    def filename(self) -> str: ...
    @property
    def headings(self) -> Sequence[object]: ...
    def table(self, rows: Any) -> Iterable[Sequence[object]]: ...


@dataclass(frozen=True)
class Export:
    """The file of a list: its name without an ending, and a heading and a value for each column."""

    filename: str
    columns: Sequence[tuple[Any, CellSource]]

    @property
    def headings(self) -> list[object]:
        return [heading for heading, _cell in self.columns]

    def table(self, rows: Iterable[Any]) -> Iterator[list[object]]:
        if isinstance(rows, QuerySet):
            rows = rows.iterator(chunk_size=ROWS_PER_FETCH)
        for row in rows:
            yield [_value(row, cell) for _heading, cell in self.columns]


def _value(row: Any, cell: CellSource) -> object:
    if callable(cell):
        return cell(row)
    for name in cell.split("."):
        row = getattr(row, name) if row is not None else None
        if callable(row):
            row = row()
    return row


@dataclass(frozen=True)
class Page:
    """The rows of one page. `previous` and `next` are the keys to ask for the pages beside it, "" where there is none.
    `total` counts the rows of all pages, and stops at MAX_COUNTED_ROWS + 1."""

    rows: list[Any]
    total: int
    previous: str = ""
    next: str = ""

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def total_text(self) -> str:
        if self.total > MAX_COUNTED_ROWS:
            return _("lebih dari %(count)s") % {"count": number_format(MAX_COUNTED_ROWS, force_grouping=True)}
        return number_format(self.total, force_grouping=True)


def count_of(rows: QuerySet[Any], relation: str, *, distinct: str = "pk") -> Coalesce:
    """Annotation: how many of `rows` refer to the row by `relation`. A subquery, where a join would group all rows."""
    counted = rows.filter(**{relation: OuterRef("pk")}).order_by().values(relation)
    return Coalesce(Subquery(counted.annotate(many=Count(distinct, distinct=distinct != "pk")).values("many")), 0)


def file_response(request: HttpRequest, rows: Iterable[Any], export: ExportTable) -> HttpResponseBase | None:
    """The rows as a CSV or XLSX file; None without `?format=`."""
    file_format = request.GET.get("format")
    if file_format == "csv":
        return csv_response(export.filename, export.headings, export.table(rows))
    if file_format == "xlsx":
        return workbook_response(export.filename, export.headings, export.table(rows))
    return None


@dataclass(frozen=True)
class CompiledList:
    """A list that depends on hashable arguments alone, as in `compiled_rows`, and the filter of a request. Its first
    page without a filter is compiled once for these arguments, which takes longer than executing it."""

    queryset: Callable[..., QuerySet[Any]]
    args: tuple[Hashable, ...]
    narrow: Callable[[QuerySet[Any]], QuerySet[Any]]

    def rows(self) -> QuerySet[Any]:
        return self.narrow(self.queryset(*self.args))

    def first_page(self, columns: Sequence[str]) -> Page:
        """The same as `page_of` without a query."""
        row_type = namedtuple("Row", columns)  # type: ignore[misc]  # the columns are not literal
        values = compiled_rows(_first_rows, self.queryset, self.args, tuple(columns), PAGE_SIZE + 1)
        rows: list[Any] = [row_type._make(row) for row in values]
        if len(rows) <= PAGE_SIZE:
            return Page(rows, len(rows))
        total = compiled_count(_counted_rows, self.queryset, self.args, MAX_COUNTED_ROWS + 1)
        return Page(rows[:PAGE_SIZE], total, next=str(rows[PAGE_SIZE - 1].pk))


def _first_rows(queryset: Callable[..., QuerySet[Any]], args: Any, columns: Sequence[str], most: int) -> QuerySet[Any]:
    ordered, _key, _backward = _from_key(queryset(*args), {})
    return ordered.values_list(*columns)[:most]


def _counted_rows(queryset: Callable[..., QuerySet[Any]], args: Any, most: int) -> QuerySet[Any]:
    return queryset(*args).order_by().values_list("pk")[:most]


def list_response(
    request: HttpRequest,
    rows: QuerySet[Any] | CompiledList,
    template: str,
    export: ExportTable,
    context: Callable[[Page], Mapping[str, Any]],
    columns: Sequence[str] = (),
) -> HttpResponseBase:
    """The page of `rows` that the request asks for, or all of them as a file. `rows` are ordered; `columns` as in
    `page_of`."""
    if query := remembered_query(request):
        return redirect(f"{request.path}?{query}")
    if isinstance(rows, CompiledList):
        if not request.GET:
            page = rows.first_page(columns)
            return render(request, template, {"page": page, **context(page)})
        rows = rows.rows()
    if request.GET.get("format") == "xlsx" and rows.all()[MAX_EXPORT_ROWS:].exists():
        messages.error(request, _("Daftar ini terlalu panjang untuk Excel: unduh CSV, atau saring dulu."))
        return redirect(request.path)
    if (file := file_response(request, rows, export)) is not None:
        return file
    page = page_of(rows, request.GET, columns=columns)
    return render(request, template, {"page": page, **context(page)})


def page_of(
    rows: QuerySet[Any],
    query: Mapping[str, str],
    *,
    size: int = 0,
    columns: Sequence[str] = (),
    is_counted: bool = True,
) -> Page:
    """The page after the row with key `setelah`, before the one with key `sebelum`, or the first page.

    A key that is not in the list (a row that was closed, moved or filtered out since) gives the first page. With
    `columns`, "pk" among them, a row is a named tuple of these: a model instance with its relations takes seven times
    as long. A page that is not counted has no `total`.
    """
    size = size or PAGE_SIZE
    ordered, key, backward = _from_key(rows, query)
    if columns:
        ordered = ordered.values_list(*columns, named=True)
    fetched = list(ordered[: size + 1])
    has_more, page_rows = len(fetched) > size, fetched[:size]
    if not key and not has_more:
        return Page(page_rows, len(page_rows))
    total = rows.order_by().values("pk")[: MAX_COUNTED_ROWS + 1].count() if is_counted else 0
    if not page_rows:
        return Page([], total)
    if backward:
        page_rows.reverse()
    has_previous, has_next = (has_more, True) if backward else (bool(key), has_more)
    return Page(
        page_rows, total, str(page_rows[0].pk) if has_previous else "", str(page_rows[-1].pk) if has_next else ""
    )


def _from_key(rows: QuerySet[Any], query: Mapping[str, str]) -> tuple[QuerySet[Any], str, bool]:
    """The rows in order from the key of the query on, that key ('' for the first page), and whether they run
    backward."""
    order = _order_of(rows)
    ordered = rows.order_by(*(key.expression() for key in order))
    backward = bool(query.get("sebelum"))
    key = query.get("sebelum") or query.get("setelah") or ""
    values = _values_at(rows, order, key) if key else None
    if values is None:
        return ordered, "", False
    ordered = ordered.filter(_beyond(order, values, backward=backward))
    return ordered.reverse() if backward else ordered, key, backward


class Filled(F):
    """A column that is nullable, but not empty in any row of the list: `order_by(Filled("published_at").desc())`. A
    database then finds its place in an index."""


@dataclass(frozen=True)
class SortKey:
    """One column of the order. Where it may be empty, empty values come last."""

    name: str
    descending: bool
    is_nullable: bool

    def expression(self) -> OrderBy:
        column, nulls_last = F(self.name), True if self.is_nullable else None
        return column.desc(nulls_last=nulls_last) if self.descending else column.asc(nulls_last=nulls_last)

    def beyond(self, value: object, *, backward: bool) -> Q:
        """Rows that come later in the order (earlier if `backward`) by this column alone."""
        empty = Q(**{f"{self.name}__isnull": True})
        if value is None:
            return ~empty if backward else Q(pk__in=[])
        later = Q(**{f"{self.name}__{'lt' if self.descending != backward else 'gt'}": value})
        return later | empty if self.is_nullable and not backward else later

    def same(self, value: object) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})


def _order_of(rows: QuerySet[Any]) -> list[SortKey]:
    """The columns that the rows are ordered by, ending with the primary key."""
    keys = [_sort_key(rows, part) for part in rows.query.order_by or rows.model._meta.ordering]
    primary = {"pk", rows.model._meta.pk.name}
    return keys if keys and keys[-1].name in primary else [*keys, SortKey("pk", descending=False, is_nullable=False)]


def _sort_key(rows: QuerySet[Any], part: Any) -> SortKey:
    if isinstance(part, str):
        name, descending = part.removeprefix("-"), part.startswith("-")
    elif isinstance(part, OrderBy) and isinstance(part.expression, F):
        name, descending = str(part.expression.name), part.descending  # type: ignore[attr-defined]  # not in its stubs
        if isinstance(part.expression, Filled):
            return SortKey(name, descending, is_nullable=False)
    else:
        raise TypeError(f"a list is ordered by names of columns, not by {part!r}")
    try:
        is_nullable = bool(getattr(rows.model._meta.get_field(name), "null", True)) if name != "pk" else False
    except FieldDoesNotExist:  # an annotation, or a column of another table
        is_nullable = True
    return SortKey(name, descending, is_nullable)


def _values_at(rows: QuerySet[Any], order: Sequence[SortKey], key: str) -> tuple[Any, ...] | None:
    try:
        return rows.filter(pk=key).values_list(*(sort_key.name for sort_key in order)).first()
    except (ValidationError, ValueError):
        return None


def _beyond(order: Sequence[SortKey], values: Sequence[Any], *, backward: bool) -> Q:
    condition, same = Q(pk__in=[]), Q()
    for sort_key, value in zip(order, values, strict=True):
        condition |= same & sort_key.beyond(value, backward=backward)
        same &= sort_key.same(value)
    return condition & _from_first(order[0], values[0], backward=backward)


def _from_first(key: SortKey, value: object, *, backward: bool) -> Q:
    """The same condition by the first column alone, from which a database finds its place in an index."""
    if key.is_nullable or key.name == "pk":
        return Q()
    return Q(**{f"{key.name}__{'lte' if key.descending != backward else 'gte'}": value})
