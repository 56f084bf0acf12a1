"""`Reader`: the rows that one person reaches and the verbs that the person may use on them. Pages, lists, exports,
searches and names all ask it.

`reader_for(person)` caches it on the Person instance, so that a request queries memberships, ownership and headship
once. Operations that change a membership call `forget_reader`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.db.models import Q

from sambang.access.models import Council, Membership, Person, Role
from sambang.access.reach import REACH, Reach, reach_of
from sambang.access.reach_filters import any_of, has_single_value, in_reach, keys_of_any, own_region_column, reaches_all
from sambang.access.restriction import RESTRICTED_READS, path_to_business, restricted_business
from sambang.access.roles import GUARDED_COLUMNS, REGENCY_ONLY, ROLE_VERBS
from sambang.lib.raw_columns import column_list
from sambang.lib.region_code import RegionCode, in_region

_BUSINESS, _CLUSTER = "registry.Business", "registry.Cluster"
# Raw SQL, since every request runs it: compiling the query in the ORM takes four times as long as executing it.
MEMBERSHIPS = f"""
    SELECT {column_list(Council, "council")}, membership.id AS membership, membership.role,
        EXISTS (SELECT 1 FROM registry_business WHERE owner_id = membership.person_id) AS owns,
        EXISTS (SELECT 1 FROM registry_cluster WHERE head_id = membership.person_id) AS heads,
        (SELECT last_change FROM audit_chainhead) AS last_change
    FROM access_membership AS membership JOIN access_council AS council ON council.id = membership.council_id
    WHERE membership.person_id = %s ORDER BY membership.id"""  # noqa: S608  # names of our own columns


class Reader:
    def __init__(self, person: Person) -> None:
        self.person = person

    @cached_property
    def _reach(self) -> tuple[Any, ...]:
        return self.person.pk, tuple(self.grants), self.owns, self.heads

    def __eq__(self, other: object) -> bool:
        """Do both reach the same rows, as the same person? A compiled query of one then serves the other."""
        return isinstance(other, Reader) and self._reach == other._reach

    def __hash__(self) -> int:
        return hash(self._reach)

    # ── who the person is
    # ──────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _membership_rows(self) -> list[Any]:
        """The person's councils, each with the role and with `owns` and `heads` of the person: one query."""
        key = Person._meta.pk.get_db_prep_value(self.person.pk, connection)
        return list(Council.objects.raw(MEMBERSHIPS, [key]))

    @cached_property
    def memberships(self) -> list[Membership]:
        return [
            Membership(pk=council.membership, person=self.person, council=council, role=council.role)
            for council in self._membership_rows
        ]

    @cached_property
    def grants(self) -> list[tuple[Role, RegionCode]]:
        """(role, region code of the council) of each membership."""
        return [(Role(row.role), RegionCode(row.council.region_code)) for row in self.memberships]

    @property
    def councils(self) -> list[Council]:
        """`permissions.councils_of` the person, from the memberships read already."""
        councils = {row.council_id: row.council for row in self.memberships}
        return sorted(councils.values(), key=lambda council: council.name)

    @cached_property
    def owns(self) -> bool:
        """Does the person own an IKM?"""
        if self._membership_rows:
            return bool(self._membership_rows[0].owns)
        return bool(_rows(_BUSINESS).filter(owner=self.person).exists())

    @cached_property
    def heads(self) -> bool:
        """Is the person head of a sentra?"""
        if self._membership_rows:
            return bool(self._membership_rows[0].heads)
        return bool(_rows(_CLUSTER).filter(head=self.person).exists())

    @cached_property
    def headed_clusters(self) -> frozenset[UUID]:
        return frozenset(_rows(_CLUSTER).filter(head=self.person).values_list("pk", flat=True) if self.heads else ())

    @property
    def last_change(self) -> str:
        """The hash of the last operation by anybody (audit/change_cache.py), when the memberships were read; empty for
        a person in no council."""
        return (self._membership_rows[0].last_change or "") if self._membership_rows else ""

    @property
    def is_in_regency_council(self) -> bool:
        """A council of a regency reads its IKM one by one; a province or the nation reads only figures."""
        return any(code.is_regency for _role, code in self.grants)

    @property
    def reaches_only_own_regencies(self) -> bool:
        """Is the person's reach limited to regencies of their own councils, so that `in_own_regency` excludes no
        row?"""
        return all(code.is_regency for _role, code in self.grants) and not (self.owns or self.heads)

    # ── lists
    # ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def visible[R: models.QuerySet[Any]](self, rows: R) -> R:
        """The rows of a queryset that the person reaches."""
        model, region = rows.model, reach_of(rows.model).region
        codes = {code for _role, code in self.grants}
        if reaches_all(codes, model, region):
            return rows.all()
        conditions = self.reach_conditions(model)
        if len(conditions) == 1 and codes and has_single_value(model, region):
            return rows.filter(*conditions)
        return rows.filter(pk__in=keys_of_any(conditions, model._base_manager))

    def visible_within[R: models.QuerySet[Any]](self, rows: R, code: RegionCode | str) -> R:
        """The rows inside a region that the person reaches. If one of the person's councils contains the region, the
        condition on the region suffices."""
        inside = rows.filter(in_region(reach_of(rows.model).region, code))
        return inside if any(council.contains(code) for _role, council in self.grants) else self.visible(inside)

    def reach_conditions(self, model: type[models.Model]) -> list[Q]:
        """The alternative conditions by which the person reaches rows: council, ownership, headship. Those that do not
        apply to the person are omitted."""
        reach = reach_of(model)
        codes = {code for _role, code in self.grants}
        by_council = [any_of([in_reach(reach.region, code) for code in sorted(codes)])] if codes else []
        return by_council + [Q(**{path: self.person.pk}) for path, _role in self._own_paths(reach)]

    def reachable(self, model: type[models.Model]) -> Q:
        """`visible` as one condition."""
        return any_of(self.reach_conditions(model))

    def in_own_regency(self, model: type[models.Model]) -> Q:
        """Condition: rows of the regencies to whose own council the person belongs. A membership above the regency
        gives access to figures only; for a person with both kinds it is decided per row."""
        return any_of(self._in_regencies(model, {code for _role, code in self.grants if code.is_regency}))

    def allowed(self, verb: str, model: type[models.Model]) -> Q:
        """Condition: rows on which the person may use this verb of REGENCY_ONLY. Searches of guarded columns are
        limited to these rows."""
        path = path_to_business(model) if verb in RESTRICTED_READS else None
        unrestricted = Q() if path is None else Q(**{"__".join([*path, "restricted_at"]): None})
        parts = [
            # By the few keys found: a condition along a path would join its tables to every row that is searched.
            Q(pk__in=model._base_manager.filter(**{own: self.person.pk}).values("pk"))
            & (Q() if role == Role.OWNER else unrestricted)
            for own, role in self._own_paths(reach_of(model))
            if verb in ROLE_VERBS[role]
        ]
        in_regencies = [code & unrestricted for code in self._in_regencies(model, self._regencies(verb))]
        return any_of([*in_regencies, *parts])

    def _in_regencies(self, model: type[models.Model], codes: set[RegionCode]) -> list[Q]:
        return [in_region(reach_of(model).region, code) for code in sorted(codes)]

    def _regencies(self, verb: str) -> set[RegionCode]:
        assert verb in REGENCY_ONLY, verb
        return {code for role, code in self.grants if code.is_regency and verb in ROLE_VERBS[role]}

    def _own_paths(self, reach: Reach) -> Iterator[tuple[str, Role]]:
        """(path, role) pairs by which the person may reach rows without a council."""
        for path in (reach.owner, reach.other_owner):
            if path and (self.owns or not _ends_in(path, "owner")):
                yield path, Role.OWNER
        if self.heads:
            yield from ((path, Role.HEAD) for path in (reach.head, reach.other_head) if path)

    # ── one row
    # ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def roles_on(self, subject: models.Model, *, code: str | None = None) -> Iterator[Role]:
        """The person's roles on this row, those of councils first, since they cost no query. `code`: the row's region
        code, if it is known."""
        code = region_of(subject) if code is None else code
        yield from (role for role, council in self.grants if council.contains(code))
        rows = subject._meta.model._base_manager.filter(pk=subject.pk)
        for path, role in self._own_paths(reach_of(subject._meta.model)):
            if rows.filter(**{path: self.person.pk}).exists():
                yield role

    def may(self, verb: str, subject: models.Model, *, code: str | None = None) -> bool:
        """May the person use this verb on this row? `code`: the row's region code, if it is known."""
        if not self.person.is_active:
            return False
        code = region_of(subject) if code is None else code
        if verb not in REGENCY_ONLY:
            return any(verb in ROLE_VERBS[role] for role in self.roles_on(subject, code=code))
        if verb in RESTRICTED_READS and (business := restricted_business(subject)) is not None:
            return bool(business.owner_id == self.person.pk) and verb in ROLE_VERBS[Role.OWNER]
        if any(regency.contains(code) for regency in self._regencies(verb)):
            return True
        own = {Role.OWNER, Role.HEAD}.intersection(self.roles_on(subject, code=code))
        return any(verb in ROLE_VERBS[role] for role in own)

    def may_somewhere(self, verb: str) -> bool:
        """May the person, as a member of a council, use this verb on any row? For menus and buttons above a list."""
        roles = {role for role, code in self.grants if verb not in REGENCY_ONLY or code.is_regency}
        return self.person.is_active and any(verb in ROLE_VERBS[role] for role in roles)

    # ── one IKM by its keys, without a query a row
    # ─────────────────────────────────────────────────────────────────────

    def reads(
        self,
        verb: str,
        *,
        region: str,
        owner: UUID | None = None,
        cluster: UUID | None = None,
        restricted: bool = False,
    ) -> bool:
        """`may` for a verb of REGENCY_ONLY and an IKM of this region, owner and sentra. Costs no query for members."""
        if not self.person.is_active or (restricted and verb in RESTRICTED_READS and owner != self.person.pk):
            return False
        if any(regency.contains(region) for regency in self._regencies_of[verb]):
            return True
        if owner is not None and owner == self.person.pk and verb in ROLE_VERBS[Role.OWNER]:
            return True
        return cluster is not None and cluster in self.headed_clusters and verb in ROLE_VERBS[Role.HEAD]

    @cached_property
    def _regencies_of(self) -> dict[str, set[RegionCode]]:
        return {verb: self._regencies(verb) for verb in REGENCY_ONLY}

    def open_verbs(self, *rows: Any) -> frozenset[str]:
        """The verbs of guarded columns that the person may use on every one of these rows of registry.Business."""
        verbs = set(GUARDED_COLUMNS[_BUSINESS].values())
        return frozenset(verb for verb in verbs if all(self.reads_business(verb, row) for row in rows))

    def reads_business(self, verb: str, row: Any) -> bool:
        restricted = row.restricted_at is not None
        return self.reads(verb, region=row.region_id, owner=row.owner_id, cluster=row.cluster_id, restricted=restricted)

    # ── guarded columns
    # ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def shows(self, business: Any, column: str) -> bool:
        """Is a guarded column ("visits.Attendance.pulse") of this IKM, or of a row about it, shown to the person?"""
        return self.reads_business(verb_of(column), business)

    def visible_columns(self, row: models.Model) -> dict[str, dict[str, bool]]:
        """Which guarded columns a page about this row shows, of the row and of rows that belong to it, by name of their
        model: `shows.Business.phone` in a template."""
        verbs = {verb for columns in GUARDED_COLUMNS.values() for verb in columns.values()}
        open_verbs = {verb for verb in verbs if self.may(verb, row)}
        return {
            model.rpartition(".")[2]: {column: verb in open_verbs for column, verb in columns.items()}
            for model, columns in GUARDED_COLUMNS.items()
        }


def verb_of(column: str) -> str:
    """The verb that guards a column, "visits.Attendance.pulse"."""
    model, _dot, name = column.rpartition(".")
    return GUARDED_COLUMNS[model][name]


def hidden_columns(model: str, open_verbs: Collection[str]) -> frozenset[str]:
    """The guarded columns of a model to which none of these verbs gives access."""
    return frozenset(column for column, verb in GUARDED_COLUMNS[model].items() if verb not in open_verbs)


def reader_for(person: Person) -> Reader:
    """The reader of this Person instance."""
    reader: Reader | None = person.cached_reader
    if reader is None:
        reader = Reader(person)
        person.cached_reader = reader
    return reader


def forget_reader(person: Person) -> None:
    """The person's memberships have changed: the next `reader_for` reads them again."""
    person.cached_reader = None


def _rows(label: str) -> Any:
    return apps.get_model(label)._base_manager


def _ends_in(path: str, field: str) -> bool:
    return path.rpartition("__")[2] == field


def region_of(subject: models.Model) -> str:
    """The region code by which councils reach this row; '' for rows outside every council."""
    reach = REACH.get(subject._meta.label)
    if reach is None:
        return ""
    column = own_region_column(subject._meta.model, reach.region)
    if column in subject.__dict__ and not subject._state.adding:
        return subject.__dict__[column] or ""
    rows = subject._meta.model._base_manager.filter(pk=subject.pk)
    return rows.values_list(reach.region, flat=True).first() or ""
