"""A workbook waits between upload and decision: stored, thrown away, taken over."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.access.permissions import councils_of, may
from sambang.audit.models import Entry
from sambang.audit.operation import operation
from sambang.imports.models import ImportBatch, Placement
from sambang.imports.operations.importing import Destination, import_register, silent
from sambang.imports.sheets import read_register
from sambang.lib import clock
from sambang.lib.region_code import RegionCode
from sambang.registry.models import Cluster, Region
from sambang.registry.operations.clusters import register_cluster


@operation("imports.import_register")
def upload_workbook(
    council: Council,
    by: Person,
    /,
    *,
    content: bytes,
    filename: str,
    region: Region,
    cluster_name: str = "",
    placement: str = Placement.CLUSTER,
) -> ImportBatch:
    """Keep an uploaded workbook until somebody decides. It holds people's NIK: its content goes as soon as that is
    done."""
    if not RegionCode(council.region_code).contains(region.code):
        raise ValidationError(
            _("%(place)s di luar wilayah %(council)s.") % {"place": region.name, "council": council.name}
        )
    batch = ImportBatch(
        by=by,
        region=region,
        cluster_name=cluster_name,
        placement=placement,
        filename=filename.replace("/", " ")[-200:],
        workbook=content,
    )
    batch.full_clean()
    batch.save(force_insert=True)
    return batch


@operation("imports.import_register")
def discard_batch(batch: ImportBatch, by: Person, /) -> None:
    """The register stays as it was."""
    batch.delete()


@operation("imports.import_register")
def import_batch(
    batch: ImportBatch,
    by: Person,
    /,
    *,
    decisions: Mapping[str, str],
    progress: Callable[[int, int], None] = silent,
) -> Cluster | None:
    """Import the stored workbook, making its sentra if need be; returns the one sentra where it is one. Pressed twice,
    it is imported once. `progress` is called while reading, then while writing."""
    stored = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    cluster = Cluster.objects.filter(region=stored.region, name=stored.cluster_name).first()
    if stored.imported_at is not None:
        return cluster
    sheet = read_register(bytes(stored.workbook), stored.filename, progress=progress)
    entries: list[Entry] = []
    if stored.placement == Placement.CLUSTER:
        if cluster is None:
            council = council_for(by, stored.region)
            make = register_cluster.within(entries)
            cluster = make(council, by, name=stored.cluster_name, region=stored.region)
        target: Cluster | Council = cluster
    else:
        target = council_for(by, stored.region, verb="imports.import_register")
    destination = Destination(stored.region, Placement(stored.placement))
    take_over = import_register.within(entries)
    take_over(target, by, sheet=sheet, decisions=decisions, progress=progress, destination=destination)
    stored.imported_at, stored.workbook = clock.now(), b""
    stored.save(update_fields=["imported_at", "workbook"])
    Entry.objects.append(entries)
    return cluster


def make_cluster(by: Person, *, name: str, region: Region) -> Cluster:
    """Register it for the nearest council in which this person may. Raises ValidationError if there is none."""
    return register_cluster(council_for(by, region), by, name=name, region=region)


def council_for(by: Person, region: Region, *, verb: str = "registry.register_cluster") -> Council:
    reaching = [council for council in councils_of(by) if RegionCode(council.region_code).contains(region.code)]
    able = [council for council in reaching if may(by, verb, council)]
    if not able:
        raise ValidationError(
            _("%(place)s di luar wilayah Anda, atau peran Anda tidak boleh mengimpor.") % {"place": region.name}
        )
    return max(able, key=lambda council: RegionCode(council.region_code).level)
