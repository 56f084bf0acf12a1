"""Sitemap and robots.txt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap, views
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sambang.access.permissions import public
from sambang.access.row_security import bypass_row_security
from sambang.market import queries
from sambang.market.models import Item
from sambang.registry.models import Cluster

CRAWLED_PAGES_ARE_PUBLIC = "search engines find the public catalogue by it, and nothing else"
DISALLOWED_PATHS = ("/saya/", "/masuk/", "/acuan/")


class ItemSitemap(Sitemap[Item]):
    limit = 10_000  # addresses a file

    def items(self) -> QuerySet[Item]:
        return Item.objects.on_offer().only("pk", "offered_at").order_by("pk")

    def location(self, item: Item) -> str:
        return reverse("market:catalogue_item", args=[item.pk])

    def lastmod(self, item: Item) -> datetime | None:
        return item.offered_at

    def get_latest_lastmod(self) -> datetime | None:
        newest: datetime | None = Item.objects.on_offer().aggregate(newest=Max("offered_at"))["newest"]
        return newest


class ClusterSitemap(Sitemap[Cluster]):
    def items(self) -> QuerySet[Cluster]:
        return queries.clusters_on_offer()

    def location(self, cluster: Cluster) -> str:
        return reverse("market:catalogue_cluster", args=[cluster.pk])


SITEMAPS: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {"barang": ItemSitemap, "sentra": ClusterSitemap}


@public(reason=CRAWLED_PAGES_ARE_PUBLIC)
@bypass_row_security(__name__)
def sitemap_index(request: HttpRequest) -> HttpResponse:
    return views.index(request, SITEMAPS, sitemap_url_name="crawlers:sitemap").render()


@public(reason=CRAWLED_PAGES_ARE_PUBLIC)
@bypass_row_security(__name__)
def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    return views.sitemap(request, SITEMAPS, section=section).render()


@public(reason=CRAWLED_PAGES_ARE_PUBLIC)
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in DISALLOWED_PATHS)]
    lines += ["", f"Sitemap: {request.build_absolute_uri(reverse('crawlers:sitemap_index'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
