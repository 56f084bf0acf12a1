"""A course from plan to scores, and the ladder that follows from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sambang.access.models import Council, Person
from sambang.registry.models import Business
from sambang.training import operations
from sambang.training.ladder import LadderProgress, businesses_with_ladder, has_ladder_step, tally
from sambang.training.models import Course, Enrolment, LadderStep
from sambang.training.queries import courses, gain
from tests.markup import compact


@pytest.fixture
def course(sleman: Council, rina: Person) -> Course:
    trainer = operations.add_trainer(sleman, rina, name="Bu Peraga")
    return operations.plan_course(sleman, rina, title="Jualan daring", topic="online", trainer=trainer)


def test_scores_are_compared_only_for_those_who_took_both(
    course: Course, make_business: Callable[..., Business], rina: Person
) -> None:
    for name, before, after in (("Satu", 40, 80), ("Dua", 50, 70), ("Tiga", 10, None)):
        enrolment = operations.enrol(course, rina, business=make_business(name))
        operations.set_scores(enrolment, rina, before=before, after=after)
    row = courses(rina).get()
    assert (row.participants, row.before, row.after, gain(row)) == (3, 45.0, 75.0, 30.0)


def test_a_first_presence_at_an_online_course_is_the_first_rung(
    course: Course, business: Business, rina: Person
) -> None:
    session = operations.plan_session(course, rina, held_on=date(2022, 4, 12))
    enrolment = operations.enrol(course, rina, business=business)
    operations.record_session_attendance(session, rina, enrolment=enrolment, present=False)
    assert list(business.ladder_steps.all()) == []
    operations.record_session_attendance(session, rina, enrolment=enrolment, present=True)
    [ladder_step] = business.ladder_steps.all()
    assert (ladder_step.step, ladder_step.reached_on) == (LadderStep.Step.LEARNT, date(2022, 4, 12))


def test_a_rung_keeps_its_first_day(business: Business, sari: Person) -> None:
    operations.record_ladder_step(business, sari, step="2_shop", reached_on=date(2022, 6, 1))
    operations.record_ladder_step(business, sari, step="2_shop", reached_on=date(2022, 7, 1))
    operations.record_ladder_step(business, sari, step="2_shop", reached_on=date(2022, 5, 1), evidence="Shopee")
    [ladder_step] = business.ladder_steps.all()
    assert (ladder_step.reached_on, ladder_step.evidence) == (date(2022, 5, 1), "Shopee")
    rows = businesses_with_ladder(sari).filter(has_ladder_step())
    assert [row.business for row in map(LadderProgress.of, rows)] == [business]
    assert [reached for _label, reached in tally(rows)] == [0, 1, 0, 0, 0]


def test_scores_outside_a_hundred_are_refused(course: Course, business: Business, rina: Person) -> None:
    enrolment = operations.enrol(course, rina, business=business)
    with pytest.raises(ValidationError, match="di luar 0 sampai 100"):
        operations.set_scores(enrolment, rina, before=101, after=None)
    assert Enrolment.objects.get().score_before is None


def test_reach_and_verbs(course: Course, business: Business, budi: Person, citra: Person, sari: Person) -> None:
    for person in (budi, citra, sari):
        with pytest.raises(PermissionDenied):
            operations.enrol(course, person, business=business)
    assert list(Course.objects.visible_to(citra)) == []
    assert list(Course.objects.visible_to(budi)) == [course]


def test_a_course_of_another_council_takes_none_of_ours(bantul: Council, citra: Person, business: Business) -> None:
    theirs = operations.plan_course(bantul, citra, title="Batik", topic="technique")
    with pytest.raises(ValidationError, match="bukan binaan"):
        operations.enrol(theirs, citra, business=business)


def test_office_walks_through_a_course(
    signed_in: Callable[[Person], Client], sleman: Council, business: Business, rina: Person
) -> None:
    client = signed_in(rina)
    assert client.post("/pelatihan/baru/", {"title": ""}).status_code == 422
    facts = {"council": str(sleman.pk), "title": "Foto barang", "topic": "online"}
    assert "Foto barang" in client.post("/pelatihan/baru/", facts, follow=True).text
    course = Course.objects.get()
    page = f"/pelatihan/{course.pk}/"
    assert client.post(page + "pertemuan/", {"held_on": "31-31-2022"}).status_code == 422
    assert client.post(page + "pertemuan/", {"held_on": "2022-04-12"}).status_code == 302
    assert client.post(page + "pertemuan/", {"held_on": "2022-04-12"}).status_code == 422  # double click
    assert client.post(page + "peserta/", {"businesses": [str(business.pk)]}).status_code == 302
    enrolment = Enrolment.objects.get()
    session = course.sessions.get()
    assert client.post(f"/pelatihan/pertemuan/{session.pk}/", {"present": [str(enrolment.pk)]}).status_code == 302
    scores = {f"{enrolment.pk}-before": "40", f"{enrolment.pk}-after": "300"}
    assert client.post(page + "nilai/", scores).status_code == 422
    scores[f"{enrolment.pk}-after"] = "85"
    assert client.post(page + "nilai/", scores).status_code == 302
    assert "40 → 85 (+45)" in compact(client.get("/pelatihan/").text)
    assert "✓ 12 Apr 2022" in client.get("/pelatihan/tangga/").text
    for address in ("/pelatihan/?format=xlsx", "/pelatihan/tangga/?format=xlsx"):
        assert client.get(address)["Content-Type"].endswith("sheet")


def test_other_council_meets_404(
    signed_in: Callable[[Person], Client], course: Course, business: Business, citra: Person
) -> None:
    client = signed_in(citra)
    assert client.get(f"/pelatihan/{course.pk}/").status_code == 404
    assert client.get(f"/pelatihan/tangga/{business.pk}/").status_code == 404
    assert "Jualan daring" not in client.get("/pelatihan/").text


@pytest.mark.parametrize("sentra", ["", "bukan-nomor", "00000000-0000-0000-0000-000000000000"])
def test_enrolling_page_bears_any_sentra_in_its_address(
    client: Client, rina: Person, course: Course, sentra: str
) -> None:
    client.force_login(rina)
    assert client.get(reverse("training:course_enrol", args=[course.pk]), {"sentra": sentra}).status_code == 200


@pytest.mark.parametrize("sentra", ["", "bukan-nomor", "00000000-0000-0000-0000-000000000000"])
def test_the_ladder_bears_any_sentra_in_its_address(client: Client, rina: Person, sentra: str) -> None:
    client.force_login(rina)
    assert client.get(reverse("training:ladder_list"), {"sentra": sentra}).status_code == 200


def test_a_wrong_score_is_complained_of_on_the_whole_page(
    signed_in: Callable[[Person], Client], course: Course, business: Business, rina: Person, budi: Person
) -> None:
    enrolment = operations.enrol(course, rina, business=business)
    address, wrong = reverse("training:score_change", args=[course.pk]), {f"{enrolment.pk}-after": "300"}
    page = signed_in(rina).post(address, wrong)
    assert page.status_code == 422
    assert "Tambah pertemuan" in page.text
    assert signed_in(budi).post(address, wrong).status_code == 403
    assert signed_in(budi).get(reverse("training:course_enrol", args=[course.pk])).status_code == 403


def test_a_day_is_offered_as_the_browser_reads_it(
    signed_in: Callable[[Person], Client], business: Business, rina: Person
) -> None:
    page = signed_in(rina).get(reverse("training:ladder_detail", args=[business.pk])).text
    assert f'value="{timezone.localdate():%Y-%m-%d}"' in page
