"""Counts on the front page equal those of the linked pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

import sambang
from sambang.access.models import Council, Person, Role
from sambang.home.queries import pending_tasks
from sambang.lib.months import add_months, first_of_month
from sambang.privacy.models import Breach
from sambang.privacy.operations import BreachData, answer_request, note_breach, submit_request
from sambang.production.amounts import NONE_MADE
from sambang.production.operations import submit_report
from sambang.production.queries import reporting_by_cluster
from sambang.registry.models import Business
from sambang.registry.operations import end_product_line

TODAY = timezone.localdate()


def silent(person: Person) -> int:
    lines = [line.count for line in pending_tasks(person, today=TODAY) if "belum melapor" in str(line.label)]
    return sum(lines)


def test_the_silent_are_those_of_the_reporting_page(
    make_business: Callable[..., Business], sari: Person, rina: Person, citra: Person
) -> None:
    month = add_months(first_of_month(TODAY), -1)
    make_business("Diam")
    said = make_business("Melapor")
    submit_report(said, sari, month=month, amounts={said.product_lines.get(): NONE_MADE}, source="officer")
    idle = make_business("Tidak lagi membuat apa-apa")
    end_product_line(idle.product_lines.get(), sari, ended_on=date(2020, 1, 1))
    assert silent(sari) == 1 == sum(row.missing for row in reporting_by_cluster(sari, month))
    assert silent(citra) == 0


def test_a_stranger_meets_the_catalogue_and_a_member_the_day(
    client: Client, signed_in: Callable[[Person], Client], business: Business, sari: Person
) -> None:
    assert "belum melapor" not in client.get("/").text
    assert "IKM belum melapor bulan lalu" in signed_in(sari).get("/").text


@pytest.mark.parametrize("page", ["/", "/produksi/", "/pasar/", "/pelatihan/", "/saya/tautan/", "/daftar/"])
def test_every_page_of_a_demo_says_that_it_is_made_up(
    signed_in: Callable[[Person], Client], sleman: Council, rina: Person, page: str
) -> None:
    client = signed_in(rina)
    assert "dibuat-buat" not in client.get(page).text
    sleman.is_simulated = True
    sleman.save(update_fields=["is_simulated"])
    assert "dibuat-buat" in client.get(page).text


def test_what_the_law_counts_in_hours_comes_first(
    make_business: Callable[..., Business],
    member: Callable[[str, Council, Role], Person],
    sleman: Council,
    rina: Person,
    sari: Person,
    citra: Person,
) -> None:
    """Who answers an owner, and who tells of a leak, finds it on the first page, and whether the time is over."""
    keeper, moment = member("Agus", sleman, Role.ADMINISTRATOR), timezone.now()
    business = make_business("Bertanya")
    asked = submit_request(business, business.owner, kind="correct", text="Nomor saya salah")
    leak = note_breach(sleman, keeper, data=BreachData("HP hilang", moment, moment, "nomor HP", "dicuri"))

    def lines(person: Person, later: timedelta = timedelta(0)) -> list[tuple[str, bool]]:
        with time_machine.travel(moment + later):
            found = pending_tasks(person, today=TODAY)
        return [(line.address, line.late) for line in found if line.address.startswith("/privasi/")]

    request, breach = "/privasi/permintaan/", "/privasi/kebocoran/"
    assert lines(keeper) == [(request, False), (breach, False)] and lines(rina) == [(request, False)]
    assert pending_tasks(keeper, today=TODAY)[0].address == request
    assert lines(sari) == lines(citra) == lines(business.owner) == []
    assert lines(keeper, timedelta(hours=73)) == [(request, True), (breach, True)]
    answer_request(asked, rina, outcome="done")
    Breach.objects.filter(pk=leak.pk).update(owners_notified_at=moment, agency_notified_at=moment)
    assert lines(keeper) == []


def test_no_page_hides_the_menu_or_the_council_of_its_bar() -> None:
    """A view whose context has a name of the context processor shows its own value in the bar."""
    names = re.compile(r"""["'](?:menu|memberships|draft_key)["']\s*:""")
    source = Path(sambang.__file__).parent
    places = {str(path.relative_to(source)) for path in source.rglob("*.py") if names.search(path.read_text("utf-8"))}
    assert places == {"access/menu.py"}
