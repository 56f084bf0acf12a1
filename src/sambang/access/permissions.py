"""Permission decisions: `may` and `require` for one row, `Scoped.visible_to` for a list, `public` for a page.

The tables are in reach.py (rows), roles.py (verbs) and exemptions.py (modules outside both).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import reduce
from operator import or_
from typing import Any, Self

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q

from sambang.access.models import Council, Person, Role
from sambang.access.reach import REACH, reach_of
from sambang.access.reach_filters import keys_by, reaches_all, under, ways
from sambang.access.roles import REGENCY_ONLY, ROLE_VERBS
from sambang.lib.unit_of_work import note, recall

_memberships: ContextVar[dict[uuid.UUID, list[tuple[str, str]]] | None] = ContextVar("memberships", default=None)


@contextmanager
def memberships_read_once() -> Iterator[None]:
    """In here a person's memberships are asked for once: for one transaction or one page that is only looked at."""
    here = _memberships.set({})
    try:
        yield
    finally:
        _memberships.reset(here)


def memberships_of(person: Person) -> list[tuple[str, str]]:
    """(role, region code of the council) of each."""
    known = _memberships.get()
    if known is not None and person.pk in known:
        return known[person.pk]
    found = list(person.memberships.values_list("role", "council__region_code"))
    if known is not None:
        known[person.pk] = found
    return found


def within(person: Person, model: type[models.Model]) -> Q:
    """The rows of a model that a person reaches, by council, as owner or as head of the sentra."""
    return reduce(or_, _ways(person, model), Q(pk__in=[]))


def _ways(person: Person, model: type[models.Model]) -> list[Q]:
    reach = reach_of(model)
    codes = {code for _role, code in memberships_of(person)}
    return ways(codes, person.pk, region=reach.region, own=(reach.owner, reach.head))


def in_own_regency(person: Person, model: type[models.Model]) -> Q:
    """The rows of those regencies whose own council the person belongs to. A membership above them opens figures only,
    and who has both kinds is judged row by row."""
    path = reach_of(model).region
    codes = {code for _role, code in memberships_of(person) if len(code) == 4}
    return reduce(or_, (under(path, code) for code in codes), Q(pk__in=[]))


def readable(person: Person, verb: str, model: type[models.Model]) -> Q:
    """The rows on which the person holds a verb that is kept to the regency: what a search may look into."""
    assert verb in REGENCY_ONLY
    reach = reach_of(model)
    codes = {code for role, code in memberships_of(person) if len(code) == 4 and verb in ROLE_VERBS[Role(role)]}
    parts = [under(reach.region, code) for code in codes]
    parts += [
        # By the few keys found: a condition along a path would join its tables to every row that is looked at.
        Q(pk__in=model._base_manager.filter(**{path: person.pk}).values("pk"))
        for path, role in ((reach.owner, Role.OWNER), (reach.head, Role.HEAD))
        if path and verb in ROLE_VERBS[role]
    ]
    return reduce(or_, parts, Q(pk__in=[]))


class Scoped[M: models.Model](models.QuerySet[M]):
    """Every read begins with `visible_to`: no view filters on its own."""

    def visible_to(self, person: Person) -> Self:
        if reaches_all(memberships_of(person), self.model, reach_of(self.model).region):
            return self.all()
        return self.filter(pk__in=keys_by(_ways(person, self.model), self.model._base_manager))


def region_of(subject: models.Model) -> str:
    """The region code by which councils reach this row; '' for rows outside every council."""
    reach = REACH.get(subject._meta.label)
    if reach is None:
        return ""

    def read() -> str:
        rows = subject._meta.model._base_manager.filter(pk=subject.pk)
        return rows.values_list(reach.region, flat=True).first() or ""

    return recall(_region_key(subject), read)


def note_region(subject: models.Model, code: str) -> None:
    """Its region code was just read with the row: inside steps of one transaction (`lib.unit_of_work`) `region_of` knows it."""
    note(_region_key(subject), code)


def _region_key(subject: models.Model) -> tuple[str, str, Any]:
    return "region", subject._meta.label, subject.pk


def roles_on(person: Person, subject: models.Model, *, code: str | None = None) -> Iterator[Role]:
    """Every role the person has towards this one row: those of councils first, so that whoever they suffice for costs
    no further question. `code`: its region code, where that was just read."""
    code = region_of(subject) if code is None else code
    for role, council_code in memberships_of(person):
        if code.startswith(council_code):
            yield Role(role)
    reach = reach_of(subject._meta.model)
    for path, role in ((reach.owner, Role.OWNER), (reach.head, Role.HEAD)):
        if path and subject._meta.model._base_manager.filter(pk=subject.pk).filter(**{path: person.pk}).exists():
            yield role


def may(person: Person, verb: str, subject: models.Model, *, code: str | None = None) -> bool:
    """May this person use this verb on this row? `code`: its region code, where that was just read."""
    if not person.is_active:
        return False
    code = region_of(subject) if code is None else code
    roles = roles_on(person, subject, code=code)
    if verb in REGENCY_ONLY:
        own = {
            Role(role)
            for role, council_code in memberships_of(person)
            if len(council_code) == 4 and code.startswith(council_code)
        }
        return any(verb in ROLE_VERBS[role] for role in own | (set(roles) & {Role.OWNER, Role.HEAD}))
    return any(verb in ROLE_VERBS[role] for role in roles)


def may_somewhere(person: Person, verb: str) -> bool:
    """May this person use this verb on any row at all? For menus and buttons that stand above a list."""
    roles = {Role(role) for role, code in memberships_of(person) if verb not in REGENCY_ONLY or len(code) == 4}
    return person.is_active and any(verb in ROLE_VERBS[role] for role in roles)


def require(person: Person, verb: str, subject: models.Model) -> str:
    """Raise PermissionDenied unless `may`; the row's region code. A person out of reach should have met a 404 before."""
    code = region_of(subject)
    if not may(person, verb, subject, code=code):
        raise PermissionDenied(verb)
    return code


def councils_of(person: Person) -> models.QuerySet[Council]:
    return Council.objects.filter(memberships__person=person).distinct().order_by("name")


def new_id() -> uuid.UUID:
    """The name of a row made here; a phone names its own rows."""
    return uuid.uuid4()


def public[V: Callable[..., Any]](*, reason: str) -> Callable[[V], V]:
    """A page for strangers. Everything else asks who you are; the reason is listed in docs/access.md."""

    def mark(view: V) -> V:
        opened = login_not_required(view)
        opened.public_reason = reason  # type: ignore[attr-defined]
        return opened

    return mark
