"""The list of IKM as a file, read as values instead of model instances for speed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from sambang.access.models import Person
from sambang.access.reader import reader_for
from sambang.audit.read_audit import log_read
from sambang.registry.business_columns import COLUMNS
from sambang.registry.encrypted_fields import Ciphertext, EncryptedField
from sambang.registry.models import Business, BusinessQuerySet, Cluster

PATHS = tuple(column.path for column in COLUMNS)
STATUS = PATHS.index("status")
EXPORT_KEYS = ("region_id", "owner_id", "cluster_id", "restricted_at")
GUARDED = {position: column.verb for position, column in enumerate(COLUMNS) if column.verb}


def _reading_keys(region: str, owner: UUID, cluster: UUID | None, restricted_at: datetime | None) -> dict[str, Any]:
    """Columns that `Reader.reads` needs of an IKM."""
    return {"region": region, "owner": owner, "cluster": cluster, "restricted": restricted_at is not None}


ENCRYPTED: dict[int, EncryptedField] = {
    position: field
    for position, column in enumerate(PATHS)
    if "__" not in column and isinstance(field := Business._meta.get_field(column), EncryptedField)
}
EXPORTED_AT_ONCE = 2000  # rows read from the database at once


@dataclass(frozen=True)
class BusinessExport:
    """The list of IKM as a file. Guarded columns are empty where the reader may not see them; what was read is
    recorded in the read audit. A NIK is never exported."""

    reader: Person
    filename: str = "daftar-ikm"
    headings: Sequence[object] = tuple(column.heading for column in COLUMNS)

    def table(self, rows: BusinessQuerySet) -> Iterator[list[object]]:
        """Writes the read audit before the first row is read."""
        self._audit(rows)
        return self._cells(rows)

    def _cells(self, rows: BusinessQuerySet) -> Iterator[list[object]]:
        reads, verbs = reader_for(self.reader).reads, set(GUARDED.values())
        states = {value: str(label) for value, label in Business.Status.choices}
        for row in rows.values_list(*PATHS, *EXPORT_KEYS).iterator(chunk_size=EXPORTED_AT_ONCE):
            cells: list[object] = list(row[: len(PATHS)])
            cells[STATUS] = states[row[STATUS]]
            keys = _reading_keys(*row[len(PATHS) :])
            readable = {verb for verb in verbs if reads(verb, **keys)}
            for position, verb in GUARDED.items():
                if verb not in readable:
                    cells[position] = ""
            for position, column in ENCRYPTED.items():
                if isinstance(value := cells[position], Ciphertext):
                    cells[position] = column.decrypted(value)
            yield cells

    def _audit(self, rows: BusinessQuerySet) -> None:
        """One record per sentra, or per IKM outside any. Rows outside the reader's regencies and headed sentra have no
        guarded values and are skipped."""
        reader = reader_for(self.reader)
        near = rows.filter(reader.in_own_regency(Business) | Q(cluster__in=reader.headed_clusters)).order_by()
        readable = [(key, _reading_keys(*keys)) for key, *keys in near.values_list("pk", *EXPORT_KEYS)]
        for verb in sorted(set(GUARDED.values())):
            seen = [(key, keys["cluster"]) for key, keys in readable if reader.reads(verb, **keys)]
            clusters = Cluster.objects.filter(pk__in={cluster for _key, cluster in seen if cluster})
            loose = Business.objects.filter(pk__in=[key for key, cluster in seen if not cluster])
            log_read(self.reader, [*clusters, *loose], [verb])
