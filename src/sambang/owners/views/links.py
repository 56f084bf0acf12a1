"""The council's pages about owners' personal links: create, send, revoke, and remind businesses without a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from sambang.access.permissions import councils_of, may, may_somewhere, require
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest
from sambang.audit.read_audit import log_read
from sambang.lib import clock
from sambang.lib.ask_first import ask_first
from sambang.lib.exports import workbook_response
from sambang.lib.lists import CellSource, Export, Page, list_response
from sambang.lib.region_code import RegionCode
from sambang.lib.whatsapp import whatsapp_url
from sambang.owners import queries, whatsapp_api
from sambang.owners.forms import LinkListForm
from sambang.owners.link_tokens import token_of
from sambang.owners.message_texts import invitation_text, link_path, reminder_text
from sambang.owners.models import PersonalLink
from sambang.owners.operations import NewLink, make_link, revoke_link
from sambang.owners.views.reminders import invitation_redirect, reminder_redirect, siinas_redirect
from sambang.papers.message_texts import OfficeTexts
from sambang.production.queries import readable_businesses
from sambang.registry.models import Business, Cluster

CREATED_LINKS = "created_links"  # session key


def link_overview(request: PersonRequest) -> HttpResponseBase:
    """Every sentra in reach with the number of its IKM and of those that have an active link."""
    if not (reader_for(request.user).is_in_regency_council and may_somewhere(request.user, "owners.make_link")):
        raise PermissionDenied("owners.make_link")
    columns = (
        (_("Sentra"), "name"),
        (_("Desa/kalurahan"), "region.name"),
        (pgettext("many", "IKM"), "size"),
        (_("Punya tautan"), "linked"),
    )
    now = clock.now()
    rows = queries.clusters_with_links(request.user, now=now)
    rows = rows.filter(reader_for(request.user).in_own_regency(Cluster))

    def context(page: Page) -> dict[str, Any]:
        councils = [one for one in councils_of(request.user) if RegionCode(one.region_code).is_regency]
        return {
            "missing": sum(queries.count_missing(request.user, council, now=now) for council in councils[:1]),
            "has_api": whatsapp_api.is_enabled(),
        }

    return list_response(request, rows, "owners/link_overview.html", Export(_("tautan-pemilik"), columns), context)


def get_cluster(request: PersonRequest, cluster_id: object) -> Cluster:
    """The sentra: 404 outside the person's own regency, 403 without the verb owners.make_link."""
    rows = Cluster.objects.visible_to(request.user).filter(reader_for(request.user).in_own_regency(Cluster))
    cluster = get_object_or_404(rows, pk=cluster_id)
    require(request.user, "owners.make_link", cluster)
    return cluster


def link_list(request: PersonRequest, cluster_id: object) -> HttpResponseBase:
    cluster = get_cluster(request, cluster_id)
    now, month = clock.now(), queries.previous_month()
    form = LinkListForm(month, request.GET)
    rows = queries.businesses_with_links(request.user, cluster, month=month)

    def context(page: Page) -> dict[str, Any]:
        return {
            "cluster": cluster,
            "form": form,
            "month": month,
            "missing": queries.businesses_without_active_link(request.user, cluster, now=now).count(),
            "now": now,
        }

    export = _link_export(cluster, month)
    return list_response(request, form.narrow(rows), "owners/link_list.html", export, context)


def reporting_state(row: Any) -> str:
    """The label of a row of `businesses_with_links`."""
    if row.reported:
        return _("sudah")
    return _("belum") if row.asked else _("tidak ditanya")


def is_reminded(row: Any) -> bool:
    """For a row of `businesses_with_links`: whether a report is expected and missing, and processing is not
    restricted."""
    return row.asked and not row.reported and not row.restricted_at


def _link_export(cluster: Cluster, month: date) -> Export:
    """The state of each link, never the link itself, and the reminder to each business without a report."""

    texts, now = OfficeTexts(), clock.now()

    def reminder(row: Any) -> str:
        if not is_reminded(row):
            return ""
        has_link = row.link_id is not None and row.link_revoked is None and row.link_ends > now
        return reminder_text(row, month, has_link=has_link, texts=texts)

    def local(name: str) -> CellSource:
        return lambda row: (time := getattr(row, name)) and timezone.localtime(time)

    columns: tuple[tuple[Any, CellSource], ...] = (
        (_("IKM"), "name"),
        (_("Pemilik"), lambda row: "" if row.restricted_at else row.owner.name),
        (_("Tautan berlaku sampai"), local("link_ends")),
        (_("Dicabut"), local("link_revoked")),
        (_("Terakhir dipakai"), local("link_used")),
        (_("Melapor"), reporting_state),
        (_("Pesan WhatsApp"), reminder),
    )
    return Export(f"tautan-{cluster.name}", columns)


@require_POST
def link_create_missing(request: PersonRequest, cluster_id: object) -> HttpResponse:
    """Create a link for every IKM of the sentra that has no active one."""
    cluster = get_cluster(request, cluster_id)
    rows = queries.businesses_without_active_link(request.user, cluster, now=clock.now())
    if not rows.exists():
        messages.info(request, _("Semua IKM sentra ini sudah punya tautan yang berlaku."))
        return redirect("owners:link_list", cluster.pk)
    return create_links(request, cluster, rows)


@require_POST
@ask_first(
    gettext_lazy("Ganti semua tautan sentra ini?"),
    gettext_lazy(
        "Semua tautan yang sudah dikirim langsung mati, juga yang dicetak. Tiap pemilik perlu dikirimi tautan barunya."
    ),
    gettext_lazy("Ya, ganti semua"),
)
def link_create_all(request: PersonRequest, cluster_id: object) -> HttpResponse:
    """Create a link for every open IKM of the sentra and revoke the earlier ones."""
    cluster = get_cluster(request, cluster_id)
    return create_links(
        request,
        cluster,
        Business.objects.visible_to(request.user)
        .processable()
        .filter(cluster=cluster)
        .select_related("owner")
        .order_by("name"),
    )


def _has_active_link(request: PersonRequest, business_id: object) -> bool:
    rows = PersonalLink.objects.visible_to(request.user).active(now=clock.now())
    return rows.filter(business=UUID(str(business_id))).exists()


@require_POST
@ask_first(
    gettext_lazy("Ganti tautan ini?"),
    gettext_lazy("Tautan yang lama langsung mati. Pemiliknya perlu dikirimi tautan yang baru."),
    gettext_lazy("Ya, ganti"),
    when=_has_active_link,
)
def link_create(request: PersonRequest, business_id: object) -> HttpResponse:
    business = get_object_or_404(readable_businesses(request.user).select_related("owner", "cluster"), pk=business_id)
    return create_links(request, business.cluster, [business])


def create_links(request: PersonRequest, cluster: Cluster | None, businesses: Iterable[Business]) -> HttpResponse:
    """Create the links, all or none; the next page shows them, so that a reload creates none."""
    try:
        with transaction.atomic():
            fresh = [make_link(business, request.user) for business in businesses]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("owners:link_list", cluster.pk) if cluster else redirect("owners:link_overview")
    request.session[CREATED_LINKS] = [str(link.link.pk) for link in fresh]
    return redirect("owners:link_created")


def link_created(request: PersonRequest) -> HttpResponse:
    """The links that this session created last, to send or print."""
    if not (reader_for(request.user).is_in_regency_council and may_somewhere(request.user, "owners.make_link")):
        raise PermissionDenied("owners.make_link")
    links = (
        PersonalLink.objects.visible_to(request.user)
        .active(now=clock.now())
        .filter(pk__in=request.session.get(CREATED_LINKS, []))
        .select_related("business__owner", "business__cluster")
        .order_by("business__name")
    )
    fresh, texts = [NewLink(link, token) for link in links if (token := token_of(link))], OfficeTexts()
    cluster = _common_cluster(fresh)
    context: dict[str, Any] = {"cluster": cluster, "rows": [new_link_context(request, link, texts) for link in fresh]}
    if any(row["whatsapp"] for row in context["rows"]):
        about = [cluster] if cluster and len(fresh) > 1 else [link.link.business for link in fresh]
        log_read(request.user, about, ["registry.see_contact"])
    response = render(request, "owners/link_create.html", context)
    add_never_cache_headers(response)
    return response


def _common_cluster(links: Sequence[NewLink]) -> Cluster | None:
    clusters = {link.link.business.cluster for link in links}
    return clusters.pop() if len(clusters) == 1 else None


def new_link_context(request: PersonRequest, fresh: NewLink, texts: OfficeTexts) -> dict[str, Any]:
    business = fresh.link.business
    address = request.build_absolute_uri(link_path(fresh.token))
    message = invitation_text(business, address, fresh.link.expires_at, texts)
    phone = business.phone if may(request.user, "registry.see_contact", business) else ""
    return {
        "business": business.name,
        "owner": business.owner.name,
        "token": fresh.token,
        "codes": queries.codes_of(fresh.link),
        "address": address,
        "message": message,
        "whatsapp": whatsapp_url(phone, message),
    }


@require_POST
def link_export(request: PersonRequest, cluster_id: object) -> HttpResponse:
    """The links just created, as a workbook. The form sends their tokens."""
    cluster = get_cluster(request, cluster_id)
    table: list[list[object]] = []
    for token in request.POST.getlist("token"):
        link = queries.link_of(token)
        if (
            link is None
            or not PersonalLink.objects.visible_to(request.user).active(now=clock.now()).filter(pk=link.pk).exists()
        ):
            continue
        row = new_link_context(request, NewLink(link, token), OfficeTexts())
        table.append([row["business"], row["owner"], row["address"], ", ".join(row["codes"]), row["message"]])
    if not table:
        messages.error(request, _("Tautan itu sudah tidak berlaku: buat lagi."))
        return redirect("owners:link_list", cluster.pk)
    response = workbook_response(
        f"tautan-{cluster.name}", [_("IKM"), _("Pemilik"), _("Tautan"), _("Kode"), _("Pesan WhatsApp")], table
    )
    add_never_cache_headers(response)
    return response


@require_POST
@ask_first(
    gettext_lazy("Cabut tautan ini?"),
    gettext_lazy("Pemiliknya tidak dapat masuk lagi sampai Anda membuat dan mengirim tautan baru."),
    gettext_lazy("Ya, cabut"),
)
def link_revoke(request: PersonRequest, link_id: object) -> HttpResponse:
    rows = PersonalLink.objects.visible_to(request.user).filter(reader_for(request.user).in_own_regency(PersonalLink))
    link = get_object_or_404(rows.select_related("business"), pk=link_id)
    revoke_link(link, request.user)
    messages.success(request, _("Tautan %(name)s dicabut.") % {"name": link.business.name})
    cluster_id = link.business.cluster_id
    return redirect("owners:link_list", cluster_id) if cluster_id else redirect("owners:link_overview")


def link_send(request: PersonRequest, business_id: object) -> HttpResponse:
    """The personal link of an IKM, ready in WhatsApp."""
    business = get_object_or_404(readable_businesses(request.user).select_related("owner"), pk=business_id)
    require(request.user, "owners.send_reminder", business)
    return invitation_redirect(request, request.user, business)


def reminder_send(request: PersonRequest, business_id: object) -> HttpResponse:
    """The reminder to an IKM without a report, ready in WhatsApp."""
    rows = readable_businesses(request.user).select_related("owner", "cluster")
    business = get_object_or_404(rows, pk=business_id)
    require(request.user, "owners.send_reminder", business)
    return reminder_redirect(request, request.user, business, queries.previous_month())


def siinas_question_send(request: PersonRequest, business_id: object) -> HttpResponse:
    """The question for the missing items of the SIINas sheet, ready in WhatsApp."""
    rows = readable_businesses(request.user).select_related("owner", "cluster")
    business = get_object_or_404(rows, pk=business_id)
    require(request.user, "owners.send_reminder", business)
    return siinas_redirect(request, request.user, business)
