"""Operations on items, consents, sales channels and online shares."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.audit.operation import operation
from sambang.audit.withdrawal import mark_restored, mark_withdrawn
from sambang.lib import clock
from sambang.lib.pictures import PictureError, reencode
from sambang.market.consents import latest_version
from sambang.market.models import Channel, Consent, Item, OnlineShare, Picture
from sambang.registry.models import Business

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MAX_PICTURES = 8


@dataclass(frozen=True)
class ItemData:
    name: str
    price: int  # whole rupiah for one `unit`
    description: str = ""
    unit: str = "potong"
    minimum_order: int = 1
    weight: int | None = None  # grams
    sizes: str = ""  # separated by commas
    colours: str = ""  # separated by commas
    lead_days: int | None = None  # None: in stock


@operation("market.offer")
def offer_item(business: Business, by: Person, /, *, data: ItemData) -> Item:
    """Offer a new item. It is public only while the owner's consent is valid."""
    item = Item(business=business, offered_at=clock.now(), **asdict(data))
    item.full_clean()
    item.save(force_insert=True)
    return item


@operation("market.change_item")
def change_item(item: Item, by: Person, /, *, data: ItemData) -> Item:
    for name, value in asdict(data).items():
        setattr(item, name, value)
    item.full_clean()
    item.save(update_fields=list(asdict(data)))
    return item


@operation("market.withdraw")
def withdraw_item(item: Item, by: Person, /) -> Item:
    item.withdrawn_at = clock.now()
    item.save(update_fields=["withdrawn_at"])
    return item


@operation("market.offer")
def reoffer_item(item: Item, by: Person, /) -> Item:
    item.offered_at, item.submitted_at, item.withdrawn_at = clock.now(), None, None
    item.save(update_fields=["offered_at", "submitted_at", "withdrawn_at"])
    return item


@operation("market.add_picture", lock=True)
def add_picture(item: Item, by: Person, /, *, image: UploadedFile[bytes], alt: str) -> Picture:
    """Store a re-encoded picture. Raises ValidationError."""
    return store_picture(item, image=image, alt=alt)


def store_picture(item: Item, *, image: UploadedFile[bytes], alt: str, square: bool = False) -> Picture:
    """A step of an operation that locked the item. Raises ValidationError."""
    positions = list(item.pictures.values_list("position", flat=True))
    if len(positions) >= MAX_PICTURES:
        raise ValidationError({"image": _("Paling banyak %(most)d gambar untuk satu barang.") % {"most": MAX_PICTURES}})
    try:
        encoded = reencode(image, square=square)
    except PictureError as wrong:
        raise ValidationError({"image": str(wrong)}) from None
    picture = Picture(item=item, alt=alt, position=max(positions, default=-1) + 1)
    picture.image.save(encoded.file.name or "barang.jpg", encoded.file, save=False)
    picture.save(force_insert=True)
    return picture


@operation("market.withdraw", lock=True)
def withdraw_picture(picture: Picture, by: Person, /, *, because: str) -> Picture:
    """Take a picture off the catalogue. Raises ValidationError."""
    return mark_withdrawn(picture, by, because)


@operation("market.restore", lock=True)
def restore_picture(picture: Picture, by: Person, /) -> Picture:
    """Restore within thirty days. Raises ValidationError."""
    if picture.item.pictures.count() >= MAX_PICTURES:
        raise ValidationError(_("Paling banyak %(most)d gambar untuk satu barang.") % {"most": MAX_PICTURES})
    return mark_restored(picture)


@operation("market.consent", lock=True)
def give_consent(business: Business, by: Person, /, *, purpose: str, how: str) -> Consent:
    """Record the owner's consent to the current text. A valid consent to it is returned unchanged."""
    current = business.consents.valid().filter(purpose=purpose, text_version=latest_version(purpose)).first()
    return current or _record_consent(business, by, purpose=purpose, kind=Consent.Kind.GIVEN, how=how)


@operation("market.consent", lock=True)
def withdraw_consent(business: Business, by: Person, /, *, purpose: str, how: str) -> Consent | None:
    """Record the withdrawal: the catalogue, its feed and the order button stop showing the business. None if there was
    no valid consent."""
    if not business.consents.valid().filter(purpose=purpose).exists():
        return None
    return _record_consent(business, by, purpose=purpose, kind=Consent.Kind.WITHDRAWN, how=how)


def _record_consent(business: Business, by: Person, *, purpose: str, kind: str, how: str) -> Consent:
    line = Consent(business=business, by=by, purpose=purpose, kind=kind, how=how, text_version=latest_version(purpose))
    line.full_clean()
    line.save(force_insert=True)
    return line


@operation("market.set_channel", lock=True)
def set_channel(
    business: Business, by: Person, /, *, kind: str, address: str = "", opened_on: date | None = None
) -> Channel:
    """Record a sales channel. If it is recorded already, its opening date is updated."""
    channel = business.channels.filter(kind=kind, address=address).first()
    if channel is None:
        channel = Channel(business=business, kind=kind, address=address, opened_on=opened_on)
        channel.full_clean()
        channel.save(force_insert=True)
    elif opened_on and channel.opened_on != opened_on:
        channel.opened_on = opened_on
        channel.save(update_fields=["opened_on"])
    return channel


@operation("market.set_channel")
def close_channel(channel: Channel, by: Person, /, *, closed_on: date) -> Channel:
    """Close a sales channel. The day of a channel that is closed already does not change."""
    if channel.closed_on is not None:
        return channel
    channel.closed_on = closed_on
    channel.save(update_fields=["closed_on"])
    return channel


@operation("market.set_online_share")
def set_online_share(business: Business, by: Person, /, *, month: date, percent: int) -> OnlineShare:
    """Record the online share of a month, replacing an earlier value."""
    share = OnlineShare(business=business, month=month, percent=percent, reported_to=by)
    share.full_clean(validate_unique=False, validate_constraints=False)
    if percent > 100:
        raise ValidationError({"percent": _("Bagian penjualan daring paling banyak 100 %.")})
    share, _created = OnlineShare.objects.update_or_create(
        business=business, month=month, defaults={"percent": percent, "reported_to": by}
    )
    return share
