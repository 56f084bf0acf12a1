"""The CSV lists of the visit form, made for one officer: open visits, the IKM of their sentra, products, months,
promises.

They contain nothing of another council and no IKM outside those sentra.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import translation
from django.utils.formats import date_format, number_format

from sambang.access.models import Person
from sambang.access.reader import reader_for
from sambang.actions.models import Confirmation
from sambang.audit.models import Entry, row_reference
from sambang.lib import clock
from sambang.lib.bidi import without_controls
from sambang.lib.months import add_months, first_of_month, month_name
from sambang.production.models import Report
from sambang.production.plausibility import UsualFigures, usual_figures
from sambang.production.queries import latest_reports_before
from sambang.registry.list_reads import log_businesses_read
from sambang.registry.models import Business, GroupMember, ProductLine
from sambang.registry.personal_names import SEE_CONTACT, SEE_FINANCES
from sambang.registry.reporting_period import product_lines_made_in
from sambang.visits.models import Visit
from sambang.visits.queries import invited_to, last_met

REPORTABLE_MONTHS = 6  # that can be reported, the current one included
NO_REPORT_YET = "belum ada"
type CsvContent = tuple[Sequence[str], Iterable[Sequence[object]]]


def csv_list(name: str, person: Person) -> bytes:
    """One of xlsform.FILES for this officer, UTF-8. Raises KeyError for another name."""
    table_of = ENTITY_CONTENTS[name]
    with translation.override("id"):
        headings, rows = table_of(person)
        output = io.StringIO(newline="")
        writer = csv.writer(output)
        writer.writerow(headings)
        writer.writerows(rows)
    return without_controls(output.getvalue()).encode()


# Guarded columns of an entity list, by verb.
GUARDED_BY_LIST = {"ikm.csv": (SEE_CONTACT, SEE_FINANCES), "produk.csv": (SEE_FINANCES,)}


def log_list_read(name: str, person: Person) -> None:
    """Record the reading of a list with owners or quantities."""
    reader = reader_for(person)
    rows = list(offered_businesses(person).select_related("cluster"))
    for verb in GUARDED_BY_LIST.get(name, ()):
        log_businesses_read(person, [row for row in rows if reader.reads_business(verb, row)], [verb])


def offered_visits(person: Person) -> QuerySet[Visit]:
    """The open visits in the person's own regencies: the lists contain names of owners."""
    rows = Visit.objects.visible_to(person).filter(reader_for(person).in_own_regency(Visit))
    rows = rows.open()
    return rows.select_related("cluster", "group", "business").order_by("-planned_for", "pk")


def offered_businesses(person: Person) -> QuerySet[Business]:
    """The open IKM to which the open visits go, without restricted ones."""
    invited = reduce(or_, (invited_to(visit) for visit in offered_visits(person)), Q(pk__in=()))
    rows = Business.objects.visible_to(person).processable().filter(invited)
    return rows.select_related("owner").order_by("name", "pk")


def visits_list(person: Person) -> CsvContent:
    rows = (
        [
            visit.pk,
            f"{visit.target.name}, {date_format(visit.planned_for, 'j F Y')}",
            visit.cluster_or_business.pk,
            visit.target.name,
            visit.group_id or visit.business_id or "",
        ]
        for visit in offered_visits(person)
    )
    return ("name", "label", "cluster", "place", "invited"), rows


def business_entities(person: Person) -> CsvContent:
    """An entity list. `__version` increases with every write to an IKM: until then a phone uses its own copy."""
    businesses = list(
        offered_businesses(person).annotate(visited_on=last_met(), met=Count("attendances", distinct=True))
    )
    reader = reader_for(person)
    last, version = latest_reports_before(businesses, _next_month()), _versions(businesses)
    groups: dict[UUID, list[UUID]] = defaultdict(list)
    members = GroupMember.objects.current().filter(business__in=businesses, group__withdrawn_at=None).order_by("pk")
    for member, group in members.values_list("business", "group"):
        groups[member].append(group)
    rows = (
        [
            business.pk,
            f"{business.name} ({business.owner.name})"
            if reader.reads_business(SEE_CONTACT, business)
            else business.name,
            version(business),
            business.cluster_id or business.pk,
            business.owner.name if reader.reads_business(SEE_CONTACT, business) else "",
            _last_report(last.get(business.pk)) if reader.reads_business(SEE_FINANCES, business) else NO_REPORT_YET,
            business.visited_on or "",
            " ".join(map(str, (business.pk, *groups[business.pk]))),
        ]
        for business in businesses
    )
    headings = ("name", "label", "__version", "cluster", "owner", "last_report", "visited_on", "invited_as")
    return headings, rows


def _versions(businesses: Sequence[Business]) -> Callable[[Business], int]:
    entries = Entry.objects.filter(subject__in=[row_reference(business) for business in businesses])
    audited = Counter(dict(entries.order_by().values_list("subject").annotate(Count("pk"))))
    reports = Report.objects.filter(business__in=businesses).order_by()
    reported: Counter[UUID] = Counter(dict(reports.values_list("business").annotate(Count("pk"))))

    def version(business: Business) -> int:
        met: int = business.met  # type: ignore[attr-defined]
        return 1 + audited[row_reference(business)] + reported[business.pk] + met

    return version


def _last_report(report: Report | None) -> str:
    if report is None:
        return NO_REPORT_YET
    return f"{month_name(report.month)}: " + ", ".join(
        f"{line.product_line.name} {number_format(line.quantity.normalize(), use_l10n=True)} {line.product_line.unit}"
        for line in report.lines.all()
    )


def product_list(person: Person) -> CsvContent:
    """Products made in the reportable months, numbered from 1 for each IKM: the form asks for them by number."""
    months = _months()
    made = product_lines_made_in(months[0])
    for month in months[1:]:
        made |= product_lines_made_in(month)
    lines = Prefetch("product_lines", ProductLine.objects.filter(made).order_by("name", "unit"), to_attr="made")
    businesses = list(offered_businesses(person).prefetch_related(lines))
    last, reader = latest_reports_before(businesses, _next_month()), reader_for(person)
    usual = usual_figures(businesses, months[0])
    rows = (
        [
            f"{business.pk}-{number}",
            f"{line.name} ({line.unit})",
            business.pk,
            line.pk,
            *(
                (_last_quantity(last.get(business.pk), line), *_usual(usual.get(line.pk, UsualFigures())))
                if reader.reads_business(SEE_FINANCES, business)
                else (NO_REPORT_YET, "", "")
            ),
        ]
        for business in businesses
        for number, line in enumerate(business.made, start=1)
    )
    return ("name", "label", "business", "line", "last", "usual", "usual_price"), rows


def _usual(usual: UsualFigures) -> list[str]:
    """The usual monthly quantity, and rupiah for one unit, as numbers of XPath; '' if unknown."""
    return ["" if figure is None else f"{round(figure, 3):f}" for figure in (usual.quantity, usual.price)]


def _last_quantity(report: Report | None, line: ProductLine) -> str:
    for row in report.lines.all() if report else ():
        if row.product_line_id == line.pk:
            quantity = number_format(row.quantity.normalize(), use_l10n=True)
            return f"{quantity} {line.unit}, {month_name(report.month)}"  # type: ignore[union-attr]
    return NO_REPORT_YET


def month_entities(person: Person) -> CsvContent:
    return ("name", "label"), ([f"{month:%Y-%m}", month_name(month)] for month in _months())


def _months() -> list[date]:
    this = first_of_month(clock.today())
    return [add_months(this, -back) for back in range(REPORTABLE_MONTHS)]


def _next_month() -> date:
    return add_months(first_of_month(clock.today()), 1)


def promise_list(person: Person) -> CsvContent:
    """The actions that an IKM is asked to confirm; only its owner can, with a code."""
    rows = (
        Confirmation.objects.visible_to(person)
        .to_answer()
        .filter(business__in=offered_businesses(person).order_by().values("pk"))
        .select_related("action")
        .order_by("action__due_on", "pk")
    )
    return ("name", "label", "business"), ([row.action_id, row.action.title, row.business_id] for row in rows)


ENTITY_CONTENTS: dict[str, Callable[[Person], CsvContent]] = {
    "kunjungan.csv": visits_list,
    "ikm.csv": business_entities,
    "produk.csv": product_list,
    "bulan.csv": month_entities,
    "tindakan.csv": promise_list,
}
