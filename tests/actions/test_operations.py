"""Promise, commit, claim; confirm and dispute only by the IKM that raised it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from sambang.access.models import Person
from sambang.actions.models import Action, ActionEvent, Confirmation, Step
from sambang.actions.operations import (
    add_step,
    claim_action,
    commit_action,
    complete_step,
    drop_action,
    link_promise,
    promise_action,
    reopen_action,
)
from sambang.aspirations.models import Aspiration, Idea, Matter
from sambang.aspirations.operations import set_aside
from sambang.audit.models import Entry
from sambang.registry.models import Business, Cluster, Region
from sambang.visits.models import Visit
from tests.actions.conftest import DUE


def state_of(row: Action | Matter) -> str:
    row.refresh_from_db()
    return row.state


class TestPromise:
    def test_keeps_who_what_when(self, promise: Any, visit: Visit, sari: Person, rina: Person, matter: Matter) -> None:
        action = promise(matter=matter, budget=500_000, responsible=rina)
        assert (action.state, action.visit, action.created_by, action.responsible) == ("promised", visit, sari, rina)
        assert (action.cluster, action.budget, action.due_on) == (visit.cluster, 500_000, DUE)
        assert state_of(matter) == "acting"

    def test_leader_and_other_council_may_not(self, visit: Visit, budi: Person, citra: Person) -> None:
        for stranger in (budi, citra):
            with pytest.raises(PermissionDenied):
                promise_action(visit, stranger, title="x", responsible_name="y", due_on=DUE)
        assert not Action.objects.exists()

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"due_on": date(2022, 3, 30)}, "lebih awal"),
            ({"budget": -1}, "kurang dari nol"),
            ({"title": "  "}, "Wajib diisi"),
            ({"responsible_name": " "}, "Wajib diisi"),
        ],
    )
    def test_bad_facts_change_nothing(self, promise: Any, facts: dict[str, Any], sentence: str) -> None:
        with pytest.raises(ValidationError, match=sentence):
            promise(**facts)
        assert not Action.objects.exists()

    def test_twice_is_once(self, promise: Any) -> None:
        promise("Pajangan gratis")
        with pytest.raises(ValidationError, match="sudah tercatat"):
            promise("pajangan gratis ")
        assert Action.objects.count() == 1

    def test_not_on_a_cancelled_visit(self, promise: Any, visit: Visit) -> None:
        Visit.objects.filter(pk=visit.pk).update(state="cancelled")
        visit.refresh_from_db()
        with pytest.raises(ValidationError, match="batal"):
            promise()

    def test_responsible_works_for_this_region(self, promise: Any, citra: Person) -> None:
        with pytest.raises(ValidationError, match="tidak bekerja untuk wilayah"):
            promise(responsible=citra)
        assert not Action.objects.exists()

    def test_matter_is_of_this_cluster_and_open(
        self, promise: Any, matter: Matter, rina: Person, places: dict[str, Region]
    ) -> None:
        other = Cluster.objects.create(name="Sentra Lain", region=places["3404072003"])
        elsewhere = Matter.objects.create(region=other.region, cluster=other, title="Lain", difficulty="capital")
        with pytest.raises(ValidationError, match="sentra lain"):
            promise(matter=elsewhere)
        set_aside(matter, rina, because="x")
        with pytest.raises(ValidationError, match="dikesampingkan"):
            promise(matter=matter)
        assert not Action.objects.exists()


class TestLink:
    def test_then_those_are_asked_who_raised_it(self, promise: Any, matter: Matter, sari: Person, rina: Person) -> None:
        action = link_promise(promise(), sari, matter=matter)
        assert (action.matter, state_of(matter)) == (matter, "acting")
        claim_action(action, rina, claim="Sudah")
        assert action.confirmations.count() == 3  # Cemara too, which was not there
        with pytest.raises(ValidationError, match="Tindakan"):
            link_promise(action, sari, matter=matter)

    def test_once_and_within_the_cluster_and_open(
        self, promise: Any, matter: Matter, action: Action, sari: Person, rina: Person, places: dict[str, Region]
    ) -> None:
        with pytest.raises(ValidationError, match="sudah terhubung"):
            link_promise(action, sari, matter=matter)
        other = Cluster.objects.create(name="Sentra Lain", region=places["3404072003"])
        elsewhere = Matter.objects.create(region=other.region, cluster=other, title="Lain", difficulty="capital")
        with pytest.raises(ValidationError, match="sentra lain"):
            link_promise(promise(), sari, matter=elsewhere)
        set_aside(elsewhere, rina, because="x")
        assert Action.objects.get(title="Pajangan gratis rahasia").matter is None

    @pytest.mark.parametrize("state", ["claimed", "confirmed", "disputed", "dropped"])
    def test_only_before_anybody_was_asked(self, promise: Any, matter: Matter, sari: Person, state: str) -> None:
        action, owner = promise(), matter.aspirations.all()[0].business.owner
        now = timezone.now()
        Action.objects.filter(pk=action.pk).update(
            state=state, claimed_at=now, claimed_by=sari, confirmed_at=now, confirmed_by=owner, dropped_because="x"
        )
        with pytest.raises(ValidationError, match="Tindakan"):
            link_promise(action, sari, matter=matter)
        action.refresh_from_db()
        assert (action.matter, action.state) == (None, state)

    @pytest.mark.parametrize("who", ["budi", "citra"])
    def test_others_may_not(self, promise: Any, matter: Matter, who: str, request: pytest.FixtureRequest) -> None:
        with pytest.raises(PermissionDenied):
            link_promise(promise(), request.getfixturevalue(who), matter=matter)


class TestCommit:
    def test_chooses_the_idea_and_plans_it(self, idea: Idea, rina: Person) -> None:
        action = commit_action(
            idea, rina, title="Etalase", responsible_name="Bidang", due_on=DUE, budget=1_000, steps=["Rak", "Kurasi"]
        )
        idea.refresh_from_db()
        assert (idea.chosen_by, action.matter, action.budget) == (rina, idea.matter, 1_000)
        assert list(action.steps.order_by("added_at").values_list("title", flat=True)) == ["Rak", "Kurasi"]
        assert state_of(idea.matter) == "acting"
        assert {entry.verb for entry in Entry.objects.about(idea)} >= {"aspirations.choose", "actions.commit"}

    def test_once(self, action: Action, idea: Idea, rina: Person) -> None:
        with pytest.raises(ValidationError, match="sudah menjadi tindakan"):
            commit_action(idea, rina, title="Lagi", responsible_name="x", due_on=DUE)
        assert Action.objects.count() == 1

    @pytest.mark.parametrize("who", ["sari", "budi", "citra"])
    def test_only_staff(self, idea: Idea, who: str, request: pytest.FixtureRequest) -> None:
        with pytest.raises(PermissionDenied):
            commit_action(idea, request.getfixturevalue(who), title="x", responsible_name="y", due_on=DUE)
        idea.refresh_from_db()
        assert (idea.chosen_at, Action.objects.count()) == (None, 0)

    def test_a_bad_step_leaves_nothing_behind(self, idea: Idea, rina: Person) -> None:
        with pytest.raises(ValidationError, match="sudah ada"):
            commit_action(idea, rina, title="x", responsible_name="y", due_on=DUE, steps=["Rak", "rak"])
        idea.refresh_from_db()
        assert (idea.chosen_at, Action.objects.count(), Step.objects.count()) == (None, 0, 0)


class TestSteps:
    def test_an_officer_takes_a_step_once(self, action: Action, sari: Person, budi: Person) -> None:
        step = add_step(action, sari, title="Pesan rak", due_on=DUE)
        with pytest.raises(PermissionDenied):
            complete_step(step, budi)
        complete_step(step, sari)
        step.refresh_from_db()
        assert (step.done_by, step.done_at is not None) == (sari, True)
        with pytest.raises(ValidationError, match="sudah ditandai"):
            complete_step(step, sari)


class TestClaim:
    def test_asks_every_ikm_that_raised_the_matter(
        self, action: Action, raisers: list[Business], rina: Person, sari: Person
    ) -> None:
        again = {"kind": "challenge", "text": "Sekali lagi", "difficulty": "marketing", "noted_by": sari}
        Aspiration.objects.create(business=raisers[0], matter=action.matter, **again)
        claim_action(action, rina, claim="Sudah berdiri")
        assert sorted(one.business.name for one in action.confirmations.all()) == [one.name for one in raisers]
        assert {one.answer for one in action.confirmations.all()} == {"waiting"}
        action.refresh_from_db()
        assert (action.state, action.claim, action.claimed_by) == ("claimed", "Sudah berdiri", rina)
        assert state_of(action.matter) == "acting"  # type: ignore[arg-type]

    def test_a_promise_asks_those_who_were_there(self, promise: Any, rina: Person) -> None:
        action = claim_action(promise(), rina, claim="Sudah dipajang")
        assert sorted(one.business.name for one in action.confirmations.all()) == ["Jahit Asri", "Jahit Barokah"]

    def test_refuses_when_nobody_can_be_asked(self, promise: Any, visit: Visit, rina: Person) -> None:
        visit.attendances.all().delete()
        action = promise()
        with pytest.raises(ValidationError, match="Belum ada IKM"):
            claim_action(action, rina, claim="Sudah")
        assert (state_of(action), ActionEvent.objects.count()) == ("promised", 0)

    def test_says_what_was_done(self, action: Action, rina: Person) -> None:
        with pytest.raises(ValidationError, match="Tulis apa yang sudah"):
            claim_action(action, rina, claim=" ")
        assert (state_of(action), Confirmation.objects.count()) == ("promised", 0)

    @pytest.mark.parametrize("who", ["sari", "budi", "citra"])
    def test_only_staff(self, action: Action, who: str, request: pytest.FixtureRequest) -> None:
        with pytest.raises(PermissionDenied):
            claim_action(action, request.getfixturevalue(who), claim="x")
        assert state_of(action) == "promised"


class TestDropAndReopen:
    def test_says_why_and_frees_the_matter(self, action: Action, matter: Matter, rina: Person) -> None:
        with pytest.raises(ValidationError, match="Tulis alasannya"):
            drop_action(action, rina, because="")
        drop_action(action, rina, because="Dana tidak turun")
        assert (state_of(action), state_of(matter)) == ("dropped", "discussed")
        reopen_action(action, rina)
        assert (state_of(action), state_of(matter)) == ("promised", "acting")
        assert [event.text for event in action.events.order_by("pk")] == ["Dana tidak turun", ""]

    def test_withdrawing_a_claim_keeps_the_answers(
        self, action: Action, asked: list[Confirmation], rina: Person
    ) -> None:
        reopen_action(action, rina)
        action.refresh_from_db()
        assert (action.claim, action.claimed_at, Confirmation.objects.to_answer().count()) == ("", None, 0)
        assert action.events.get(kind="claimed").text == "Etalase sudah berdiri"

    @pytest.mark.parametrize("who", ["sari", "budi", "citra"])
    def test_only_staff(self, action: Action, who: str, request: pytest.FixtureRequest) -> None:
        person: Person = request.getfixturevalue(who)
        use: list[Callable[[], object]] = [
            lambda: drop_action(action, person, because="x"),
            lambda: reopen_action(action, person),
        ]
        for attempt in use:
            with pytest.raises(PermissionDenied):
                attempt()
        assert state_of(action) == "promised"
