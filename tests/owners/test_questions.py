"""The question of a claimed action, ready in WhatsApp for each IKM that has not answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote_plus

from django.test import Client
from django.urls import reverse

from sambang.access.models import Person
from sambang.actions.models import Action, Confirmation
from sambang.actions.operations import claim_action, confirm_action, dispute_action
from sambang.audit.models import Entry
from sambang.lib import clock
from sambang.owners.link_tokens import token_of
from sambang.owners.operations import make_link
from sambang.registry.models import Business
from tests.actions.conftest import action, asked, idea, matter, raisers

__all__ = ["action", "asked", "idea", "matter", "raisers"]
type In = Callable[[Person], Client]


def page_of(client: Client, action: Action) -> str:
    return client.get(reverse("owners:question_list", args=[action.pk])).text


def test_each_ikm_without_an_answer_and_no_other(
    asked: list[Confirmation], action: Action, rina: Person, signed_in: In
) -> None:
    confirm_action(asked[0], asked[0].business.owner, text="")
    make_link(asked[1].business, rina)
    client = signed_in(rina)
    assert reverse("owners:question_list", args=[action.pk]) in client.get(f"/tindakan/{action.pk}/").text
    page = page_of(client, action)
    assert "Jahit Asri" not in page and "Jahit Barokah" in page and "Jahit Cemara" in page
    send = [reverse("owners:question_send", args=[row.pk]) for row in asked]
    assert [address in page for address in send] == [False, True, False]
    assert "belum punya tautan pribadi yang berlaku" in page  # Cemara
    assert [client.get(address).status_code for address in send] == [404, 302, 404]


def test_the_text_carries_claim_and_link_and_is_marked(
    asked: list[Confirmation], action: Action, rina: Person, signed_in: In
) -> None:
    link = make_link(asked[0].business, rina).link
    client = signed_in(rina)
    answer = client.get(reverse("owners:question_send", args=[asked[0].pk]))
    text = unquote_plus(answer["Location"])
    assert text.startswith("https://wa.me/6281200000001?") and "Etalase rahasia" in text
    assert "Etalase sudah berdiri" in text and token_of(link) in text
    assert answer["Referrer-Policy"] == "no-referrer"
    assert Entry.objects.filter(verb="owners.send_reminder", by=rina).count() == 1
    asked[0].refresh_from_db()
    assert asked[0].sent_at is not None and page_of(client, action).count("✓") == 1
    # A refusal and a newer claim ask again: the earlier message is no mark of the new question.
    dispute_action(asked[0], asked[0].business.owner, text="Kosong")
    action.refresh_from_db()
    claim_action(action, rina, claim="Sekarang berisi")
    assert page_of(client, action).count("✓") == 0


def test_an_expired_link_and_a_closed_ikm_are_not_written_to(
    asked: list[Confirmation], action: Action, rina: Person, signed_in: In
) -> None:
    link = make_link(asked[0].business, rina).link
    make_link(asked[1].business, rina)
    past = clock.now() - timedelta(days=1)
    type(link).objects.filter(pk=link.pk).update(created_at=past - timedelta(days=1), expires_at=past)
    Business.objects.filter(pk=asked[1].business_id).update(status=Business.Status.CLOSED, closed_on=clock.today())
    client = signed_in(rina)
    assert "Jahit Barokah" not in page_of(client, action)
    for row in asked[:2]:
        assert client.get(reverse("owners:question_send", args=[row.pk])).status_code == 404


def test_only_who_makes_links_of_this_regency(
    asked: list[Confirmation], action: Action, sari: Person, citra: Person, signed_in: In
) -> None:
    make = reverse("owners:question_list", args=[action.pk])
    assert signed_in(sari).get(make).status_code == 403
    assert make not in signed_in(sari).get(f"/tindakan/{action.pk}/").text
    assert signed_in(citra).get(make).status_code == 404
