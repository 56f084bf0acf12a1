"""Operations on the installation."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Council, Membership, Person
from sambang.accounts.models import Invitation, PendingMembership
from sambang.accounts.operations.revocation import revoke_sessions
from sambang.audit.operation import operation
from sambang.intake.models import Device
from sambang.lib import clock
from sambang.lib.region_code import in_region
from sambang.odk.models import CollectKey
from sambang.owners.models import PersonalLink


@operation("ops.close_council", lock=True)
def close_council(council: Council, by: Person, /) -> Council:
    """Revoke all access to a council of a regency or province: memberships, invitations, keys of ODK Collect, phones,
    and the links of owners unless another council of the region is open. Its rows stay. Raises ValidationError for the
    nation's council and for a closed one."""
    if not council.region_code:
        raise ValidationError(_("Dewan nasional tidak ditutup: server ini bekerja atas namanya."))
    if council.closed_at is not None:
        raise ValidationError(_("%(name)s sudah ditutup di server ini.") % {"name": council.name})
    now = clock.now()
    people = list(Person.objects.filter(memberships__council=council).distinct())
    Membership.objects.filter(council=council).delete()
    Invitation.objects.filter(council=council, accepted_at=None).delete()
    PendingMembership.objects.filter(council=council).delete()
    CollectKey.objects.filter(council=council, revoked_at=None).update(revoked_at=now)
    if not Council.objects.filter(region_code=council.region_code, closed_at=None).exclude(pk=council.pk).exists():
        Device.objects.filter(region_code=council.region_code, revoked_at=None).update(revoked_at=now, revoked_by=by)
        links = PersonalLink.objects.filter(in_region("business__region__code", council.region_code), revoked_at=None)
        PersonalLink.objects.filter(pk__in=list(links.values_list("pk", flat=True))).update(revoked_at=now)
    for person in people:
        if not person.memberships.exists():
            revoke_sessions(person)
    council.closed_at = now
    council.save(update_fields=["closed_at"])
    return council
