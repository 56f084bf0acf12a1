"""Operations on the personal links of owners."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import DEFAULT_LINK_DAYS, MAX_LINK_DAYS, Council, Person
from sambang.access.permissions import new_id
from sambang.audit.operation import operation
from sambang.lib import clock
from sambang.lib.region_code import RegionCode
from sambang.lib.tokens import digest_of
from sambang.owners.link_tokens import token_for
from sambang.owners.models import PersonalLink
from sambang.owners.queries import businesses_without_active_link
from sambang.registry.models import Business, Cluster


@dataclass(frozen=True)
class NewLink:
    link: PersonalLink
    token: str

    def __repr__(self) -> str:  # keeps the token out of tracebacks and logs
        return f"NewLink({self.link.pk})"


def link_days(business: Business) -> int:
    """Validity of a new link of this IKM in days: the setting of its regency's council."""
    regency = RegionCode(business.region_id).regency
    days = Council.objects.filter(region_code=regency).values_list("link_days", flat=True).first()
    return days or DEFAULT_LINK_DAYS


@operation("owners.make_link", lock=True)
def make_link(business: Business, by: Person, /, *, days: int | None = None) -> NewLink:
    """Create a personal link for the owner of one IKM and revoke the earlier links of the business: the usual reason
    for a new one is a lost phone. `days` of validity: as the regency's council has set, unless given.

    Raises ValidationError for a closed IKM or days outside 1 to MAX_LINK_DAYS."""
    if business.status == Business.Status.CLOSED:
        raise ValidationError(_("%(name)s tercatat tutup: tidak perlu tautan.") % {"name": business.name})
    if business.erased_at is not None:
        raise ValidationError(_("Data pemilik usaha ini sudah dihapus atas permintaannya: tidak ada tautan lagi."))
    days = link_days(business) if days is None else days
    if not 1 <= days <= MAX_LINK_DAYS:
        raise ValidationError(_("Masa berlaku tautan 1 sampai %(days)s hari.") % {"days": MAX_LINK_DAYS})
    now, link_id = clock.now(), new_id()
    token = token_for(link_id)
    PersonalLink.objects.active(now=now).filter(business=business).update(revoked_at=now)
    link = PersonalLink(
        id=link_id,
        business=business,
        digest=digest_of(token),
        created_by=by,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    link.full_clean()
    link.save(force_insert=True)
    return NewLink(link, token)


@operation("owners.make_link", lock=True)
def make_missing_links(within: Cluster | Council, by: Person, /) -> int:
    """Create a link for every open IKM of a sentra, or of a council outside any, that has no active one; how many."""
    now = clock.now()
    businesses = businesses_without_active_link(by, within, now=now)
    links = [_new_link(business, by, created_at=now) for business in businesses]
    PersonalLink.objects.bulk_create(links, batch_size=500)
    return len(links)


def _new_link(business: Business, by: Person, *, created_at: datetime) -> PersonalLink:
    """An unsaved link. The caller passes the businesses of one regency: its council is asked once."""
    link_id = new_id()
    return PersonalLink(
        id=link_id,
        business=business,
        digest=digest_of(token_for(link_id)),
        created_by=by,
        created_at=created_at,
        expires_at=created_at + timedelta(days=link_days(business)),
    )


@operation("owners.revoke_link")
def revoke_link(link: PersonalLink, by: Person, /) -> PersonalLink:
    """End the link and every session that it opened. Revoking twice changes nothing."""
    if link.revoked_at is None:
        link.revoked_at = clock.now()
        link.save(update_fields=["revoked_at"])
    return link
