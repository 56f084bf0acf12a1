"""The names of people that a reader may read. A regency's council, a sentra's head and its owners read each other's
names; a province or the nation reads figures and the names of IKM, never of owners.

A page builds one `Names` (`names_for`) and asks it for every row: at most two queries for a list of any length.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from sambang.access.models import Membership, Person
from sambang.access.reader import reader_for
from sambang.registry.models import Business, Cluster

UNREAD = "–"
SEE = "registry.see_contact"
SEE_FINANCES = "registry.see_finances"


class Names:
    """What one person may read of who is who. Rows need their owner or head fetched, nothing else."""

    def __init__(self, person: Person) -> None:
        self.person, self.reader = person, reader_for(person)

    @cached_property
    def belonged_to(self) -> set[UUID | None]:
        """The sentra in which the person owns an IKM."""
        if not self.reader.owns:
            return set()
        return set(Business.objects.filter(owner=self.person).values_list("cluster", flat=True))

    @cached_property
    def officials(self) -> set[UUID]:
        """Everybody who works for a council: what they do there is done by name."""
        return set(Membership.objects.values_list("person", flat=True))

    def knows(self, business: Business) -> bool:
        """May this person read who owns the IKM, and whatever else says who that is?"""
        return self.reader.reads_business(SEE, business)

    def knows_finances(self, business: Business) -> bool:
        """May this person read what the IKM produces, can produce and sells?"""
        return self.reader.reads_business(SEE_FINANCES, business)

    def knows_sentra(self, cluster: Any) -> bool:
        """May this person read who heads the sentra? `cluster`: anything with its `pk` and `region_id`."""
        known = self.reader.reads(SEE, region=cluster.region_id, cluster=cluster.pk)
        return known or cluster.pk in self.belonged_to

    def owner(self, business: Business) -> str:
        return business.owner.name if self.knows(business) else UNREAD

    def head(self, cluster: Cluster) -> str:
        return cluster.head.name if cluster.head and self.knows_sentra(cluster) else UNREAD

    def speaker(self, business: Business) -> str:
        """Who said something: “Suminah (Jahit Suminah)”, or only the IKM."""
        return f"{business.owner.name} ({business.name})" if self.knows(business) else business.name

    def actor(self, someone: Person | None, *, near: bool) -> str:
        """Who did something. `near`: is it within what this person knows by name?"""
        if someone is None:
            return ""
        known = near or someone.pk == self.person.pk or someone.pk in self.officials
        return someone.name if known else _("pemilik atau ketua sentra")


def names_for(request: HttpRequest) -> Names:
    """The names that the reader of this page may read, found out once a request."""
    assert isinstance(request.user, Person)
    kept: Names | None = request.__dict__.get("_names")
    if kept is None or kept.person.pk != request.user.pk:
        kept = request.__dict__["_names"] = Names(request.user)
    return kept
