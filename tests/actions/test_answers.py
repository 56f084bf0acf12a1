"""Confirm and dispute: only by the IKM that raised the matter; the share from which on an action counts as solved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from sambang.access.models import Council, Membership, Person, Role
from sambang.actions.models import Action, Confirmation
from sambang.actions.operations import (
    claim_action,
    confirm_action,
    dispute_action,
    drop_action,
    reopen_action,
    set_confirmation_share,
)
from sambang.actions.queries import required_share
from sambang.aspirations.models import Aspiration, Matter
from sambang.registry.models import Business
from sambang.visits.models import Visit
from sambang.visits.operations import record_attendance


def state_of(row: Action | Matter) -> str:
    row.refresh_from_db()
    return row.state


class TestAnswers:
    def test_half_confirm_and_nobody_disputes(self, action: Action, asked: list[Confirmation], matter: Matter) -> None:
        confirm_action(asked[1], asked[1].business.owner)
        assert (state_of(action), state_of(matter)) == ("claimed", "acting")
        owner = asked[0].business.owner
        confirm_action(asked[0], owner, text="Sudah laku")
        assert state_of(action) == "confirmed"
        assert (action.confirmed_by, state_of(matter)) == (owner, "solved")
        counted = Action.objects.with_answers().get()
        assert (counted.asked, counted.solved, counted.refused) == (3, 2, 0)

    @pytest.mark.parametrize(("share", "states"), [(1, "confirmed"), (33, "confirmed"), (34, "claimed")])
    def test_the_council_sets_the_share(
        self,
        action: Action,
        asked: list[Confirmation],
        rina: Person,
        sari: Person,
        sleman: Council,
        share: int,
        states: str,
    ) -> None:
        with pytest.raises(PermissionDenied):
            set_confirmation_share(sleman, sari, share=share)
        set_confirmation_share(sleman, rina, share=share)
        confirm_action(asked[1], asked[1].business.owner)
        assert state_of(action) == states

    def test_of_several_councils_the_nearest_and_strictest_counts(
        self, action: Action, asked: list[Confirmation], sleman: Council
    ) -> None:
        Council.objects.create(name="DIY", region_code="34", confirmation_share=100)
        assert required_share(action) == 50
        Council.objects.create(name="Dinas Sleman", region_code=sleman.region_code, confirmation_share=67)
        assert required_share(action) == 67

    def test_no_share_beyond_a_hundred(self, sleman: Council, rina: Person) -> None:
        for share in (0, 101):
            with pytest.raises(ValidationError):
                set_confirmation_share(sleman, rina, share=share)

    def test_silence_is_not_solved(self, action: Action, asked: list[Confirmation], matter: Matter) -> None:
        assert (state_of(action), state_of(matter)) == ("claimed", "acting")

    def test_nobody_answers_for_an_ikm(
        self, asked: list[Confirmation], action: Action, request: pytest.FixtureRequest
    ) -> None:
        people = [request.getfixturevalue(name) for name in ("sari", "rina", "budi", "citra")]
        for person in [*people, asked[1].business.owner, action.cluster.head]:
            with pytest.raises(PermissionDenied):
                confirm_action(asked[0], person)
            with pytest.raises(PermissionDenied):
                dispute_action(asked[0], person, text="x")
        assert state_of(action) == "claimed"

    def test_a_refusal_reopens_with_its_words(self, action: Action, asked: list[Confirmation], matter: Matter) -> None:
        confirm_action(asked[0], asked[0].business.owner)
        dispute_action(asked[1], asked[1].business.owner, text="Etalase saya kosong")
        assert (state_of(action), state_of(matter)) == ("disputed", "acting")
        assert (action.confirmed_at, action.confirmed_by) == (None, None)
        event = action.events.get(kind="disputed")
        assert (event.text, event.business) == ("Etalase saya kosong", asked[1].business)
        assert list(Action.objects.overdue(today=date(2022, 5, 1))) == [action]

    def test_who_refused_may_confirm_later(self, action: Action, asked: list[Confirmation], matter: Matter) -> None:
        owner = asked[1].business.owner
        dispute_action(asked[1], owner, text="Belum")
        confirm_action(asked[1], owner, text="Kini sudah")
        confirm_action(asked[2], asked[2].business.owner)
        assert (state_of(action), state_of(matter)) == ("confirmed", "solved")
        kinds = [event.kind for event in action.events.order_by("pk")]
        assert kinds == ["claimed", "disputed", "confirmed", "confirmed"]

    def test_who_confirmed_may_dispute_later(self, action: Action, asked: list[Confirmation]) -> None:
        owner = asked[0].business.owner
        confirm_action(asked[0], owner)
        dispute_action(asked[0], owner, text="Rusak lagi")
        assert state_of(action) == "disputed"

    def test_a_newer_claim_never_talks_over_a_refusal(
        self, action: Action, asked: list[Confirmation], rina: Person
    ) -> None:
        first, second, third = asked
        confirm_action(first, first.business.owner)
        dispute_action(second, second.business.owner, text="Kosong")
        claim_action(action, rina, claim="Kini sudah diisi")
        assert state_of(action) == "claimed"  # the first has confirmed, but the second has not answered anew
        assert set(Confirmation.objects.to_answer()) == {second, third}
        confirm_action(third, third.business.owner)
        assert state_of(action) == "claimed"
        second.refresh_from_db()
        assert (second.text, second.asked_again) == ("Kosong", True)
        confirm_action(second, second.business.owner)
        assert state_of(action) == "confirmed"

    def test_a_refusal_repeated_after_a_newer_claim_counts(
        self, action: Action, asked: list[Confirmation], rina: Person
    ) -> None:
        owner = asked[0].business.owner
        dispute_action(asked[0], owner, text="Kosong")
        with pytest.raises(ValidationError, match="sudah tercatat"):
            dispute_action(asked[0], owner, text="Kosong")
        claim_action(action, rina, claim="Sudah diisi")
        asked[0].refresh_from_db()
        dispute_action(asked[0], owner, text="Kosong")
        assert state_of(action) == "disputed"

    def test_a_refusal_says_what_is_missing(self, action: Action, asked: list[Confirmation]) -> None:
        with pytest.raises(ValidationError, match="Tulis apa yang belum"):
            dispute_action(asked[0], asked[0].business.owner, text=" ")
        assert state_of(action) == "claimed"

    def test_who_joined_the_matter_after_the_claim_is_asked_too(
        self, action: Action, asked: list[Confirmation], make_business: Any, sari: Person
    ) -> None:
        late = make_business("Jahit Dahlia")
        again = {"kind": "challenge", "text": "Saya juga", "difficulty": "marketing", "noted_by": sari}
        Aspiration.objects.create(business=late, matter=action.matter, **again)
        confirm_action(asked[0], asked[0].business.owner)
        counted = Action.objects.with_answers().get()
        assert (counted.asked, counted.solved, counted.refused) == (4, 1, 0)
        dispute_action(late.confirmations.get(), late.owner, text="Belum")
        assert state_of(action) == "disputed"

    def test_attendance_that_comes_after_the_claim_asks_nobody_more(
        self, promise: Any, visit: Visit, make_business: Callable[..., Business], sari: Person, rina: Person
    ) -> None:
        action = claim_action(promise(), rina, claim="Sudah")
        asked = set(action.confirmations.values_list("business", flat=True))
        record_attendance(visit, sari, business=make_business("Terlambat"), present=True)
        first = action.confirmations.order_by("pk").first()
        assert first is not None
        confirm_action(first, first.business.owner)
        assert set(action.confirmations.values_list("business", flat=True)) == asked

    def test_twice_is_once(self, action: Action, asked: list[Confirmation]) -> None:
        confirm_action(asked[0], asked[0].business.owner)
        with pytest.raises(ValidationError, match="Terima kasih"):
            confirm_action(asked[0], asked[0].business.owner)
        assert action.events.filter(kind="confirmed").count() == 1

    def test_one_open_action_keeps_the_matter_open(
        self, action: Action, asked: list[Confirmation], matter: Matter, promise: Any, rina: Person
    ) -> None:
        other = promise(matter=matter)
        for confirmation in asked[:2]:
            confirm_action(confirmation, confirmation.business.owner)
        assert state_of(matter) == "acting"
        drop_action(other, rina, because="Sudah terjawab")
        assert state_of(matter) == "solved"
        reopen_action(other, rina)
        assert state_of(matter) == "acting"


class TestOwnWork:
    """A council person may own an IKM; then somebody else has to answer for what that person did."""

    @pytest.mark.parametrize("part", ["created_by", "claimed_by", "responsible"])
    def test_gets_a_sentence(self, part: str, action: Action, asked: list[Confirmation], sleman: Any) -> None:
        owner = asked[0].business.owner
        Membership.objects.create(person=owner, council=sleman, role=Role.STAFF)
        Action.objects.filter(pk=action.pk).update(**{part: owner})
        with pytest.raises(ValidationError, match="Anda sendiri"):
            confirm_action(asked[0], owner)
        assert (state_of(action), action.events.count()) == ("claimed", 1)
        for confirmation in asked[1:]:
            confirm_action(confirmation, confirmation.business.owner)
        assert state_of(action) == "confirmed"

    @pytest.mark.parametrize("part", ["created_by", "claimed_by", "responsible"])
    def test_the_database_guards_it_too(self, part: str, action: Action, asked: list[Confirmation]) -> None:
        owner = asked[0].business.owner
        confirm_action(asked[1], asked[1].business.owner)
        confirm_action(asked[0], owner)
        with pytest.raises(IntegrityError), transaction.atomic():
            Action.objects.filter(pk=action.pk).update(**{part: owner})

    def test_no_confirmed_without_by_whom(self, action: Action) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Action.objects.filter(pk=action.pk).update(state="confirmed", claimed_at=timezone.now())
