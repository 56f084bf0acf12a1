"""Operations on trainers, courses, sessions, enrolments, scores and the steps towards selling online."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.audit.operation import operation
from sambang.audit.withdrawal import mark_restored, mark_withdrawn
from sambang.lib import clock
from sambang.registry.models import Business
from sambang.training.ladder_steps import store_ladder_step
from sambang.training.models import Attendance, Course, Enrolment, LadderStep, QuizResult, Session, Trainer
from sambang.training.screenshots import store_seen_screenshot

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


@operation("training.add_trainer", lock=True)
def add_trainer(council: Council, by: Person, /, *, name: str, **fields: Any) -> Trainer:
    """Raises ValidationError for a name that a trainer of the council has."""
    trainer = Trainer(council=council, name=" ".join(name.split()), **fields)
    trainer.full_clean()
    trainer.save(force_insert=True)
    return trainer


@operation("training.change_trainer", lock=True)
def change_trainer(trainer: Trainer, by: Person, /, *, name: str, **fields: Any) -> Trainer:
    """Correct a trainer, or record that they no longer teach. Raises ValidationError."""
    values = {"name": " ".join(name.split()), **fields}
    for column, value in values.items():
        setattr(trainer, column, value)
    trainer.full_clean()
    trainer.save(update_fields=list(values))
    return trainer


def _require_trainer_of(course: Course) -> None:
    if course.trainer and course.trainer.council_id != course.council_id:
        raise ValidationError({"trainer": _("Pilih pelatih dari dewan penyelenggara.")})


@operation("training.plan_course")
def plan_course(council: Council, by: Person, /, *, title: str, topic: str, trainer: Trainer | None = None) -> Course:
    """Raises ValidationError."""
    course = Course(council=council, title=title, topic=topic, trainer=trainer)
    course.full_clean()
    _require_trainer_of(course)
    course.save(force_insert=True)
    return course


@operation("training.change_course", lock=True)
def change_course(course: Course, by: Person, /, *, title: str, topic: str, trainer: Trainer | None = None) -> Course:
    """Raises ValidationError."""
    course.title, course.topic, course.trainer = title, topic, trainer
    course.full_clean()
    _require_trainer_of(course)
    course.save(update_fields=["title", "topic", "trainer"])
    return course


@operation("training.plan_session", lock=True)
def plan_session(course: Course, by: Person, /, *, held_on: date, place: str = "") -> Session:
    if course.sessions.filter(held_on=held_on).exists():
        raise ValidationError({"held_on": _("Pertemuan pada tanggal itu sudah ada.")})
    session = Session(course=course, held_on=held_on, place=place)
    session.full_clean()
    session.save(force_insert=True)
    return session


@operation("training.change_session", lock=True)
def change_session(session: Session, by: Person, /, *, held_on: date, place: str = "") -> Session:
    """Correct the day or the place. Raises ValidationError for a day that another session of the course has."""
    if session.course.sessions.filter(held_on=held_on).exclude(pk=session.pk).exists():
        raise ValidationError({"held_on": _("Pertemuan pada tanggal itu sudah ada.")})
    session.held_on, session.place = held_on, place
    session.full_clean()
    session.save(update_fields=["held_on", "place"])
    return session


@operation("training.enrol", lock=True)
def enrol(course: Course, by: Person, /, *, business: Business, participant: str = "") -> Enrolment:
    """Enrol a business. An existing enrolment is returned unchanged."""
    if not Business.objects.visible_to(by).filter(pk=business.pk).exists():
        raise ValidationError(_("IKM itu bukan binaan dewan Anda."))
    existing = course.enrolments.filter(business=business).first()
    if existing:
        return existing
    enrolment = Enrolment(course=course, business=business, participant=participant)
    enrolment.full_clean()
    enrolment.save(force_insert=True)
    return enrolment


@operation("training.attend")
def record_session_attendance(session: Session, by: Person, /, *, enrolment: Enrolment, present: bool) -> Attendance:
    """Record attendance, replacing an earlier value. Attending an online-market course is the first ladder step."""
    if enrolment.course_id != session.course_id:
        raise ValidationError(_("Peserta itu tidak terdaftar pada pelatihan ini."))
    return _store_attendance(enrolment, by, session, present=present, store_step=record_ladder_step)


def _store_attendance(
    enrolment: Enrolment, by: Person, session: Session, *, present: bool, store_step: Callable[..., LadderStep]
) -> Attendance:
    attendance, _created = Attendance.objects.update_or_create(
        session=session, enrolment=enrolment, defaults={"present": present}
    )
    if present and session.course.topic == Course.Topic.ONLINE:
        store_step(
            enrolment.business,
            by,
            step=LadderStep.Step.LEARNT,
            reached_on=session.held_on,
            evidence=session.course.title,
            evidence_kind=LadderStep.EvidenceKind.ATTENDANCE,
            moved_by=LadderStep.MovedBy.COURSE,
        )
    return attendance


@operation("training.attend_by_code", lock=True)
def attend_by_code(business: Business, by: Person, /, *, session: Session) -> Attendance:
    """The owner, a participant of the course, attends a session by its code, on its day. Raises ValidationError."""
    if session.held_on != clock.today():
        raise ValidationError(_("Kode ini hanya berlaku pada hari pertemuannya."))
    enrolment = session.course.enrolments.filter(business=business).first()
    if enrolment is None:
        raise ValidationError(_("Anda belum terdaftar sebagai peserta. Beri tahu petugas di tempat, lalu coba lagi."))
    return _store_attendance(enrolment, by, session, present=True, store_step=store_ladder_step)


@operation("training.answer_quiz", lock=True)
def answer_quiz(business: Business, by: Person, /, *, module: str, right: int) -> QuizResult:
    """Record how many questions were answered rightly: the first time as before the lesson, then as after it; a later
    answer replaces the one after."""
    has_before = business.quiz_results.filter(module=module, phase=QuizResult.Phase.BEFORE).exists()
    result, _made = QuizResult.objects.update_or_create(
        business=business,
        module=module,
        phase=QuizResult.Phase.AFTER if has_before else QuizResult.Phase.BEFORE,
        defaults={"right": right, "answered_on": clock.today()},
    )
    return result


@operation("training.score")
def set_scores(enrolment: Enrolment, by: Person, /, *, before: int | None, after: int | None) -> Enrolment:
    """Scores from 0 to 100, before and after; null where no test was taken."""
    enrolment.score_before, enrolment.score_after = before, after
    for score in (before, after):
        if score is not None and not 0 <= score <= 100:
            raise ValidationError(_("Nilai %(score)s di luar 0 sampai 100.") % {"score": score})
    enrolment.save(update_fields=["score_before", "score_after"])
    return enrolment


@operation("training.record_ladder_step", lock=True)
def record_ladder_step(
    business: Business,
    by: Person,
    /,
    *,
    step: str,
    reached_on: date,
    evidence: str = "",
    evidence_kind: str = "",
    moved_by: str = "",
    screenshot: UploadedFile[bytes] | None = None,
) -> LadderStep:
    """Record that a step was reached. An earlier day replaces a recorded one, a later day does not. Raises
    ValidationError."""
    if screenshot is not None:
        evidence_kind = evidence_kind or LadderStep.EvidenceKind.SCREENSHOT
        store_seen_screenshot(business, by, step, screenshot)
    elif evidence_kind == LadderStep.EvidenceKind.SCREENSHOT:
        raise ValidationError({"screenshot": _("Lampirkan tangkapan layarnya, atau pilih jenis bukti yang lain.")})
    return store_ladder_step(
        business,
        by,
        step=step,
        reached_on=reached_on,
        evidence=evidence,
        evidence_kind=evidence_kind,
        moved_by=moved_by,
    )


type TrainingRow = Course | Session | Enrolment | LadderStep


@operation("training.withdraw", lock=True)
def withdraw_training(row: TrainingRow, by: Person, /, *, because: str) -> TrainingRow:
    """Withdraw a course, a session, a participant or a ladder step entered by mistake. Raises ValidationError."""
    return mark_withdrawn(row, by, because)


@operation("training.restore", lock=True)
def restore_training(row: TrainingRow, by: Person, /) -> TrainingRow:
    """Restore within thirty days. Raises ValidationError."""
    return mark_restored(row)
