"""Courses of a council: their sessions, participants, scores and attendance."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import councils_of, may, may_somewhere, require
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest
from sambang.audit.change_cache import until_change
from sambang.audit.reached_lists import reached_list
from sambang.lib import clock
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.lib.lists import Export, Page, list_response
from sambang.registry.models import Business, Cluster
from sambang.registry.queries import is_uuid
from sambang.training import operations, queries
from sambang.training.certificates import with_certificate
from sambang.training.forms import (
    CourseChangeForm,
    CourseForm,
    EnrolForm,
    ScoreForm,
    SessionChangeForm,
    SessionForm,
)
from sambang.training.models import Course, Enrolment, Session, Trainer

type Scores = list[tuple[Enrolment, ScoreForm]]


def course_list(request: PersonRequest) -> HttpResponseBase:
    columns = (
        (_("Pelatihan"), "title"),
        (_("Topik"), "get_topic_display"),
        (_("Penyelenggara"), "council.name"),
        (_("Pelatih"), "trainer.name"),
        (_("Peserta"), "participants"),
        (_("Nilai sebelum"), "before"),
        (_("Nilai sesudah"), "after"),
    )

    def context(page: Page) -> dict[str, Any]:
        keys = tuple(course.pk for course in page)
        days = until_change(reader_for(request.user), queries.session_days, keys)
        return {
            "courses": [(course, queries.gain(course), days[course.pk]) for course in page],
            "may_plan": may_somewhere(request.user, "training.plan_course"),
        }

    export = Export("pelatihan", columns)
    rows = reached_list(queries.courses_with_trainer, request.user)
    return list_response(request, rows, "training/course_list.html", export, context, queries.COURSE_COLUMNS)


def course_create(request: PersonRequest) -> HttpResponse:
    councils = councils_of(request.user)
    trainers = Trainer.objects.visible_to(request.user).filter(council__in=councils, is_active=True)
    form = CourseForm(request.POST or None, councils=councils, trainers=trainers)

    def plan() -> Course:
        context = dict(form.cleaned_data)
        return operations.plan_course(context.pop("council"), request.user, **context)

    if course := run_operation(form, plan):
        messages.success(request, _("Pelatihan direncanakan. Tentukan pertemuannya."))
        return redirect("training:course_detail", course.pk)
    return form_page(
        request, form, title=_("Rencanakan pelatihan"), back=(reverse("training:course_list"), _("Pelatihan"))
    )


def get_course(request: PersonRequest, course_id: str) -> Course:
    rows = queries.courses_with_trainer(request.user).prefetch_related("sessions")
    return get_object_or_404(rows, pk=course_id)


def course_detail(request: PersonRequest, course_id: str) -> HttpResponse:
    return render_course(request, get_course(request, course_id))


def render_course(
    request: PersonRequest, course: Course, *, session_form: SessionForm | None = None, scores: Scores | None = None
) -> HttpResponse:
    """The page of a course. Status 422 if a form on it has errors."""
    wrong = session_form is not None or scores is not None
    scores = scores or [(enrolment, ScoreForm.of(enrolment)) for enrolment in queries.enrolments(course)]
    context = {
        "course": course,
        "enrolments": scores,
        "session_form": session_form or SessionForm(),
        "may_plan": may(request.user, "training.plan_session", course),
        "may_withdraw": may(request.user, "training.withdraw", course),
        "may_score": may(request.user, "training.score", course),
        "may_invite": may(request.user, "registry.see_contact", course),
        "next_session": any(session.held_on >= clock.today() for session in course.sessions.all()),
        "certified": set(with_certificate(Enrolment.objects.filter(course=course)).values_list("pk", flat=True)),
        "simulated": any(enrolment.business.is_simulated for enrolment, _form in scores),
    }
    return render(request, "training/course_detail.html", context, status=422 if wrong else 200)


@require_POST
def session_create(request: PersonRequest, course_id: str) -> HttpResponse:
    course = get_course(request, course_id)
    form = SessionForm(request.POST)
    if not run_operation(form, lambda: operations.plan_session(course, request.user, **form.cleaned_data)):
        return render_course(request, course, session_form=form)
    messages.success(request, _("Pertemuan dicatat."))
    return redirect("training:course_detail", course.pk)


def course_change(request: PersonRequest, course_id: str) -> HttpResponse:
    course = get_course(request, course_id)
    require(request.user, "training.change_course", course)
    initial = {"title": course.title, "topic": course.topic, "trainer": course.trainer}
    trainers = course.council.trainers.filter(Q(is_active=True) | Q(pk=course.trainer_id))
    form = CourseChangeForm(request.POST or None, initial=initial, trainers=trainers)
    if run_operation(form, lambda: operations.change_course(course, request.user, **form.cleaned_data)):
        messages.success(request, _("Data pelatihan disimpan."))
        return redirect("training:course_detail", course.pk)
    back = (reverse("training:course_detail", args=[course.pk]), course.title)
    return form_page(request, form, title=_("Betulkan pelatihan"), back=back)


def session_change(request: PersonRequest, session_id: str) -> HttpResponse:
    session = get_session(request, session_id)
    require(request.user, "training.change_session", session)
    form = SessionChangeForm(request.POST or None, initial={"held_on": session.held_on, "place": session.place})
    if run_operation(form, lambda: operations.change_session(session, request.user, **form.cleaned_data)):
        messages.success(request, _("Pertemuan disimpan."))
        return redirect("training:course_detail", session.course_id)
    back = (reverse("training:course_detail", args=[session.course_id]), session.course.title)
    return form_page(request, form, title=_("Betulkan pertemuan"), back=back)


def get_session(request: PersonRequest, session_id: str) -> Session:
    rows = Session.objects.visible_to(request.user).filter(course__withdrawn_at=None)
    return get_object_or_404(rows.select_related("course"), pk=session_id)


def course_enrol(request: PersonRequest, course_id: str) -> HttpResponse:
    course = get_course(request, course_id)
    require(request.user, "training.enrol", course)
    free = (
        Business.objects.visible_to(request.user)
        .processable()
        .exclude(pk__in=course.enrolments.values("business"))
        .select_related("owner")
    )
    chosen = request.GET.get("sentra", "")
    if is_uuid(chosen):  # an invalid identifier is ignored
        free = free.filter(cluster__pk=chosen)
    form = EnrolForm(request.POST or None, businesses=free.order_by("cluster__name", "name"))
    if form.is_valid():
        with transaction.atomic():
            for business in form.cleaned_data["businesses"]:
                operations.enrol(course, request.user, business=business, participant=business.owner.name)
        count = len(form.cleaned_data["businesses"])
        messages.success(request, _("%(count)d IKM menjadi peserta.") % {"count": count})
        return redirect("training:course_detail", course.pk)
    clusters = Cluster.objects.visible_to(request.user).order_by("name")
    context = {"form": form, "course": course, "clusters": clusters, "chosen": chosen}
    return render(request, "training/course_enrol.html", context, status=422 if form.is_bound else 200)


@require_POST
def score_change(request: PersonRequest, course_id: str) -> HttpResponse:
    course = get_course(request, course_id)
    require(request.user, "training.score", course)
    pairs = [(enrolment, ScoreForm.of(enrolment, request.POST)) for enrolment in queries.enrolments(course)]
    if not all(form.is_valid() for _enrolment, form in pairs):
        return render_course(request, course, scores=pairs)
    with transaction.atomic():
        for enrolment, form in pairs:
            if form.has_changed():
                operations.set_scores(enrolment, request.user, **form.cleaned_data)
    messages.success(request, _("Nilai disimpan."))
    return redirect("training:course_detail", course.pk)


def attendance_change(request: PersonRequest, session_id: str) -> HttpResponse:
    session = get_session(request, session_id)
    present = set(session.attendances.filter(present=True).values_list("enrolment", flat=True))
    enrolments = list(queries.enrolments(session.course))
    if request.method == "POST":
        present_now = {enrolment for enrolment in enrolments if str(enrolment.pk) in request.POST.getlist("present")}
        with transaction.atomic():
            for enrolment in enrolments:
                operations.record_session_attendance(
                    session, request.user, enrolment=enrolment, present=enrolment in present_now
                )
        messages.success(request, _("Daftar hadir disimpan: %(count)d hadir.") % {"count": len(present_now)})
        return redirect("training:course_detail", session.course_id)
    context = {
        "session": session,
        "enrolments": [(enrolment, enrolment.pk in present) for enrolment in enrolments],
        "may_attend": may(request.user, "training.attend", session),
    }
    return render(request, "training/attendance_change.html", context)
