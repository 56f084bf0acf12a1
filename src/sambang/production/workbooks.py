"""Monthly reports in a workbook: the blank workbook that an office downloads, and the filled one that it uploads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.reader import reader_for
from sambang.imports.sheets import CellError
from sambang.lib.months import months_between, parse_month
from sambang.lib.number_words import MONTH_NAMES
from sambang.lib.numbers import NumberError
from sambang.production.amounts import Amount, read_amount
from sambang.production.cells import lock_for_reports
from sambang.production.models import Report
from sambang.production.operations import already_reported, correct_report, submit_report
from sambang.production.plausibility import questions
from sambang.production.queries import (
    PREFETCH_LINES,
    businesses_expected_to_report,
    has_reported,
    latest_reports_before,
    prefetch_product_lines,
)
from sambang.production.workbook_rows import SourceRow, as_text, read_source_rows
from sambang.registry.models import Business, Cluster, ProductLine

WORKBOOK_HEADINGS = (
    "Bulan",
    "Sentra",
    "IKM",
    "Produk",
    "Satuan",
    "Sebelumnya",
    "Jumlah",
    "Nilai (Rp)",
    "Catatan",
    "Kode produk",
)
OTHER_NAMES = {2: ("pebruari", "peb"), 8: ("ags", "agt"), 11: ("nopember", "nop")}


@dataclass
class Outcome:
    """The result of an import. If there are errors, nothing was written."""

    submitted: int = 0
    corrected: int = 0
    unchanged: int = 0
    errors: list[CellError] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # implausible figures that were imported nevertheless

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def template_rows(person: Person, first: date, last: date, *, cluster: Cluster | None = None) -> Iterable[list[object]]:
    """A row for each month and product without a report, with the previous figure."""
    for month in months_between(first, last):
        silent = (
            businesses_expected_to_report(person, month)
            .filter(reader_for(person).in_own_regency(Business))
            .exclude(has_reported(month))
        )
        silent = silent.select_related("cluster")
        silent = silent.prefetch_related(prefetch_product_lines(month)).order_by("cluster__name", "name")
        businesses = list(silent.filter(cluster=cluster) if cluster else silent)
        before = latest_reports_before(businesses, month)
        for business in businesses:
            report = before.get(business.pk)
            quantities = {line.product_line_id: line.quantity for line in report.lines.all()} if report else {}
            for line in business.made:  # type: ignore[attr-defined]
                yield [
                    f"{month:%Y-%m}",
                    str(business.cluster or ""),
                    business.name,
                    line.name,
                    line.unit,
                    quantities.get(line.pk),
                    None,
                    None,
                    None,
                    str(line.pk),
                ]


def import_reports(
    workbook: bytes,
    person: Person,
    *,
    filename: str = "laporan.xlsx",
    replace: bool = False,
    progress: Callable[[int, int], object] | None = None,
) -> Outcome:
    """Import all filled rows, or none if there is an error. Importing the same workbook again changes nothing.

    `replace` corrects reports that differ; without it they are errors. `progress` is called with (reports done,
    total)."""
    outcome = Outcome()
    source_rows = read_source_rows(workbook, filename, outcome.errors)
    lines = LinesInReach(person)
    wanted: dict[tuple[Business, date], dict[ProductLine, tuple[Amount, SourceRow]]] = {}
    for source_row in source_rows:
        try:
            line, month, row_values = read_row(source_row, lines)
        except RowError as wrong:
            outcome.errors.append(source_row.error_in(wrong.column, wrong.message))
            continue
        of_month = wanted.setdefault((line.business, month), {})
        if line in of_month:
            outcome.errors.append(
                source_row.error_in(
                    "quantity",
                    _("%(line)s sudah diisi di baris %(row)d: sisakan satu.")
                    % {"line": line, "row": of_month[line][1].row},
                )
            )
        of_month[line] = (row_values, source_row)
    if not source_rows and not outcome.errors:
        outcome.errors.append(CellError("", 0, "", "", _("Tidak ada baris yang terisi: isi kolom Jumlah.")))
    with transaction.atomic():
        _take(wanted, person, outcome, replace=replace, progress=progress)
        if outcome.errors:
            transaction.set_rollback(True)
            outcome.submitted = outcome.corrected = 0
    return outcome


def _take(
    wanted: dict[tuple[Business, date], dict[ProductLine, tuple[Amount, SourceRow]]],
    person: Person,
    outcome: Outcome,
    *,
    replace: bool,
    progress: Callable[[int, int], object] | None,
) -> None:
    lock_for_reports([business for business, _month in wanted])
    current = current_reports(wanted)
    for number, ((business, month), filled) in enumerate(wanted.items(), start=1):
        amounts = {line: amount for line, (amount, _row) in filled.items()}
        source_row = next(iter(filled.values()))[1]
        try:
            _take_one(
                current.get((business.pk, month)),
                (business, month),
                amounts,
                (person, source_row.text("note")),
                outcome,
                replace=replace,
            )
        except ValidationError as error:
            outcome.errors.append(source_row.error_in("month", " ".join(error.messages)))
        except PermissionDenied:
            outcome.errors.append(
                source_row.error_in(
                    "business", _("Anda tidak berhak mengisi laporan %(name)s.") % {"name": business.name}
                )
            )
        if progress:
            progress(number, len(wanted))


def _take_one(
    current: Report | None,
    of: tuple[Business, date],
    amounts: dict[ProductLine, Amount],
    by: tuple[Person, str],
    outcome: Outcome,
    *,
    replace: bool,
) -> None:
    (business, month), (person, note) = of, by
    if current is None:
        outcome.asked += [f"{business}, {month:%Y-%m}: {asked}" for asked in questions(business, month, amounts)]
        submit_report(business, person, month=month, amounts=amounts, source=Report.Source.WORKBOOK, note=note)
        outcome.submitted += 1
        return
    before = {line.product_line: (line.quantity, line.value) for line in current.lines.all()}
    if all(before.get(line) == (amount.quantity, amount.value) for line, amount in amounts.items()):
        outcome.unchanged += 1
    elif not replace:
        raise ValidationError(
            already_reported(business, month) + " " + _("Atau centang “Ganti laporan yang sudah ada” lalu unggah lagi.")
        )
    else:
        earlier = {line.product_line: Amount(line.quantity, line.value, line.entered) for line in current.lines.all()}
        correct_report(current, person, amounts={**earlier, **amounts}, source=Report.Source.WORKBOOK, note=note)
        outcome.corrected += 1


def current_reports(wanted: Iterable[tuple[Business, date]]) -> dict[tuple[object, date], Report]:
    pairs = list(wanted)
    if not pairs:
        return {}
    rows = Report.objects.latest_version().filter(
        business__in={business.pk for business, _month in pairs}, month__in={month for _business, month in pairs}
    )
    return {
        (report.business_id, report.month): report
        for report in rows.select_related("business").prefetch_related(PREFETCH_LINES)
    }


class RowError(Exception):
    """An error in a row; contains the column."""

    def __init__(self, column: str, message: str):
        super().__init__(message)
        self.column, self.message = column, message


class LinesInReach:
    """Product lines within the person's reach, by code and by name of IKM, product and unit."""

    def __init__(self, person: Person):
        rows = ProductLine.objects.visible_to(person).select_related("business")
        self.by_code = {str(line.pk): line for line in rows}
        self.by_name: dict[tuple[str, str], list[ProductLine]] = {}
        for line in self.by_code.values():
            self.by_name.setdefault((line.business.name.casefold(), line.name.casefold()), []).append(line)

    def find(self, source_row: SourceRow) -> ProductLine:
        code = source_row.text("code").lower()
        if code:
            if code not in self.by_code:
                raise RowError("code", _("Kode produk ini tidak ada di wilayah Anda: unduh lagi buku kerjanya."))
            return _named_like(self.by_code[code], source_row)
        lines = self.by_name.get((source_row.text("business").casefold(), source_row.text("product").casefold()), [])
        unit = source_row.text("unit").casefold()
        same = [line for line in lines if not unit or line.unit.casefold() == unit]
        if len(same) == 1:
            return same[0]
        if same:
            raise RowError("business", _("Ada beberapa IKM atau produk dengan nama ini: isi kolom Kode produk."))
        raise RowError(
            "business", _("IKM dengan produk dan satuan ini tidak ada di daftar: periksa namanya, atau daftarkan dulu.")
        )


def _named_like(line: ProductLine, source_row: SourceRow) -> ProductLine:
    """The line of a code, if the names in the row match it: a column may have been sorted separately."""
    for column, name in (("business", line.business.name), ("product", line.name)):
        if source_row.text(column) and source_row.text(column).casefold() != as_text(name).casefold():
            raise RowError(
                column,
                _("Kode produk ini milik %(business)s (%(product)s), tetapi barisnya menyebut %(written)s.")
                % {"business": line.business.name, "product": line.name, "written": source_row.text(column)},
            )
    return line


def _quantity_of(source_row: SourceRow, line: ProductLine) -> str:
    """The quantity with the unit of its row if that differs from the line's: 12 beside *kodi*."""
    quantity, unit = source_row.text("quantity"), source_row.text("unit")
    is_bare = not re.search(r"[A-Za-z]", quantity)
    return f"{quantity} {unit}" if unit and is_bare and unit.casefold() != line.unit.casefold() else quantity


def read_month(text: str) -> date:
    """Parse 2022-03, 03/2022, 1/3/2022, Maret 2022, Mar 2022, or a date. Raises ValueError with a sentence."""
    if match := re.fullmatch(r"(?:\d{1,2}[/-])?(\d{1,2})[/-](\d{4})", text):
        return parse_month(f"{match[2]}-{match[1]}")
    if match := re.fullmatch(r"([a-z]{3,})\.? (\d{4})", text.casefold()):
        for number, name in enumerate(MONTH_NAMES, start=1):
            if name.casefold().startswith(match[1]) or match[1] in OTHER_NAMES.get(number, ()):
                return parse_month(f"{match[2]}-{number}")
    return parse_month(text[:7] if re.fullmatch(r"\d{4}-\d{2}-\d{2}.*", text) else text)


def read_row(source_row: SourceRow, lines: LinesInReach) -> tuple[ProductLine, date, Amount]:
    line = lines.find(source_row)
    try:
        month = read_month(source_row.text("month"))
    except ValueError as error:
        raise RowError("month", str(error)) from None
    quantity = _quantity_of(source_row, line)
    try:
        read_amount(line, quantity)
    except NumberError as error:
        raise RowError("quantity", str(error)) from None
    try:
        return line, month, read_amount(line, quantity, source_row.text("value"))
    except NumberError as error:
        raise RowError("value", str(error)) from None
