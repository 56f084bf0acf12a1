"""The first steps of an empty office, each computed from its rows. The list disappears when all steps are done."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from sambang.access.models import Council, Membership, Person
from sambang.access.permissions import may
from sambang.access.reader import reader_for
from sambang.access.roles import ROLE_VERBS
from sambang.lib.region_code import RegionCode
from sambang.owners.models import PersonalLink
from sambang.registry.models import Business
from sambang.visits.models import Visit


@dataclass(frozen=True)
class FirstStep:
    """`address` is empty without permission."""

    label: str
    instruction: str
    address: str
    is_done: bool


def first_steps(person: Person) -> list[FirstStep]:
    """The steps of the person's office in a regency; empty once all are done, and for other people."""
    council = _own_office(person)
    if council is None:
        return []
    done = (
        Council.objects.filter(pk=council.pk)
        .values_list(
            Exists(Business.objects.visible_to(person)),
            Exists(Membership.objects.filter(council=OuterRef("pk")).exclude(person=person)),
            Exists(Visit.objects.visible_to(person)),
            Exists(PersonalLink.objects.visible_to(person)),
        )
        .get()
    )
    if all(done):
        return []
    may_invite = may(person, "accounts.invite", council)
    steps = (
        (
            _("Masukkan daftar IKM"),
            _("Unggah daftar dari Excel; tiap barisnya dapat diperiksa dulu."),
            reverse("imports:batch_create"),
        ),
        (
            _("Undang rekan sekantor"),
            _("Tiap orang memakai akunnya sendiri. Petugas mencatat di lapangan, pengurus mengerjakan sisanya.")
            if may_invite
            else _("Mintalah pengelola Sambang di kantor Anda mengundang mereka."),
            reverse("accounts:invitation_create", args=[council.pk]) if may_invite else "",
        ),
        (
            _("Rencanakan kunjungan pertama"),
            _("Di sana aspirasi dicatat, juga tanpa sinyal."),
            reverse("visits:visit_plan"),
        ),
        (
            _("Kirim tautan pertama kepada pemilik"),
            _("Dengan tautan itu pemilik melapor dan menjawab dari HP, tanpa akun."),
            reverse("owners:link_overview"),
        ),
    )
    return [
        FirstStep(label, instruction, address, is_done)
        for (label, instruction, address), is_done in zip(steps, done, strict=True)
    ]


def _own_office(person: Person) -> Council | None:
    """The regency's council in which the person does office work."""
    for membership in reader_for(person).memberships:
        is_office = "imports.import_register" in ROLE_VERBS[membership.role]  # type: ignore[index]
        if is_office and RegionCode(membership.council.region_code).is_regency:
            return membership.council
    return None
