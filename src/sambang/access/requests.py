"""The type of an authenticated request, whose `user` is a Person, and the rows and councils that a page is about."""

from django.db.models import Model
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from sambang.access.models import Council, Person
from sambang.access.permissions import councils_of, require


class PersonRequest(HttpRequest):
    user: Person


def own_council(request: PersonRequest, council_id: object, verb: str) -> Council:
    """One of the person's councils: 404 for another one, 403 without the verb there."""
    council = get_object_or_404(councils_of(request.user), pk=council_id)
    require(request.user, verb, council)
    return council


def reached_row[M: Model](
    request: PersonRequest, model: type[M], key: object, verb: str = "", *, related: tuple[str, ...] = ()
) -> M:
    """The row with this primary key: 404 outside the person's reach, 403 without the verb on it."""
    rows = model.objects.visible_to(request.user)  # type: ignore[attr-defined]  # every model of REACH is Scoped
    row: M = get_object_or_404(rows.select_related(*related) if related else rows, pk=key)
    if verb:
        require(request.user, verb, row)
    return row
