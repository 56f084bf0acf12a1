"""Operations on uploaded workbooks: upload, discard, import."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.access.permissions import councils_of, may
from sambang.audit.models import Entry
from sambang.audit.operation import lock_row, operation
from sambang.imports.columns import CHOICES, columns_read
from sambang.imports.models import HeadingChoice, ImportBatch, Placement
from sambang.imports.operations.importing import Destination, ImportResult, import_register
from sambang.imports.sheets import ColumnChoices, RegisterSheet, SheetColumn, dump_sheet, heading_key, read_register
from sambang.lib import clock
from sambang.lib.progress import Progress, no_progress
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
    sheet: RegisterSheet,
    filename: str,
    region: Region,
    cluster_name: str = "",
    placement: str = Placement.CLUSTER,
) -> ImportBatch:
    """Store an uploaded workbook until it is imported or discarded; then its content is deleted, as it has NIK."""
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
        reading=dump_sheet(sheet),
        row_count=len(sheet.rows),
    )
    batch.full_clean()
    batch.save(force_insert=True)
    return batch


def office_choices(by: Person) -> dict[str, str]:
    """What headings mean in the lists of the person's councils."""
    rows = HeadingChoice.objects.filter(council__in=councils_of(by))
    return dict(rows.values_list("heading", "choice"))


@operation("imports.import_register")
def choose_columns(batch: ImportBatch, by: Person, /, *, choices: Mapping[str, str]) -> ImportBatch:
    """Read the stored workbook again with the chosen fields (column key → choice), and remember them for the headings
    of the office's next lists."""
    stored = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if stored.imported_at is not None:
        raise ValidationError(_("Buku kerja ini sudah diambil."))
    changed: dict[str, SheetColumn] = {}
    by_column: dict[str, str] = {}
    for read in columns_read(stored.sheet):
        key, chosen = read.column.key, choices.get(read.column.key, read.choice)
        if chosen not in CHOICES:
            raise ValidationError(_("Pilihan untuk kolom %(column)s tidak dikenal.") % {"column": key})
        if chosen != read.choice:
            changed[key] = read.column
        if key in changed or read.column.basis == "clerk":
            by_column[key] = chosen
    sheet = read_register(bytes(stored.workbook), stored.filename, choices=ColumnChoices(by_column, office_choices(by)))
    _require_names(sheet, by_column)
    stored.reading, stored.row_count = dump_sheet(sheet), len(sheet.rows)
    stored.save(update_fields=["reading", "row_count"])
    council = council_for(by, stored.region, verb="imports.import_register")
    for key, column in changed.items():
        if heading := heading_key(column.heading)[:200]:
            HeadingChoice.objects.update_or_create(
                council=council, heading=heading, defaults={"choice": by_column[key]}
            )
    return stored


def _require_names(sheet: RegisterSheet, by_column: Mapping[str, str]) -> None:
    read = {read_column.column.key: read_column.choice for read_column in columns_read(sheet)}
    if any(read.get(key) != choice for key, choice in by_column.items()):
        raise ValidationError(_("Sedikitnya satu kolom setiap tabel harus nama pemilik atau nama usaha."))


@operation("imports.import_register")
def discard_batch(batch: ImportBatch, by: Person, /) -> None:
    """Delete the workbook; the register does not change."""
    batch.delete()


@operation("imports.import_register")
def import_batch(
    batch: ImportBatch,
    by: Person,
    /,
    *,
    decisions: Mapping[str, str],
    progress: Progress = no_progress,
) -> ImportResult | None:
    """Import the stored workbook and create its sentra; None if it was imported before. `progress(done, total)` counts
    rows."""
    stored = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    # One import of a council at a time: each looks for the sentra and the IKM that another may be adding.
    lock_row(council_for(by, stored.region, verb="imports.import_register"))
    if stored.imported_at is not None:
        return None
    entries: list[Entry] = []
    if stored.placement == Placement.CLUSTER:
        cluster = Cluster.objects.filter(region=stored.region, name=stored.cluster_name).first()
        if cluster is None:
            council = council_for(by, stored.region)
            cluster = register_cluster.within(entries, council, by, name=stored.cluster_name, region=stored.region)
        target: Cluster | Council = cluster
    else:
        target = council_for(by, stored.region, verb="imports.import_register")
    result = import_register.within(
        entries,
        target,
        by,
        sheet=stored.sheet,
        decisions=decisions,
        progress=progress,
        destination=Destination(stored.region, Placement(stored.placement)),
    )
    stored.imported_at, stored.workbook, stored.reading = clock.now(), b"", b""
    stored.save(update_fields=["imported_at", "workbook", "reading"])
    Entry.objects.append(entries)
    return result


def make_cluster(by: Person, *, name: str, region: Region) -> Cluster:
    """Create the sentra for the nearest council in which the person may. Raises ValidationError for none."""
    return register_cluster(council_for(by, region), by, name=name, region=region)


def council_for(by: Person, region: Region, *, verb: str = "registry.register_cluster") -> Council:
    reaching = [council for council in councils_of(by) if RegionCode(council.region_code).contains(region.code)]
    able = [council for council in reaching if may(by, verb, council)]
    if not able:
        raise ValidationError(
            _("%(place)s di luar wilayah Anda, atau peran Anda tidak boleh mengimpor.") % {"place": region.name}
        )
    return max(able, key=lambda council: RegionCode(council.region_code).level)
