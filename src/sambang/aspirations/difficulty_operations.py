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
from sambang.lib.region_code import RegionCode, in_region


@operation("aspirations.set_difficulty", lock=True)
def set_difficulty(council: Council, by: Person, /, *, label: str, is_offered: bool = True, code: str = "") -> Council:
    """Rename a code, retire it or offer it again, from now on; without `code` add one. Raises ValidationError for a
    label in use, for retiring the code that forms refer to, and for a code of all where councils outside the region
    use it."""
    codes, label = difficulty_codes(), " ".join(label.split())
    if code and codes[code].added_by != council.pk:
        _require_keeper(council)
    used = next((one for one in codes.values() if one.label.casefold() == label.casefold() and one.code != code), None)
    if used is not None:
        raise ValidationError(
            {"label": _("“%(label)s” sudah ada di daftar. Tulis sebutan lain, atau ubah yang itu.") % {"label": label}}
        )
    if code == Difficulty.OTHER and not is_offered:
        raise ValidationError({"is_offered": _("Yang ini selalu ditawarkan: untuk yang tidak cocok di mana pun.")})
    version = DifficultyVersion(
        council=council, code=code or _new_code(label, codes), label=label, is_offered=is_offered
    )
    version.full_clean()
    version.save(force_insert=True)
    stored_versions.forget()
    transaction.on_commit(stored_versions.forget)  # read meanwhile without it
    return council


def other_user_of_list(council: Council) -> Council | None:
    """A council outside the region of this one, which uses the same list; national councils do not count."""
    if not council.region_code:
        return None
    others = Council.objects.filter(closed_at=None).exclude(region_code="")
    return others.exclude(in_region("region_code", council.region_code)).order_by("region_code", "name").first()


def keepers_of_list() -> list[Council]:
    """The councils that may change every code: each region contains all others."""
    councils = list(Council.objects.filter(closed_at=None).exclude(region_code="").order_by("name"))
    codes = [council.region_code for council in councils]
    return [one for one in councils if all(RegionCode(one.region_code).contains(code) for code in codes)]


def _require_keeper(council: Council) -> None:
    if other := other_user_of_list(council):
        raise ValidationError(
            _("Sebutan ini juga dipakai %(council)s: yang mengubahnya dewan yang membawahi semuanya.")
            % {"council": other.name},
            code="shared",
        )


def _new_code(label: str, used_codes: Container[str]) -> str:
    """A code from the label, for files; it never changes."""
    stem = slugify(label).replace("-", "_") or "lain"
    tried = (f"{stem[: MAX_CODE_LENGTH - len(tail)]}{tail}" for tail in chain([""], map(str, count(2))))
    return next(code for code in tried if code not in used_codes)
