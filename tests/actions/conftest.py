from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from sambang.access.models import Person
from sambang.actions.models import Action, Confirmation
from sambang.actions.operations import claim_action, commit_action, promise_action
from sambang.aspirations.models import Aspiration, Idea, Matter
from sambang.aspirations.operations import group_aspirations, propose_idea
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Attendance, Visit

DUE = date(2022, 4, 30)


@pytest.fixture
def raisers(make_business: Callable[..., Business]) -> list[Business]:
    return [make_business(f"Jahit {name}") for name in ("Asri", "Barokah", "Cemara")]


@pytest.fixture
def matter(cluster: Cluster, raisers: list[Business], sari: Person, rina: Person) -> Matter:
    """Three IKM, one matter."""
    voices = [
        Aspiration.objects.create(
            business=business, kind="constraint", text="Pasar sepi", difficulty="marketing", noted_by=sari
        )
        for business in raisers
    ]
    return group_aspirations(cluster, rina, aspirations=voices, title="Pasar rahasia", difficulty="marketing")


@pytest.fixture
def idea(matter: Matter, sari: Person) -> Idea:
    return propose_idea(matter, sari, proposal="Etalase di ruang pamer")


@pytest.fixture
def action(idea: Idea, rina: Person) -> Action:
    return commit_action(idea, rina, title="Etalase rahasia", responsible_name="Bidang Industri", due_on=DUE)


@pytest.fixture
def asked(action: Action, raisers: list[Business], rina: Person) -> list[Confirmation]:
    """The action claimed; one confirmation for each raiser, in their order."""
    claim_action(action, rina, claim="Etalase sudah berdiri")
    return [action.confirmations.get(business=business) for business in raisers]


@pytest.fixture
def visit(cluster: Cluster, raisers: list[Business], sari: Person) -> Visit:
    """Held on 31 March 2022; Asri and Barokah were there, Cemara was not."""
    visit = Visit.objects.create(
        region=cluster.region,
        cluster=cluster,
        planned_for=date(2022, 3, 31),
        held_on=date(2022, 3, 31),
        state="held",
        purpose="Sambang",
        planned_by=sari,
    )
    for business in raisers:
        Attendance.objects.create(
            visit=visit, business=business, present=business.name != "Jahit Cemara", noted_by=sari
        )
    return visit


@pytest.fixture
def promise(visit: Visit, sari: Person) -> Callable[..., Action]:
    def make(title: str = "Pajangan gratis rahasia", **facts: Any) -> Action:
        given: dict[str, Any] = {"responsible_name": "Dekranasda", "due_on": DUE, **facts}
        return promise_action(visit, sari, title=title, **given)

    return make
