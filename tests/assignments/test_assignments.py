"""The responsible person outside the office: sees the one action by a link, states, and confirms nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from sambang.access.models import Person, system_person
from sambang.actions.models import Action, ActionEvent, Confirmation
from sambang.actions.operations import claim_action, replan_action
from sambang.assignments.authentication import ASSIGNMENT_ACCESS
from sambang.assignments.models import AssignmentLink
from sambang.assignments.operations import make_assignment_link, record_statement
from sambang.assignments.queries import active_link, link_token
from sambang.audit.models import Entry
from sambang.lib import clock
from sambang.notices.queries import notices
from tests.actions.conftest import action, asked, idea, matter, raisers

__all__ = ["action", "asked", "idea", "matter", "raisers"]
type In = Callable[[Person], Client]
HOME = "/penanggung-jawab/"


@pytest.fixture
def link(action: Action, rina: Person) -> AssignmentLink:
    return make_assignment_link(action, rina)


def opened(link: AssignmentLink) -> Client:
    client = Client()
    answer = client.get(f"{HOME}{link_token(link)}/")
    assert (answer.status_code, answer["Location"], answer["Referrer-Policy"]) == (302, HOME, "no-referrer")
    return client


def test_the_link_shows_the_one_action_and_no_personal_data(link: AssignmentLink, action: Action) -> None:
    client = opened(link)
    page = client.get(HOME)
    assert "Etalase rahasia" in page.text and "Bidang Industri" in page.text
    assert "Jahit" not in page.text and "+62" not in page.text and link_token(link) not in page.text
    assert "no-store" in page["Cache-Control"]
    for elsewhere in ("/", f"/tindakan/{action.pk}/", "/saya/"):
        assert "Etalase rahasia" not in client.get(elsewhere).text


def test_a_statement_is_read_by_the_office_and_confirms_nothing(
    link: AssignmentLink, action: Action, rina: Person, signed_in: In
) -> None:
    client = opened(link)
    sent = {"link": str(link.pk), "kind": "done", "text": "Etalasenya sudah dipasang"}
    for _again in range(2):  # a reload stores nothing more
        answer = client.post(f"{HOME}nyatakan/", sent)
        assert (answer.status_code, answer["Location"]) == (302, HOME)
    event = ActionEvent.objects.get()
    assert (event.kind, event.by, event.outside_name) == ("done", None, "Bidang Industri")
    action.refresh_from_db()
    assert action.state == Action.State.PROMISED and not Confirmation.objects.exists()
    assert Entry.objects.filter(verb="assignments.record_statement", by=system_person()).exists()
    for page in (f"/tindakan/{action.pk}/", reverse("assignments:link_detail", args=[action.pk])):
        assert "Etalasenya sudah dipasang" in signed_in(rina).get(page).text
    [notice] = notices(rina, None, now=clock.now())
    assert (notice.actor, notice.text) == ("Bidang Industri", "Etalasenya sudah dipasang")


@pytest.mark.parametrize("sent", [{"kind": "done"}, {"text": "Sudah"}, {"kind": "confirmed", "text": "Sudah"}])
def test_an_incomplete_statement_is_shown_again(link: AssignmentLink, sent: dict[str, str]) -> None:
    answer = opened(link).post(f"{HOME}nyatakan/", {"link": str(link.pk), **sent})
    assert answer.status_code == 422 and not ActionEvent.objects.exists()


def test_a_form_of_another_link_stores_nothing(link: AssignmentLink) -> None:
    client = opened(link)
    client.post(f"{HOME}nyatakan/", {"link": str(link.action_id), "kind": "done", "text": "Sudah"})
    assert not ActionEvent.objects.exists() and "tautan lain" in client.get(HOME).text


def test_a_preview_uses_nothing(link: AssignmentLink) -> None:
    answer = Client(headers={"User-Agent": "WhatsApp/2.24"}).get(f"{HOME}{link_token(link)}/")
    assert (
        answer.status_code == 200
        and ASSIGNMENT_ACCESS.cookie.name not in answer.cookies
        and "Etalase" not in answer.text
    )
    link.refresh_from_db()
    assert link.last_used_at is None


def test_what_ends_a_link(link: AssignmentLink, action: Action, rina: Person, signed_in: In) -> None:
    token, client = link_token(link), opened(link)
    assert client.get(HOME).status_code == 200

    def refused_as(why: str) -> bool:
        again = Client().get(f"{HOME}{token}/")
        explained = Client().get(f"{HOME}ditolak/{why}/").status_code == 410
        return explained and (client.get(HOME).status_code, again["Location"]) == (302, f"{HOME}ditolak/{why}/")

    assert signed_in(rina).post(reverse("assignments:link_revoke", args=[link.pk]), {"yakin": "1"}).status_code == 302
    assert refused_as("dicabut")
    newer = make_assignment_link(action, rina)
    assert active_link(action) == newer
    token, client = link_token(newer), opened(newer)
    AssignmentLink.objects.filter(pk=newer.pk).update(
        created_at=clock.now() - timedelta(days=2), expires_at=clock.now() - timedelta(days=1)
    )
    assert refused_as("habis")
    third = make_assignment_link(action, rina)
    token, client = link_token(third), opened(third)
    replan_action(action, rina, due_on=action.due_on, responsible_name="Dinas Koperasi", because="Pindah tugas")
    assert refused_as("habis")  # the link was of who is responsible no more


def test_a_wrong_token_is_refused_and_masked_in_logs(
    client: Client, link: AssignmentLink, caplog: pytest.LogCaptureFixture
) -> None:
    assert client.get(f"{HOME}{'a' * 32}/")["Location"] == f"{HOME}ditolak/tidak-dikenal/"
    caplog.set_level(logging.DEBUG)
    client.post(f"{HOME}{link_token(link)}/")
    assert "/penanggung-jawab/…" in caplog.text and link_token(link) not in caplog.text


def test_an_action_that_is_not_open_takes_no_statement(link: AssignmentLink, action: Action, rina: Person) -> None:
    claim_action(action, rina, claim="Sudah")
    with pytest.raises(ValidationError):
        make_assignment_link(action, rina)
    link.refresh_from_db()
    with pytest.raises(ValidationError):
        record_statement(link, system_person(), kind="done", text="Sudah")


def test_only_the_office_of_the_place_makes_links(
    action: Action, sari: Person, citra: Person, rina: Person, signed_in: In
) -> None:
    make, page = (reverse(f"assignments:{name}", args=[action.pk]) for name in ("link_create", "link_detail"))
    assert signed_in(sari).post(make).status_code == 403 and signed_in(citra).post(make).status_code == 404
    assert page not in signed_in(sari).get(f"/tindakan/{action.pk}/").text
    assert page in signed_in(rina).get(f"/tindakan/{action.pk}/").text
    client = signed_in(rina)
    assert client.post(make).status_code == 302
    assert link_token(AssignmentLink.objects.get()) in client.get(page).text
    with pytest.raises(PermissionDenied):
        record_statement(AssignmentLink.objects.get(), rina, kind="done", text="Sudah")


def test_an_event_has_exactly_one_actor(action: Action, rina: Person) -> None:
    wrong: list[dict[str, object]] = [
        {"kind": "done", "text": "Sudah", "by": rina, "outside_name": "Dinas"},
        {"kind": "done", "text": "Sudah"},
        {"kind": "claimed", "text": "Sudah"},
        {"kind": "claimed", "text": "Sudah", "by": rina, "outside_name": "Dinas"},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            ActionEvent.objects.create(action=action, **values)
