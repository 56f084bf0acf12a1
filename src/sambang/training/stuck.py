"""IKM that attended a course on online selling and have not reached repeat sales since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypedDict

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import WithAnnotations

from sambang.access.models import Person
from sambang.registry.models import Business, processable_business
from sambang.training.models import Attendance, Course, Enrolment, LadderStep, Session, attended_session

Step = LadderStep.Step
STUCK_PERIODS: dict[
    int, tuple[Any, int | None]
] = {  # days since the last attended session → label, days before the next
    30: (gettext_lazy("30 hari lewat"), 60),
    60: (gettext_lazy("60 hari lewat"), 90),
    90: (gettext_lazy("90 hari lewat"), None),
}
# The request in the message, by the highest step that was reached.
STUCK_REQUESTS: dict[str, Any] = {
    Step.LEARNT: gettext_lazy(
        "Apakah toko daring Anda sudah dibuka? Bila belum, balas pesan ini: kami bantu membukanya, kira-kira satu jam."
    ),
    Step.SHOP: gettext_lazy(
        "Tokonya sudah ada, bagus. Sudah adakah satu barang yang tayang? Bila perlu bantuan, kirim satu foto ke sini."
    ),
    Step.LIVE_PRODUCT: gettext_lazy(
        "Barang Anda sudah tayang. Sudah adakah pesanan pertama? Bagikan alamat tokonya kepada lima langganan lama."
    ),
    Step.FIRST_ORDER: gettext_lazy(
        "Selamat atas pesanan pertama. Sapa lagi pembelinya, dan ceritakan kepada kami bila ada pesanan berikutnya."
    ),
}


class Annotations(TypedDict):
    last_attended: date
    reached: str | None


type StuckRows = QuerySet[WithAnnotations[Enrolment, Annotations]]


def stuck_enrolments(person: Person, *, today: date) -> StuckRows:
    """Enrolments within reach whose last attended session is thirty days or more ago, longest first; of each business
    the course that it attended last. Each has `last_attended` and `reached`, the highest step."""
    attended = Attendance.objects.filter(attended_session(), enrolment=OuterRef("pk"))
    steps = LadderStep.objects.filter(business=OuterRef("business"))
    online = {"course__topic": Course.Topic.ONLINE, "course__withdrawn_at": None}
    rows = (
        Enrolment.objects.visible_to(person)
        .filter(processable_business("business__"), ~Exists(steps.filter(step=Step.REPEAT_SALES)), **online)
        .annotate(
            last_attended=Subquery(attended.order_by("-session__held_on").values("session__held_on")[:1]),
            reached=Subquery(steps.order_by("-step").values("step")[:1]),
        )
        .filter(last_attended__lte=today - timedelta(days=min(STUCK_PERIODS)))
    )
    later = Attendance.objects.filter(
        attended_session(),
        enrolment__business=OuterRef("business"),
        enrolment__course__topic=Course.Topic.ONLINE,
        session__held_on__gt=OuterRef("last_attended"),
    )
    return rows.filter(~Exists(later)).select_related("business__cluster", "course").order_by("last_attended", "pk")


def in_period(rows: StuckRows, days: int, *, today: date) -> StuckRows:
    """Rows whose last session lies in the period of STUCK_PERIODS that begins after `days`."""
    _label, until = STUCK_PERIODS[days]
    rows = rows.filter(last_attended__lte=today - timedelta(days=days))
    return rows.filter(last_attended__gt=today - timedelta(days=until)) if until else rows


@dataclass(frozen=True)
class StuckCount:
    """Number of IKM of a group with this highest step. `step`: its label."""

    group: str
    step: Any
    count: int


def counts_by(rows: StuckRows, path: str) -> list[StuckCount]:
    """By the group at `path` and by the highest step."""
    counts = rows.order_by().values_list(F(path), "reached").annotate(count=Count("pk", distinct=True))
    labels = dict(Step.choices)
    counted = sorted((group or _("di luar sentra"), reached or "", count) for group, reached, count in counts)
    return [StuckCount(group, labels.get(reached, _("belum tercatat")), count) for group, reached, count in counted]


def moved_by_counts(businesses: QuerySet[Business]) -> list[tuple[Any, Any, int]]:
    """What helped IKM to advance: (step, what, number of IKM)."""
    steps = LadderStep.objects.filter(business__in=businesses.order_by().values("pk")).exclude(moved_by="")
    counts = steps.order_by("step").values_list("step", "moved_by").annotate(count=Count("pk"))
    return [(Step(step).label, LadderStep.MovedBy(moved).label, count) for step, moved, count in counts]


@translation.override(settings.LANGUAGE_CODE)
def message_text(enrolment: Any, *, today: date) -> str:
    """The WhatsApp message to the owner of a row of `stuck_enrolments`; its business and owner are fetched."""
    return _("Yth. %(owner)s (%(business)s), sudah %(days)d hari sejak pelatihan “%(course)s”. %(request)s") % {
        "owner": enrolment.business.owner.name,
        "business": enrolment.business.name,
        "days": (today - enrolment.last_attended).days,
        "course": enrolment.course.title,
        "request": STUCK_REQUESTS[enrolment.reached or Step.LEARNT],
    }


@translation.override(settings.LANGUAGE_CODE)
def session_invitation(enrolment: Enrolment, session: Session) -> str:
    """The WhatsApp invitation to a session; business, owner and course are fetched."""
    place = _(" di %(place)s") % {"place": session.place} if session.place else ""
    return _(
        "Yth. %(owner)s (%(business)s), kami mengundang Anda ke pelatihan “%(course)s” pada %(day)s%(place)s. "
        "Balas “ya” bila Anda datang. Bawalah HP yang menyimpan tautan pribadi Anda."
    ) % {
        "owner": enrolment.business.owner.name,
        "business": enrolment.business.name,
        "course": enrolment.course.title,
        "day": date_format(session.held_on, "l, j F Y"),
        "place": place,
    }


def course_choices(rows: StuckRows) -> Iterable[tuple[str, str]]:
    courses = rows.order_by("course__title").values_list("course", "course__title").distinct()
    return [(str(key), title) for key, title in courses]
