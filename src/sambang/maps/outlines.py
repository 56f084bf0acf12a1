"""Which region an uploaded shape outlines."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sambang.lib.region_code import Level, RegionCode, in_region
from sambang.maps.geojson import Ring, Shape
from sambang.registry.models import Region

REGION_TITLES = re.compile(
    r"^(?:kabupaten|kab|kota|kecamatan|kec|kapanewon|kemantren|distrik|kelurahan|kel|kalurahan|desa|provinsi)\b\.?\s*"
)
# The larger one is tried first where only a name is given.
OUTLINE_LEVELS = (
    Level.REGENCY,
    Level.DISTRICT,
    Level.VILLAGE,
)


@dataclass
class MatchedOutlines:
    """Rings by region code, and the names of shapes that outline no region of the council."""

    rings: dict[str, list[Ring]] = field(default_factory=dict)
    unmatched: list[str] = field(default_factory=list)


def match_regions(shapes: Iterable[Shape], council_code: str) -> MatchedOutlines:
    """By code; else by a name that one region of the council has alone at its level."""
    region_by_code, by_name = _regions(council_code)
    matched = MatchedOutlines()
    for number, shape in enumerate(shapes, 1):
        keys = [(level, plain_name(name)) for level in OUTLINE_LEVELS for name in shape.names]
        alone = [by_name[key][0] for key in keys if len(by_name.get(key, ())) == 1]
        codes = [code for code in shape.codes if code in region_by_code] or alone
        if codes:
            matched.rings.setdefault(codes[0], []).extend(shape.rings)
        else:
            matched.unmatched.append(shape.names[0] if shape.names else f"#{number}")
    return matched


def _regions(council_code: str) -> tuple[set[str], dict[tuple[Level, str], list[str]]]:
    """The codes in a council's region, and the same by level and name."""
    codes: set[str] = set()
    by_name: dict[tuple[Level, str], list[str]] = defaultdict(list)
    for code, name in Region.objects.filter(in_region("code", council_code)).values_list("code", "name"):
        codes.add(code)
        by_name[RegionCode(code).level, plain_name(name)].append(code)
    return codes, by_name


def plain_name(name: str) -> str:
    """Without capitals, title and spaces: "Kapanewon Depok" and "DEPOK" are one."""
    return re.sub(r"[^a-z0-9]", "", REGION_TITLES.sub("", name.lower().strip()))
