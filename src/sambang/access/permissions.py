"""Who may do what: the one file about permission.

Two tables. REACH says which rows a person reaches; MAY says which verbs a role may use. Labels and verbs are strings, so
this bottom layer names the models above without importing them. tests/test_access.py proves both tables complete: a
model without a row here, or a verb without an operation, fails the build; docs/access.md is generated from them.
Who works past REACH stands in past_reach.py.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Self

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q

from sambang.access.models import Council, Person, Role
from sambang.access.reach_filters import keys_by, reaches_all, under, ways
from sambang.lib.unit_of_work import note, recall


@dataclass(frozen=True)
class Reach:
    """Paths from a model: to the region code that councils reach by, and to the person who owns or heads that row."""

    region: str
    owner: str = ""
    head: str = ""
    public: bool = False  # rows of a register that every signed-in person reads (reference tables)


BUSINESS = Reach("business__region__code", owner="business__owner", head="business__cluster__head")
CLUSTER = Reach("cluster__region__code", owner="cluster__businesses__owner", head="cluster__head")
MATTER = Reach(
    "matter__cluster__region__code", owner="matter__aspirations__business__owner", head="matter__cluster__head"
)
# What is kept for one person's signing in: theirs, and of whoever looks after their account.
OWN = Reach("person__memberships__council__region_code", owner="person")
REACH: dict[str, Reach] = {
    "access.Council": Reach("region_code"),
    # Everybody is the owner of their own account. Of several councils, one stands here: verbs on somebody else's
    # account ask for all of them (team's require_over).
    "access.Person": Reach("memberships__council__region_code", owner="pk"),
    "access.Membership": Reach("council__region_code", owner="person"),
    "audit.Entry": Reach("region_code"),
    "admin.LogEntry": Reach("user__memberships__council__region_code", owner="user"),
    "accounts.Invitation": Reach("council__region_code"),
    "accounts.PasswordLink": Reach("person__memberships__council__region_code"),
    "accounts.CodeApp": OWN,
    "accounts.Passkey": OWN,
    "accounts.RecoveryCode": OWN,
    "accounts.WrongAnswer": OWN,
    "accounts.RememberedBrowser": OWN,
    "registry.Cluster": Reach("region__code", owner="businesses__owner", head="head"),
    "registry.Group": CLUSTER,
    "registry.GroupMember": BUSINESS,
    "registry.Business": Reach("region__code", owner="owner", head="cluster__head"),
    "registry.ProductLine": BUSINESS,
    "registry.FormerKey": BUSINESS,
    "registry.Permit": BUSINESS,
    "imports.ImportBatch": Reach("region__code"),
    "visits.Visit": CLUSTER,
    "visits.Visit_team": Reach(
        "visit__cluster__region__code", owner="visit__cluster__businesses__owner", head="visit__cluster__head"
    ),
    "visits.Guest": Reach("visit__cluster__region__code", head="visit__cluster__head"),
    "visits.Attendance": BUSINESS,
    "visits.Signature": Reach("visit__cluster__region__code", head="visit__cluster__head"),
    "visits.Photo": Reach("visit__cluster__region__code", owner="business__owner", head="visit__cluster__head"),
    "aspirations.Aspiration": BUSINESS,
    "aspirations.Matter": Reach("cluster__region__code", owner="aspirations__business__owner", head="cluster__head"),
    "aspirations.Comment": MATTER,
    "aspirations.Idea": MATTER,
    "aspirations.Vote": Reach("idea__matter__cluster__region__code", owner="by", head="idea__matter__cluster__head"),
    "actions.Action": Reach("cluster__region__code", owner="confirmations__business__owner", head="cluster__head"),
    "actions.Step": Reach(
        "action__cluster__region__code", owner="action__confirmations__business__owner", head="action__cluster__head"
    ),
    "actions.Turn": Reach(
        "action__cluster__region__code", owner="action__confirmations__business__owner", head="action__cluster__head"
    ),
    "actions.Confirmation": BUSINESS,
    "production.Report": BUSINESS,
    "production.Line": Reach("report__business__region__code", owner="report__business__owner"),
    "production.Price": Reach(
        "product_line__business__region__code",
        owner="product_line__business__owner",
        head="product_line__business__cluster__head",
    ),
    "production.Cell": Reach("region__code"),
    "production.CellSum": Reach("cell__region__code"),
    "production.CellChange": Reach("cell__region__code"),
    "production.CellEvent": Reach("changes__cell__region__code"),
    "market.Item": BUSINESS,
    "market.Picture": Reach(
        "item__business__region__code", owner="item__business__owner", head="item__business__cluster__head"
    ),
    "market.Channel": BUSINESS,
    "market.OnlineShare": BUSINESS,
    "market.Consent": BUSINESS,
    "training.Course": Reach("council__region_code"),
    "training.Session": Reach("course__council__region_code"),
    "training.Enrolment": BUSINESS,
    "training.Attendance": Reach(
        "enrolment__business__region__code",
        owner="enrolment__business__owner",
        head="enrolment__business__cluster__head",
    ),
    "training.Rung": BUSINESS,
    "insight.Run": Reach("region_code"),
    "insight.Series": Reach("region_code", owner="cluster__businesses__owner", head="cluster__head"),
    "insight.Point": Reach(
        "series__region_code", owner="series__cluster__businesses__owner", head="series__cluster__head"
    ),
    "insight.Truth": CLUSTER,
    "owners.PersonalLink": BUSINESS,
    "owners.SpentCode": Reach(
        "link__business__region__code", owner="link__business__owner", head="link__business__cluster__head"
    ),
    "field.Device": Reach("region_code"),
    "field.DeviceKey": Reach("device__region_code", owner="person"),
    "field.Received": Reach("region_code"),
    "field.ReceivedFile": OWN,
    "field.Conflict": Reach("region_code"),
    "privacy.DataRequest": BUSINESS,
    "privacy.Breach": Reach("council__region_code"),
    "odk.CollectKey": Reach("council__region_code"),
    "odk.OdkForm": Reach("council__region_code"),
    "odk.Submission": Reach("council__region_code"),
    "odk.SentFile": Reach("submission__council__region_code"),
}

# Rows of the whole office, that say nothing of a family, a council's work or a person: every reader may look at them and change none.
UNSCOPED: dict[str, str] = {
    "registry.Region": "public reference table (Kemendagri)",
    "registry.Industry": "public reference table (KBLI)",
    "registry.IndustryChange": "public reference table (KBLI 2020 to 2025)",
    "audit.Tip": "the number and hash of the journal's last line",
    "field.Epoch": "counts the receipts of the whole office",
    "contenttypes.ContentType": "Django's list of our own models",
    "auth.Permission": "Django's list of what its admin could do; who may is `Person.has_perm`",
    "auth.Group": "Django's, empty: roles are memberships",
    "auth.Group_permissions": "Django's, empty: roles are memberships",
}

LOOK = frozenset({"registry.see_contact", "registry.see_finances"})
FIELD = LOOK | frozenset(
    {
        "registry.register_business",
        "registry.change_business",
        "registry.add_product_line",
        "registry.end_product_line",
        "registry.add_permit",
        "registry.see_identity",
        "visits.plan",
        "visits.hold",
        "visits.attend",
        "visits.add_guest",
        "visits.add_photo",
        "visits.take_away",
        "visits.sign_by_head",
        "aspirations.note",
        "aspirations.correct",
        "aspirations.take_away",
        "aspirations.comment",
        "aspirations.propose",
        "aspirations.vote",
        "actions.promise",
        "actions.take_step",
        "actions.add_step",
        "production.submit",
        "production.correct",
        "field.see_received",
        "field.try_again",
        "market.set_channel",
        "market.set_online_share",
        "training.attend",
        "training.score",
        "training.climb",
        "odk.make_key",
        "odk.revoke_key",
        "odk.send",
    }
)
OFFICE = FIELD | frozenset(
    {
        "registry.register_cluster",
        "registry.change_cluster",
        "registry.form_group",
        "registry.name_group_officer",
        "imports.import_register",
        "registry.merge",
        "registry.close_business",
        "visits.sign_off",
        "visits.cancel",
        "aspirations.bring_together",
        "aspirations.take_out",
        "aspirations.set_aside",
        "aspirations.choose",
        "actions.commit",
        "actions.replan",
        "actions.claim",
        "actions.drop",
        "actions.reopen",
        "market.offer",
        "market.change_item",
        "market.withdraw",
        "market.add_picture",
        "market.consent",
        "training.plan_course",
        "training.plan_session",
        "training.enrol",
        "insight.compute",
        "owners.make_link",
        "owners.revoke_link",
        "field.decide",
        "field.import",
        "field.revoke_device",
        "visits.see_position",
        "odk.give_key",
        "odk.offer_form",
        "odk.withdraw_form",
        "privacy.answer",
        "privacy.erase",
    }
)

MAY: dict[Role, frozenset[str]] = {
    Role.OFFICER: FIELD,
    Role.STAFF: OFFICE,
    Role.LEADER: LOOK | {"aspirations.comment", "aspirations.vote"},
    Role.ADMINISTRATOR: OFFICE
    | {
        "ops.see",
        "accounts.invite",
        "accounts.admit",
        "accounts.grant",
        "accounts.leave",
        "accounts.reset_password",
        "accounts.take_factor",
        "accounts.require_second_factor",
        "accounts.allow_photo_positions",
        "accounts.end_sessions",
        "accounts.deactivate",
        "accounts.activate",
        "insight.state_truth",
        "privacy.retain",
        "privacy.note_breach",
        "privacy.see_looks",
    },
    Role.HEAD: frozenset({"aspirations.comment", "aspirations.propose", "aspirations.vote", "registry.see_contact"}),
    # Only the business itself can confirm: nobody who did the work holds these two verbs.
    Role.OWNER: frozenset(
        {
            "actions.confirm",
            "actions.dispute",
            "aspirations.note",
            "aspirations.comment",
            "aspirations.vote",
            "production.submit",
            "production.correct",
            "market.consent",
            "privacy.ask",
            "registry.see_contact",
            "registry.see_finances",
            "registry.see_identity",
            # Towards one's own account (the row of access.Person), whoever one is.
            "accounts.enrol",
            "accounts.drop_factor",
            "accounts.renew_codes",
            "accounts.change_password",
            "accounts.end_own_sessions",
        }
    ),
}

# Modules that write rows outside every operation, and why. tests/test_writes.py finds all of them. Steps of an operation
# stand in its own module, beginning with an underscore, or here.
BESIDE_OPERATIONS: dict[str, str] = {
    "aspirations.states": "the moves of a matter: a step of operations here and downstream",
    "field.conflicts": "a step of the intake, which carries out operations",
    "field.devices": "a phone says who it is; no row of a council",
    "field.epochs": "a counter of receipts",
    "field.files": "bytes on their way in, before any operation names them",
    "field.intake": "that a sending came, before it is carried out as operations",
    "field.keys": "a key for the person who asks, made once",
    "home.demo.people": "the made-up people of the demo, before anybody could grant them anything",
    "home.demo.stages": "the made-up places of the demo",
    "audit.models": "the journal itself",
    "audit.idempotency": "that a form was taken; forgotten after some days",
    "owners.authentication": "used links and codes noted: before and beside anybody's permission",
    "owners.rate_limit": "wrong links and codes counted: before and beside anybody's permission",
    "odk.authentication": "use of a phone's key noted",
    "odk.processing": "bytes of photos let go, after operations took them over",
    "access.models": "the first people and the system's own, before anybody could grant them anything",
    "privacy.erasing": "the steps of the operation that erases",
    "production.cells": "sums that follow every operation on reports, in its transaction",
    "production.cell_rebuild": "the same sums again, from the reports",
    "registry.load_industries": "a public reference table",
    "registry.management.commands.rotate_keys": "the same facts under another key",
    "registry.load_regions": "a public reference table",
    "accounts.authentication": "the session's own rows: who is signed in where, and which browser is remembered",
    "accounts.sessions": "sessions past their time are let go",
    "accounts.management.commands.add_council": "a terminal's: there is no council yet in which to be allowed it",
    "accounts.management.commands.add_person": "a terminal's: the account, before grant_role",
    "accounts.operations.revocation": "a step of the operations that end sessions",
    "accounts.verification": "codes used up and wrong ones counted, before anybody is allowed anything",
}

# Reading a guarded field is a verb without an operation: nothing is written.
READ_VERBS: dict[str, str] = {
    "registry.see_identity": "the NIK and NPWP of an owner, unsealed",
    "registry.see_contact": "the phone number and address of an owner",
    "visits.see_position": "where a photo was taken",
    "registry.see_finances": "capital and yearly sales of one business, unsealed",
    "ops.see": "whether the installation is backed up",
    "privacy.see_looks": "who looked at whose guarded facts",
    "field.see_received": "what phones brought in, word by word",
}
# A province or the ministry reads figures, never a family's identity: these verbs need a membership in the regency itself.
REGENCY_ONLY = frozenset(
    {
        "registry.see_identity",
        "registry.see_contact",
        "registry.see_finances",
        "registry.merge",
        "visits.see_position",
        "privacy.answer",
    }
)


def reach_of(model: type[models.Model]) -> Reach:
    return REACH[model._meta.label]


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
    codes = {code for role, code in memberships_of(person) if len(code) == 4 and verb in MAY[Role(role)]}
    parts = [under(reach.region, code) for code in codes]
    parts += [
        # By the few keys found: a condition along a path would join its tables to every row that is looked at.
        Q(pk__in=model._base_manager.filter(**{path: person.pk}).values("pk"))
        for path, role in ((reach.owner, Role.OWNER), (reach.head, Role.HEAD))
        if path and verb in MAY[role]
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
        return any(verb in MAY[role] for role in own | (set(roles) & {Role.OWNER, Role.HEAD}))
    return any(verb in MAY[role] for role in roles)


def may_somewhere(person: Person, verb: str) -> bool:
    """May this person use this verb on any row at all? For menus and buttons that stand above a list."""
    roles = {Role(role) for role, code in memberships_of(person) if verb not in REGENCY_ONLY or len(code) == 4}
    return person.is_active and any(verb in MAY[role] for role in roles)


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
