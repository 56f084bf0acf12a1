"""Learning on the owner's link: three questions before and after a lesson, attendance by code, certificates."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from sambang.access.row_security import bypass_row_security
from sambang.lib import clock
from sambang.lib.forms import run_operation
from sambang.owners.authentication import OwnerRequest, owner_page
from sambang.selling.forms import AttendForm, QuizForm
from sambang.training.certificates import attendance_code, with_certificate
from sambang.training.models import Attendance, Enrolment, QuizResult, Session
from sambang.training.modules import QUESTIONS, learning_modules
from sambang.training.operations import answer_quiz, attend_by_code
from sambang.training.views.certificates import certificate_response


@owner_page
def learning_list(request: OwnerRequest) -> HttpResponse:
    results = {(row.module, row.phase): row.right for row in request.business.quiz_results.all()}
    phases = QuizResult.Phase
    rows = [
        (module, results.get((module.slug, phases.BEFORE)), results.get((module.slug, phases.AFTER)))
        for module in learning_modules().values()
    ]
    with bypass_row_security(__name__):
        certificates = list(with_certificate(Enrolment.objects.filter(business=request.business)))
    context = {
        "rows": rows,
        "questions": QUESTIONS,
        "certificates": certificates,
        "ladder_steps": request.business.ladder_steps.select_related("noted_by"),
        "screenshots": request.business.screenshots.all(),
    }
    return render(request, "selling/learning_list.html", context)


@owner_page
def quiz_answer(request: OwnerRequest, module: str) -> HttpResponse:
    """The questions of a lesson; the first attempt is stored as the score before the lesson."""
    lesson = learning_modules().get(module)
    if lesson is None:
        raise Http404
    form = QuizForm(request.POST or None, module=lesson)

    def answer() -> QuizResult:
        return answer_quiz(request.business, request.owner, module=lesson.slug, right=form.right_answers())

    if result := run_operation(form, answer):
        score = {"right": result.right, "questions": QUESTIONS}
        if result.phase == QuizResult.Phase.BEFORE:
            messages.success(request, _("Benar %(right)d dari %(questions)d. Sekarang baca pelajarannya.") % score)
        else:
            messages.success(request, _("Benar %(right)d dari %(questions)d.") % score)
        return redirect("selling:learning_list")
    context = {"form": form, "module": lesson}
    return render(request, "selling/quiz_answer.html", context, status=422 if form.is_bound else 200)


@owner_page
def session_attend(request: OwnerRequest, session_id: UUID, code: str) -> HttpResponse:
    with bypass_row_security(__name__):
        rows = Session.objects.filter(course__withdrawn_at=None).select_related("course__council")
        session = get_object_or_404(rows, pk=session_id)
    if not constant_time_compare(code, attendance_code(session)):
        raise Http404
    form = AttendForm(request.POST if request.method == "POST" else None)

    def attend() -> Attendance:
        with bypass_row_security(__name__):
            return attend_by_code(request.business, request.owner, session=session)

    if run_operation(form, attend):
        messages.success(request, _("Tercatat: Anda hadir. Selamat belajar."))
        return redirect("selling:learning_list")
    context = {"form": form, "session": session, "today": clock.today()}
    return render(request, "selling/session_attend.html", context, status=422 if form.is_bound else 200)


@owner_page
def certificate_document(request: OwnerRequest, enrolment_id: UUID) -> HttpResponse:
    with bypass_row_security(__name__):
        rows = with_certificate(Enrolment.objects.filter(business=request.business))
        return certificate_response(request, get_object_or_404(rows, pk=enrolment_id))
