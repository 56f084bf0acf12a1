"""Withdrawal with a reason: excluded from lists and figures, restorable for thirty days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from sambang.access.models import Council, Person
from sambang.actions.operations import commit_action
from sambang.aspirations.models import Comment, Idea, Matter
from sambang.aspirations.operations import (
    add_comment,
    group_aspirations,
    note_aspiration,
    propose_idea,
    set_aside,
)
from sambang.audit.models import Entry
from sambang.audit.withdrawal import RESTORE_DAYS, Withdrawable
from sambang.home.visit_minutes import minutes_of
from sambang.home.withdrawable import WITHDRAWABLE_KINDS
from sambang.registry.models import Business, Cluster, Group
from sambang.registry.operations import add_permit, form_group
from sambang.training import operations as training
from sambang.training.queries import courses, enrolments
from sambang.visits import operations as visits
from sambang.visits.models import Visit
from sambang.visits.papers import Paper
from sambang.visits.queries import last_met

BECAUSE = "Tercatat dua kali"


@pytest.fixture
def matter(business: Business) -> Matter:
    return Matter.objects.create(region=business.region, cluster=business.cluster, title="Kain", difficulty="material")


def withdraw(client: Client, word: str, row: Any, because: str = BECAUSE) -> Any:
    return client.post(reverse("home:row_withdraw", args=[word, row.pk]), {"because": because})


def restore(client: Client, word: str, row: Any) -> Any:
    return client.post(reverse("home:row_restore", args=[word, row.pk]))


def test_every_withdrawable_model_has_its_page() -> None:
    models = {model for model in apps.get_models() if issubclass(model, Withdrawable)}
    assert len(models) >= 7
    assert {kind.model for kind in WITHDRAWABLE_KINDS.values()} == models


def test_a_comment_is_withdrawn_by_its_author_and_comes_back(client: Client, matter: Matter, sari: Person) -> None:
    comment = add_comment(matter, sari, text="Salah kamar: ini urusan sentra lain.")
    client.force_login(sari)
    assert withdraw(client, "pendapat", comment, because=" ").status_code == 422
    page = client.get(withdraw(client, "pendapat", comment)["Location"]).content.decode()
    assert BECAUSE in page
    address = reverse("aspirations:matter_detail", args=[matter.pk])
    assert "Salah kamar" not in client.get(address).content.decode()
    assert list(Comment.objects.all()) == []
    assert restore(client, "pendapat", comment)["Location"] == address
    assert "Salah kamar" in client.get(address).content.decode()
    assert list(Entry.objects.about(comment).order_by("pk").values_list("verb", flat=True))[-2:] == [
        "aspirations.withdraw",
        "aspirations.restore",
    ]


def test_somebody_elses_words_are_withdrawn_by_the_office_only(
    client: Client, matter: Matter, sari: Person, rina: Person, budi: Person
) -> None:
    comment = add_comment(matter, rina, text="Pendapat pengurus")
    client.force_login(sari)  # an officer, not its author
    assert withdraw(client, "pendapat", comment).status_code == 403
    client.force_login(rina)
    idea = propose_idea(matter, sari, proposal="Beli bersama")
    assert withdraw(client, "gagasan", idea).status_code == 302
    client.force_login(budi)
    assert withdraw(client, "pendapat", comment).status_code in {403, 404}
    client.force_login(sari)
    assert restore(client, "gagasan", idea).status_code == 302  # her own idea
    assert Idea.objects.get() == idea


def test_a_withdrawn_course_session_and_participant_count_nowhere(
    client: Client, sleman: Council, make_business: Callable[..., Business], rina: Person
) -> None:
    course = training.plan_course(sleman, rina, title="Jualan daring", topic="online")
    first = training.plan_session(course, rina, held_on=date(2022, 4, 12))
    second = training.plan_session(course, rina, held_on=date(2022, 4, 19))
    one, other = [training.enrol(course, rina, business=make_business(name)) for name in ("Satu", "Dua")]
    for session in (first, second):
        training.record_session_attendance(session, rina, enrolment=one, present=True)
    client.force_login(rina)
    withdraw(client, "pertemuan", second)
    withdraw(client, "peserta", other)
    row = courses(rina).get()
    assert (row.participants, row.newest) == (1, date(2022, 4, 12))
    assert [(enrolment.business.name, enrolment.present) for enrolment in enrolments(course)] == [("Satu", 1)]
    assert training.plan_session(course, rina, held_on=date(2022, 4, 19)) != second  # the day is free again
    assert restore(client, "pertemuan", second).status_code == 302
    second.refresh_from_db()
    assert second.withdrawn_at is not None  # another session took its day
    withdraw(client, "pelatihan", course)
    assert not courses(rina).exists()
    assert client.get(reverse("training:course_detail", args=[course.pk])).status_code == 404
    assert client.get(reverse("training:attendance_change", args=[first.pk])).status_code == 404
    restore(client, "pelatihan", course)
    assert courses(rina).get() == course


def test_nothing_is_restored_after_thirty_days(client: Client, sleman: Council, rina: Person) -> None:
    course = training.plan_course(sleman, rina, title="Keliru", topic="online")
    training.withdraw_training(course, rina, because=BECAUSE)
    with pytest.raises(ValidationError):
        training.withdraw_training(course, rina, because=BECAUSE)
    assert course.withdrawn_at is not None
    course.withdrawn_at -= timedelta(days=RESTORE_DAYS + 1)
    course.save(update_fields=["withdrawn_at"])
    client.force_login(rina)
    assert restore(client, "pelatihan", course).status_code == 404
    with pytest.raises(ValidationError):
        training.restore_training(course, rina)


def test_an_officer_withdraws_no_course(sleman: Council, rina: Person, sari: Person) -> None:
    course = training.plan_course(sleman, rina, title="Kelas", topic="online")
    with pytest.raises(PermissionDenied):
        training.withdraw_training(course, sari, because=BECAUSE)


def test_course_and_session_are_corrected(client: Client, sleman: Council, rina: Person) -> None:
    course = training.plan_course(sleman, rina, title="Juwalan", topic="online")
    session = training.plan_session(course, rina, held_on=date(2022, 4, 12))
    client.force_login(rina)
    client.post(reverse("training:course_change", args=[course.pk]), {"title": "Jualan", "topic": "online"})
    client.post(reverse("training:session_change", args=[session.pk]), {"held_on": "2022-04-13", "place": "Balai"})
    course.refresh_from_db()
    session.refresh_from_db()
    assert (course.title, session.held_on, session.place) == ("Jualan", date(2022, 4, 13), "Balai")


def test_a_word_that_names_no_kind_is_not_found(client: Client, rina: Person, business: Business) -> None:
    client.force_login(rina)
    assert client.get(reverse("home:row_withdraw", args=["entah", business.pk])).status_code == 404


def test_a_ladder_step_is_withdrawn_from_its_page(client: Client, business: Business, rina: Person) -> None:
    step = training.record_ladder_step(business, rina, step="2_shop", reached_on=date(2022, 6, 1))
    client.force_login(rina)
    page = reverse("training:ladder_detail", args=[business.pk])
    assert reverse("home:row_withdraw", args=["tangga", step.pk]) in client.get(page).content.decode()
    withdraw(client, "tangga", step)
    assert list(business.ladder_steps.all()) == []
    assert restore(client, "tangga", step)["Location"] == page
    assert list(business.ladder_steps.all()) == [step]


def withdraw_mistaken(client: Client, word: str, row: Any) -> None:
    assert withdraw(client, word, row).status_code == 302
    row.refresh_from_db()
    assert row.withdrawn_at is not None and not type(row).objects.filter(pk=row.pk).exists()


def test_a_sentra_is_withdrawn_while_nothing_belongs_to_it(client: Client, business: Business, rina: Person) -> None:
    client.force_login(rina)
    cluster = business.cluster
    assert cluster is not None
    assert withdraw(client, "sentra", cluster).status_code == 422  # an IKM belongs to it
    empty = Cluster.objects.create(name="Sentra Salah", region=cluster.region)
    group = form_group(empty, rina, name="Kelompok Salah")
    assert "1 kelompok" in withdraw(client, "sentra", empty).content.decode()
    withdraw_mistaken(client, "kelompok", group)
    withdraw_mistaken(client, "sentra", empty)
    assert empty not in client.get(reverse("registry:cluster_list")).context["page"].rows
    assert client.get(reverse("registry:cluster_detail", args=[empty.pk])).status_code == 404
    restore(client, "kelompok", group)
    group.refresh_from_db()
    assert group.withdrawn_at is not None  # its sentra first
    restore(client, "sentra", empty)
    restore(client, "kelompok", group)
    assert Group.objects.get() == group


def test_a_visit_begun_or_signed_is_corrected_and_withdrawn(client: Client, business: Business, rina: Person) -> None:
    cluster, day = business.cluster, date(2022, 3, 31)
    assert cluster is not None
    visit = visits.plan_visit(cluster, rina, planned_for=day, purpose="Mendengar")
    visits.conduct_visit(visit, rina, held_on=day)
    client.force_login(rina)
    client.post(reverse("visits:visit_undo_start", args=[visit.pk]))
    visit.refresh_from_db()
    assert (visit.state, visit.held_on) == (Visit.State.PLANNED, None)
    visits.conduct_visit(visit, rina, held_on=day)
    roll = reverse("visits:visit_attendance", args=[visit.pk])
    for choice, present in (("yes", [True]), ("no", [False]), ("unknown", []), ("yes", [True])):
        client.post(roll, {f"hadir-{business.pk}": choice})
        assert [row.present for row in visit.attendances.all()] == present
    client.post(reverse("visits:visit_undo_start", args=[visit.pk]))
    visit.refresh_from_db()
    assert visit.state == Visit.State.HELD  # somebody is on the attendance list
    add = reverse("visits:correction_add", args=[visit.pk])
    assert client.post(add, {"text": "Belum sah"}).status_code == 422
    said = note_aspiration(business, rina, visit=visit, kind="constraint", text="Sepi", difficulty="marketing")
    visits.sign_off(visit, rina)
    assert client.post(add, {"text": "Hadir pukul 09.00, bukan 08.00."}).status_code == 302
    assert "bukan 08.00" in client.get(reverse("visits:visit_detail", args=[visit.pk])).content.decode()
    assert "bukan 08.00" in minutes_of(visit, rina, Paper.NOTULEN).visit.conclusion
    assert last_seen_on(business, rina) == day
    record = client.get(reverse("aspirations:visit_record", args=[visit.pk, business.pk])).content.decode()
    assert reverse("home:row_withdraw", args=["aspirasi", said.pk]) in record
    assert "1 aspirasi" in withdraw(client, "kunjungan", visit).content.decode()
    withdraw_mistaken(client, "aspirasi", said)
    withdraw_mistaken(client, "kunjungan", visit)
    assert last_seen_on(business, rina) is None
    assert client.get(reverse("visits:visit_detail", args=[visit.pk])).status_code == 404
    restore(client, "kunjungan", visit)
    restore(client, "aspirasi", said)
    assert said.visit is not None and last_seen_on(business, rina) == day


def last_seen_on(business: Business, person: Person) -> date | None:
    """The day of the last visit that the IKM attended."""
    day: date | None = Business.objects.annotate(day=last_met()).get(pk=business.pk).day
    return day


def test_a_withdrawn_aspiration_counts_nowhere_and_loses_a_closed_matter(
    client: Client, matter: Matter, business: Business, rina: Person
) -> None:
    said = note_aspiration(business, rina, kind="constraint", text="Kain mahal", difficulty="material")
    group_aspirations(business, rina, aspirations=[said], title="Kain", difficulty="material", matter=matter)
    client.force_login(rina)
    withdraw_mistaken(client, "aspirasi", said)
    matter.refresh_from_db()
    assert matter.state == Matter.State.SET_ASIDE
    assert Matter.objects.with_headcount().get(pk=matter.pk).headcount == 0
    again = note_aspiration(business, rina, kind="constraint", text="Kain mahal", difficulty="material", id=said.pk)
    assert again == said and again.withdrawn_at is not None  # the phone sends it once more
    client.post(reverse("aspirations:matter_reopen", args=[matter.pk]))
    matter.refresh_from_db()
    assert matter.state == Matter.State.SET_ASIDE  # it is empty
    restore(client, "aspirasi", said)
    said.refresh_from_db()
    assert (said.withdrawn_at, said.matter) == (None, None)


def test_a_matter_and_an_action_are_corrected_and_their_history_tells(
    client: Client, matter: Matter, business: Business, rina: Person
) -> None:
    client.force_login(rina)
    change = reverse("aspirations:matter_change", args=[matter.pk])
    assert client.post(change, {"title": "Kain mahal", "difficulty": "price"}).status_code == 302
    said = note_aspiration(business, rina, kind="constraint", text="Kain mahal", difficulty="material")
    group_aspirations(business, rina, aspirations=[said], title="Kain mahal", difficulty="price", matter=matter)
    set_aside(matter, rina, because="Keliru")
    client.post(reverse("aspirations:matter_reopen", args=[matter.pk]))
    matter.refresh_from_db()
    assert (matter.title, matter.difficulty, matter.state) == ("Kain mahal", "price", Matter.State.HEARD)
    idea = propose_idea(matter, rina, proposal="Beli bersama")
    action = commit_action(idea, rina, title="Bli bersama", responsible_name="Dinas", due_on=date(2022, 9, 1))
    correct = reverse("actions:action_correct", args=[action.pk])
    fields = {"title": "Beli bersama", "budget": "1.500.000", "because": "Salah ketik"}
    assert client.post(correct, {**fields, "because": " "}).status_code == 422
    assert client.post(correct, fields).status_code == 302
    page = client.get(reverse("actions:action_detail", args=[action.pk])).content.decode()
    assert "“Bli bersama” menjadi “Beli bersama”" in page and "Rp1.500.000" in page and "Salah ketik" in page


def test_a_permit_is_corrected_and_withdrawn(client: Client, business: Business, rina: Person) -> None:
    permit = add_permit(business, rina, kind="halal", number="HALAL-1")
    client.force_login(rina)
    change = reverse("registry:permit_change", args=[permit.pk])
    assert client.post(change, {"kind": "pirt", "number": "PIRT-7"}).status_code == 302
    assert [(row.kind, row.number) for row in business.permits.all()] == [("pirt", "PIRT-7")]
    withdraw_mistaken(client, "izin", permit)
    assert not business.permits.exists()
    restore(client, "izin", permit)
    assert business.permits.get() == permit
