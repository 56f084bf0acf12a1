"""The type of an authenticated request, whose `user` is a Person, and access to one's own council."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from sambang.access.models import Council, Person
from sambang.access.permissions import councils_of, require


class PersonRequest(HttpRequest):
    user: Person


def own_council(request: PersonRequest, council_id: UUID, verb: str) -> Council:
    """One of the person's councils: 404 for another one, 403 without the verb there."""
    council = get_object_or_404(councils_of(request.user), pk=council_id)
    require(request.user, verb, council)
    return council
