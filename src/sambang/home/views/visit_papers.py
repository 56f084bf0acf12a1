"""Pages that join visits with later steps of the work: the papers of a visit, and whom to visit."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from sambang.access.permissions import may_somewhere
from sambang.access.requests import PersonRequest, reached_row
from sambang.home.visit_minutes import minutes_of
from sambang.lib import clock
from sambang.lib.exports import workbook_response
from sambang.lib.months import add_months
from sambang.papers.paper_pages import number_page, paper_response
from sambang.papers.queries import council_for_papers
from sambang.production.queries import businesses_expected_to_report, has_reported
from sambang.registry.models import Cluster
from sambang.registry.personal_names import NameReader, names_for
from sambang.registry.queries import is_uuid
from sambang.visits.models import Visit
from sambang.visits.papers import BEFORE_THE_VISIT, PAPER_TITLES, WITHOUT_NUMBER, Paper, paper_content
from sambang.visits.queries import VisitPriority, priorities_by_cluster, visit_priorities

SILENT_MONTHS = 3


def visit_with_paper(request: PersonRequest, visit_id: UUID, paper: str) -> tuple[Visit, Paper]:
    """The visit and the paper; 404 outside the person's reach, and for a paper that the visit does not have yet."""
    visit = reached_row(
        request,
        Visit,
        visit_id,
        related=("region__parent__parent", "cluster__head", "group", "business__owner", "leader"),
    )
    if paper not in list(Paper) or (visit.held_on is None and paper not in BEFORE_THE_VISIT):
        raise Http404
    return visit, Paper(paper)


def visit_paper(request: PersonRequest, visit_id: UUID, paper: str, extension: str) -> HttpResponse:
    """A paper of a visit as PDF or Word, always in Indonesian: it goes into an Indonesian file."""
    visit, chosen = visit_with_paper(request, visit_id, paper)
    with translation.override("id"):
        content = paper_content(chosen, minutes_of(visit, request.user, chosen))
    day = visit.held_on or visit.planned_for
    name = f"{paper}-{slugify(visit.cluster_or_business.name)}-{day.isoformat()}"
    return paper_response(content, extension, name)


def paper_number(request: PersonRequest, visit_id: UUID, paper: str) -> HttpResponse:
    """Give a paper of the visit its number, date and signer."""
    visit, chosen = visit_with_paper(request, visit_id, paper)
    council = council_for_papers(visit.region_id)
    if council is None or chosen in WITHOUT_NUMBER:
        raise Http404
    title, back = f"{PAPER_TITLES[chosen]}: {visit}", reverse("visits:visit_detail", args=[visit.pk])
    return number_page(request, council, paper=chosen.value, subject=visit.pk, title=title, back=(back, visit))


def visit_priority_list(request: PersonRequest) -> HttpResponse:
    """The IKM that most need a visit: never or long not met, absent, weak, and silent in the monthly reports."""
    chosen = request.GET.get("sentra", "")
    if chosen and not is_uuid(chosen):
        raise Http404
    cluster = reached_row(request, Cluster, chosen) if chosen else None
    today = clock.today()
    months = [add_months(today.replace(day=1), -back) for back in range(1, SILENT_MONTHS + 1)]
    quiet = businesses_expected_to_report(request.user, months[0])
    for month in months:
        quiet = quiet.exclude(has_reported(month))
    priorities = visit_priorities(
        request.user, today=today, cluster=cluster, not_reporting=set(quiet.values_list("pk", flat=True))
    )
    if request.GET.get("format") == "xlsx":
        return _workbook(priorities, names_for(request))
    context = {
        "page": Paginator(priorities, 50).get_page(request.GET.get("halaman")),
        "clusters": [] if cluster else priorities_by_cluster(priorities)[:10],
        "cluster": cluster,
        "may_plan": may_somewhere(request.user, "visits.plan"),
        "simulated": any(row.business.is_simulated for row in priorities),
    }
    return render(request, "home/visit_priority_list.html", context)


def _workbook(priorities: list[VisitPriority], names: NameReader) -> HttpResponse:
    headings = [_("Sentra"), _("IKM"), _("Pemilik"), _("Bulan sejak ditemui"), _("Alasan")]
    table = (
        [
            str(row.business.cluster),
            row.business.name,
            names.owner(row.business),
            _("belum pernah") if row.months is None else row.months,
            "; ".join(row.reasons),
        ]
        for row in priorities
    )
    return workbook_response(_("perlu-disambang"), headings, table)
