"""Permits that run out, and IKM that move from KBLI 2020 to 2025."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from sambang.access.models import Person
from sambang.lib import clock
from sambang.registry.industry_search import search_industries
from sambang.registry.load_industries import load_industries
from sambang.registry.models import Business, Industry, IndustryChange, Permit

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def permits(business: Business, make_business: Callable[..., Business]) -> Business:
    today = clock.today()
    for days in (-1, 0, 30, 31, 90, 91):
        valid_until = today + timedelta(days=days)
        Permit.objects.create(business=business, kind="halal", number=f"NOMOR-IZIN-{days}", valid_until=valid_until)
    Permit.objects.create(business=business, kind="pirt", number="FOREVER")
    closed = make_business("Tutup", status="closed", closed_on=today)
    Permit.objects.create(business=closed, kind="halal", number="CLOSED", valid_until=today)
    return business


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({}, [-1, 0, 30, 31, 90]),
        ({"dalam": "0"}, [-1]),
        ({"dalam": "30"}, [0, 30]),
        ({"dalam": "90"}, [0, 30, 31, 90]),
        ({"jenis": "pirt"}, []),
        ({"dalam": "7"}, []),
    ],
)
def test_permits_by_the_days_that_are_left(
    signed_in: Any, sari: Person, permits: Business, query: dict[str, str], days: list[int]
) -> None:
    page = signed_in(sari).get(reverse("registry:permit_list"), query)
    assert [left for _row, left in page.context["rows"]] == days
    assert [notice.count for notice in page.context["notices"]] == [1, 2, 4]
    assert "NOMOR-IZIN" not in page.text


def test_another_council_reads_no_permit(signed_in: Any, citra: Person, permits: Business) -> None:
    page = signed_in(citra).get(reverse("registry:permit_list"))
    assert (page.context["rows"], [notice.count for notice in page.context["notices"]]) == ([], [0, 0, 0])
    file = signed_in(citra).get(reverse("registry:permit_list"), {"format": "csv"})
    assert permits.name not in b"".join(file.streaming_content).decode()


@pytest.mark.parametrize(
    ("text", "code"),
    [("batik", "13134"), ("batk", "13134"), ("sulaman bordr", "14302"), ("141", "14111"), ("1413", "14131")],
)
def test_a_code_is_found_with_a_slip_of_spelling(text: str, code: str) -> None:
    load_industries()
    assert code in {row.code for row in search_industries(text)}


def test_nothing_is_found_for_other_words() -> None:
    load_industries()
    assert search_industries("zzzqqq") == []
    assert search_industries("x") == []
    assert {row.version for row in search_industries("batik", version="2025")} == {"2025"}


@pytest.fixture
def on_2020(make_business: Callable[..., Business]) -> list[Business]:
    load_industries()
    old = Industry.objects.get(version="2020", code="13912")
    rows = [make_business(f"Bordir {number}") for number in (1, 2, 3)]
    Business.objects.filter(pk__in=[row.pk for row in rows]).update(industry=old)
    return rows


def test_one_by_one_with_the_question(signed_in: Any, sari: Person, on_2020: list[Business]) -> None:
    client = signed_in(sari)
    page = client.get(reverse("registry:industry_transition"))
    [row] = [row for row in page.context["transitions"] if row.old.code == "13912"]
    assert (row.total, row.is_single) == (3, False)
    assert all(change.question and change.question in page.text for change in row.changes)
    change = row.changes[0]
    move = reverse("registry:industry_move", args=[change.pk])
    client.post(move, {"ikm": [str(on_2020[0].pk), str(on_2020[2].pk), "bukan kunci"]})
    found = {row.name: row.industry_id for row in Business.objects.filter(pk__in=[row.pk for row in on_2020])}
    assert found == {"Bordir 1": change.new_id, "Bordir 2": change.old_id, "Bordir 3": change.new_id}
    client.post(move, {"ikm": [str(on_2020[0].pk)]})
    assert Business.objects.get(pk=on_2020[0].pk).industry_id == change.new_id


def test_many_at_once_and_only_with_the_right(
    signed_in: Any, sari: Person, budi: Person, citra: Person, on_2020: list[Business]
) -> None:
    change = IndustryChange.objects.filter(old__code="13912").first()
    assert change
    move = reverse("registry:industry_move", args=[change.pk])
    assert signed_in(sari).get(move).status_code == 405
    assert signed_in(budi).post(move, {"semua": "1"}).status_code == 403
    signed_in(citra).post(move, {"semua": "1"})
    assert Business.objects.filter(industry=change.old).count() == 3
    signed_in(sari).post(move, {})
    assert Business.objects.filter(industry=change.old).count() == 3
    signed_in(sari).post(move, {"semua": "1"})
    assert Business.objects.filter(industry=change.new).count() == 3


def test_a_code_without_a_successor_is_given_one_of_similar_titles(
    signed_in: Any, sari: Person, budi: Person, on_2020: list[Business]
) -> None:
    old = Industry.objects.filter(version="2020", becomes=None, title__istartswith="Industri").first()
    assert old
    Business.objects.filter(pk__in=[row.pk for row in on_2020]).update(industry=old)
    client = signed_in(sari)
    page = client.get(reverse("registry:industry_transition"))
    [row] = page.context["transitions"]
    assert {candidate.version for candidate in row.candidates} == {"2025"}
    chosen, other = row.candidates[0], Industry.objects.filter(version="2025").last()
    assert other
    assert chosen.title in html.unescape(page.text)
    move = reverse("registry:industry_assign", args=[old.pk])
    assert signed_in(budi).post(move, {"kode": chosen.code, "semua": "1"}).status_code == 403
    client = signed_in(sari)
    client.post(move, {"semua": "1"})
    client.post(move, {"semua": "1", "kode": "99999"})
    assert Business.objects.filter(industry=old).count() == 3
    client.post(move, {"ikm": str(on_2020[0].pk), "kode": chosen.code})
    client.post(move, {"semua": "1", "kode": chosen.code, "kode_lain": other.code})
    found = {row.name: row.industry for row in Business.objects.filter(pk__in=[row.pk for row in on_2020])}
    assert found == {"Bordir 1": chosen, "Bordir 2": other, "Bordir 3": other}


def test_what_runs_out_is_on_the_front_page(signed_in: Any, sari: Person, permits: Business) -> None:
    page = " ".join(signed_in(sari).get(reverse("home:front_page")).text.split())
    for days, label in ((0, "izin sudah habis"), (30, "izin habis dalam 30 hari"), (90, "izin habis dalam 90 hari")):
        assert f"?dalam={days}" in page and label in page
