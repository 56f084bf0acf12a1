"""The codes of difficulties (kesulitan): the standard ones and those that councils added, in versions.

One list for the whole installation, because councils compare counts by code: every council adds to it and changes what
it added; the standard codes belong to all. A version applies from its day on: papers
of an earlier day keep the label of that day. A retired code stays on the rows that carry it; forms no longer offer it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council
from sambang.lib import clock

MAX_CODE_LENGTH = 12


class Difficulty(models.TextChoices):
    """The standard codes of difficulties, from BPS questionnaires; one for each aspiration and matter."""

    MARKETING = "marketing", _("pemasaran")
    CAPITAL = "capital", _("modal")
    MATERIAL = "material", _("bahan baku")
    ENERGY = "energy", _("BBM/energi")
    TRANSPORT = "transport", _("transportasi")
    SKILL = "skill", _("keterampilan")
    WAGE = "wage", _("upah/tenaga kerja")
    PRICE = "price", _("harga jual")
    EQUIPMENT = "equipment", _("mesin dan peralatan")
    PERMIT = "permit", _("izin dan sertifikat")
    GUIDANCE = "guidance", _("bimbingan dan pelatihan")
    PARTNERSHIP = "partnership", _("kemitraan")
    OTHER = "other", _("lainnya")


class DifficultyVersion(models.Model):
    """The label of a code from a time on, and whether forms offer it. Append-only. `council`: the one that wrote it."""

    council = models.ForeignKey(Council, models.PROTECT, related_name="+", verbose_name=_("dewan"))
    code = models.SlugField(_("kode"), max_length=MAX_CODE_LENGTH)
    label = models.CharField(_("sebutan"), max_length=60)
    is_offered = models.BooleanField(_("ditawarkan di formulir"), default=True)
    at = models.DateTimeField(_("berlaku mulai"), default=clock.now)

    class Meta:
        verbose_name = _("kode kesulitan")
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise TypeError("versions of a code are append-only")
        super().save(*args, **options)


@dataclass(frozen=True)
class DifficultyCode:
    """A code as it applies on a day. `since`: the day of its version; None for the standard label. `added_by`: the
    council that added it; None for a standard code."""

    code: str
    label: str
    is_offered: bool = True
    since: date | None = None
    added_by: UUID | None = None


type Codes = dict[str, DifficultyCode]


class StoredVersions:
    """The versions, oldest first, read once per process and again after SECONDS: another process may have added one."""

    SECONDS = 30.0

    def __init__(self) -> None:
        self._read: tuple[float, list[DifficultyVersion]] | None = None

    def all(self) -> list[DifficultyVersion]:
        read = self._read
        if read is not None and read[0] > monotonic():
            return read[1]
        versions = list(DifficultyVersion.objects.all())
        self.put(versions, seconds=self.SECONDS)
        return versions

    def put(self, versions: list[DifficultyVersion], *, seconds: float) -> None:
        self._read = (monotonic() + seconds, versions)

    def forget(self) -> None:
        self._read = None


stored_versions = StoredVersions()


def difficulty_codes(on: date | None = None) -> Codes:
    """Every code as it applies on a day (today if omitted), in the order of forms: the standard ones, the office's own
    by label, `other`. An own code that is younger than the day has its first label."""
    day = on or clock.today()
    codes = {value: DifficultyCode(value, str(label)) for value, label in Difficulty.choices}
    for version in stored_versions.all():
        since = timezone.localdate(version.at)
        if since <= day or version.code not in codes:
            before = codes.get(version.code)
            added_by = before.added_by if before else version.council_id
            codes[version.code] = DifficultyCode(version.code, version.label, version.is_offered, since, added_by)
    other = codes.pop(Difficulty.OTHER)
    standard = [one for one in codes.values() if one.code in Difficulty]
    own = sorted((one for one in codes.values() if one.code not in Difficulty), key=lambda one: one.label.casefold())
    return {one.code: one for one in (*standard, *own, other)}


def difficulty_label(code: str) -> str:
    versions = [version.label for version in stored_versions.all() if version.code == code]
    if versions:
        return versions[-1]
    return str(Difficulty(code).label) if code in Difficulty else code


def offered_difficulties() -> list[tuple[str, str]]:
    """Choices of a form that records something new."""
    return [(one.code, one.label) for one in difficulty_codes().values() if one.is_offered]


def all_difficulties() -> list[tuple[str, str]]:
    """Choices of a filter or a correction: also the retired codes, marked and last."""
    retired = [one for one in difficulty_codes().values() if not one.is_offered]
    marked = [(one.code, gettext("%(label)s (tidak dipakai lagi)") % {"label": one.label}) for one in retired]
    return [*offered_difficulties(), *marked]


def validate_difficulty(code: str) -> None:
    """Accepts retired codes too: a phone may send one that was offered when it was filled in."""
    if code not in Difficulty and code not in difficulty_codes():
        raise ValidationError(
            gettext("Kode kesulitan “%(code)s” tidak dikenal; pilih salah satu dari daftarnya.") % {"code": code},
            code="unknown_difficulty",
        )
