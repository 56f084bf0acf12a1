"""Who is stuck after a course: by days since the last session, course, sentra and step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from sambang.access.models import Council, Person
from sambang.audit.models import Entry
from sambang.lib import clock
from sambang.registry.models import Business
from sambang.training import operations
from sambang.training.models import Course, Enrolment, LadderStep
from sambang.training.stuck import in_period, stuck_enrolments
from tests.owner_messages import assert_message_needs_a_number

pytestmark = pytest.mark.slow

PAGE = "/pelatihan/tangga/tertahan/"


def attend(council: Council, by: Person, business: Business, days_ago: int, *, topic: str = "online") -> Enrolment:
    course = operations.plan_course(council, by, title=f"Kelas {days_ago}", topic=topic)
    day = clock.today() - timedelta(days=days_ago)
    session = operations.plan_session(course, by, held_on=day)
    enrolment = operations.enrol(course, by, business=business)
    operations.record_session_attendance(session, by, enrolment=enrolment, present=True)
    return enrolment


def climb(business: Business, by: Person, step: str, moved_by: str = "") -> LadderStep:
    return operations.record_ladder_step(business, by, step=step, reached_on=clock.today(), moved_by=moved_by)


@pytest.fixture
def stuck(make_business: Callable[..., Business], sleman: Council, rina: Person) -> dict[int, Enrolment]:
    days = (0, 29, 30, 59, 60, 89, 90, 400)
    return {number: attend(sleman, rina, make_business(f"Jahit {number} hari"), number) for number in days}


@pytest.mark.parametrize(("days", "expected"), [(30, {30, 59}), (60, {60, 89}), (90, {90, 400})])
def test_periods_meet_without_gap_or_overlap(
    stuck: dict[int, Enrolment], rina: Person, days: int, expected: set[int]
) -> None:
    today = clock.today()
    rows = in_period(stuck_enrolments(rina, today=today), days, today=today)
    assert set(rows) == {stuck[number] for number in expected}


def test_the_newest_attended_online_course_counts(
    make_business: Callable[..., Business], sleman: Council, rina: Person
) -> None:
    business, today = make_business(), clock.today()
    old = attend(sleman, rina, business, 100)
    attend(sleman, rina, business, 40, topic="quality")
    assert [row.pk for row in stuck_enrolments(rina, today=today)] == [old.pk]
    new = attend(sleman, rina, business, 35)
    assert [row.pk for row in stuck_enrolments(rina, today=today)] == [new.pk]
    later = attend(sleman, rina, business, 3)
    assert not stuck_enrolments(rina, today=today).exists()
    Course.objects.filter(pk=later.course_id).update(withdrawn_at=clock.now(), withdrawn_by=rina)
    assert [row.pk for row in stuck_enrolments(rina, today=today)] == [new.pk]


def test_who_sells_again_and_again_is_not_stuck(stuck: dict[int, Enrolment], rina: Person) -> None:
    for step in ("3_live_product", "5_repeat_sales"):
        climb(stuck[60].business, rina, step)
    assert stuck[60] not in stuck_enrolments(rina, today=clock.today())


def test_the_page_counts_filters_and_says_what_helped(
    stuck: dict[int, Enrolment], rina: Person, citra: Person, signed_in: Callable[[Person], Client]
) -> None:
    climb(stuck[30].business, rina, "2_shop", moved_by="visit")
    desk = signed_in(rina)
    page = desk.get(PAGE)
    assert sum(row.count for row in page.context["by_course"]) == 6
    assert [(str(row.step), row.count) for row in page.context["by_cluster"]] == [
        ("sudah belajar", 5),
        ("toko daring dibuka", 1),
    ]
    assert [(str(moved), count) for _step, moved, count in page.context["moved_by"]][-1] == ("kunjungan petugas", 1)
    narrowed = desk.get(PAGE, {"anak": "2_shop", "lama": "30"}).context["rows"]
    assert [row for row, _days, _step in narrowed] == [stuck[30]]
    assert signed_in(citra).get(PAGE).context["rows"] == []


@pytest.mark.parametrize(
    ("step", "words"),
    [("", "toko daring Anda sudah dibuka"), ("2_shop", "satu barang"), ("4_first_order", "Selamat atas pesanan")],
)
def test_the_message_fits_the_step_and_is_logged(
    stuck: dict[int, Enrolment], rina: Person, signed_in: Callable[[Person], Client], step: str, words: str
) -> None:
    enrolment = stuck[60]
    if step:
        climb(enrolment.business, rina, step)
    address = signed_in(rina).get(f"{PAGE}{enrolment.pk}/pesan/")["Location"]
    assert urlsplit(address).netloc == "wa.me"
    [text] = parse_qs(urlsplit(address).query)["text"]
    assert words in text and "60 hari" in text and "Kelas 60" in text
    assert Entry.objects.filter(verb="registry.see_contact", subject__contains=str(enrolment.business_id)).exists()
    assert_message_needs_a_number(signed_in(rina), f"{PAGE}{enrolment.pk}/pesan/", enrolment.business)
