"""What a person is told: of whom, in which order, and no more than they may read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from sambang.access.models import Person
from sambang.actions.models import Action, Confirmation
from sambang.actions.operations import commit_action, confirm_action, dispute_action, replan_action
from sambang.aspirations.models import Idea, Matter
from sambang.aspirations.operations import add_comment, propose_idea
from sambang.lib import clock
from sambang.lib.tokens import mask_tokens
from sambang.notices.calendar_tokens import calendar_token_of
from sambang.notices.models import NoticeKind
from sambang.notices.operations import choose_notices, mark_read, open_calendar
from sambang.notices.queries import notices, settings_of, unread_count
from sambang.registry.models import Business
from sambang.visits.models import Visit
from tests.actions.conftest import action, asked, idea, matter, raisers

__all__ = ["action", "asked", "idea", "matter", "raisers"]
type In = Callable[[Person], Client]


def kinds(person: Person) -> list[str]:
    return [notice.kind for notice in notices(person, settings_of(person), now=clock.now())]


def test_a_refusal_comes_first_and_names_the_ikm(asked: list[Confirmation], rina: Person, budi: Person) -> None:
    dispute_action(asked[0], asked[0].business.owner, text="Etalase masih kosong")
    confirm_action(asked[1], asked[1].business.owner, text="")
    told = notices(rina, None, now=clock.now())
    assert [notice.kind for notice in told] == [NoticeKind.REFUSED, NoticeKind.ANSWERED]
    assert told[0].actor == "Jahit Asri" and told[0].text == "Etalase masih kosong" and told[0].is_new
    assert kinds(budi) == [NoticeKind.REFUSED]  # he answers for nothing; a refusal reaches everybody of the council


def test_another_council_is_told_nothing(asked: list[Confirmation], citra: Person, signed_in: In) -> None:
    dispute_action(asked[0], asked[0].business.owner, text="Etalase masih kosong")
    assert kinds(citra) == [] and unread_count(citra) == 0
    assert "Etalase" not in signed_in(citra).get("/hari-saya/").text


def test_an_owner_reads_of_no_other_ikm(asked: list[Confirmation]) -> None:
    """Both raised the matter: the event is within reach of both, the name and the text of one alone."""
    dispute_action(asked[0], asked[0].business.owner, text="Etalase masih kosong")
    [notice] = notices(asked[1].business.owner, None, now=clock.now())
    assert "Asri" not in notice.actor and notice.text == ""


def test_who_recorded_an_aspiration_learns_what_became_of_it(
    matter: Matter, idea: Idea, sari: Person, rina: Person, asked: list[Confirmation]
) -> None:
    add_comment(matter, rina, text="Akan dibawa ke rapat")
    assert kinds(sari) == [NoticeKind.RAISED, NoticeKind.RAISED]  # the comment and the claim
    assert kinds(rina) == []  # her own deeds


def test_who_is_made_responsible_is_told(matter: Matter, sari: Person, rina: Person) -> None:
    idea = propose_idea(matter, rina, proposal="Pameran")
    row = commit_action(
        idea, rina, title="Pameran", responsible_name="Sari", responsible=sari, due_on=clock.today() + timedelta(days=9)
    )
    assert kinds(sari) == [NoticeKind.RESPONSIBLE]
    later = clock.today() + timedelta(days=20)
    replan_action(row, rina, due_on=later, responsible_name="Sari", responsible=sari, because="Gedung belum siap")
    assert kinds(sari) == [NoticeKind.RESPONSIBLE, NoticeKind.RESPONSIBLE]


def test_each_person_chooses_and_marks_for_themselves(
    asked: list[Confirmation], rina: Person, budi: Person, signed_in: In
) -> None:
    dispute_action(asked[0], asked[0].business.owner, text="Belum")
    confirm_action(asked[1], asked[1].business.owner, text="")
    page = signed_in(rina).get("/hari-saya/").text
    assert "2 baru" in page and "2 kabar baru" in signed_in(rina).get("/").text
    signed_in(rina).post(reverse("notices:notice_settings"), {"kinds": [NoticeKind.ANSWERED]})
    assert kinds(rina) == [NoticeKind.ANSWERED] and unread_count(rina) == 1
    signed_in(rina).post(reverse("notices:notice_mark_read"), {"until": clock.now().isoformat()})
    assert unread_count(rina) == 0 and kinds(rina) == [NoticeKind.ANSWERED]
    assert unread_count(budi) == 1 and kinds(budi) == [NoticeKind.REFUSED]
    with pytest.raises(PermissionDenied):
        choose_notices(budi, rina, wanted=[])


def test_what_came_after_the_page_was_shown_stays_unread(asked: list[Confirmation], rina: Person) -> None:
    dispute_action(asked[0], asked[0].business.owner, text="Belum")
    shown = clock.now()
    confirm_action(asked[1], asked[1].business.owner, text="")
    mark_read(rina, rina, until=shown)
    assert unread_count(rina) == 1


def test_my_day_shows_what_is_refused_and_what_is_mine(
    asked: list[Confirmation], matter: Matter, rina: Person, sari: Person, signed_in: In
) -> None:
    idea = propose_idea(matter, rina, proposal="Pameran")
    today = clock.today()
    commit_action(idea, rina, title="Pameran besar", responsible_name="Sari", responsible=sari, due_on=today)
    Visit.objects.create(
        region=matter.region, cluster=matter.cluster, planned_for=today, purpose="Tengok", planned_by=sari
    )
    dispute_action(asked[0], asked[0].business.owner, text="Belum")
    page = signed_in(sari).get("/hari-saya/").text
    assert page.index("Etalase rahasia") < page.index("Pameran besar") < page.index("Sentra Joho Rahasia, Condongcatur")
    other = signed_in(rina).get("/hari-saya/").text.split("Tanggung jawab saya")[1].split("Kabar")[0]
    assert "Pameran besar" not in other and "Sentra Joho Rahasia" not in other


def test_my_day_costs_the_same_at_any_length(
    asked: list[Confirmation], rina: Person, signed_in: In, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for row in asked:
        dispute_action(row, row.business.owner, text="Belum")
    client = signed_in(rina)
    with django_assert_max_num_queries(10):  # type: ignore[attr-defined]
        client.get("/hari-saya/")


class TestCalendar:
    def read(self, client: Client, token: str) -> list[tuple[str, date, date]]:
        answer = client.get(reverse("notices:calendar_feed", args=[token]))
        assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar")
        return [
            (str(event["summary"]), event["dtstart"].dt, event["dtend"].dt)
            for event in Calendar.from_ical(answer.content).walk("VEVENT")
        ]

    def test_visits_due_dates_and_permits_without_a_name(
        self, client: Client, matter: Matter, rina: Person, business: Business
    ) -> None:
        day = clock.today() + timedelta(days=5)
        Visit.objects.create(
            region=matter.region,
            cluster=matter.cluster,
            planned_for=day,
            planned_until=day + timedelta(days=1),
            purpose="Menengok Bu Asri",
            planned_by=rina,
        )
        Visit.objects.create(
            region=business.region, business=business, planned_for=day, purpose="Menengok", planned_by=rina
        )
        idea = propose_idea(matter, rina, proposal="Pameran")
        commit_action(idea, rina, title="Mesin Bu Asri", responsible_name="Rina", responsible=rina, due_on=day)
        business.permits.create(kind="halal", number="1", valid_until=day)
        token = calendar_token_of(open_calendar(rina, rina))
        found = self.read(client, token)
        next_day, text = day + timedelta(days=1), str(found)
        assert sorted(found) == [
            ("1 izin IKM habis", day, next_day),
            ("Kunjungan: IKM di luar sentra, Condongcatur", day, next_day),
            ("Kunjungan: Sentra Joho Rahasia, Condongcatur", day, next_day + timedelta(days=1)),
            ("Tenggat tindakan: Sentra Joho Rahasia", day, next_day),
        ]
        assert "Asri" not in text and business.name not in text

    def test_replaced_or_revoked_url_and_inactive_person_get_404(
        self, client: Client, rina: Person, signed_in: In
    ) -> None:
        first = calendar_token_of(open_calendar(rina, rina))
        signed_in(rina).post(reverse("notices:calendar_open"))
        second = calendar_token_of(settings_of(rina))
        assert second in signed_in(rina).get(reverse("notices:notice_settings")).text
        client.logout()
        address = reverse("notices:calendar_feed", args=[second])
        assert client.get(reverse("notices:calendar_feed", args=[first])).status_code == 404
        assert client.get(address).status_code == 200
        Person.objects.filter(pk=rina.pk).update(is_active=False)
        assert client.get(address).status_code == 404
        Person.objects.filter(pk=rina.pk).update(is_active=True)
        signed_in(rina).post(reverse("notices:calendar_close"), {"yakin": "1"})
        assert client.get(address).status_code == 404

    def test_the_token_stands_in_no_log(self, rina: Person) -> None:
        token = calendar_token_of(open_calendar(rina, rina))
        assert token not in mask_tokens(f"GET {reverse('notices:calendar_feed', args=[token])} 200")
        assert settings_of(rina).calendar_digest != token  # type: ignore[union-attr]


def test_a_settled_action_is_no_longer_on_top(
    asked: list[Confirmation], action: Action, rina: Person, signed_in: In
) -> None:
    dispute_action(asked[0], asked[0].business.owner, text="Belum")
    assert 'id="ditolak"' in signed_in(rina).get("/hari-saya/").text
    Action.objects.filter(pk=action.pk).update(state=Action.State.DROPPED, dropped_because="Tidak ada biaya")
    assert 'id="ditolak"' not in signed_in(rina).get("/hari-saya/").text
