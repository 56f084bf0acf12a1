"""Another due date or another one responsible: with a reason, and never silently."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from sambang.access.models import Person
from sambang.actions.models import Action, ActionEvent
from sambang.actions.operations import replan_action
from sambang.audit.models import Entry
from tests.actions.conftest import DUE

type In = Callable[[Person], Client]
LATER = date(2022, 6, 30)
SAME = "Bidang Industri"


def test_the_history_keeps_the_old_and_the_new_day(action: Action, rina: Person) -> None:
    replan_action(action, rina, due_on=LATER, responsible_name=SAME, because="Bahan terlambat")
    event = ActionEvent.objects.get()
    assert (event.kind, event.due_from, event.due_to, event.text, event.by) == (
        "replanned",
        DUE,
        LATER,
        "Bahan terlambat",
        rina,
    )
    assert event.description() == "mengubah tenggat dari 30 April 2022 menjadi 30 Juni 2022"
    assert Action.objects.get().due_on == LATER
    assert Entry.objects.filter(verb="actions.replan", by=rina).count() == 1


def test_another_one_responsible(action: Action, rina: Person, sari: Person, citra: Person) -> None:
    replan_action(action, rina, due_on=DUE, responsible_name="Sari", responsible=sari, because="Mutasi")
    event = ActionEvent.objects.get()
    assert (
        event.due_from is None and event.description() == "mengubah penanggung jawab dari Bidang Industri menjadi Sari"
    )
    assert Action.objects.get().responsible == sari
    with pytest.raises(ValidationError, match="tidak bekerja untuk wilayah"):
        replan_action(action, rina, due_on=DUE, responsible_name="Citra", responsible=citra, because="Mutasi")
    assert Action.objects.get().responsible == sari and ActionEvent.objects.count() == 1


def test_without_a_reason_or_a_change_nothing_happens(action: Action, rina: Person) -> None:
    with pytest.raises(ValidationError, match="Tulis alasannya"):
        replan_action(action, rina, due_on=LATER, responsible_name=SAME, because="  ")
    with pytest.raises(ValidationError, match="masih sama"):
        replan_action(action, rina, due_on=DUE, responsible_name=SAME, because="Bahan")
    assert Action.objects.get().due_on == DUE and not ActionEvent.objects.exists()


def test_not_before_the_visit_on_which_it_was_promised(promise: Callable[..., Action], rina: Person) -> None:
    with pytest.raises(ValidationError, match="lebih awal"):
        replan_action(promise(), rina, due_on=date(2022, 3, 30), responsible_name="Dekranasda", because="Maju")
    assert Action.objects.get().due_on == DUE


def test_the_database_keeps_no_silent_move(action: Action, rina: Person) -> None:
    for facts in ({"text": "", "due_from": DUE, "due_to": LATER}, {"text": "Bahan"}):
        with pytest.raises(IntegrityError, match="action_event_of_a_new_plan"), transaction.atomic():
            ActionEvent.objects.create(action=action, kind=ActionEvent.Kind.REPLANNED, by=rina, **facts)


def test_who_may_not(action: Action, sari: Person, budi: Person, citra: Person) -> None:
    for stranger in (sari, budi, citra):
        with pytest.raises(PermissionDenied):
            replan_action(action, stranger, due_on=LATER, responsible_name=SAME, because="Bahan")
    assert Action.objects.get().due_on == DUE


def test_page(signed_in: In, action: Action, rina: Person, budi: Person, citra: Person) -> None:
    address, page = (reverse(f"actions:{name}", args=[action.pk]) for name in ("action_replan", "action_detail"))
    facts = {"due_on": "2022-06-30", "responsible_name": SAME, "because": "Bahan terlambat"}
    assert signed_in(citra).post(address, facts).status_code == 404
    assert signed_in(budi).post(address, facts).status_code == 403
    assert address not in signed_in(budi).get(page).text
    client = signed_in(rina)
    assert address in client.get(page).text
    assert 'value="2022-04-30"' in client.get(address).text
    answer = client.post(address, {**facts, "because": ""})
    assert answer.status_code == 422 and Action.objects.get().due_on == DUE
    answer = client.post(address, facts, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "mengubah tenggat dari 30 April 2022 menjadi 30 Juni 2022" in answer.text
    assert "Bahan terlambat" in answer.text and "semula 30 Apr 2022" in answer.text
    matter = client.get(reverse("aspirations:matter_detail", args=[action.matter_id])).text
    assert "mengubah tenggat dari 30 April 2022 menjadi 30 Juni 2022" in matter
