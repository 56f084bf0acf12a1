"""JSON-LD of the catalogue by schema.org. It contains only values that the page shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sambang.market.models import Item
from sambang.market.queries import story_for_buyers
from sambang.registry.models import Cluster
from sambang.visits.models import Photo

CONTEXT = "https://schema.org"
# A browser ends a script at "</script" whatever its type.
ESCAPES = str.maketrans({"<": r"\u003C", ">": r"\u003E", "&": r"\u0026", "\u2028": r"\u2028", "\u2029": r"\u2029"})

type Absolute = Callable[[str], str]


def script(*things: dict[str, Any]) -> SafeString:
    """The things as one `application/ld+json` script."""
    text = json.dumps({"@context": CONTEXT, "@graph": things}, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 # escaped above


def item_script(item: Item, absolute: Absolute) -> SafeString:
    """The product with its offer, and the way to its page. `item` with `shown_pictures`."""
    cluster = item.business.cluster
    steps = [(_("Katalog"), reverse("market:catalogue_list"))]
    if cluster:
        steps.append((cluster.name, reverse("market:catalogue_cluster", args=[cluster.pk])))
    steps.append((item.name, reverse("market:catalogue_item", args=[item.pk])))
    return script(_product(item, absolute), _breadcrumbs(steps, absolute))


def cluster_script(cluster: Cluster, photos: Sequence[Photo], absolute: Absolute) -> SafeString:
    """The sentra with its story and its public photos, and the way to its page."""
    address = reverse("market:catalogue_cluster", args=[cluster.pk])
    organization: dict[str, Any] = {
        "@type": "Organization",
        "name": cluster.name,
        "url": absolute(address),
        "address": {
            "@type": "PostalAddress",
            "addressLocality": str(cluster.region),
            "addressRegion": str(cluster.region.parent.parent),  # type: ignore[union-attr]
            "addressCountry": "ID",
        },
    }
    optional = {
        "description": story_for_buyers(cluster),
        "image": [absolute(reverse("market:cluster_photo", args=[photo.pk])) for photo in photos],
        "foundingDate": str(cluster.since or ""),
    }
    organization |= {name: value for name, value in optional.items() if value}
    return script(
        organization,
        _breadcrumbs([(_("Katalog"), reverse("market:catalogue_list")), (cluster.name, address)], absolute),
    )


def _product(item: Item, absolute: Absolute) -> dict[str, Any]:
    maker = {"@type": "Organization", "name": item.business.name}
    offer: dict[str, Any] = {
        "@type": "Offer",
        "url": absolute(reverse("market:catalogue_item", args=[item.pk])),
        "price": item.least_order_price,
        "priceCurrency": "IDR",
        "itemCondition": f"{CONTEXT}/NewCondition",
        "availability": f"{CONTEXT}/{'InStock' if item.lead_days is None else 'BackOrder'}",
        "seller": maker,
    }
    if item.minimum_order > 1:
        offer["priceSpecification"] = {
            "@type": "UnitPriceSpecification",
            "price": item.price,
            "priceCurrency": "IDR",
            "referenceQuantity": {"@type": "QuantitativeValue", "value": 1, "unitText": item.unit},
        }
        offer["eligibleQuantity"] = {
            "@type": "QuantitativeValue",
            "minValue": item.minimum_order,
            "unitText": item.unit,
        }
    if item.lead_days is not None:
        offer["deliveryLeadTime"] = {"@type": "QuantitativeValue", "value": item.lead_days, "unitCode": "DAY"}
    product: dict[str, Any] = {
        "@type": "Product",
        "name": item.name,
        "sku": str(item.pk),
        "brand": {"@type": "Brand", "name": item.business.name},
        "manufacturer": maker,
        "offers": offer,
    }
    optional = {
        "description": item.description,
        "image": [
            absolute(reverse("market:picture_image", args=[picture.pk]))
            for picture in item.shown_pictures  # type: ignore[attr-defined]
        ],
        "size": item.size_list,
        "color": ", ".join(item.colour_list),
    }
    return product | {name: value for name, value in optional.items() if value}


def _breadcrumbs(steps: Sequence[tuple[str, str]], absolute: Absolute) -> dict[str, Any]:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": absolute(address)}
            for position, (name, address) in enumerate(steps, start=1)
        ],
    }
