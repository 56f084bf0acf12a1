"""IKM expected to report in SIINas, those that reported, and stored values for a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.access.reader import reader_for
from sambang.lib.region_code import in_region
from sambang.lib.whatsapp import whatsapp_number
from sambang.production.models import Report, ReportLine, quantity_text
from sambang.registry.models import Business
from sambang.registry.queries import siinas_accounts
from sambang.siinas.models import FIGURE_FIELDS, MAX_SIINAS_ITEM_LENGTH, QuarterSheet, QuarterTarget
from sambang.siinas.quarters import Quarter


def reporting_businesses(person: Person, council: Council) -> QuerySet[Business]:
    """Active IKM of the council with a SIINas account, whose finances the person may read."""
    return (
        Business.objects.visible_to(person)
        .processable()
        .filter(
            Exists(siinas_accounts().filter(business=OuterRef("pk"))),
            in_region("region__code", council.region_code),
            reader_for(person).allowed("registry.see_finances", Business),
        )
        .select_related("cluster", "region")
        .order_by("name", "pk")
    )


def with_sheets(rows: QuerySet[Business], quarter: Quarter) -> QuerySet[Business]:
    """The rows with `quarter_sheets`: a list of at most one sheet."""
    sheets = QuarterSheet.objects.of_quarter(quarter)
    return rows.prefetch_related(Prefetch("siinas_sheets", queryset=sheets, to_attr="quarter_sheets"))


@dataclass(frozen=True)
class QuarterCount:
    """The ministry's count of IKM that reported. `target`, `due_on`: from the council's QuarterTarget."""

    accounts: int
    complete: int
    reported: int
    target: QuarterTarget | None


def reporting_count(rows: QuerySet[Business], council: Council, quarter: Quarter) -> QuarterCount:
    sheets = QuarterSheet.objects.of_quarter(quarter).filter(business__in=rows.order_by().values("pk"))
    return QuarterCount(
        accounts=rows.count(),
        complete=sheets.complete().count(),
        reported=sheets.reported().count(),
        target=quarter_target(council, quarter),
    )


def quarter_target(council: Council, quarter: Quarter) -> QuarterTarget | None:
    return QuarterTarget.objects.filter(council=council, year=quarter.year, quarter=quarter.number).first()


def sheet_of_quarter(business: Business, quarter: Quarter) -> QuarterSheet | None:
    return QuarterSheet.objects.of_quarter(quarter).filter(business=business).first()


@dataclass(frozen=True)
class SheetPrefill:
    """Values for the items of a sheet, and the source of each ("": saved on the sheet)."""

    values: dict[str, Any]
    origins: dict[str, str]


def prefill_sheet(business: Business, quarter: Quarter) -> SheetPrefill:
    """Saved values of the quarter, else values of register and monthly reports, else the previous sheet."""
    names = (*FIGURE_FIELDS, "reported_on")
    if sheet := sheet_of_quarter(business, quarter):
        return SheetPrefill({name: getattr(sheet, name) for name in names}, {})
    values, origins = _from_register(business, quarter)
    last = QuarterSheet.objects.before(quarter).filter(business=business).order_by("-year", "-quarter").first()
    for name in FIGURE_FIELDS:
        if last and values[name] in {None, ""} and (value := getattr(last, name)) not in {None, ""}:
            values[name], origins[name] = value, str(Quarter(last.year, last.quarter))
    return SheetPrefill({**values, "reported_on": None}, origins)


def _from_register(business: Business, quarter: Quarter) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = dict.fromkeys(FIGURE_FIELDS)
    values |= {name: getattr(business, name) for name in ("investment", "investment_land", "workers")}
    values["capacity"] = _capacity_text(business)
    origins = {name: _("daftar IKM") for name, value in values.items() if value not in {None, ""}}
    values["production"], months = _production_text(business, quarter)
    if months:
        origins["production"] = _("laporan bulanan, %(count)d dari 3 bulan") % {"count": months}
    return values, origins


def _capacity_text(business: Business) -> str:
    """Capacity of the products made at present, a year."""
    lines = business.product_lines.current().filter(capacity__isnull=False).order_by("name")
    texts = [quantity_text(line.name, Decimal(line.capacity or 0), line.unit) for line in lines]
    return _fitting(texts, _("setahun"))


def _production_text(business: Business, quarter: Quarter) -> tuple[str, int]:
    """The quantities that the monthly reports of the quarter sum to, and how many months are reported."""
    reports = Report.objects.filter(business=business, month__in=quarter.months).latest_version()
    sums = (
        ReportLine.objects.filter(report__in=reports)
        .values_list("product_line__name", "product_line__unit")
        .annotate(total=Sum("quantity"))
        .order_by("product_line__name", "product_line__unit")
    )
    return _fitting([quantity_text(name, total, unit) for name, unit, total in sums]), reports.count()


def _fitting(texts: list[str], ending: str = "") -> str:
    """The texts joined, as many as the column takes."""
    while texts:
        text = " ".join(filter(None, ("; ".join(texts), ending)))
        if len(text) <= MAX_SIINAS_ITEM_LENGTH:
            return text
        texts = texts[:-1]
    return ""


def can_be_asked(business: Any) -> bool:
    """Does the sheet of the quarter lack items, and has the owner a WhatsApp number? `business`: of `with_sheets`."""
    sheet = next(iter(business.quarter_sheets), None)
    is_open = sheet is None or (sheet.reported_on is None and bool(sheet.missing))
    return is_open and bool(whatsapp_number(business.phone))


def state_text(business: Any) -> str:
    """Status text of the quarter's sheet. `business` comes from `with_sheets`."""
    sheet = next(iter(business.quarter_sheets), None)
    if sheet is None:
        return _("belum diisi")
    if sheet.reported_on:
        return _("dikirim %(day)s") % {"day": date_format(sheet.reported_on, "j F Y")}
    if missing := sheet.missing:
        return _("kurang %(count)d isian") % {"count": len(missing)}
    return _("lengkap, belum dikirim")
