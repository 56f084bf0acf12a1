from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from sambang.base.tokens import digest_of
from sambang.people.access import MAY, within
from sambang.people.models import Council, Membership, Person
from sambang.team.models import Invitation


def kept_by(person: Person) -> list[Council]:
    """The councils whose members this person looks after."""
    granting = [role.value for role, verbs in MAY.items() if "team.grant" in verbs]
    codes = tuple(person.memberships.filter(role__in=granting).values_list("council__region_code", flat=True))
    rows = Council.objects.filter(within(person, Council)).order_by("region_code", "name")
    return [row for row in rows if row.region_code.startswith(codes)]


@dataclass(frozen=True)
class Member:
    person: Person
    memberships: list[Membership]


def members_of(council: Council) -> list[Member]:
    """Everybody of a council with their roles, by name."""
    rows: Iterable[Membership] = council.memberships.select_related("person").order_by("person__name", "role")
    found: dict[object, Member] = {}
    for row in rows:
        found.setdefault(row.person_id, Member(row.person, [])).memberships.append(row)
    return list(found.values())


def open_invitations(council: Council, *, now: datetime) -> QuerySet[Invitation]:
    return council.invitations.filter(accepted_at=None, expires_at__gt=now).order_by("name")


def invitation_of(token: str) -> Invitation | None:
    digest = digest_of(token)
    found = Invitation.objects.filter(digest=digest).first()
    return found if found is not None and hmac.compare_digest(found.digest, digest) else None
