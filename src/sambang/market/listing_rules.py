"""Sentences about what a listing lacks for buyers, Google Merchant and Meta."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from sambang.market.models import Item

SHORT_DESCRIPTION = 100  # characters
MIN_PICTURE_SIDE = 500  # pixels: Meta refuses smaller pictures
PROMOTION = re.compile(r"\b(gratis|diskon|promo|obral|termurah|cuci gudang)\b", re.IGNORECASE)
CONTACT = re.compile(r"https?://|www\.|\b0?8\d{8,}|\+62", re.IGNORECASE)


def listing_errors(item: Item) -> list[str]:
    """Sentences, what keeps the item out of the shops first."""
    return [*_picture_errors(item), *_name_errors(item), *_text_errors(item), *_size_errors(item)]


def _picture_errors(item: Item) -> list[str]:
    first = item.pictures.first()
    if first is None:
        return [_("Tambahkan foto: barang tanpa foto jarang dipesan, dan Google dan Meta menolaknya.")]
    try:
        width, height = first.image.width, first.image.height
    except FileNotFoundError:
        return [_("Berkas foto pertama hilang: unggah lagi.")]
    if min(width, height) < MIN_PICTURE_SIDE:
        return [
            _("Foto pertama %(width)d × %(height)d titik: Meta meminta sedikitnya %(least)d × %(least)d.")
            % {"width": width, "height": height, "least": MIN_PICTURE_SIDE}
        ]
    return []


def _name_errors(item: Item) -> list[str]:
    errors = []
    if len(item.name) > 3 and item.name.isupper():
        errors.append(_("Jangan tulis nama dengan HURUF BESAR semua: Google menolaknya."))
    if match := PROMOTION.search(item.name):
        errors.append(_("Hapus “%(word)s” dari nama: Google menolak kata promosi di sana.") % {"word": match.group()})
    return errors


def _text_errors(item: Item) -> list[str]:
    errors = []
    if CONTACT.search(f"{item.name} {item.description}"):
        errors.append(_("Hapus nomor HP dan alamat situs dari nama dan uraian: lokapasar menolaknya."))
    if len(item.description) < SHORT_DESCRIPTION:
        errors.append(_("Perpanjang uraian: bahan, ukuran, warna, lama pengerjaan (sedikitnya 100 huruf)."))
    return errors


def _size_errors(item: Item) -> list[str]:
    errors = []
    if item.weight is None:
        errors.append(_("Isi berat dalam gram: lokapasar memerlukannya untuk ongkos kirim."))
    if not item.size_list and "ukuran" not in item.description.lower():
        errors.append(_("Sebutkan ukuran: pembeli pakaian selalu menanyakannya."))
    return errors
