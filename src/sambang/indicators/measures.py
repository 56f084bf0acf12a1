"""Measures: an indicator's value as a count of rows, or as a share of rows, at the end of a year.
Each measure returns the rows themselves (`Evidence`), so that a page can list what a figure counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.actions.models import Action
from sambang.facilitation.models import ApplicationEvent
from sambang.facilitation.stages import Stage
from sambang.lib.region_code import in_region
from sambang.registry.models import Business, Permit
from sambang.registry.permit_expiry import valid_on
from sambang.registry.permit_kinds import CERTIFICATES
from sambang.registry.queries import siinas_accounts
from sambang.registry.reporting_period import businesses_open_on
from sambang.siinas.models import QuarterSheet
from sambang.training.models import Attendance as SessionAttendance
from sambang.training.models import attended_session
from sambang.visits.models import Attendance as VisitAttendance
from sambang.visits.models import attended_visit


class Measure(models.TextChoices):
    BUSINESSES = "businesses", _("jumlah IKM di akhir tahun")
    BUSINESS_GROWTH = "business_growth", _("pertambahan IKM: (n − (n−1)) / (n−1) × 100")
    BUSINESS_DIFFERENCE = "business_difference", _("pertambahan IKM: n − (n−1)")
    COACHED = "coached", _("IKM yang dikunjungi atau dilatih dalam tahun itu")
    COACHED_SHARE = "coached_share", _("bagian IKM yang dikunjungi atau dilatih (%)")
    TRAINED = "trained", _("IKM yang mengikuti pelatihan dalam tahun itu")
    CERTIFIED = "certified", _("IKM dengan sertifikat yang berlaku di akhir tahun")
    CERTIFIED_SHARE = "certified_share", _("bagian IKM yang bersertifikat (%)")
    LICENSED_SHARE = "licensed_share", _("bagian IKM yang mempunyai NIB (%)")
    FACILITATED = "facilitated", _("izin atau sertifikat yang terbit lewat fasilitasi")
    SIINAS_REPORTED = "siinas_reported", _("IKM yang melapor di SIINas untuk tahun itu")
    SIINAS_REPORTED_SHARE = "siinas_reported_share", _("bagian IKM berakun SIINas yang melapor (%)")
    ACTIONS_CONFIRMED = "actions_confirmed", _("tindakan yang dibenarkan IKM dalam tahun itu")
    ACTIONS_CONFIRMED_SHARE = "actions_confirmed_share", _("bagian tindakan bertenggat tahun itu yang dibenarkan (%)")


@dataclass(frozen=True)
class MeasuredRows:
    """The counted rows, the rows of the denominator (None for a count), and the value (None if *unknown*)."""

    rows: QuerySet[Any]
    base: QuerySet[Any] | None = None
    value: Decimal | None = None


@dataclass(frozen=True)
class Year:
    """The year of an indicator, with the person whose reach limits the rows."""

    person: Person
    council: Council
    year: int

    @property
    def end(self) -> date:
        return date(self.year, 12, 31)

    def within(self, path: str) -> Q:
        return Q(**{f"{path}__year": self.year})

    def businesses(self) -> QuerySet[Business]:
        """IKM registered by the end of the year and not closed by then."""
        return (
            Business.objects.visible_to(self.person)
            .filter(in_region("region__code", self.council.region_code), registered_at__date__lte=self.end)
            .filter(businesses_open_on(self.end))
            .filter(Q(erased_at=None) | Q(erased_at__date__gt=self.end))
            .select_related("cluster", "region")
            .order_by("name", "pk")
        )


def evidence_of(measure: Measure | str, year: Year) -> MeasuredRows:
    """The rows and value of a measure. A share with an empty denominator is unknown."""
    return MEASURES[Measure(measure)].compute(year)


@dataclass(frozen=True)
class Formula:
    """How a measure is computed, and whether its values are per cent."""

    compute: Callable[[Year], MeasuredRows]
    is_percentage: bool = False


def _count(select: Callable[[Year], QuerySet[Any]]) -> Formula:
    def compute(year: Year) -> MeasuredRows:
        rows = select(year)
        return MeasuredRows(rows, value=Decimal(rows.count()))

    return Formula(compute)


def _share(select: Callable[[Year], QuerySet[Any]], of: Callable[[Year], QuerySet[Any]]) -> Formula:
    def compute(year: Year) -> MeasuredRows:
        rows, base = select(year), of(year)
        return MeasuredRows(rows, base, _percent(rows.count(), base.count()))

    return Formula(compute, is_percentage=True)


def _growth(year: Year) -> MeasuredRows:
    rows, before = _businesses(year), _businesses(_year_before(year))
    now, then = rows.count(), before.count()
    return MeasuredRows(rows, before, _percent(now - then, then))


def _difference(year: Year) -> MeasuredRows:
    rows, before = _businesses(year), _businesses(_year_before(year))
    return MeasuredRows(rows, before, Decimal(rows.count() - before.count()))


def _percent(part: int, total: int) -> Decimal | None:
    if not total:
        return None
    return (Decimal(100 * part) / total).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _year_before(year: Year) -> Year:
    return Year(year.person, year.council, year.year - 1)


def _businesses(year: Year) -> QuerySet[Business]:
    return year.businesses()


def _trained(year: Year) -> QuerySet[Business]:
    return year.businesses().filter(_attended_session(year))


def _coached(year: Year) -> QuerySet[Business]:
    visited = VisitAttendance.objects.filter(attended_visit(), year.within("visit__held_on"), business=OuterRef("pk"))
    return year.businesses().filter(Exists(visited) | _attended_session(year))


def _attended_session(year: Year) -> Exists:
    rows = SessionAttendance.objects.filter(attended_session(), year.within("session__held_on"))
    return Exists(rows.filter(enrolment__business=OuterRef("pk")))


def _certified(year: Year) -> QuerySet[Business]:
    valid = Permit.objects.filter(
        valid_on(year.end),
        Q(issued_on=None) | Q(issued_on__lte=year.end),
        business=OuterRef("pk"),
        kind__in=CERTIFICATES,
    )
    return year.businesses().filter(Exists(valid))


def _licensed(year: Year) -> QuerySet[Business]:
    licence = Permit.objects.filter(business=OuterRef("pk"), kind=Permit.Kind.NIB)
    return year.businesses().filter(~Q(nib="") | Exists(licence))


def _facilitated(year: Year) -> QuerySet[ApplicationEvent]:
    return (
        ApplicationEvent.objects.visible_to(year.person)
        .filter(
            year.within("happened_on"),
            in_region("application__business__region__code", year.council.region_code),
            stage=Stage.ISSUED,
        )
        .select_related("application__business__cluster", "application__business__region", "application__programme")
        .order_by("happened_on", "pk")
    )


def _with_siinas_account(year: Year) -> QuerySet[Business]:
    return year.businesses().filter(Exists(siinas_accounts().filter(business=OuterRef("pk"))))


def _siinas_reported(year: Year) -> QuerySet[Business]:
    sheets = QuarterSheet.objects.reported().filter(business=OuterRef("pk"), year=year.year)
    return _with_siinas_account(year).filter(Exists(sheets))


def _actions(year: Year) -> QuerySet[Action]:
    rows = Action.objects.visible_to(year.person).filter(in_region("region__code", year.council.region_code))
    return rows.select_related("cluster", "region").order_by("due_on", "pk")


def _confirmed(year: Year) -> QuerySet[Action]:
    return _actions(year).filter(year.within("confirmed_at"), state=Action.State.CONFIRMED)


def _due(year: Year) -> QuerySet[Action]:
    return _actions(year).filter(year.within("due_on"))


def _due_and_confirmed(year: Year) -> QuerySet[Action]:
    return _due(year).filter(state=Action.State.CONFIRMED)


MEASURES: dict[Measure, Formula] = {
    Measure.BUSINESSES: _count(_businesses),
    Measure.BUSINESS_GROWTH: Formula(_growth, is_percentage=True),
    Measure.BUSINESS_DIFFERENCE: Formula(_difference),
    Measure.COACHED: _count(_coached),
    Measure.COACHED_SHARE: _share(_coached, _businesses),
    Measure.TRAINED: _count(_trained),
    Measure.CERTIFIED: _count(_certified),
    Measure.CERTIFIED_SHARE: _share(_certified, _businesses),
    Measure.LICENSED_SHARE: _share(_licensed, _businesses),
    Measure.FACILITATED: _count(_facilitated),
    Measure.SIINAS_REPORTED: _count(_siinas_reported),
    Measure.SIINAS_REPORTED_SHARE: _share(_siinas_reported, _with_siinas_account),
    Measure.ACTIONS_CONFIRMED: _count(_confirmed),
    Measure.ACTIONS_CONFIRMED_SHARE: _share(_due_and_confirmed, _due),
}
