"""Registered evaluations: frozen before the result can be known, refused where it cannot be told, else an effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.test import Client

from sambang.access.models import Council, Person
from sambang.insight.evaluations import evaluation_result
from sambang.insight.models import Evaluation, Run, Series
from sambang.insight.operations import register_evaluation
from sambang.lib.months import months_between
from sambang.production.models import Report, ReportLine
from sambang.registry.models import Cluster
from sambang.training.models import Attendance, Course, Enrolment, Session
from sambang_stats.coaching_effect import Conclusion

pytestmark = pytest.mark.slow

MONTHS = list(months_between(date(2019, 1, 1), date(2021, 6, 1)))
HELD_ON, UNTIL = date(2020, 7, 15), date(2021, 6, 1)
REGISTERED = datetime(2020, 7, 1, 5, tzinfo=UTC)
RELEASED = date(2021, 7, 15)
type SignedIn = Callable[[Person], Client]
type MakeCourse = Callable[..., Course]


@pytest.fixture
def course(make_business: Any, places: Any, sari: Person, sleman: Council) -> MakeCourse:
    """`course(attending, others, effect)`: IKM of two sentra; the participants' production steps up after the
    course."""

    def make(attending: int, others: int, effect: float = 0.0) -> Course:
        made = Course.objects.create(council=sleman, title="Kelas Pasar Daring", topic="online")
        session = Session.objects.create(course=made, held_on=HELD_ON)
        reports, lines = [], []
        for at in range(2):
            cluster = Cluster.objects.create(name=f"Sentra {at}", region=places["3404072003"])
            for number in range(attending + others):
                business = make_business(f"Jahit Rahasia {at}-{number}", within=cluster)
                if number < attending:
                    enrolment = Enrolment.objects.create(course=made, business=business)
                    Attendance.objects.create(session=session, enrolment=enrolment, present=True)
                [line] = business.product_lines.all()
                for place, month in enumerate(MONTHS):
                    gain = effect if number < attending and month >= HELD_ON.replace(day=1) else 0.0
                    wobble = 1 + 0.04 * ((place * (7 + number) + 3 * at) % 5 - 2)
                    report = Report(business=business, month=month, source="officer", by=sari, submitted_at=REGISTERED)
                    reports.append(report)
                    volume = round(1000 * (1 + gain) * wobble)
                    lines.append(ReportLine(report=report, product_line=line, quantity=100, volume=volume))
        Report.objects.bulk_create(reports)
        ReportLine.objects.bulk_create(lines)
        return made

    return make


def release(by: Person, day: date = RELEASED) -> None:
    at = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    run = Run.objects.create(by=by, region_code="3404", engine="uji", is_published=True, reports=1, computed_at=at)
    Series.objects.create(run=run, kind="volume", region_code="3404", released_on=day, is_newest_release=True)


def registered(council: Council, by: Person, **subject: Any) -> Evaluation:
    with time_machine.travel(REGISTERED, tick=False):
        return register_evaluation(council, by, until=UNTIL, **subject)


def test_registered_on_the_page_and_never_changed(
    course: MakeCourse, signed_in: SignedIn, sleman: Council, rina: Person, budi: Person, citra: Person
) -> None:
    kelas = course(1, 2)
    address = f"/hasil/manfaat/daftar/{sleman.pk}/"
    sent = {"subject": str(kelas.pk), "until": "2021-06", "expectation": "Naik sepuluh persen"}
    assert signed_in(budi).post(address, sent).status_code == 403
    assert signed_in(citra).get(address).status_code == 404
    with time_machine.travel(REGISTERED, tick=False):
        client = signed_in(rina)
        late = client.post(address, sent | {"until": "2020-06"})
        assert (late.status_code, "sudah lewat" in late.text) == (422, True)
        assert client.post(address, sent | {"subject": "lain"}).status_code == 422
        answer = client.post(address, sent, follow=True)
        again = client.post(address, sent)
    assert "tidak dapat diubah" in answer.text
    assert "Belum waktunya: dihitung pada rilis pertama sesudah Juni 2021." in answer.text
    assert (again.status_code, "sudah terdaftar" in again.text) == (422, True)
    evaluation = Evaluation.objects.get()
    assert (evaluation.created_by, evaluation.created_at, evaluation.until) == (rina, REGISTERED, UNTIL)
    for change in (
        lambda: Evaluation.objects.update(until=date(2020, 8, 1)),
        lambda: Evaluation.objects.filter(pk=evaluation.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    page = f"/hasil/manfaat/{evaluation.pk}/"
    assert signed_in(citra).get(page).status_code == 404
    listed = signed_in(budi).get("/hasil/manfaat/").text
    assert "Kelas Pasar Daring" in listed
    assert address not in listed
    with pytest.raises(PermissionDenied):
        register_evaluation(sleman, citra, until=UNTIL, course=kelas)


@pytest.mark.parametrize(
    ("attending", "others", "effect", "conclusion", "shown"),
    [
        (1, 3, 0.3, None, "Dirahasiakan"),
        (3, 6, 0.3, Conclusion.INCONCLUSIVE, "sedikitnya 10 peserta dan 10 pembanding"),
        (7, 8, 0.3, Conclusion.RISE, "poin persen (95%)"),
        (7, 8, 0.0, Conclusion.NOT_SIGNIFICANT, "belum terlihat"),
    ],
)
def test_result_and_refusals(
    course: MakeCourse,
    signed_in: SignedIn,
    sleman: Council,
    rina: Person,
    attending: int,
    others: int,
    effect: float,
    conclusion: Conclusion | None,
    shown: str,
) -> None:
    evaluation = registered(sleman, rina, course=course(attending, others, effect))
    release(rina)
    result = evaluation_result(evaluation, rina)
    assert (result.participants, result.compared) == (2 * attending, 2 * others)
    assert (result.figures.conclusion if result.figures else None) == conclusion
    page = signed_in(rina).get(f"/hasil/manfaat/{evaluation.pk}/").text
    assert shown in page
    if result.figures:
        assert result.figures.estimate == pytest.approx(100 * effect, abs=10)
        assert "Pengaruh terkecil yang akan terlihat" in page
    assert "Jahit Rahasia" not in page


def test_the_result_is_of_the_first_release_after_the_month(
    course: MakeCourse, sleman: Council, rina: Person, citra: Person
) -> None:
    """Later reports change nothing; a member of another council reads no figure."""
    evaluation = registered(sleman, rina, course=course(7, 8, 0.3))
    release(rina, date(2021, 6, 15))
    assert evaluation_result(evaluation, rina).figures is None
    release(rina)
    before = evaluation_result(evaluation, rina)
    release(rina, date(2021, 8, 15))
    Report.objects.update(submitted_at=datetime(2021, 8, 1, tzinfo=UTC))
    assert evaluation_result(evaluation, rina) == before
    assert evaluation_result(evaluation, citra).figures is None


def test_actions_on_a_difficulty_are_evaluated_too(sleman: Council, rina: Person) -> None:
    evaluation = registered(sleman, rina, difficulty="capital")
    release(rina)
    assert "Belum ada peserta" in evaluation_result(evaluation, rina).reason
    with pytest.raises(ValidationError):
        registered(sleman, rina)
