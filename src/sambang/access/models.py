"""Councils, people, and the role of a person in a council."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OFFICER = "officer", _("petugas lapangan")
    STAFF = "staff", _("pengurus")
    LEADER = "leader", _("pimpinan")
    ADMINISTRATOR = "administrator", _("pengelola sistem")
    # The two below are never memberships: the row itself refers to its head or owner (access/reach.py).
    HEAD = "head", _("ketua sentra")
    OWNER = "owner", _("pemilik IKM")


COUNCIL_CODE = r"^(\d{2}|\d{4})?$"  # the nation, a province, a regency or city
DEFAULT_CONFIRMATION_SHARE = 50  # per cent of the IKM that were asked
DEFAULT_LINK_DAYS, MAX_LINK_DAYS = 365, 400  # more than a year: a yearly renewal leaves no gap
MEMBER_ROLES = tuple(role for role in Role if role not in {Role.HEAD, Role.OWNER})


class Council(models.Model):
    """A Dekranasda or an industry office. It reaches every row whose region code begins with `region_code`: two digits
    for a province, four for a regency or city, none for the nation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("nama"), max_length=120, unique=True)
    region_code = models.CharField(_("kode wilayah"), max_length=4, blank=True)
    is_simulated = models.BooleanField(_("data peragaan"), default=False)
    closed_at = models.DateTimeField(_("ditutup"), null=True, blank=True, editable=False)
    second_factor_required = models.BooleanField(_("wajib verifikasi dua langkah"), default=False)
    link_days = models.PositiveSmallIntegerField(_("masa berlaku tautan pemilik (hari)"), default=DEFAULT_LINK_DAYS)
    photo_positions_allowed = models.BooleanField(_("lokasi foto boleh dicatat"), default=False)
    confirmation_share = models.PositiveSmallIntegerField(
        _("bagian IKM yang menyatakan selesai (%)"), default=DEFAULT_CONFIRMATION_SHARE
    )
    # First days of the first and last month of the index's base; null: the default of insight/base_period.py.
    index_base_first = models.DateField(_("dasar indeks dari bulan"), null=True, blank=True)
    index_base_last = models.DateField(_("dasar indeks sampai bulan"), null=True, blank=True)

    class Meta:
        verbose_name = _("dewan")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="council_is_of_nation_province_or_regency", condition=Q(region_code__regex=COUNCIL_CODE)
            ),
            models.CheckConstraint(
                name="council_confirmation_share_is_a_percentage", condition=Q(confirmation_share__range=(1, 100))
            ),
            models.CheckConstraint(
                name="council_index_base_is_a_run_of_months",
                condition=Q(index_base_first=None, index_base_last=None)
                | Q(index_base_first__day=1, index_base_last__day=1, index_base_last__gte=F("index_base_first")),
            ),
            models.CheckConstraint(
                name="council_link_days_in_range", condition=Q(link_days__gte=1, link_days__lte=MAX_LINK_DAYS)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str | None, password: str | None = None, **columns: Any) -> Person:
        person = Person(email=self.normalize_email(email).lower() if email else None, **columns)
        person.set_password(password)
        person.full_clean(exclude=["password"])
        person.save(force_insert=True)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Anybody who acts. Owners of businesses are people without e-mail and password: they authenticate by a personal
    link."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("nama"), max_length=120)
    email = models.EmailField(_("alamat surel"), unique=True, null=True, blank=True)
    is_active = models.BooleanField(_("aktif"), default=True)

    cached_reader: Any = None  # what `access.reader.reader_for` found for this instance

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects = PersonManager()

    class Meta:
        verbose_name = _("orang")

    def __str__(self) -> str:
        return self.name

    # Django's admin serves the reference tables only, to administrators of the national council.
    @property
    def is_staff(self) -> bool:
        return self.memberships.filter(role=Role.ADMINISTRATOR, council__region_code="").exists()

    def has_perm(self, permission: str, subject: object = None) -> bool:
        return self.is_active and self.is_staff

    def has_module_perms(self, label: str) -> bool:
        return self.is_active and self.is_staff


class Membership(models.Model):
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships", verbose_name=_("orang"))
    council = models.ForeignKey(Council, models.PROTECT, related_name="memberships", verbose_name=_("dewan"))
    role = models.CharField(_("peran"), max_length=20, choices=[(role.value, role.label) for role in MEMBER_ROLES])

    class Meta:
        verbose_name = _("keanggotaan")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "council", "role"], name="membership_is_given_once"),
            models.CheckConstraint(
                name="membership_is_never_head_or_owner", condition=Q(role__in=[role.value for role in MEMBER_ROLES])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}, {self.council}"


SYSTEM = "sistem@sambang.invalid"  # the e-mail by which the person below is known


def system_person() -> Person:
    """The person on whose behalf commands and timers act. It holds real verbs, so that permission checks run for it
    too."""
    person, is_new = Person.objects.get_or_create(email=SYSTEM, defaults={"name": "Sistem"})
    if is_new:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    council, _created = Council.objects.get_or_create(region_code="", defaults={"name": "Sambang nasional"})
    Membership.objects.get_or_create(person=person, council=council, role=Role.ADMINISTRATOR)
    return person
