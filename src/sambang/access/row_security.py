"""Row-level security of PostgreSQL: the database enforces the reach of access/permissions.py too.

After every `migrate` each model of REACH gets a policy that is generated from its paths, so reach is defined once. A
view that lacks `visible_to` then shows only rows in the reader's reach. docs/decisions/0027-row-security.md gives the
reasons for this design and the attackers that it does not stop.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import ImproperlyConfigured
from django.db import connection as default
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from sambang.access.exemptions import ROW_SECURITY_BYPASSES, WIDER_POLICIES
from sambang.access.models import Person
from sambang.access.reach import REACH, UNSCOPED
from sambang.access.reach_filters import has_region
from sambang.lib.db_scope import ANONYMOUS_SCOPE, SYSTEM_SCOPE, Scope, database_scope, iterate_in_scope
from sambang.lib.requests import Respond

type Paths = dict[str, tuple[str, ...]]  # "region", "owner", "head": the remaining path

READER_SQL = "(SELECT NULLIF(current_setting('sambang.reader', true), '')::uuid)"
REGIONS_SQL = "ARRAY(SELECT unnest(NULLIF(current_setting('sambang.regions', true), '')::text[]))"
# Evaluated once per statement: skips the conditions on each row for nation-wide readers.
IS_NATION_READER_SQL = "(SELECT '%' = ANY (NULLIF(current_setting('sambang.regions', true), '')::text[]))"
# SECURITY DEFINER, because the reader's own policies hide memberships.
CREATE_REGIONS_FUNCTION = """CREATE OR REPLACE FUNCTION sambang_regions(reader uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT COALESCE(array_agg(DISTINCT council.region_code || '%'), '{}')::text FROM access_membership AS membership
       JOIN access_council AS council ON council.id = membership.council_id WHERE membership.person_id = reader $$"""
READER_ROLE_SQL = "SELECT session_user || '_reader', to_regrole(quote_ident(session_user || '_reader')) IS NOT NULL"


# ── the identity of a request
# ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def bypass_row_security(module: str) -> Iterator[None]:
    """Run statements with the system's rights, regardless of the signed-in person. Context manager and decorator.
    `module`: a key of ROW_SECURITY_BYPASSES, which gives the reason."""
    if module.removeprefix("sambang.") not in ROW_SECURITY_BYPASSES:
        raise KeyError(module)
    with database_scope(SYSTEM_SCOPE):
        yield


@contextmanager
def as_reader(person: Person) -> Iterator[None]:
    """Context manager: run statements as this person instead of the signed-in one; for an owner with a link or an
    officer with a phone's key."""
    with database_scope(Scope(reader=person.pk)):
        yield


def row_security_middleware(respond: Respond) -> Respond:
    """Middleware, directly inside the session: statements of a request run as its user; anonymous users read no row."""

    def middleware(request: HttpRequest) -> HttpResponse:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.get(SESSION_KEY)
        scope = Scope(reader=UUID(has_session)) if has_session else ANONYMOUS_SCOPE
        with database_scope(scope):
            response = respond(request)
        if response.streaming and not hasattr(response, "file_to_stream"):
            streamed = cast("StreamingHttpResponse", response)
            streamed.streaming_content = iterate_in_scope(scope, cast("Iterable[bytes]", streamed.streaming_content))
        return response

    return middleware


# ── the policies, from REACH
# ───────────────────────────────────────────────────────────────────────────────────────────


class Policies:
    """`conditions`: table → SQL condition that is true for rows within the reader's reach. `views`: table → key columns
    of a view by which conditions join that table without its own policy, which would recurse."""

    def __init__(self) -> None:
        self.views: defaultdict[str, set[str]] = defaultdict(set)
        self.conditions = {}
        for label, reach in REACH.items():
            model = apps.get_model(label)
            paths = {name: getattr(reach, name) for name in ("region", "owner", "other_owner", "head", "other_head")}
            table = model._meta.db_table
            left = {kind: tuple(path.split("__")) for kind, path in paths.items() if path}
            is_national = has_region(model, reach.region)  # type: ignore[arg-type]
            short_cut = f"{IS_NATION_READER_SQL} OR " if is_national else ""
            self.conditions[table] = short_cut + self._within(model, table, left, 0)

    def _within(self, model: type[models.Model], row: str, paths: Paths, depth: int) -> str:
        database: dict[str, str] = {}
        onward: defaultdict[tuple[str, str], Paths] = defaultdict(dict)
        for kind, path in paths.items():
            if column := _column(model, path):
                database[kind] = f"{row}.{self._seen(model, column, depth)}"
            else:
                with_region = path[0] == paths.get("region", ("",))[0]
                onward[path[0], "" if with_region else kind][kind] = path[1:]
        tests = [
            f"{column} LIKE ANY ({REGIONS_SQL})" if kind == "region" else f"{column} = {READER_SQL}"
            for kind, column in database.items()
        ]
        return " OR ".join(
            [*tests, *(self._hop(model, row, hop, left, depth) for (hop, _kind), left in onward.items())]
        )

    def _hop(self, model: type[models.Model], row: str, hop: str, left: Paths, depth: int) -> str:
        key: Any = model._meta.get_field(hop)
        target = key.related_model
        if key.one_to_many:
            ours, theirs = str(model._meta.pk.column), key.field.column
        else:
            ours, theirs = key.column, key.target_field.column
        table, alias = target._meta.db_table, f"row{depth + 1}"
        self._seen(target, theirs, depth + 1)
        within = self._within(target, alias, left, depth + 1)
        ours = self._seen(model, ours, depth)
        if "region" not in left:
            # The few keys of one person, read once per statement: the planner expects EXISTS to cost a lookup per row.
            keys = f"SELECT {alias}.{theirs} FROM reach_{table} AS {alias} WHERE {within}"  # noqa: S608
            return f"{row}.{ours} IN ({keys})"
        joined_condition = f"{alias}.{theirs} = {row}.{ours} AND ({within})"
        return f"EXISTS (SELECT 1 FROM reach_{table} AS {alias} WHERE {joined_condition})"  # noqa: S608 our own names

    def _seen(self, model: type[models.Model], column: str, depth: int) -> str:
        if depth:
            self.views[model._meta.db_table].add(column)
        return column

    def all(self) -> dict[tuple[str, str], Policy]:
        """(table, name) → policy, for all required policies."""
        policies = {
            (table, "reach"): Policy("", f"USING ({condition})") for table, condition in self.conditions.items()
        }
        for label, verb in WIDER_POLICIES:
            word, table = "USING" if verb == "SELECT" else "WITH CHECK", apps.get_model(label)._meta.db_table
            policies[table, f"wider_{verb.lower()}"] = Policy(f"FOR {verb}", f"{word} ({READER_SQL} IS NOT NULL)")
        return policies


@dataclass(frozen=True)
class Policy:
    """`verb`: the statement to which the policy applies, '' for all; `clause`: its SQL condition."""

    verb: str
    clause: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{CREATE_REGIONS_FUNCTION} {self.verb} {self.clause}".encode()).hexdigest()


def _column(model: type[models.Model], path: tuple[str, ...]) -> str:
    """The model's own column at the end of the path; '' if the path leads to another table."""
    name, *rest = path
    field: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
    if not field.concrete or (rest and rest != [field.target_field.name]):
        return ""
    return str(field.column)


# ── putting it up
# ──────────────────────────────────────────────────────────────────────────────────────────────────────

# Existing policies: (table, policy) → digest of its definition, '' if row security is off for the table.
EXISTING_POLICIES = """SELECT relname, polname, CASE WHEN relrowsecurity THEN COALESCE(obj_description(pg_policy.oid,
  'pg_policy'), '') ELSE '' END
    FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid WHERE relnamespace = 'public'::regnamespace"""
VIEWS = """SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name LIKE 'reach\\_%%' ORDER BY table_name, ordinal_position"""
# Existing grants of a role: (name, kind: table, view or sequence, rights).
GRANTED_RIGHTS = """SELECT relname, relkind::text, ARRAY(SELECT privilege_type FROM aclexplode(relacl) WHERE grantee =
  to_regrole(quote_ident(%s)))
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')"""
READ_ONLY, READ_WRITE = frozenset({"SELECT"}), frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})


def rights_of_readers() -> dict[str, frozenset[str]]:
    """Table → privileges of the readers' role. Tables that are not listed (CLOSED_TO_READERS) have none."""
    # An import adds a code that the reference table does not know; versions of difficulties are append-only.
    added = {"audit.Entry", "registry.Industry", "aspirations.DifficultyVersion"}
    rights = (
        dict.fromkeys(REACH, READ_WRITE)
        | dict.fromkeys(UNSCOPED, READ_ONLY)
        | dict.fromkeys(added, READ_ONLY | {"INSERT"})
    )
    return {"django_migrations": READ_ONLY} | {
        apps.get_model(label)._meta.db_table: due for label, due in rights.items()
    }


def _due(name: str, kind: str, rights: dict[str, frozenset[str]]) -> frozenset[str]:
    if kind == "v":
        return READ_ONLY if name.startswith("reach_") else frozenset()
    return READ_ONLY | {"USAGE"} if kind == "S" else rights.get(name, frozenset())


def create_policies(*, using: str, **_signal: Any) -> None:
    """Receiver of post_migrate. Idempotent, and quick if nothing has changed.

    The previous version may still serve: each table is locked in its own short transaction, and only if its policy
    differs. One transaction for all tables could deadlock with readers. No reader ever sees a table without its policy.
    """
    database = connections[using]
    if database.vendor != "postgresql" or "access_council" not in database.introspection.table_names():
        return
    role = _role(database)
    policies = Policies()
    due = policies.all()
    with database.cursor() as cursor:
        existing = _existing_policies(cursor)
        if existing != {key: policy.digest for key, policy in due.items()}:
            cursor.execute(CREATE_REGIONS_FUNCTION)
            _create_key_views(cursor, policies.views, database.ops.quote_name(role))
            for key in existing.keys() - due.keys():
                with transaction.atomic(using=using):
                    _drop_policy(cursor, *key, others={table for table, _name in due})
            for key, policy in due.items():
                if existing.get(key) != policy.digest:
                    with transaction.atomic(using=using):
                        _create_policy(cursor, *key, policy, anew=key not in existing)
            _drop_unused_views(cursor, policies.views)
        _grant_rights(cursor, role, database.ops.quote_name(role))


def _grant_rights(cursor: Any, role: str, quoted: str) -> None:
    cursor.execute(GRANTED_RIGHTS, [role])
    rights = rights_of_readers()
    changes = [f"GRANT USAGE ON SCHEMA public TO {quoted}"]
    for name, kind, granted in cursor.fetchall():
        due, on = _due(name, kind, rights), f"{'SEQUENCE ' if kind == 'S' else ''}{name}"
        if more := due - set(granted):
            changes.append(f"GRANT {', '.join(sorted(more))} ON {on} TO {quoted}")
        if over := set(granted) - due:
            changes.append(f"REVOKE {', '.join(sorted(over))} ON {on} FROM {quoted}")
    if changes[1:]:
        cursor.execute("; ".join(changes))


def _existing_policies(cursor: Any) -> dict[tuple[str, str], str]:
    cursor.execute(EXISTING_POLICIES)
    return {(table, name): digest for table, name, digest in cursor.fetchall()}


def _create_policy(cursor: Any, table: str, name: str, policy: Policy, *, anew: bool) -> None:
    if anew:
        cursor.execute(f"CREATE POLICY {name} ON {table} {policy.verb} {policy.clause}")
    else:
        cursor.execute(f"ALTER POLICY {name} ON {table} {policy.clause}")
    cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    cursor.execute(f"COMMENT ON POLICY {name} ON {table} IS '{policy.digest}'")


def _drop_policy(cursor: Any, table: str, name: str, *, others: set[str]) -> None:
    cursor.execute(f"DROP POLICY {name} ON {table}")
    if table not in others:
        cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def _columns_seen(cursor: Any) -> defaultdict[str, list[str]]:
    columns_by_table = defaultdict(list)
    cursor.execute(VIEWS)
    for view, column in cursor.fetchall():
        columns_by_table[view].append(column)
    return columns_by_table


def _create_key_views(cursor: Any, views: dict[str, set[str]], role: str) -> None:
    """Existing policies still use the views, so columns are added and never removed."""
    stored_columns = _columns_seen(cursor)
    for table, columns in sorted(views.items()):
        view = f"reach_{table}"
        if more := sorted(columns - set(stored_columns[view])):
            listed = ", ".join([*stored_columns[view], *more])
            cursor.execute(f"CREATE OR REPLACE VIEW {view} AS SELECT {listed} FROM {table}")  # noqa: S608 our own names
            cursor.execute(f"GRANT SELECT ON {view} TO {role}")


def _drop_unused_views(cursor: Any, views: dict[str, set[str]]) -> None:
    for view in _columns_seen(cursor).keys() - {f"reach_{table}" for table in views}:
        cursor.execute(f"DROP VIEW {view}")


def _role(database: BaseDatabaseWrapper) -> str:
    """The name of the role for readers; created here if this user may create roles."""
    with database.cursor() as cursor:
        cursor.execute(READER_ROLE_SQL)
        name, is_enabled = cursor.fetchone()
        if is_enabled:
            return str(name)
        cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = session_user")
        if not cursor.fetchone()[0]:
            raise ImproperlyConfigured(_missing_role_message(name))
        quoted = database.ops.quote_name(name)
        # A simultaneous process may have created it, which is enough.
        cursor.execute(
            f"DO $$ BEGIN CREATE ROLE {quoted} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation "
            "THEN NULL; END $$"
        )
        cursor.execute(f"DO $$ BEGIN GRANT {quoted} TO SESSION_USER; EXCEPTION WHEN unique_violation THEN NULL; END $$")
    return str(name)


def _missing_role_message(role: str) -> str:
    return _(
        "Peran basis data %(role)s belum ada. Sekali saja, sebagai postgres: CREATE ROLE %(role)s NOLOGIN; "
        "GRANT %(role)s TO %(user)s; lalu sambang prepare."
    ) % {"role": role, "user": role.removesuffix("_reader")}


def require_row_security() -> None:
    """Check before serving. Raises ImproperlyConfigured if a policy is missing in PostgreSQL."""
    if default.vendor != "postgresql":
        return
    with database_scope(SYSTEM_SCOPE), default.cursor() as cursor:
        cursor.execute(READER_ROLE_SQL)
        role, is_enabled = cursor.fetchone()
        if not is_enabled:
            raise ImproperlyConfigured(_missing_role_message(role))
        existing, rights = {key for key, digest in _existing_policies(cursor).items() if digest}, rights_of_readers()
        lacking = {table for table, _policy in Policies().all().keys() - existing}
        cursor.execute(GRANTED_RIGHTS, [role])
        lacking |= {name for name, kind, granted in cursor.fetchall() if set(granted) != _due(name, kind, rights)}
        if lacking:
            raise ImproperlyConfigured(
                _("Tabel tanpa keamanan baris (row-level security): %(tables)s. Jalankan sambang prepare.")
                % {"tables": ", ".join(sorted(lacking))}
            )
