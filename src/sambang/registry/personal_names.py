"""Personal names that a reader may see. Members of a regency's council, the head of a sentra and its owners see each
other's names; a province or the nation sees figures and names of IKM only.

A page uses one `NameReader` (`names_for`) for all its rows: at most two queries.
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

HIDDEN_NAME = "–"
SEE_CONTACT = "registry.see_contact"
SEE_FINANCES = "registry.see_finances"


class NameReader:
    """The names that one person may see. Rows need their owner or head fetched."""

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
        """Members of councils, whose names everybody may see."""
        return set(Membership.objects.values_list("person", flat=True))

    def may_see_owner(self, business: Business) -> bool:
        return self.reader.shows(business, "registry.Business.owner")

    def may_see_head(self, cluster: Any) -> bool:
        """May this person read who heads the sentra? `cluster`: anything with its `pk` and `region_id`."""
        return self.may_see_names(region=cluster.region_id, cluster=cluster.pk)

    def may_see_names(self, *, region: str, cluster: UUID | None) -> bool:
        """May this person read the names of the sentra's people, or of a village's (`cluster` None)?"""
        readable = self.reader.reads(SEE_CONTACT, region=region, cluster=cluster)
        return readable or (cluster is not None and cluster in self.belonged_to)

    def owner(self, business: Business) -> str:
        return business.owner.name if self.may_see_owner(business) else HIDDEN_NAME

    def head(self, cluster: Cluster) -> str:
        return cluster.head.name if cluster.head and self.may_see_head(cluster) else HIDDEN_NAME

    def speaker(self, business: Business) -> str:
        """The source of a statement: “Suminah (Jahit Suminah)”, or only the IKM."""
        return f"{business.owner.name} ({business.name})" if self.may_see_owner(business) else business.name

    def actor(self, someone: Person | None, *, may_see_place: bool) -> str:
        """The name of the person who did something. `may_see_place`: may the reader see names of that place?"""
        if someone is None:
            return ""
        readable = may_see_place or someone.pk == self.person.pk or someone.pk in self.officials
        return someone.name if readable else _("pemilik atau ketua sentra")


def names_for(request: HttpRequest) -> NameReader:
    """The NameReader of the request's person, one per request."""
    assert isinstance(request.user, Person)
    names: NameReader | None = request.__dict__.get("_names")
    if names is None or names.person.pk != request.user.pk:
        names = request.__dict__["_names"] = NameReader(request.user)
    return names
