"""Operations on the codes of difficulties."""

from __future__ import annotations

from collections.abc import Container
from itertools import chain, count

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.aspirations.difficulties import (
    MAX_CODE_LENGTH,
    Difficulty,
    DifficultyVersion,
    difficulty_codes,
    stored_versions,
)
from sambang.audit.operation import operation
from sambang.lib.region_code import RegionCode


@operation("aspirations.set_difficulty", lock=True)
def set_difficulty(council: Council, by: Person, /, *, label: str, is_offered: bool = True, code: str = "") -> Council:
    """Rename a code, retire it or offer it again, from now on; without `code` add one. Raises ValidationError for a
    label in use, for retiring the code that forms refer to, and in an office below another one."""
    _require_highest(council)
    codes, label = difficulty_codes(), " ".join(label.split())
    used = next((one for one in codes.values() if one.label.casefold() == label.casefold() and one.code != code), None)
    if used is not None:
        raise ValidationError(
            {"label": _("“%(label)s” sudah ada di daftar. Tulis sebutan lain, atau ubah yang itu.") % {"label": label}}
        )
    if code == Difficulty.OTHER and not is_offered:
        raise ValidationError({"is_offered": _("Yang ini selalu ditawarkan: untuk yang tidak cocok di mana pun.")})
    version = DifficultyVersion(code=code or _new_code(label, codes), label=label, is_offered=is_offered)
    version.full_clean()
    version.save(force_insert=True)
    stored_versions.forget()
    transaction.on_commit(stored_versions.forget)  # read meanwhile without it
    return council


def _require_highest(council: Council) -> None:
    """The list is shared: a province keeps it for its regencies."""
    wider = Council.objects.filter(region_code__in=RegionCode(council.region_code).ancestors)
    above = wider.exclude(region_code=council.region_code).order_by("region_code").first()
    if above is not None:
        raise ValidationError(
            _("Daftar ini dipakai bersama. Yang mengubahnya %(council)s.") % {"council": above.name},
            code="shared",
        )


def _new_code(label: str, taken: Container[str]) -> str:
    """A code from the label, for files; it never changes."""
    stem = slugify(label).replace("-", "_") or "lain"
    tried = (f"{stem[: MAX_CODE_LENGTH - len(tail)]}{tail}" for tail in chain([""], map(str, count(2))))
    return next(code for code in tried if code not in taken)
