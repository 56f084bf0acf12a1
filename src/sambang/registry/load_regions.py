"""The regions of Indonesia into our table, from the registry package that carries the regulation. The one module that
knows that package."""

from __future__ import annotations

from collections.abc import Iterator

from lokal import wilayah

from sambang.lib.region_code import UNPLACED
from sambang.registry.models import Region

SOURCE = "Kepmendagri 300.2.2-2138/2025"
LEVELS = {1: Region.Level.PROVINCE, 2: Region.Level.REGENCY, 3: Region.Level.DISTRICT, 4: Region.Level.VILLAGE}


def regions(within: str | None = None) -> Iterator[Region]:
    """Every region below a dotted code (None: Indonesia), parents before their parts."""
    for place in wilayah.list_wilayah(within):
        code = place.code.replace(".", "")
        parent = UNPLACED if within is None else within.replace(".", "")
        # The package lists "Kabupaten Sleman" as Sleman with type kabupaten: a city and a regency may share a name.
        name = f"Kota {place.name}" if place.type == "kota" and not place.name.startswith("Kota") else place.name
        yield Region(code=code, name=name, level=LEVELS[place.level], parent_id=parent, source=SOURCE)
        if place.level < 4:
            yield from regions(place.code)


def load_regions(*, province: str | None = None) -> int:
    """Insert what is missing; returns how many rows the table now has. `province` loads that one only (two digits)."""
    Region.objects.get_or_create(
        code=UNPLACED, defaults={"name": "Indonesia", "level": Region.Level.NATION, "source": SOURCE}
    )
    if province is None:
        found = list(regions())
    else:
        top = wilayah.get_wilayah(province)
        assert top is not None, province
        found = [Region(code=province, name=top.name, level=Region.Level.PROVINCE, parent_id=UNPLACED, source=SOURCE)]
        found += regions(province)
    Region.objects.bulk_create(found, batch_size=5000, ignore_conflicts=True)
    return Region.objects.count()
