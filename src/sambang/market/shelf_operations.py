"""Operations on items submitted by owners: submission and curation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.audit.operation import operation
from sambang.audit.withdrawal import mark_withdrawn
from sambang.lib import clock
from sambang.market.curation import criteria_for
from sambang.market.models import Item, Picture
from sambang.market.operations import ItemData, store_picture
from sambang.registry.models import Business

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

CURATION_FIELDS = ["submitted_at", "offered_at", "withdrawn_at", "unmet_criteria", "curation_note"]


@operation("market.submit_item", lock=True)
def submit_item(business: Business, by: Person, /, *, data: ItemData, photo: UploadedFile[bytes]) -> Item:
    """An owner's new item with its photo; it waits for a curator. Raises ValidationError."""
    item = Item(business=business, submitted_at=clock.now(), **asdict(data))
    item.full_clean()
    item.save(force_insert=True)
    _store_photo(item, photo)
    return item


@operation("market.submit_item", lock=True)
def change_submitted_item(
    item: Item, by: Person, /, *, data: ItemData, photo: UploadedFile[bytes] | None = None
) -> Item:
    """Change an owner's item; a new photo replaces the first one.

    A published item stays public while name, description and photo stay; else it waits for a curator again, as does a
    returned one. Raises ValidationError."""
    changed = photo is not None or (item.name, item.description) != (data.name, data.description)
    for name, value in asdict(data).items():
        setattr(item, name, value)
    if changed or item.offered_at is None:
        _mark_submitted(item)
    item.full_clean()
    item.save(update_fields=[*asdict(data), *CURATION_FIELDS])
    if photo is not None:
        first = item.pictures.first()
        new = _store_photo(item, photo)
        if first is not None:
            new.position = first.position
            new.save(update_fields=["position"])
            mark_withdrawn(first, by, _("Diganti foto baru"))
    return item


@operation("market.submit_item", lock=True)
def add_item_photo(item: Item, by: Person, /, *, photo: UploadedFile[bytes]) -> Picture:
    """A further photo of an owner's item, which then waits for a curator. Raises ValidationError."""
    picture = _store_photo(item, photo)
    if item.withdrawn_at is None:
        _mark_submitted(item)
        item.save(update_fields=CURATION_FIELDS)
    return picture


@operation("market.submit_item", lock=True)
def show_photo_first(item: Item, by: Person, /, *, picture: Picture) -> Item:
    """The first photo stands in lists and on messages with the link."""
    others = item.pictures.exclude(pk=picture.pk)
    for position, one in enumerate([picture, *others]):
        Picture.objects.filter(pk=one.pk).update(position=position)
    return item


@operation("market.submit_item", lock=True)
def remove_photo(item: Item, by: Person, /, *, picture: Picture) -> Picture:
    """Restorable by the council for thirty days. Raises ValidationError for the only photo."""
    if not item.pictures.exclude(pk=picture.pk).exists():
        raise ValidationError(_("Barang perlu satu foto: tambahkan foto lain dulu, atau ganti fotonya."))
    return mark_withdrawn(picture, by, _("Dihapus pemiliknya"))


@operation("market.submit_item", lock=True)
def submit_again(item: Item, by: Person, /) -> Item:
    """Submit a withdrawn or returned item again. An item that is public or waits already does not change."""
    if item.state in {Item.State.WITHDRAWN, Item.State.RETURNED}:
        item.withdrawn_at = None
        _mark_submitted(item)
        item.save(update_fields=CURATION_FIELDS)
    return item


def _mark_submitted(item: Item) -> None:
    item.submitted_at, item.offered_at = clock.now(), None
    item.unmet_criteria, item.curation_note = "", ""


def _store_photo(item: Item, photo: UploadedFile[bytes]) -> Picture:
    try:
        return store_picture(item, image=photo, alt=item.name, square=True)
    except ValidationError as wrong:
        raise ValidationError({"photo": wrong.messages}) from None


@operation("market.curate", lock=True)
def publish_item(item: Item, by: Person, /) -> Item:
    """Publish a submitted item. Raises ValidationError."""
    _require_submitted(item)
    item.submitted_at, item.offered_at = None, clock.now()
    item.unmet_criteria, item.curation_note = "", ""
    item.save(update_fields=CURATION_FIELDS)
    return item


@operation("market.curate", lock=True)
def return_item(item: Item, by: Person, /, *, unmet: Collection[str], note: str = "") -> Item:
    """Return a submitted item to its owner with the keys of the criteria that it does not meet. Raises
    ValidationError."""
    _require_submitted(item)
    keys = [criterion.key for criterion in criteria_for(item.business) if criterion.key in unmet]
    if not keys and not note.strip():
        raise ValidationError({"unmet": _("Pilih apa yang belum terpenuhi, atau tulis alasannya untuk pemilik.")})
    item.submitted_at, item.unmet_criteria, item.curation_note = None, " ".join(keys), note.strip()
    item.full_clean()
    item.save(update_fields=CURATION_FIELDS)
    return item


def _require_submitted(item: Item) -> None:
    if item.state != Item.State.SUBMITTED:
        raise ValidationError(_("Barang ini tidak sedang menunggu kurasi: muat ulang halamannya."))
