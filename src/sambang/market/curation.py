"""Criteria for publishing an item, by craft, and the permits that a craft needs.

The data is reference/curation.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sambang.registry.models import Business, Permit

CURATION_FILE = Path(__file__).parent / "reference" / "curation.toml"


def _in_language(indonesian: str, english: str) -> str:
    return english if get_language() == "en" else indonesian


@dataclass(frozen=True)
class CurationCriterion:
    """`key` is stored with a returned item; `advice` tells its owner how to meet the criterion."""

    key: str
    text: str
    text_en: str
    advice: str
    advice_en: str

    @property
    def localized_text(self) -> str:
        return _in_language(self.text, self.text_en)

    @property
    def localized_advice(self) -> str:
        return _in_language(self.advice, self.advice_en)


@dataclass(frozen=True)
class Craft:
    """`permits`: for each needed permit the kinds of registry.Permit that satisfy it."""

    key: str
    name: str
    name_en: str
    kbli: tuple[str, ...]
    keywords: tuple[str, ...]
    permits: tuple[tuple[str, ...], ...]
    criteria: tuple[CurationCriterion, ...]

    @property
    def localized_name(self) -> str:
        return _in_language(self.name, self.name_en)

    def includes(self, business: Business) -> bool:
        """Matched by the KBLI of the IKM, or by its craft if it has no KBLI."""
        if business.industry is not None:
            kbli = business.industry.code
            return kbli.startswith(self.kbli)
        craft = business.commodity or (business.cluster.commodity if business.cluster else "")
        return any(word in craft.casefold() for word in self.keywords)


@cache
def _general_and_crafts() -> tuple[tuple[CurationCriterion, ...], tuple[Craft, ...]]:
    data = tomllib.loads(CURATION_FILE.read_text(encoding="utf-8"))
    return _criteria(data["criteria"]), tuple(_craft(row) for row in data["crafts"])


def _criteria(rows: Iterable[dict[str, str]]) -> tuple[CurationCriterion, ...]:
    return tuple(CurationCriterion(**row) for row in rows)


def _craft(row: dict[str, Any]) -> Craft:
    return Craft(
        key=row["key"],
        name=row["name"],
        name_en=row["name_en"],
        kbli=tuple(row["kbli"]),
        keywords=tuple(row["keywords"]),
        permits=tuple(tuple(entry.split("|")) for entry in row["permits"]),
        criteria=_criteria(row["criteria"]),
    )


def crafts_of(business: Business) -> list[Craft]:
    _general, crafts = _general_and_crafts()
    return [craft for craft in crafts if craft.includes(business)]


def criteria_for(business: Business) -> list[CurationCriterion]:
    """Those of every item, followed by those of the crafts of the IKM."""
    general, _crafts = _general_and_crafts()
    return [*general, *(criterion for craft in crafts_of(business) for criterion in craft.criteria)]


def permit_warnings(business: Business, *, today: date) -> list[str]:
    """A sentence for each permit that goods of the craft need and the IKM has not, or has no longer."""
    needed = [kinds for craft in crafts_of(business) for kinds in craft.permits]
    permits = list(business.permits.values_list("kind", "valid_until")) if needed else []
    valid = {kind for kind, until in permits if until is None or until >= today}
    expired = {kind for kind, _until in permits} - valid
    warnings = []
    for kinds in needed:
        if valid.intersection(kinds):
            continue
        permit = get_text_list([str(Permit.Kind(kind).label) for kind in kinds], _("atau"))
        if expired.intersection(kinds):
            warnings.append(_("%(permit)s sudah habis: perpanjang sebelum barang ini dijual.") % {"permit": permit})
        else:
            warnings.append(
                _("Barang seperti ini memerlukan %(permit)s, dan izin itu belum tercatat. Pengurus dapat membantu.")
                % {"permit": permit}
            )
    return warnings
