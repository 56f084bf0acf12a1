"""Labels of public items with a QR code of their page in the catalogue: for the showroom and for parcels."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from sambang.lib.documents import document_response
from sambang.lib.qr_codes import qr_svg
from sambang.lib.templatetags.formatting import rupiah
from sambang.lib.typesetting import accessible_pdf
from sambang.market.models import Item
from sambang.registry.models import Business

LABEL_PAPERS = Path(__file__).parent / "papers"


@translation.override(settings.LANGUAGE_CODE)
def labels_pdf(business: Business, items: Iterable[Item], absolute: Callable[[str], str]) -> bytes:
    """A label for each item. `absolute` makes a path an address."""
    labels = [
        {
            "name": item.name,
            "price": f"{rupiah(item.price)} / {item.unit}",
            "maker": business.name,
            "hint": _("Arahkan kamera HP ke gambar ini untuk melihat dan memesan."),
            "alt": _("Kode QR %(item)s") % {"item": item.name},
            "qr": qr_svg(absolute(reverse("market:catalogue_item", args=[item.pk]))),
        }
        for item in items
    ]
    title = _("Label barang %(business)s") % {"business": business.name}
    data = {"title": title, "author": business.name, "labels": labels}
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return accessible_pdf(LABEL_PAPERS / "labels.typ", root=LABEL_PAPERS, ignore_system_fonts=True, sys_inputs=inputs)


def labels_response(business: Business, absolute: Callable[[str], str]) -> HttpResponse:
    items = Item.objects.on_offer().filter(business=business).order_by("name", "pk")
    return document_response(labels_pdf(business, items, absolute), "label-barang.pdf")
