"""The council's shop window, for strangers: only what is on offer and agreed to by its owner."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.permissions import public
from sambang.access.row_security import bypass_row_security
from sambang.lib.pictures import jpeg_response, stored_bytes
from sambang.market import queries
from sambang.market.feeds import merchant_feed
from sambang.market.models import Item, Picture

WINDOW = "the catalogue is the council's shop window"


@public(reason=WINDOW)
@bypass_row_security(__name__)
def catalogue_list(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("cari", "")
    page = Paginator(queries.catalogue(words=words), 24).get_page(request.GET.get("halaman"))
    clusters = queries.clusters_on_offer() if page.number == 1 and not words else []
    return render(request, "market/catalogue_list.html", {"page": page, "words": words, "clusters": clusters})


@public(reason=WINDOW)
@bypass_row_security(__name__)
def catalogue_cluster(request: HttpRequest, cluster_id: str) -> HttpResponse:
    shown = get_object_or_404(queries.clusters_on_offer(), pk=cluster_id)
    page = Paginator(queries.catalogue(cluster=shown), 24).get_page(request.GET.get("halaman"))
    return render(request, "market/catalogue_cluster.html", {"cluster": shown, "page": page})


@public(reason=WINDOW)
@bypass_row_security(__name__)
def catalogue_item(request: HttpRequest, item_id: str) -> HttpResponse:
    shown = get_object_or_404(queries.catalogue(), pk=item_id)
    order = ""
    if queries.takes_orders(shown.business):
        order = _("Halo, saya ingin memesan “%(item)s” (%(address)s). Jumlah: ") % {
            "item": shown.name,
            "address": request.build_absolute_uri(),
        }
    return render(request, "market/catalogue_item.html", {"item": shown, "order": order})


@public(reason=WINDOW)
@bypass_row_security(__name__)
def picture_image(request: HttpRequest, picture_id: str) -> HttpResponse:
    """The picture's bytes: to strangers while the item is on offer, to members within their reach always."""
    seen = Q(item__in=Item.objects.on_offer())
    if isinstance(request.user, Person):
        seen |= Q(pk__in=Picture.objects.visible_to(request.user).values("pk"))
    shown = get_object_or_404(Picture.objects.filter(seen), pk=picture_id)
    return jpeg_response(stored_bytes(shown.image), seconds=86_400)


@public(reason="marketplaces fetch those goods of the catalogue whose owners agreed to that too")
@bypass_row_security(__name__)
def catalogue_feed(request: HttpRequest) -> HttpResponse:
    body = merchant_feed(queries.for_marketplaces(), site=_("Katalog IKM"), absolute=request.build_absolute_uri)
    return HttpResponse(body, content_type="application/rss+xml; charset=utf-8")
