"""The request as our views know it: signed in, so `user` is a Person."""

from django.http import HttpRequest

from sambang.access.models import Membership, Person


class PersonRequest(HttpRequest):
    user: Person


def memberships_of(request: HttpRequest) -> list[Membership]:
    """The person's memberships with their councils, asked for once a request; none for a stranger."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return []
    key = f"_memberships_{person.pk}"  # by person: an owner's page changes who acts
    if key not in request.__dict__:
        request.__dict__[key] = list(person.memberships.select_related("council"))
    found: list[Membership] = request.__dict__[key]
    return found
