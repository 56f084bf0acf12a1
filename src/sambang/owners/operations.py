"""Making and revoking the links by which owners come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.audit.operation import operation
from sambang.lib import clock
from sambang.lib.tokens import digest_of, new_token
from sambang.owners.models import PersonalLink
from sambang.registry.models import Business

DAYS = 180
LONGEST = 400  # days: more than a year, so that a yearly round of links leaves no gap


@dataclass(frozen=True)
class NewLink:
    """The link and its token, which exists nowhere else: show it now or make another."""

    link: PersonalLink
    token: str

    def __repr__(self) -> str:  # a traceback or a log line must not spell the token
        return f"NewLink({self.link.pk})"


@operation("owners.make_link", lock=True)
def make_link(business: Business, by: Person, /, *, days: int = DAYS) -> NewLink:
    """A personal link for the owner of one IKM, valid for `days`. Links made before stop working: a lost phone is the
    usual reason for a new one. Raises ValidationError for a closed IKM or days outside 1 to 400."""
    if business.status == Business.Status.CLOSED:
        raise ValidationError(_("%(name)s tercatat tutup: tidak perlu tautan.") % {"name": business.name})
    if business.erased_at is not None:
        raise ValidationError(_("Data pemilik usaha ini sudah dihapus atas permintaannya: tidak ada tautan lagi."))
    if not 1 <= days <= LONGEST:
        raise ValidationError(_("Masa berlaku tautan 1 sampai %(days)s hari.") % {"days": LONGEST})
    now, token = clock.now(), new_token()
    PersonalLink.objects.active(now=now).filter(business=business).update(revoked_at=now)
    link = PersonalLink(
        business=business, digest=digest_of(token), made_by=by, made_at=now, expires_at=now + timedelta(days=days)
    )
    link.full_clean()
    link.save(force_insert=True)
    return NewLink(link, token)


@operation("owners.revoke_link")
def revoke_link(link: PersonalLink, by: Person, /) -> PersonalLink:
    """From this moment neither the link nor a page that it opened works. Revoking twice changes nothing."""
    if link.revoked_at is None:
        link.revoked_at = clock.now()
        link.save(update_fields=["revoked_at"])
    return link
