"""Personal links of a whole council: made, printed as cards and posters, sent by WhatsApp's API. Long work is a
streamed page with one line for each sentra, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from sambang.access.models import Council
from sambang.access.permissions import councils_of, may
from sambang.access.requests import PersonRequest
from sambang.audit.read_audit import log_read
from sambang.lib import clock
from sambang.lib.documents import document_response
from sambang.lib.region_code import RegionCode, in_region
from sambang.owners import queries, whatsapp_api
from sambang.owners.operations import make_missing_links
from sambang.owners.printing import cards_of, cards_pdf, poster_pdf
from sambang.owners.views.links import get_cluster
from sambang.owners.views.reminders import send_by_api
from sambang.registry.models import Cluster

LINES_PLACEHOLDER = "<!-- lines -->"  # in link_progress.html

type ClusterOrCouncil = Cluster | Council


def council_with_links(request: PersonRequest) -> Council:
    """The person's council of a regency. Raises PermissionDenied without the verb owners.make_link there."""
    for council in councils_of(request.user).order_by("region_code"):
        if RegionCode(council.region_code).is_regency and may(request.user, "owners.make_link", council):
            return council
    raise PermissionDenied("owners.make_link")


def clusters_and_council(request: PersonRequest, council: Council) -> Iterator[ClusterOrCouncil]:
    """The sentra of the council, then the council itself for its IKM outside any."""
    clusters = queries.clusters_with_links(request.user, now=clock.now())
    yield from clusters.filter(in_region("region__code", council.region_code))
    yield council


def name_of(within: ClusterOrCouncil) -> str:
    return within.name if isinstance(within, Cluster) else _("Di luar sentra")


@require_POST
def link_create_council(request: PersonRequest) -> HttpResponseBase:
    """Create every missing link of the council, sentra by sentra; repeated after an interruption it makes the rest."""
    council = council_with_links(request)

    def work(within: ClusterOrCouncil) -> str:
        many = make_missing_links(within, request.user)
        text = ngettext("%(place)s: %(many)s tautan baru", "%(place)s: %(many)s tautan baru", many)
        return text % {"place": name_of(within), "many": many}

    return _streamed(request, council, _("Membuat tautan"), work)


@require_POST
def link_send_council(request: PersonRequest) -> HttpResponseBase:
    """Send every link that was neither sent nor used by WhatsApp's API. 404 where the office has not set it up."""
    council = council_with_links(request)
    if not whatsapp_api.is_enabled():
        raise Http404

    def work(within: ClusterOrCouncil) -> str:
        sent, problems = 0, dict[str, int]()
        for link in queries.links_of(request.user, within, now=clock.now()).filter(sent_at=None, last_used_at=None):
            if problem := send_by_api(request, link):
                problems[problem] = problems.get(problem, 0) + 1
            else:
                sent += 1
        refused = "; ".join(f"{reason} ({many})" for reason, many in problems.items())
        text = ngettext("%(place)s: %(many)s terkirim", "%(place)s: %(many)s terkirim", sent)
        return " – ".join(filter(None, (text % {"place": name_of(within), "many": sent}, refused)))

    return _streamed(request, council, _("Mengirim tautan"), work)


def _streamed(
    request: PersonRequest, council: Council, title: str, work: Callable[[ClusterOrCouncil], str]
) -> StreamingHttpResponse:
    page = render_to_string("owners/link_progress.html", {"council": council, "title": title}, request=request)
    head, foot = page.split(LINES_PLACEHOLDER)

    def parts() -> Iterator[str]:
        yield head
        for within in clusters_and_council(request, council):
            yield format_html("<li>{}</li>\n", work(within))
        yield format_html("<li><strong>{}</strong></li>\n", _("Selesai."))
        yield foot

    response = StreamingHttpResponse(parts())
    add_never_cache_headers(response)
    return response


@require_POST
def link_cards(request: PersonRequest, cluster_id: object) -> HttpResponse:
    cluster = get_cluster(request, cluster_id)
    return _cards(request, cluster, cluster.region_id)


@require_POST
def link_cards_outside(request: PersonRequest) -> HttpResponse:
    council = council_with_links(request)
    return _cards(request, council, council.region_code)


def _cards(request: PersonRequest, within: ClusterOrCouncil, region: str) -> HttpResponse:
    """The cards of the active links. Each printing is an audited read."""
    links = queries.links_of(request.user, within, now=clock.now())
    cards = cards_of(list(links), request.build_absolute_uri)
    if not cards:
        messages.info(request, _("Belum ada tautan yang berlaku di sini: buat dulu."))
        if isinstance(within, Cluster):
            return redirect("owners:link_list", within.pk)
        return redirect("owners:link_overview")
    log_read(request.user, [within], ["registry.see_contact", "owners.send_reminder"])
    content = cards_pdf(cards, council=queries.council_name(region), place=name_of(within))
    return _pdf_response(content, f"kartu-{slugify(name_of(within))}.pdf")


@require_safe
def cluster_poster(request: PersonRequest, cluster_id: object) -> HttpResponse:
    cluster = get_cluster(request, cluster_id)
    address = request.build_absolute_uri("/saya/")
    content = poster_pdf(council=queries.council_name(cluster.region_id), place=cluster.name, address=address)
    return _pdf_response(content, f"poster-{slugify(cluster.name)}.pdf")


def _pdf_response(content: bytes, name: str) -> HttpResponse:
    response = document_response(content, name)
    add_never_cache_headers(response)
    return response
