"""Pages of facilitation programmes: rules, eligibility with reasons, applications up to the certificate."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sambang.access.models import Council
from sambang.access.permissions import councils_of, may, may_somewhere, require
from sambang.access.requests import PersonRequest, reached_row
from sambang.audit.read_audit import REPEAT_INTERVAL, log_read
from sambang.facilitation import operations, queries
from sambang.facilitation.forms import AdvanceForm, CandidateFilterForm, NewProgrammeForm, ProgrammeForm, RuleForm
from sambang.facilitation.letter import LETTER, LETTER_TITLE, letter_content
from sambang.facilitation.models import Application, Programme, Rule
from sambang.facilitation.queries import Candidate
from sambang.lib import clock
from sambang.lib.ask_first import ask_first
from sambang.lib.exports import workbook_response
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation, run_without_form
from sambang.lib.lists import Export, Page, list_response
from sambang.papers.paper_pages import number_page, paper_response
from sambang.papers.queries import council_for_papers, number_of
from sambang.registry.models import Business
from sambang.registry.personal_names import SEE_FINANCES

APPLICATIONS_PER_PAGE = 50


def programme_of(request: PersonRequest, programme_id: UUID, *, verb: str = "") -> Programme:
    """The programme: 404 outside the person's reach, 403 without the verb."""
    programme = get_object_or_404(queries.programmes(request.user), pk=programme_id)
    if verb:
        require(request.user, verb, programme)
    return programme


def programme_list(request: PersonRequest) -> HttpResponseBase:
    export = Export(
        _("program"),
        (
            (_("Program"), "name"),
            (_("Tahun"), "year"),
            (_("Penyelenggara"), "council.name"),
            (_("Kuota"), "quota"),
            (_("Ditawarkan"), "offered"),
            (_("Memakai kuota"), "placed"),
            (_("Terbit"), "issued"),
        ),
    )

    def context(page: Page) -> dict[str, Any]:
        return {"may_plan": may_somewhere(request.user, "facilitation.plan_programme")}

    rows = queries.programmes(request.user)
    return list_response(request, rows, "facilitation/programme_list.html", export, context)


def programme_create(request: PersonRequest) -> HttpResponse:
    form = NewProgrammeForm(
        request.POST or None, councils=councils_of(request.user), initial={"year": clock.today().year}
    )

    def plan() -> Programme:
        fields = dict(form.cleaned_data)
        return operations.plan_programme(fields.pop("council"), request.user, **fields)

    if programme := run_operation(form, plan):
        messages.success(request, _("Program dibuat. Periksa syaratnya: aturan, biaya dan kuota berubah tiap tahun."))
        return redirect("facilitation:programme_detail", programme.pk)
    return form_page(
        request, form, title=_("Program baru"), back=(reverse("facilitation:programme_list"), _("Program fasilitasi"))
    )


def programme_change(request: PersonRequest, programme_id: UUID) -> HttpResponse:
    programme = programme_of(request, programme_id, verb="facilitation.change_programme")
    form = ProgrammeForm.of(programme, request.POST or None)
    if run_operation(form, lambda: operations.change_programme(programme, request.user, **form.cleaned_data)):
        messages.success(request, _("Program diubah."))
        return redirect("facilitation:programme_detail", programme.pk)
    return form_page(
        request,
        form,
        title=_("Ubah program"),
        back=(reverse("facilitation:programme_detail", args=[programme.pk]), programme),
    )


def programme_detail(request: PersonRequest, programme_id: UUID) -> HttpResponseBase:
    programme = programme_of(request, programme_id)
    export = Export(
        _("permohonan"),
        (
            (_("IKM"), "business.name"),
            (_("Sentra"), "business.cluster.name"),
            (_("Desa"), "business.region.name"),
            (_("Tahap"), "get_stage_display"),
            (_("Berlaku sampai"), "permit.valid_until"),
        ),
    )
    rows = queries.applications(request.user, programme)

    def context(page: Page) -> dict[str, Any]:
        return _programme_context(request, programme, RuleForm())

    return list_response(request, rows, "facilitation/programme_detail.html", export, context)


def _programme_context(request: PersonRequest, programme: Programme, rule_form: RuleForm) -> dict[str, Any]:
    return {
        "programme": programme,
        "rules": programme.rules.all(),
        "removable": queries.removable(programme),
        "rule_form": rule_form,
        "may_change": may(request.user, "facilitation.change_programme", programme),
        "may_see": may(request.user, SEE_FINANCES, programme),
        "simulated": programme.council.is_simulated,
    }


@require_POST
def rule_add(request: PersonRequest, programme_id: UUID) -> HttpResponse:
    programme = programme_of(request, programme_id)
    form = RuleForm(request.POST)
    if run_operation(form, lambda: operations.add_rule(programme, request.user, **form.cleaned_data)):
        messages.success(request, _("Syarat ditambahkan."))
        return redirect("facilitation:programme_detail", programme.pk)
    context = _programme_context(request, programme, form)
    page = Page(list(queries.applications(request.user, programme)[:APPLICATIONS_PER_PAGE]), 0)
    return render(request, "facilitation/programme_detail.html", {"page": page, **context}, status=422)


@require_POST
@ask_first(
    gettext_lazy("Hapus syarat ini?"),
    gettext_lazy("Semua IKM dinilai lagi tanpa syarat ini."),
    gettext_lazy("Ya, hapus"),
)
def rule_remove(request: PersonRequest, rule_id: UUID) -> HttpResponse:
    rule = reached_row(request, Rule, rule_id)
    programme_id = rule.programme_id
    run_without_form(request, lambda: operations.remove_rule(rule, request.user), _("Syarat dihapus."))
    return redirect("facilitation:programme_detail", programme_id)


def candidate_list(request: PersonRequest, programme_id: UUID) -> HttpResponse:
    programme = programme_of(request, programme_id, verb=SEE_FINANCES)
    log_read(request.user, [programme], [SEE_FINANCES], again=REPEAT_INTERVAL)
    form = CandidateFilterForm(request.user, request.GET)
    chosen = form.cleaned_data
    cluster = UUID(chosen["sentra"]) if chosen.get("sentra") else None
    rows = queries.sorted_candidates(queries.candidates(request.user, programme, today=clock.today(), cluster=cluster))
    candidates = [row for row in rows if chosen.get("hasil", "") in {"", row.assessment.eligibility}]
    if request.GET.get("format") == "xlsx":
        return _candidate_workbook(candidates)
    context = {
        "programme": programme,
        "form": form,
        "tally": queries.count_candidates(rows),
        "page": Paginator(candidates, APPLICATIONS_PER_PAGE).get_page(request.GET.get("halaman")),
        "may_offer": may(request.user, "facilitation.offer", programme),
        "simulated": programme.council.is_simulated,
    }
    return render(request, "facilitation/candidate_list.html", context)


def _candidate_workbook(rows: list[Candidate]) -> HttpResponse:
    headings = [_("IKM"), _("Sentra"), _("Desa"), _("Hasil"), _("Sebab"), _("Tahap")]
    table = [
        [
            row.business.name,
            str(row.business.cluster or ""),
            row.business.region.name,
            str(row.assessment.eligibility.label),
            row.assessment.reasons,
            row.application.get_stage_display() if row.application else "",
        ]
        for row in rows
    ]
    return workbook_response(_("calon"), headings, table)


@require_POST
def candidate_offer(request: PersonRequest, programme_id: UUID) -> HttpResponse:
    programme = programme_of(request, programme_id, verb="facilitation.offer")
    keys = _uuids(request.POST.getlist("businesses"))
    rows = list(Business.objects.visible_to(request.user).active().filter(pk__in=keys))
    if not rows:
        messages.error(request, _("Belum ada IKM yang dipilih: beri tanda pada barisnya dulu."))
        return redirect("facilitation:candidate_list", programme.pk)
    with transaction.atomic():
        for business in rows:
            operations.offer(programme, request.user, business=business, happened_on=clock.today())
    messages.success(request, _("Ditawarkan kepada %(count)d IKM.") % {"count": len(rows)})
    return redirect("facilitation:programme_detail", programme.pk)


def _uuids(texts: list[str]) -> list[UUID]:
    uuids = []
    for text in texts:
        try:
            uuids.append(UUID(text))
        except ValueError:
            continue
    return uuids


def _candidate(request: PersonRequest, programme: Programme, business_id: UUID) -> Candidate:
    rows = queries.candidates(request.user, programme, today=clock.today(), only=business_id)
    candidate = next(rows, None)
    if candidate is None:
        raise Http404
    return candidate


def candidate_detail(request: PersonRequest, programme_id: UUID, business_id: UUID) -> HttpResponse:
    programme = programme_of(request, programme_id, verb=SEE_FINANCES)
    candidate = _candidate(request, programme, business_id)
    log_read(request.user, [candidate.business], [SEE_FINANCES])
    application = candidate.application
    form = AdvanceForm(application, initial={"happened_on": clock.today()}) if application else None
    return _candidate_page(request, programme, candidate, form)


def _candidate_page(
    request: PersonRequest, programme: Programme, candidate: Candidate, form: AdvanceForm | None
) -> HttpResponse:
    application = candidate.application
    context = {
        "programme": programme,
        "candidate": candidate,
        "answered": operations.ANSWERED,
        "events": application.events.select_related("recorded_by") if application else [],
        "form": form if form and form.fields["stage"].choices else None,  # type: ignore[attr-defined]
        "may_answer": may(request.user, "facilitation.answer_rule", programme),
        "may_offer": may(request.user, "facilitation.offer", programme),
        "may_write_letter": application is not None and may(request.user, "papers.assign_number", programme.council),
        "letter_number": number_of(LETTER, application.pk) if application else None,
        "simulated": candidate.business.is_simulated,
    }
    status = 422 if form and form.is_bound else 200
    return render(request, "facilitation/candidate_detail.html", context, status=status)


@require_POST
def candidate_answer(request: PersonRequest, programme_id: UUID, business_id: UUID) -> HttpResponse:
    """The answers to statements and documents: one field for each rule, "ya" or "tidak"; empty means unknown."""
    programme = programme_of(request, programme_id, verb=SEE_FINANCES)
    candidate = _candidate(request, programme, business_id)
    with transaction.atomic():
        for finding in candidate.assessment.findings:
            answer = request.POST.get(str(finding.rule.pk))
            if answer in {"ya", "tidak"} and (finding.is_met is None or finding.is_met is not (answer == "ya")):
                operations.answer_rule(finding.rule, request.user, business=candidate.business, is_met=answer == "ya")
    messages.success(request, _("Jawaban disimpan."))
    return redirect("facilitation:candidate_detail", programme.pk, business_id)


@require_POST
def application_advance(request: PersonRequest, application_id: UUID) -> HttpResponse:
    application = reached_row(request, Application, application_id, related=("programme__council", "business"))
    form = AdvanceForm(application, request.POST)
    if run_operation(form, lambda: operations.advance(application, request.user, **form.cleaned_data)):
        messages.success(request, _("Tahap dicatat: %(stage)s.") % {"stage": application.get_stage_display()})
        return redirect("facilitation:candidate_detail", application.programme_id, application.business_id)
    programme = programme_of(request, application.programme_id, verb=SEE_FINANCES)
    return _candidate_page(request, programme, _candidate(request, programme, application.business_id), form)


def _application_for_letter(request: PersonRequest, application_id: UUID) -> tuple[Application, Council]:
    """The application and the council whose paper it is: 404 outside the person's reach, 403 for whoever assigns no
    numbers."""
    application = reached_row(
        request,
        Application,
        application_id,
        related=("programme", "business__owner", "business__industry", "business__region__parent"),
    )
    council = council_for_papers(application.business.region_id)
    if council is None:
        raise Http404
    require(request.user, "papers.assign_number", council)
    require(request.user, SEE_FINANCES, application.business)
    return application, council


def application_letter(request: PersonRequest, application_id: UUID, extension: str) -> HttpResponse:
    """The office's letter about the IKM, as PDF or Word, always in Indonesian."""
    application, council = _application_for_letter(request, application_id)
    log_read(request.user, [application.business], [SEE_FINANCES, "registry.see_contact"])
    with translation.override("id"):
        content = letter_content(application, council)
    return paper_response(content, extension, f"{LETTER}-{slugify(application.business.name)}")


def letter_number(request: PersonRequest, application_id: UUID) -> HttpResponse:
    application, council = _application_for_letter(request, application_id)
    page = reverse("facilitation:candidate_detail", args=[application.programme_id, application.business_id])
    title = f"{LETTER_TITLE}: {application}"
    return number_page(
        request, council, paper=LETTER, subject=application.pk, title=title, back=(page, application.business)
    )
