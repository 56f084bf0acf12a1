"""The public catalogue: items on offer whose owners have consented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from sambang.access.models import Person
from sambang.access.permissions import public
from sambang.access.row_security import bypass_row_security
from sambang.lib import clock
from sambang.lib.lists import Page, page_of
from sambang.lib.pictures import jpeg_response, stored_bytes, thumbnail
from sambang.market import queries
from sambang.market.facets import facets
from sambang.market.feeds import Feed, Shop
from sambang.market.forms import CatalogueForm, OrderForm
from sambang.market.models import Item, Picture
from sambang.market.spelling import corrected_search
from sambang.market.structured_data import cluster_script, item_script
from sambang.visits.models import Photo
from sambang.visits.queries import public_photos

CATALOGUE_IS_PUBLIC = "the catalogue is the council's shop window"
ITEMS_PER_PAGE = 24
MAX_CLUSTER_PHOTOS = 12  # of a sentra
SMALL_SIDES = {"400": 400, "800": 800}  # pixels: as wide as a list shows a picture, and the page of an item


@public(reason=CATALOGUE_IS_PUBLIC)
@bypass_row_security(__name__)
def catalogue_list(request: HttpRequest) -> HttpResponse:
    offered = facets()
    form = CatalogueForm(request.GET, offered)
    page = _page(form.narrow(queries.catalogue()), request.GET)
    corrected = ""
    if not page and form.is_valid() and (corrected := corrected_search(form.cleaned_data["cari"])):
        query = request.GET.copy()
        query["cari"] = corrected
        page = _page(CatalogueForm(query, offered).narrow(queries.catalogue()), query)
    has_clusters = not (page.previous or form.has_changed())
    context = {
        "page": page,
        "form": form,
        "is_filtered": bool(set(form.changed_data) - {"cari"}),
        "corrected": corrected,
        "clusters": queries.clusters_on_offer().filter(pk__in=offered.clusters) if has_clusters else [],
        "has_more_clusters": offered.has_more_clusters,
        "canonical": request.build_absolute_uri(request.path),
    }
    return render(request, "market/catalogue_list.html", context)


def _page(rows: QuerySet[Any], query: Mapping[str, str]) -> Page:
    return page_of(rows, query, size=ITEMS_PER_PAGE, is_counted=False)


@public(reason=CATALOGUE_IS_PUBLIC)
@bypass_row_security(__name__)
def catalogue_cluster_list(request: HttpRequest) -> HttpResponse:
    """Every sentra that has items on offer."""
    context = {
        "page": _page(queries.clusters_on_offer(), request.GET),
        "canonical": request.build_absolute_uri(request.path),
    }
    return render(request, "market/catalogue_cluster_list.html", context)


@public(reason=CATALOGUE_IS_PUBLIC)
@bypass_row_security(__name__)
def catalogue_cluster(request: HttpRequest, cluster_id: str) -> HttpResponse:
    cluster = get_object_or_404(queries.clusters_on_offer(), pk=cluster_id)
    page = _page(queries.catalogue(cluster=cluster), request.GET)
    photos = list(public_photos(cluster)[:MAX_CLUSTER_PHOTOS])
    context = {
        "cluster": cluster,
        "page": page,
        "story": queries.story_for_buyers(cluster),
        "photos": photos,
        "canonical": request.build_absolute_uri(request.path),
        "structured_data": cluster_script(cluster, photos, request.build_absolute_uri),
    }
    return render(request, "market/catalogue_cluster.html", context)


@public(reason=CATALOGUE_IS_PUBLIC)
@bypass_row_security(__name__)
def cluster_photo(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """The JPEG of a sentra's photo, smaller with `?lebar=`, while its people consent and the sentra has goods."""
    offering = queries.clusters_on_offer().values("pk")
    photo = get_object_or_404(Photo.objects.public().filter(visit__cluster__in=offering), pk=photo_id)
    return _jpeg(request, stored_bytes(photo.image))


def _jpeg(request: HttpRequest, content: bytes) -> HttpResponse:
    side = SMALL_SIDES.get(request.GET.get("lebar", ""))
    if side is not None:
        content = thumbnail(content, side=side)
    return jpeg_response(content, seconds=86_400)


@public(reason=CATALOGUE_IS_PUBLIC)
@bypass_row_security(__name__)
def catalogue_item(request: HttpRequest, item_id: str) -> HttpResponse:
    """An item on offer. The query chooses size, colour and number, from which the WhatsApp message is written."""
    item = get_object_or_404(queries.catalogue(), pk=item_id)
    address = request.build_absolute_uri(request.path)
    form, order = None, ""
    if queries.takes_orders(item.business):
        form = OrderForm.for_buyer(request.GET, item)
        order = form.message(address) if form.is_valid() else ""
    context = {
        "item": item,
        "form": form,
        "order": order,
        "canonical": address,
        "structured_data": item_script(item, request.build_absolute_uri),
    }
    return render(request, "market/catalogue_item.html", context)


@public(reason=CATALOGUE_IS_PUBLIC)
@bypass_row_security(__name__)
def picture_image(request: HttpRequest, picture_id: str) -> HttpResponse:
    """The JPEG of a picture, smaller with `?lebar=`: public while its item is on offer, else for members within their
    reach."""
    seen = Q(item__in=Item.objects.on_offer())
    if isinstance(request.user, Person):
        seen |= Q(pk__in=Picture.objects.visible_to(request.user).values("pk"))
    picture = get_object_or_404(Picture.objects.filter(seen), pk=picture_id)
    return _jpeg(request, stored_bytes(picture.image))


@public(reason="marketplaces fetch those goods of the catalogue whose owners agreed to that too")
@bypass_row_security(__name__)
def catalogue_feed(request: HttpRequest, shop: str) -> HttpResponse:
    """The product feed of a shop, by its name in feeds.Shop."""
    feed = Feed(Shop[shop], request.build_absolute_uri, clock.now())
    body = feed.document(queries.for_marketplaces())
    return HttpResponse(body, content_type="application/rss+xml; charset=utf-8")
