"""Bring together, discuss, weigh, choose, set aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from sambang.access.models import Person
from sambang.aspirations.models import Aspiration, Comment, Idea, Matter, Vote
from sambang.aspirations.operations import add_comment, choose_idea, group_aspirations, propose_idea, set_aside, vote
from sambang.aspirations.states import MATTER_TRANSITIONS, State, change_state, state_by_actions
from sambang.audit.models import Entry
from sambang.registry.models import Cluster, Region

Heard = Callable[..., Aspiration]
ABOUT = {"title": "Pemasaran", "difficulty": "marketing"}


class TestBringTogether:
    def test_makes_a_matter_of_like_aspirations(self, cluster: Cluster, heard: Heard, rina: Person) -> None:
        voices = [heard(), heard()]
        matter = group_aspirations(cluster, rina, aspirations=voices, **ABOUT)
        assert (matter.title, matter.difficulty, matter.state, matter.cluster) == (
            "Pemasaran",
            "marketing",
            "heard",
            cluster,
        )
        assert set(matter.aspirations.all()) == set(voices)
        [entry] = Entry.objects.about(matter)
        assert (entry.by, entry.verb) == (rina, "aspirations.group")

    @pytest.mark.parametrize("who", ["sari", "budi", "citra"])
    def test_only_staff_decide(self, cluster: Cluster, heard: Heard, who: str, request: pytest.FixtureRequest) -> None:
        one = heard()
        with pytest.raises(PermissionDenied):
            group_aspirations(cluster, request.getfixturevalue(who), aspirations=[one], **ABOUT)
        assert not Matter.objects.exists()

    def test_refuses_nothing_and_what_is_elsewhere(self, cluster: Cluster, heard: Heard, rina: Person) -> None:
        with pytest.raises(ValidationError, match="paling sedikit satu"):
            group_aspirations(cluster, rina, aspirations=[], **ABOUT)
        one, two = heard(), heard()
        group_aspirations(cluster, rina, aspirations=[one], **ABOUT)
        with pytest.raises(ValidationError, match="sudah masuk pokok bahasan"):
            group_aspirations(cluster, rina, aspirations=[one, two], **ABOUT)
        two.refresh_from_db()
        assert (Matter.objects.count(), two.matter) == (1, None)

    def test_refuses_an_aspiration_of_another_regency(
        self, cluster: Cluster, heard: Heard, rina: Person, make_business: Any, places: dict[str, Region]
    ) -> None:
        village = next(region for code, region in places.items() if len(code) == 10 and not code.startswith("3404"))
        other = Cluster.objects.create(name="Sentra Lain", region=village)
        stranger = heard(business=make_business("Jahit Lain", within=other))
        with pytest.raises(ValidationError, match="di kabupaten/kota lain"):
            group_aspirations(cluster, rina, aspirations=[stranger], **ABOUT)
        assert not Matter.objects.exists()

    def test_joins_a_matter_and_opens_one_that_was_set_aside(
        self, cluster: Cluster, matter: Matter, heard: Heard, rina: Person
    ) -> None:
        set_aside(matter, rina, because="di luar wewenang")
        group_aspirations(cluster, rina, aspirations=[heard()], title="Judul baru", difficulty="price", matter=matter)
        matter.refresh_from_db()
        assert (matter.title, matter.difficulty, matter.state) == ("Judul baru", "price", "heard")
        assert matter.aspirations.count() == 3

    def test_a_matter_left_empty_is_set_aside_with_the_reason(
        self, cluster: Cluster, matter: Matter, heard: Heard, rina: Person
    ) -> None:
        target = group_aspirations(cluster, rina, aspirations=[heard()], **ABOUT)
        group_aspirations(cluster, rina, aspirations=list(matter.aspirations.all()), matter=target, **ABOUT)
        matter.refresh_from_db()
        assert (matter.state, matter.set_aside_because) == ("set_aside", "Disatukan ke “Pemasaran”.")
        assert target.aspirations.count() == 3

    @pytest.mark.parametrize("state", ["acting", "solved", "set_aside"])
    def test_nothing_is_taken_out_of_a_matter_being_acted_on(
        self, cluster: Cluster, matter: Matter, heard: Heard, rina: Person, state: str
    ) -> None:
        target = group_aspirations(cluster, rina, aspirations=[heard()], **ABOUT)
        Matter.objects.filter(pk=matter.pk).update(state=state, set_aside_because="x")
        with pytest.raises(ValidationError, match="sudah masuk"):
            group_aspirations(cluster, rina, aspirations=list(matter.aspirations.all()), matter=target, **ABOUT)
        assert matter.aspirations.count() == 2

    def test_a_solved_matter_takes_no_new_voice(
        self, cluster: Cluster, matter: Matter, heard: Heard, rina: Person
    ) -> None:
        Matter.objects.filter(pk=matter.pk).update(state="solved")
        with pytest.raises(ValidationError, match="buatlah pokok bahasan baru"):
            group_aspirations(cluster, rina, aspirations=[heard()], matter=matter, **ABOUT)
        assert matter.aspirations.count() == 2


class TestDiscuss:
    def test_a_first_comment_moves_heard_to_discussed(self, matter: Matter, budi: Person) -> None:
        comment = add_comment(matter, budi, text=" Coba dulu kurasi. ")
        matter.refresh_from_db()
        assert (comment.text, matter.state) == ("Coba dulu kurasi.", "discussed")

    def test_said_twice_is_noted_once(self, matter: Matter, budi: Person) -> None:
        add_comment(matter, budi, text="Setuju")
        with pytest.raises(ValidationError, match="sudah tercatat"):
            add_comment(matter, budi, text="Setuju ")
        assert Comment.objects.count() == 1

    def test_empty_words_change_nothing(self, matter: Matter, budi: Person) -> None:
        with pytest.raises(ValidationError):
            add_comment(matter, budi, text="  ")
        matter.refresh_from_db()
        assert (matter.state, Comment.objects.count()) == ("heard", 0)

    def test_the_raiser_and_the_head_have_a_voice_another_owner_and_council_not(
        self, matter: Matter, citra: Person, make_business: Any
    ) -> None:
        raiser, head = matter.aspirations.all()[0].business.owner, matter.cluster.head
        assert head is not None
        add_comment(matter, raiser, text="Betul")
        add_comment(matter, head, text="Saya juga")
        for stranger in (citra, make_business("Jahit Diam").owner):
            with pytest.raises(PermissionDenied):
                add_comment(matter, stranger, text="Saya intip")
        assert Comment.objects.count() == 2


class TestWeigh:
    @pytest.fixture
    def idea(self, matter: Matter, sari: Person) -> Idea:
        return propose_idea(matter, sari, proposal="Etalase di ruang pamer", cost=2_500_000)

    def test_an_idea_moves_the_matter_to_discussed(self, idea: Idea) -> None:
        idea.matter.refresh_from_db()
        assert (idea.cost, idea.matter.state) == (2_500_000, "discussed")

    def test_refuses_twins_and_less_than_nothing(self, idea: Idea, sari: Person, budi: Person) -> None:
        with pytest.raises(ValidationError, match="sudah diusulkan"):
            propose_idea(idea.matter, sari, proposal="etalase di ruang pamer")
        with pytest.raises(ValidationError, match="kurang dari nol"):
            propose_idea(idea.matter, sari, proposal="Gratis", cost=-1)
        with pytest.raises(PermissionDenied):
            propose_idea(idea.matter, budi, proposal="Pimpinan hanya menimbang")
        assert Idea.objects.count() == 1

    def test_one_voice_each_and_changeable(self, idea: Idea, sari: Person, budi: Person) -> None:
        vote(idea, sari, weight=1)
        vote(idea, budi, weight=1)
        vote(idea, budi, weight=-1)
        assert {(one.by, one.weight) for one in Vote.objects.all()} == {(sari, 1), (budi, -1)}

    @pytest.mark.parametrize("weight", [2, -2, -5, 100])
    def test_refuses_strange_weights_and_strangers(self, idea: Idea, sari: Person, citra: Person, weight: int) -> None:
        with pytest.raises(ValidationError, match="Pilih setuju"):
            vote(idea, sari, weight=weight)
        with pytest.raises(PermissionDenied):
            vote(idea, citra, weight=1)
        assert not Vote.objects.exists()

    def test_choosing_ends_the_vote(self, idea: Idea, sari: Person, rina: Person, budi: Person) -> None:
        with pytest.raises(PermissionDenied):
            choose_idea(idea, budi)
        choose_idea(idea, rina)
        assert (idea.chosen_by, idea.chosen_at is not None) == (rina, True)
        with pytest.raises(ValidationError, match="sudah dipilih"):
            vote(idea, sari, weight=1)
        with pytest.raises(ValidationError, match="sudah dipilih"):
            choose_idea(idea, rina)

    @pytest.mark.parametrize("state", ["solved", "set_aside"])
    def test_a_closed_matter_is_weighed_no_more(self, idea: Idea, rina: Person, state: str) -> None:
        Matter.objects.filter(pk=idea.matter_id).update(state=state, set_aside_because="x")
        for attempt in (
            lambda: vote(idea, rina, weight=1),
            lambda: choose_idea(idea, rina),
            lambda: propose_idea(idea.matter, rina, proposal="Lain"),
        ):
            with pytest.raises(ValidationError, match="tidak lagi dibahas"):
                attempt()
        assert (Idea.objects.count(), Vote.objects.count()) == (1, 0)


class TestSetAside:
    def test_says_why(self, matter: Matter, rina: Person) -> None:
        with pytest.raises(ValidationError, match="Tulis alasannya"):
            set_aside(matter, rina, because=" ")
        matter.refresh_from_db()
        assert matter.state == "heard"
        set_aside(matter, rina, because="Wewenang provinsi")
        matter.refresh_from_db()
        assert (matter.state, matter.set_aside_because) == ("set_aside", "Wewenang provinsi")
        with pytest.raises(ValidationError, match="sudah dikesampingkan"):
            set_aside(matter, rina, because="Lagi")

    @pytest.mark.parametrize("who", ["sari", "budi", "citra"])
    def test_only_staff(self, matter: Matter, who: str, request: pytest.FixtureRequest) -> None:
        with pytest.raises(PermissionDenied):
            set_aside(matter, request.getfixturevalue(who), because="x")
        matter.refresh_from_db()
        assert matter.state == "heard"

    def test_not_while_something_is_being_done(self, matter: Matter, rina: Person) -> None:
        Matter.objects.filter(pk=matter.pk).update(state="acting")
        with pytest.raises(ValidationError, match="Masih ada tindakan"):
            set_aside(matter, rina, because="x")

    def test_the_database_too_wants_the_reason(self, matter: Matter) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Matter.objects.filter(pk=matter.pk).update(state="set_aside")


@pytest.mark.parametrize("now", State)
@pytest.mark.parametrize("to", State)
def test_every_move_of_a_matter_is_in_the_table_or_refused(matter: Matter, now: State, to: State) -> None:
    Matter.objects.filter(pk=matter.pk).update(state=now, set_aside_because="x")
    matter.refresh_from_db()
    if to == now or to in MATTER_TRANSITIONS[now]:
        change_state(matter, to)
        expected = to
    else:
        with pytest.raises(ValidationError, match="tidak dapat langsung"):
            change_state(matter, to)
        expected = now
    matter.refresh_from_db()
    assert matter.state == expected


@pytest.mark.parametrize(
    ("actions", "state"),
    [
        (["promised"], State.ACTING),
        (["confirmed", "claimed"], State.ACTING),
        (["confirmed", "disputed"], State.ACTING),
        (["confirmed", "dropped"], State.SOLVED),
        (["dropped"], State.DISCUSSED),
        ([], State.DISCUSSED),
    ],
)
def test_a_matter_stands_where_its_actions_stand(actions: list[str], state: State) -> None:
    assert state_by_actions(actions) == state
