from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sambang.access.models import Council, Person
from sambang.access.reader import reader_for
from sambang.access.roles import ROLE_VERBS
from sambang.accounts.models import AuthenticatorApp, Invitation, Passkey, PasswordLink, PendingMembership
from sambang.audit.models import Entry
from sambang.lib.tokens import digest_of

# Verbs by which others change an account, with the sentence shown to its person.
NOTICE_TEXTS = {
    "accounts.reset_password": gettext_noop(
        "%(day)s: kata sandi Anda diatur ulang, atau tautannya dibuat, oleh %(name)s."
    ),
    "accounts.remove_factor": gettext_noop("%(day)s: verifikasi dua langkah Anda dilepas oleh %(name)s."),
    "accounts.end_sessions": gettext_noop("%(day)s: %(name)s mengeluarkan Anda dari semua perangkat."),
    "accounts.deactivate": gettext_noop("%(day)s: akun Anda dinonaktifkan oleh %(name)s."),
    "accounts.activate": gettext_noop("%(day)s: akun Anda diaktifkan lagi oleh %(name)s."),
}


def councils_managed_by(person: Person) -> list[Council]:
    """The councils whose members this person administers."""
    reader = reader_for(person)
    codes = [code for role, code in reader.grants if "accounts.grant" in ROLE_VERBS[role]]
    rows = Council.objects.filter(reader.reachable(Council)).order_by("region_code", "name")
    return [row for row in rows if any(code.contains(row.region_code) for code in codes)]


def members_of(council: Council) -> QuerySet[Person]:
    """The members of a council by name, each with `roles_here` (memberships) and `has_factor` (has a second factor)."""
    factor = Q(Exists(AuthenticatorApp.objects.filter(person=OuterRef("pk")))) | Q(
        Exists(Passkey.objects.filter(person=OuterRef("pk")))
    )
    memberships = Prefetch("memberships", council.memberships.order_by("role"), to_attr="roles_here")
    rows = Person.objects.filter(Exists(council.memberships.filter(person=OuterRef("pk"))))
    return rows.annotate(has_factor=factor).prefetch_related(memberships).order_by("name", "pk")


def pending_memberships(council: Council) -> QuerySet[PendingMembership]:
    """Roles granted from above that the council's own administrator has not confirmed yet."""
    return council.pending_memberships.select_related("person", "created_by").order_by("created_at")


def open_invitations(council: Council, *, now: datetime) -> QuerySet[Invitation]:
    return council.invitations.filter(accepted_at=None, expires_at__gt=now).order_by("name")


def invitation_of(token: str) -> Invitation | None:
    return Invitation.objects.filter(digest=digest_of(token)).first()


def password_link_of(token: str) -> PasswordLink | None:
    return PasswordLink.objects.filter(digest=digest_of(token)).first()


def account_notices(person: Person, *, since: datetime | None, most: int = 20) -> list[str]:
    """What others changed in this account after `since`, as sentences, newest first."""
    rows = (
        Entry.objects.about(person).filter(verb__in=NOTICE_TEXTS).exclude(by=person).select_related("by").newest_first()
    )
    if since is not None:
        rows = rows.filter(at__gt=since)
    return [
        _(NOTICE_TEXTS[row.verb]) % {"day": date_format(timezone.localtime(row.at), "j F Y H.i"), "name": row.by.name}
        for row in rows[:most]
    ]
