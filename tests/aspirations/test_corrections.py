"""Corrections of records before the visit is signed off: an aspiration is changed, moved, ungrouped or withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from sambang.access.models import Person
from sambang.actions.operations import commit_action
from sambang.aspirations import operations
from sambang.aspirations.models import Aspiration, Matter
from sambang.audit.models import Entry
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Visit
from sambang.visits.operations import conduct_visit, plan_visit, record_attendance, sign_off

type In = Callable[[Person], Client]
DAY = date(2022, 3, 31)
FACTS = {"text": "Pasar daring sepi", "kind": "challenge", "difficulty": "price", "also_touches": "tetangga"}


@pytest.fixture
def visit(cluster: Cluster, sari: Person) -> Visit:
    return conduct_visit(plan_visit(cluster, sari, planned_for=DAY, purpose="Mendengar"), sari, held_on=DAY)


@pytest.fixture
def said(visit: Visit, business: Business, sari: Person) -> Aspiration:
    return operations.note_aspiration(
        business, sari, visit=visit, kind="constraint", text="Pasar dering sepi rahasia", difficulty="marketing"
    )


@pytest.fixture
def alone(said: Aspiration, cluster: Cluster, rina: Person) -> Matter:
    """A matter of this one aspiration."""
    return operations.group_aspirations(cluster, rina, aspirations=[said], title="Pasar", difficulty="marketing")


def act(matter: Matter, by: Person) -> None:
    idea = operations.propose_idea(matter, by, proposal="Pameran")
    commit_action(idea, by, title="Pameran", responsible_name="Dinas", due_on=DAY)


def test_a_wrong_note_is_mended_and_the_journal_knows(said: Aspiration, sari: Person) -> None:
    operations.correct_aspiration(said, sari, **FACTS)
    assert Aspiration.objects.filter(pk=said.pk, **FACTS).exists()
    line = Entry.objects.get(verb="aspirations.correct")
    assert (line.by, line.subject) == (sari, f"aspirations.Aspiration:{said.pk}")
    with pytest.raises(ValidationError, match="Tidak ada yang diubah"):
        operations.correct_aspiration(said, sari, **FACTS)
    with pytest.raises(ValidationError):
        operations.correct_aspiration(said, sari, **{**FACTS, "text": "  "})
    assert Entry.objects.filter(verb="aspirations.correct").count() == 1
    assert Aspiration.objects.filter(pk=said.pk, **FACTS).exists()


def test_a_matter_tells_that_a_note_was_mended(signed_in: In, said: Aspiration, alone: Matter, sari: Person) -> None:
    operations.correct_aspiration(said, sari, **FACTS)
    page = signed_in(sari).get(reverse("aspirations:matter_detail", args=[alone.pk])).text
    assert "memperbaiki catatan perkataan Jahit Rahasia" in page and "Pasar daring sepi" in page


def test_what_was_noted_at_the_wrong_ikm_goes_and_its_empty_matter_is_set_aside(
    said: Aspiration, alone: Matter, sari: Person
) -> None:
    said.refresh_from_db()
    operations.withdraw_contribution(said, sari, because="Salah IKM")
    assert not Aspiration.objects.exists()
    alone.refresh_from_db()
    assert alone.state == Matter.State.SET_ASIDE and alone.set_aside_because
    assert Entry.objects.filter(verb="aspirations.withdraw").count() == 1


def test_what_something_was_done_about_stays(said: Aspiration, alone: Matter, rina: Person) -> None:
    act(alone, rina)
    with pytest.raises(ValidationError, match="sudah ditindaklanjuti"):
        operations.withdraw_contribution(said, rina, because="Keliru")  # as it was read before it came into the matter
    assert Aspiration.objects.exists()


def test_nothing_is_mended_after_the_signature(
    visit: Visit, said: Aspiration, business: Business, sari: Person, rina: Person
) -> None:
    record_attendance(visit, sari, business=business, present=True)
    sign_off(Visit.objects.get(pk=visit.pk), rina)
    with pytest.raises(ValidationError, match="sudah disahkan"):
        operations.correct_aspiration(said, sari, **FACTS)
    assert Aspiration.objects.get().text == "Pasar dering sepi rahasia"
    operations.withdraw_contribution(said, sari, because="Salah IKM")  # with a reason, and it can be restored
    assert not Aspiration.objects.exists()


def test_what_an_ikm_wrote_itself_nobody_rewrites(business: Business, sari: Person) -> None:
    own = operations.note_aspiration(business, business.owner, kind="constraint", text="Sepi", difficulty="marketing")
    with pytest.raises(ValidationError, match="IKM sendiri"):
        operations.correct_aspiration(own, sari, **FACTS)
    with pytest.raises(PermissionDenied):
        operations.withdraw_contribution(own, sari, because="Keliru")
    assert Aspiration.objects.get().text == "Sepi"


def test_who_may_not_mend(said: Aspiration, budi: Person, citra: Person, business: Business) -> None:
    for stranger in (budi, citra, business.owner):
        with pytest.raises(PermissionDenied):
            operations.correct_aspiration(said, stranger, **FACTS)
        with pytest.raises(PermissionDenied):
            operations.withdraw_contribution(said, stranger, because="Keliru")


def test_pages_mend_and_are_closed_to_others(
    signed_in: In, said: Aspiration, sari: Person, budi: Person, citra: Person
) -> None:
    record = reverse("aspirations:visit_record", args=[said.visit_id, said.business_id])
    correct = reverse("aspirations:aspiration_correct", args=[said.pk])
    away = reverse("home:row_withdraw", args=["aspirasi", said.pk])
    for address in (correct, away):
        data = {**FACTS, "because": "Salah IKM"}
        assert signed_in(citra).post(address, data).status_code == 404
        assert signed_in(budi).post(address, data).status_code == 403
        assert address not in signed_in(budi).get(record).text
        assert address in signed_in(sari).get(record).text
    client = signed_in(sari)
    assert "Pasar dering sepi rahasia" in client.get(correct).text
    assert client.post(correct, {**FACTS, "text": ""}).status_code == 422
    assert client.post(correct, FACTS).status_code == 302
    assert Aspiration.objects.filter(pk=said.pk, **FACTS).exists()
    assert client.get(away).status_code == 200
    assert client.post(away, {"because": "Salah IKM"}).headers["Location"] == reverse("home:withdrawn_list")
    assert not Aspiration.objects.exists()
