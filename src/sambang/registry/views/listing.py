"""The IKM as rows of an exported list: values, no models, for the list of a nation is long."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from sambang.people.models import Person
from sambang.registry.models import Business, BusinessQuerySet
from sambang.registry.queries import reader_by_keys

HEADINGS = (
    _("Nama usaha"), _("Pemilik"), _("Sentra"), _("Desa/kalurahan"), _("Alamat"), _("Nomor HP/WA"), _("NIB"),
    _("KBLI"), _("Versi KBLI"), _("Jenis industri"), _("Tenaga kerja L"), _("Tenaga kerja P"), _("Tenaga kerja"),
    _("Nilai investasi (Rp)"), _("Nilai produksi setahun (Rp)"), _("Pemasaran"), _("Tahun berdiri"), _("Keadaan"),
)  # fmt: skip
COLUMNS = (
    "name", "owner__name", "cluster__name", "region__name", "address", "phone", "nib",
    "industry__code", "industry__version", "commodity", "workers_male", "workers_female", "workers",
    "investment", "annual_sales", "marketing", "established", "status",
)  # fmt: skip
GUARDED = tuple(COLUMNS.index(column) for column in ("owner__name", "address", "phone", "nib"))
AT_ONCE = 2000  # rows read from the database at once


def table_of(rows: BusinessQuerySet, reader: Person) -> Iterator[list[object]]:
    """The cells under HEADINGS, row after row; owner, address, telephone and NIB only where this reader may see them.
    A NIK is never exported."""
    reads = reader_by_keys(reader, "registry.see_contact")
    states = {value: str(label) for value, label in Business.Status.choices}
    keys = ("region_id", "owner_id", "cluster__head_id")
    for row in rows.values_list(*COLUMNS, *keys).iterator(chunk_size=AT_ONCE):
        cells: list[object] = list(row[: len(COLUMNS)])
        cells[-1] = states[row[len(COLUMNS) - 1]]
        if not reads(*row[len(COLUMNS) :]):
            for place in GUARDED:
                cells[place] = ""
        yield cells
