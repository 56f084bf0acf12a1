"""The public catalogue: items on offer whose owners have consented."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.permissions import public
from sambang.access.row_security import bypass_row_security
from sambang.lib.lists import page_of
from sambang.lib.pictures import jpeg_response, stored_bytes
from sambang.market import queries
from sambang.market.feeds import merchant_feed
from sambang.market.models import Item, Picture

PUBLIC_REASON = "the catalogue is the council's shop window"
PAGE_SIZE = 24


@public(reason=PUBLIC_REASON)
@bypass_row_security(__name__)
def catalogue_list(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("cari", "")
    page = page_of(queries.catalogue(search=search), request.GET, size=PAGE_SIZE)
    clusters = [] if page.previous or search else queries.clusters_on_offer()
    return render(request, "market/catalogue_list.html", {"page": page, "search": search, "clusters": clusters})


@public(reason=PUBLIC_REASON)
@bypass_row_security(__name__)
def catalogue_cluster(request: HttpRequest, cluster_id: str) -> HttpResponse:
    cluster = get_object_or_404(queries.clusters_on_offer(), pk=cluster_id)
    page = page_of(queries.catalogue(cluster=cluster), request.GET, size=PAGE_SIZE)
    return render(request, "market/catalogue_cluster.html", {"cluster": cluster, "page": page})


@public(reason=PUBLIC_REASON)
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


@public(reason=PUBLIC_REASON)
@bypass_row_security(__name__)
def picture_image(request: HttpRequest, picture_id: str) -> HttpResponse:
    """The JPEG of a picture: public while its item is on offer, else for members within their reach."""
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
