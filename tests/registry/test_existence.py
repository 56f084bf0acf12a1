"""How true the register is: the newest sight of each IKM by any source, and a state that ages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from sambang.access.models import Person
from sambang.imports.operations import import_register
from sambang.imports.sheets import read_register
from sambang.lib import clock
from sambang.production.models import Report
from sambang.registry.existence import (
    LAST_SEEN_SOURCES,
    Existence,
    ExistenceCount,
    LastSeen,
    in_state,
    last_seen,
    register_state,
)
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Attendance, Visit

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 29)
YEAR_AGO = TODAY - timedelta(days=365)
DAY = timedelta(days=1)
CONFIRMED, UNSURE, NOT_FOUND = Existence


def counts(row: ExistenceCount) -> list[int]:
    return [number for _label, number in row.numbers]


@pytest.mark.parametrize(
    ("seen", "missed", "state"),
    [
        (None, None, UNSURE),
        (TODAY, None, CONFIRMED),
        (YEAR_AGO + DAY, None, CONFIRMED),
        (YEAR_AGO, None, UNSURE),
        (None, TODAY, NOT_FOUND),
        (TODAY - DAY, TODAY, NOT_FOUND),
        (TODAY, TODAY, NOT_FOUND),
        (TODAY, TODAY - DAY, CONFIRMED),
        (YEAR_AGO, YEAR_AGO - DAY, UNSURE),
    ],
)
def test_a_state_ages(seen: date | None, missed: date | None, state: Existence, business: Business) -> None:
    assert LastSeen(seen, not_found_on=missed).existence(TODAY) is state
    Business.objects.update(confirmed_on=seen, not_found_on=missed)
    found = {key for key in Existence if in_state(Business.objects.all(), key, today=TODAY).exists()}
    assert found == {state}


def attended(business: Business, by: Person, day: date, *, present: bool = True, state: str = "held") -> None:
    assert business.cluster
    visit = Visit.objects.create(
        region=business.cluster.region,
        cluster=business.cluster,
        planned_by=by,
        planned_for=day,
        held_on=day,
        state=state,
    )
    Attendance.objects.create(visit=visit, business=business, present=present, noted_by=by)


def reported(business: Business, by: Person, day: date) -> None:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_current_timezone())
    month = day.replace(day=1)
    Report.objects.create(business=business, month=month, source="officer", by=by, submitted_at=at)


def test_the_newest_source_counts(make_business: Callable[..., Business], rina: Person) -> None:
    assert len(LAST_SEEN_SOURCES) == 2
    visited, silent, reporting, absent = (make_business(name) for name in ("A", "B", "C", "D"))
    attended(visited, rina, TODAY - 10 * DAY)
    attended(visited, rina, YEAR_AGO - DAY)
    attended(absent, rina, TODAY - 5 * DAY, present=False)
    reported(reporting, rina, TODAY - 3 * DAY)
    reported(visited, rina, YEAR_AGO)
    Business.objects.filter(pk=silent.pk).update(confirmed_on=YEAR_AGO, confirmed_how="call", confirmed_by=rina)
    found = last_seen(Business.objects.all())
    assert {found[row.pk].on for row in (visited,)} == {TODAY - 10 * DAY}
    assert (str(found[visited.pk].how), str(found[reporting.pk].how)) == ("kunjungan", "laporan produksi")
    assert (found[silent.pk].on, found[silent.pk].by) == (YEAR_AGO, rina)
    assert found[absent.pk] == LastSeen()
    by_rule = {key: seen.existence(TODAY) for key, seen in found.items()}
    for state in Existence:
        rows = in_state(Business.objects.all(), state, today=TODAY)
        assert {row.pk for row in rows} == {key for key, other in by_rule.items() if other is state}
    state = register_state(Business.objects.all(), today=TODAY)
    assert counts(state.total) == [2, 2, 0]
    assert dict(state.evidence) == {"kunjungan": 1, "laporan produksi": 1}
    assert [(row.total, counts(row)) for row in state.by_cluster] == [(4, [2, 2, 0])]


def test_not_found_until_it_is_met_again(business: Business, rina: Person) -> None:
    Business.objects.update(not_found_on=TODAY - 20 * DAY)
    assert in_state(Business.objects.all(), NOT_FOUND, today=TODAY).exists()
    attended(business, rina, TODAY - 20 * DAY)
    assert in_state(Business.objects.all(), NOT_FOUND, today=TODAY).exists()
    attended(business, rina, TODAY - 19 * DAY)
    assert in_state(Business.objects.all(), CONFIRMED, today=TODAY).exists()


def test_a_call_and_a_list_are_recorded_with_who(
    signed_in: Any, business: Business, rina: Person, sari: Person, budi: Person, citra: Person, cluster: Cluster
) -> None:
    confirm = reverse("registry:business_confirm", args=[business.pk])
    missed = reverse("registry:business_not_found", args=[business.pk])
    assert signed_in(citra).post(confirm).status_code == 404
    assert signed_in(budi).post(missed).status_code == 403
    client = signed_in(sari)
    client.post(missed)
    page = client.get(reverse("registry:business_list"), {"keberadaan": "not_found"})
    assert [row.pk for row in page.context["page"]] == [business.pk]
    Business.objects.update(not_found_on=clock.today() - DAY)
    client.post(confirm)
    detail = client.get(reverse("registry:business_detail", args=[business.pk]))
    assert (detail.context["last_seen"].by, detail.context["last_seen"].on) == (sari, clock.today())
    content = "Nama Usaha;Nama Pemilik;No HP;Produk\nMekar;Wati;081200000021;Kaos\n"
    import_register(cluster, rina, sheet=read_register(content.encode(), "a.csv"), decisions={})
    new = Business.objects.get(name="Mekar")
    assert (new.confirmed_on, new.confirmed_how, new.confirmed_by) == (clock.today(), "import", rina)
    overview = signed_in(sari).get(reverse("registry:register_state_detail"))
    assert counts(overview.context["state"].total) == [2, 0, 0]
    sentence = "100% dari 2 IKM dipastikan ada. Bukti terakhirnya: daftar yang diimpor 1, telepon atau pesan 1."
    assert sentence in " ".join(re.sub(r"<[^>]+>", " ", overview.text).split())
