"""RSS of a sentra's public page: the goods that it offers anew. Nothing that the catalogue does not show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from sambang.access.permissions import public
from sambang.access.row_security import bypass_row_security
from sambang.lib.templatetags.formatting import rupiah
from sambang.lib.xml_text import xml_text
from sambang.market import queries
from sambang.market.models import Item
from sambang.registry.models import Cluster

MAX_FEED_ITEMS = 30


class ClusterFeed(Feed[Item, Cluster]):
    def get_object(self, request: HttpRequest, *args: Any, cluster_id: object, **kwargs: Any) -> Cluster:
        return get_object_or_404(queries.clusters_on_offer(), pk=cluster_id)

    def title(self, cluster: Cluster) -> str:
        return xml_text(cluster.name)

    def description(self, cluster: Cluster) -> str:
        return _("Barang baru dari %(cluster)s, %(region)s") % {
            "cluster": xml_text(cluster.name),
            "region": cluster.region.parent.parent,  # type: ignore[union-attr]
        }

    def link(self, cluster: Cluster) -> str:
        return reverse("market:catalogue_cluster", args=[cluster.pk])

    def items(self, cluster: Cluster) -> list[Item]:
        return list(queries.catalogue(cluster=cluster).order_by("-offered_at", "pk")[:MAX_FEED_ITEMS])

    def item_title(self, item: Item) -> str:
        return xml_text(item.name)

    def item_description(self, item: Item) -> str:
        price = f"{rupiah(item.price)} / {item.unit}"
        return xml_text(f"{price}. {item.description}") if item.description else price

    def item_link(self, item: Item) -> str:
        return reverse("market:catalogue_item", args=[item.pk])

    def item_pubdate(self, item: Item) -> datetime | None:
        return item.offered_at


@public(reason="the sentra's public page, for feed readers")
@bypass_row_security(__name__)
def catalogue_news(request: HttpRequest, cluster_id: object) -> HttpResponse:
    return ClusterFeed()(request, cluster_id=cluster_id)
