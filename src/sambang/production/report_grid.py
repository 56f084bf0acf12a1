"""The reports of a sentra's month on one page: a row for each product, stored IKM by IKM, filled by hand or pasted from
a spreadsheet. Each IKM is a ReportForm, so that figures are read, asked about and stored as on its own page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.lib.forms import run_operation
from sambang.production.forms import ReportForm
from sambang.production.models import Report
from sambang.production.operations import correct_report, submit_report
from sambang.production.plausibility import UsualFigures, questions_about, usual_figures
from sambang.production.queries import PREFETCH_LINES, latest_reports_before
from sambang.registry.models import Business, ProductLine
from sambang.registry.reporting_period import product_lines_made_in

MAX_PASTE_LENGTH = 100_000  # characters


@dataclass(frozen=True)
class MonthFigures:
    """What the forms of many IKM need, in a fixed number of queries."""

    month: date
    lines: Mapping[UUID, list[ProductLine]]
    before: Mapping[object, Report]
    current: Mapping[UUID, Report]
    usual: Mapping[UUID, UsualFigures]

    @classmethod
    def of(cls, businesses: Sequence[Business], month: date) -> MonthFigures:
        lines: dict[UUID, list[ProductLine]] = {}
        made = ProductLine.objects.filter(product_lines_made_in(month), business__in=businesses)
        for line in made.order_by("name", "unit"):
            lines.setdefault(line.business_id, []).append(line)
        reports = Report.objects.latest_version().filter(business__in=businesses, month=month)
        current = {report.business_id: report for report in reports.prefetch_related(PREFETCH_LINES)}
        return cls(month, lines, latest_reports_before(businesses, month), current, usual_figures(businesses, month))


class ReportRowForm(ReportForm):
    """The report of one IKM among those of its sentra. `seen` holds the key of the report that the page showed: where
    somebody else stored another one since, nothing is overwritten."""

    def __init__(self, business: Business, figures: MonthFigures, data: Any = None) -> None:
        self.figures = figures
        self.current = figures.current.get(business.pk)
        super().__init__(business, figures.month, data, current=self.current, prefix=str(business.pk))
        del self.fields["note"]
        self.fields["seen"] = forms.CharField(required=False, widget=forms.HiddenInput, initial=self.version)

    def version(self) -> str:
        return str(self.current.pk) if self.current else ""

    @property
    def figure_names(self) -> list[str]:
        return [f"{column}-{line.pk}" for line in self.lines for column in ("quantity", "value")]

    @cached_property
    def is_touched(self) -> bool:
        """Whether the person changed a figure that the page showed."""
        seen = self.data.get(self.add_prefix("seen"), "")
        displayed = self if seen == self.version() else self._stale_form(seen)
        return any(
            self.data.get(self.add_prefix(name), "").strip() != _text(displayed.fields[name].initial)
            for name in self.figure_names
        )

    def _stale_form(self, seen: str) -> ReportRowForm:
        try:
            stale = Report.objects.filter(pk=seen, business=self.business).prefetch_related(PREFETCH_LINES).first()
        except ValidationError:
            stale = None
        figures = MonthFigures(
            self.month, self.figures.lines, {}, {self.business.pk: stale} if stale else {}, self.figures.usual
        )
        return ReportRowForm(self.business, figures)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        is_stale = self.data.get(self.add_prefix("seen"), "") != self.version()
        if is_stale and self.current and not self.errors and not self._repeats(self.current):
            stored = ", ".join(str(line) for line in self.current.lines.all())
            raise ValidationError(
                _("Belum disimpan: laporan ini sudah diisi orang lain (%(stored)s). Periksa, lalu simpan lagi.")
                % {"stored": stored}
            )
        return cleaned

    def _references(self) -> tuple[list[ProductLine], Report | None]:
        return self.figures.lines.get(self.business.pk, []), self.figures.before.get(self.business.pk)

    def _questions(self) -> list[str]:
        return questions_about(self.amounts, self.figures.usual)

    def _repeats(self, report: Report) -> bool:
        stored = {line.product_line_id: (line.quantity, line.value) for line in report.lines.all()}
        return stored == {line.pk: (amount.quantity, amount.value) for line, amount in self.amounts.items()}

    def save(self, person: Person) -> Report | None:
        """Submit or correct the report; None where nothing changed. Raises ValidationError."""
        if self.current is None:
            return submit_report(
                self.business, person, month=self.month, amounts=self.amounts, source=Report.Source.OFFICER
            )
        if self._repeats(self.current):
            return None
        source, note = Report.Source.OFFICER, self.current.note
        return correct_report(self.current, person, amounts=self.amounts, source=source, note=note)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def report_rows(businesses: Iterable[Business], figures: MonthFigures, data: QueryDict | None = None) -> list[Any]:
    """The forms of the IKM that have a product; only those that are in `data` are bound to it."""
    return [
        ReportRowForm(business, figures, data if data and f"{business.pk}-seen" in data else None)
        for business in businesses
        if figures.lines.get(business.pk)
    ]


def save_report_rows(rows: Iterable[ReportRowForm], person: Person) -> list[ReportRowForm]:
    """Store each changed report. Returns those that could not be stored, with their `errors`."""
    return [row for row in rows if row.is_bound and row.is_touched and not _store(row, person)]


def _store(row: ReportRowForm, person: Person) -> bool:
    def act() -> bool:
        row.save(person)
        return True

    return bool(run_operation(row, act))


def report_replies(
    rows: Iterable[ReportRowForm], refused: Sequence[ReportRowForm], current: Mapping[UUID, Report]
) -> dict[str, dict[str, Any]]:
    """For the script of the page, by prefix of each submitted form: the report stored now, and the errors."""
    reply_by_prefix = {}
    for row in rows:
        if row.is_bound:
            report = current.get(row.business.pk)
            errors = row.errors.items() if row in refused else ()
            reply_by_prefix[str(row.prefix)] = {
                "seen": str(report.pk) if report else "",
                "errors": [{"field": name, "text": " ".join(map(str, lines))} for name, lines in errors],
                "asked": bool(row.asked),
            }
    return reply_by_prefix


@dataclass
class PastedRows:
    """A pasted block: the values by field name, and the lines that belong to no row of the page."""

    values: dict[str, str] = field(default_factory=dict)
    count: int = 0
    unread: list[str] = field(default_factory=list)


def read_pasted(text: str, rows: Sequence[ReportRowForm]) -> PastedRows:
    """Lines of *IKM, [product,] quantity[, value]* separated by tabs, in any order. Lines without a name are taken in
    the order of the page when they are as many as its rows."""
    lines = [
        [cell.strip() for cell in line.split("\t")] for line in text[:MAX_PASTE_LENGTH].splitlines() if line.strip()
    ]
    by_name: dict[str, list[ReportRowForm]] = {}
    for row in rows:
        by_name.setdefault(_plain(row.business.name), []).append(row)
    in_order = [(row, line) for row in rows for line in row.lines]
    has_names = any(_plain(cells[0]) in by_name for cells in lines)
    pasted = PastedRows()
    if lines and len(lines) == len(in_order) and not has_names:
        for (row, line), cells in zip(in_order, lines, strict=True):
            _put(pasted, row, line, cells)
    else:
        _put_by_name(pasted, lines, by_name)
    return pasted


def _put_by_name(pasted: PastedRows, lines: list[list[str]], by_name: Mapping[str, list[ReportRowForm]]) -> None:
    for cells in lines:
        named_rows = by_name.get(_plain(cells[0]), [])
        match = _line_named(named_rows[0], cells[1:]) if len(named_rows) == 1 else None
        if match is None:
            pasted.unread.append("\t".join(cells))
        else:
            _put(pasted, named_rows[0], *match)


def _line_named(row: ReportRowForm, cells: list[str]) -> tuple[ProductLine, list[str]] | None:
    """The product that a line of the block is about, and the cells of its figures."""
    named = [line for line in row.lines if cells and _plain(cells[0]) in (_plain(line.name), _plain(str(line)))]
    if len(named) == 1:
        return named[0], cells[1:]
    return (row.lines[0], cells) if len(row.lines) == 1 and cells and not named else None


def _put(pasted: PastedRows, row: ReportRowForm, line: ProductLine, cells: list[str]) -> None:
    pasted.count += 1
    for column, cell in zip(("quantity", "value"), cells, strict=False):
        pasted.values[row.add_prefix(f"{column}-{line.pk}")] = cell


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def with_pasted(rows: Iterable[ReportRowForm], pasted: PastedRows) -> list[ReportRowForm]:
    """The rows as shown, with the pasted figures typed in and checked, not stored."""
    unmatched = []
    for row in rows:
        names = [*row.figure_names, "seen"]
        displayed = {row.add_prefix(name): _text(row[name].value()) for name in names}
        own = {name: pasted.values[name] for name in displayed if name in pasted.values}
        unmatched.append(ReportRowForm(row.business, row.figures, {**displayed, **own}) if own else row)
    return unmatched
