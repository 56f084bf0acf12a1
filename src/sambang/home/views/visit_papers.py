"""Pages that join visits with later steps of the work: the papers of a visit, and whom to visit."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from sambang.access.permissions import may_somewhere
from sambang.access.requests import PersonRequest
from sambang.home.papers import minutes_of
from sambang.lib import clock
from sambang.lib.exports import workbook_response
from sambang.lib.months import add_months
from sambang.production.queries import expected, has_reported
from sambang.registry.models import Cluster
from sambang.registry.names import NameReader, names_for
from sambang.registry.queries import is_uuid
from sambang.visits import minutes as papers
from sambang.visits.models import Visit
from sambang.visits.queries import VisitPriority, priorities_by_cluster, visit_priorities

SILENT_MONTHS = 3


def visit_paper(request: PersonRequest, visit_id: str, paper: str) -> HttpResponse:
    """A paper of a visit as PDF, always in Indonesian: it goes into an Indonesian file."""
    visit = get_object_or_404(
        Visit.objects.visible_to(request.user).select_related("cluster__region__parent__parent", "cluster__head"),
        pk=visit_id,
    )
    if paper not in list(papers.Paper) or (visit.held_on is None and paper != papers.Paper.DAFTAR_HADIR):
        raise Http404
    with translation.override("id"):
        minutes = minutes_of(visit, request.user, with_pictures=paper == papers.Paper.LAPORAN)
        content = papers.render(papers.Paper(paper), minutes)
    answer = HttpResponse(content, content_type="application/pdf")
    name = f"{paper}-{slugify(visit.cluster.name)}-{minutes.visit.day.isoformat()}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def visit_priority_list(request: PersonRequest) -> HttpResponse:
    """The IKM that most need a visit: never or long not met, absent, weak, and silent in the monthly reports."""
    chosen = request.GET.get("sentra", "")
    if chosen and not is_uuid(chosen):
        raise Http404
    cluster = get_object_or_404(Cluster.objects.visible_to(request.user), pk=chosen) if chosen else None
    today = clock.today()
    months = [add_months(today.replace(day=1), -back) for back in range(1, SILENT_MONTHS + 1)]
    quiet = expected(request.user, months[0])
    for month in months:
        quiet = quiet.exclude(has_reported(month))
    found = visit_priorities(
        request.user, today=today, cluster=cluster, not_reporting=set(quiet.values_list("pk", flat=True))
    )
    if request.GET.get("format") == "xlsx":
        return _workbook(found, names_for(request))
    context = {
        "page": Paginator(found, 50).get_page(request.GET.get("halaman")),
        "clusters": [] if cluster else priorities_by_cluster(found)[:10],
        "cluster": cluster,
        "may_plan": may_somewhere(request.user, "visits.plan"),
        "simulated": any(row.business.is_simulated for row in found),
    }
    return render(request, "home/visit_priority_list.html", context)


def _workbook(found: list[VisitPriority], names: NameReader) -> HttpResponse:
    headings = [_("Sentra"), _("IKM"), _("Pemilik"), _("Bulan sejak ditemui"), _("Alasan")]
    table = (
        [
            str(row.business.cluster),
            row.business.name,
            names.owner(row.business),
            _("belum pernah") if row.months is None else row.months,
            "; ".join(row.reasons),
        ]
        for row in found
    )
    return workbook_response(_("perlu-disambang"), headings, table)
