"""The leader's page: the figures of the results page, responsible persons and visits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sambang.access.models import Council, Person
from sambang.actions.models import Confirmation
from sambang.actions.operations import confirm_action, dispute_action
from sambang.insight.council_screen import council_screen
from sambang.insight.queries import council_overview
from sambang.lib import clock
from sambang.registry.models import Cluster
from sambang.visits.models import Visit
from tests.actions.conftest import action, asked, idea, matter, raisers

__all__ = ["action", "asked", "idea", "matter", "raisers"]
type In = Callable[[Person], Client]


@pytest.fixture
def visit_today(cluster: Cluster, sari: Person) -> Visit:
    today = clock.today()
    return Visit.objects.create(
        region=cluster.region,
        cluster=cluster,
        planned_for=today,
        held_on=today,
        state=Visit.State.HELD,
        purpose="Sambang",
        planned_by=sari,
    )


def text_of(client: Client) -> str:
    return " ".join(client.get(reverse("insight:council_screen_detail")).text.split())


def test_those_who_asked_are_counted_and_a_refusal_comes_first(
    asked: list[Confirmation], sleman: Council, budi: Person, rina: Person, signed_in: In
) -> None:
    for row in asked[:2]:
        confirm_action(row, row.business.owner, text="")
    page = text_of(signed_in(budi))
    assert "2 dari 3 IKM menyatakan selesai" in page and "Tidak ada tindakan yang menunggu keputusan." in page
    assert "dari 3 IKM, 3 aspirasi" in page and "belum pernah dikunjungi" in page
    dispute_action(asked[2], asked[2].business.owner, text="Belum")
    page = text_of(signed_in(budi))
    assert "1 tindakan disangkal IKM atau lewat tenggat" in page and "1 menyatakan belum" in page
    assert "Bidang Industri, tenggat 30 April 2022" in page
    assert "Jahit Asri" not in page


def test_another_council_sees_none_of_it(asked: list[Confirmation], citra: Person, signed_in: In) -> None:
    assert "Etalase" not in text_of(signed_in(citra))


def test_it_shows_the_numbers_of_the_results_page_in_few_queries(
    asked: list[Confirmation], sleman: Council, budi: Person, visit_today: Visit, django_assert_max_num_queries: Any
) -> None:
    today = clock.today()
    overview = council_overview(sleman, budi, today=today)
    with django_assert_max_num_queries(3):
        screen = council_screen(overview, budi, today=today)
    assert screen.next_places == []  # the only sentra was visited today
    assert [(row.solved, row.asked) for row in screen.answered] == [(0, overview.actions.businesses_asked)]
