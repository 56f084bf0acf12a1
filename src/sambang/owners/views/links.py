"""The office's pages about the links: make, send, revoke, and who has not reported."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from sambang.access.permissions import may, may_somewhere, require
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest
from sambang.audit.read_audit import log_read
from sambang.lib import clock
from sambang.lib.exports import workbook_response
from sambang.lib.months import add_months, first_of_month
from sambang.lib.templatetags.words import whatsapp
from sambang.owners import queries
from sambang.owners.models import PersonalLink
from sambang.owners.operations import NewLink, make_link, revoke_link
from sambang.owners.words import invitation_words, link_path, reminder_words
from sambang.production.queries import has_reported, readable_businesses
from sambang.registry.models import Business, Cluster

A_PAGE = 50


def link_overview(request: PersonRequest) -> HttpResponse:
    """Every sentra in reach: how many of its IKM can come in."""
    if not (reader_for(request.user).is_in_regency_council and may_somewhere(request.user, "owners.make_link")):
        raise PermissionDenied("owners.make_link")
    rows = queries.clusters_with_links(request.user, now=clock.now())
    rows = rows.filter(reader_for(request.user).in_own_regency(Cluster))
    if request.GET.get("format") == "xlsx":
        table = [[row.name, row.region.name, row.size, row.linked] for row in rows]  # type: ignore[attr-defined]
        return workbook_response(
            _("tautan-pemilik"), [_("Sentra"), _("Desa/kalurahan"), pgettext("many", "IKM"), _("Punya tautan")], table
        )
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("halaman"))
    return render(request, "owners/link_overview.html", {"page": page})


def cluster_of(request: PersonRequest, cluster_id: object) -> Cluster:
    """The sentra, for those who make its links: 404 out of reach, 403 within reach without the verb."""
    rows = Cluster.objects.visible_to(request.user).filter(reader_for(request.user).in_own_regency(Cluster))
    cluster = get_object_or_404(rows, pk=cluster_id)
    require(request.user, "owners.make_link", cluster)
    return cluster


def link_list(request: PersonRequest, cluster_id: object) -> HttpResponse:
    cluster = cluster_of(request, cluster_id)
    now, month = clock.now(), add_months(first_of_month(clock.today()), -1)
    rows = queries.with_links(request.user, cluster, month=month)
    if request.GET.get("keadaan") == "belum":
        rows = rows.exclude(has_reported(month))
    if request.GET.get("format") == "xlsx":
        return links_workbook(cluster, rows, month)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("halaman"))
    missing = queries.without_active_link(request.user, cluster, now=now).count()
    reads = may(request.user, "registry.see_contact", cluster)
    to_remind = {row.pk: whatsapp(row.phone, reminder_words(row, month)) for row in page if reads and not row.came}  # type: ignore[attr-defined]
    if any(to_remind.values()):
        log_read(request.user, [cluster], ["registry.see_contact"])
    facts = {
        "cluster": cluster,
        "page": page,
        "rows": [(row, to_remind.get(row.pk, "")) for row in page],
        "month": month,
        "missing": missing,
        "now": now,
    }
    return render(request, "owners/link_list.html", facts)


def links_workbook(cluster: Cluster, rows: Iterable[Business], month: date) -> HttpResponse:
    """States of the links, never the links; and the ready reminder of who has not reported the month."""
    headings = [
        _("IKM"),
        _("Pemilik"),
        _("Tautan berlaku sampai"),
        _("Dicabut"),
        _("Terakhir dipakai"),
        _("Melapor"),
        _("Pesan WhatsApp"),
    ]
    table: list[list[object]] = []
    for row in rows:
        moments = [row.link_ends, row.link_revoked, row.link_used]  # type: ignore[attr-defined]
        came: bool = row.came  # type: ignore[attr-defined]
        table.append(
            [
                row.name,
                row.owner.name,
                *[moment and timezone.localtime(moment) for moment in moments],
                _("sudah") if came else _("belum"),
                "" if came else reminder_words(row, month),
            ]
        )
    return workbook_response(f"tautan-{cluster.name}", headings, table)


@require_POST
def link_create_missing(request: PersonRequest, cluster_id: object) -> HttpResponse:
    """For every IKM of the sentra that has no living link."""
    cluster = cluster_of(request, cluster_id)
    rows = queries.without_active_link(request.user, cluster, now=clock.now())
    if not rows.exists():
        messages.info(request, _("Semua IKM sentra ini sudah punya tautan yang berlaku."))
        return redirect("owners:link_list", cluster.pk)
    return made(request, cluster, rows)


@require_POST
def link_create_all(request: PersonRequest, cluster_id: object) -> HttpResponse:
    """For every open IKM; the links made before stop working."""
    cluster = cluster_of(request, cluster_id)
    return made(
        request,
        cluster,
        Business.objects.visible_to(request.user).active().in_cluster(cluster).select_related("owner").order_by("name"),
    )


@require_POST
def link_create(request: PersonRequest, business_id: object) -> HttpResponse:
    business = get_object_or_404(readable_businesses(request.user).select_related("owner", "cluster"), pk=business_id)
    return made(request, business.cluster, [business])


def made(request: PersonRequest, cluster: Cluster | None, businesses: Iterable[Business]) -> HttpResponse:
    """Make the links, all or none, and show them this once."""
    try:
        with transaction.atomic():
            fresh = [make_link(business, request.user) for business in businesses]
    except ValidationError as trouble:
        messages.error(request, " ".join(trouble.messages))
        return redirect("owners:link_list", cluster.pk) if cluster else redirect("owners:link_overview")
    facts: dict[str, Any] = {"cluster": cluster, "rows": [to_send(request, link) for link in fresh]}
    if any(row["whatsapp"] for row in facts["rows"]):
        about = [cluster] if cluster and len(fresh) > 1 else [link.link.business for link in fresh]
        log_read(request.user, about, ["registry.see_contact"])
    response = render(request, "owners/link_create.html", facts)
    add_never_cache_headers(response)
    return response


def to_send(request: PersonRequest, fresh: NewLink) -> dict[str, Any]:
    business = fresh.link.business
    address = request.build_absolute_uri(link_path(fresh.token))
    words = invitation_words(business, address, fresh.link.expires_at)
    phone = business.phone if may(request.user, "registry.see_contact", business) else ""
    return {
        "business": business.name,
        "owner": business.owner.name,
        "token": fresh.token,
        "codes": queries.codes_of(fresh.link),
        "address": address,
        "words": words,
        "whatsapp": whatsapp(phone, words),
    }


@require_POST
def link_export(request: PersonRequest, cluster_id: object) -> HttpResponse:
    """The links just shown, as a workbook. The page hands the tokens back, for they are kept nowhere."""
    cluster = cluster_of(request, cluster_id)
    table: list[list[object]] = []
    for token in request.POST.getlist("token"):
        link = queries.link_of(token)
        if (
            link is None
            or not PersonalLink.objects.visible_to(request.user).active(now=clock.now()).filter(pk=link.pk).exists()
        ):
            continue
        row = to_send(request, NewLink(link, token))
        table.append([row["business"], row["owner"], row["address"], ", ".join(row["codes"]), row["words"]])
    if not table:
        messages.error(request, _("Tautan itu sudah tidak berlaku: buat lagi."))
        return redirect("owners:link_list", cluster.pk)
    response = workbook_response(
        f"tautan-{cluster.name}", [_("IKM"), _("Pemilik"), _("Tautan"), _("Kode"), _("Pesan WhatsApp")], table
    )
    add_never_cache_headers(response)
    return response


@require_POST
def link_revoke(request: PersonRequest, link_id: object) -> HttpResponse:
    rows = PersonalLink.objects.visible_to(request.user).filter(reader_for(request.user).in_own_regency(PersonalLink))
    link = get_object_or_404(rows.select_related("business"), pk=link_id)
    revoke_link(link, request.user)
    messages.success(request, _("Tautan %(name)s dicabut.") % {"name": link.business.name})
    cluster_id = link.business.cluster_id
    return redirect("owners:link_list", cluster_id) if cluster_id else redirect("owners:link_overview")
