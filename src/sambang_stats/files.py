"""Tables in and out: CSV (comma, semicolon or tab) and Parquet, chosen by the name's ending."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from sambang_stats.panel import PanelError

TEXT_COLUMNS = (
    "unit",
    "product",
    "month",
    "period",
    "region",
    "industry",
    "cluster",
    "start",
    "end",
    "first_treated",
)


def read_table(path: Path) -> pa.Table:
    """A table with its codes kept as text, each distinct text once; raises PanelError in one sentence."""
    if not path.is_file():
        raise PanelError(f"Berkas {path} tidak ada.")
    if path.stat().st_size == 0:
        raise PanelError(f"Berkas {path.name} kosong.")
    try:
        if path.suffix.lower() in {".parquet", ".pq"}:
            coded = [field.name for field in pq.read_schema(path) if field.name in TEXT_COLUMNS]
            return pq.read_table(path, read_dictionary=coded)
        return _read_csv(path)
    except (pa.ArrowInvalid, pa.ArrowKeyError, OSError) as trouble:
        raise PanelError(f"Berkas {path.name} tidak terbaca: {str(trouble).splitlines()[0]}.") from None


def _read_csv(path: Path) -> pa.Table:
    with path.open("rb") as file:
        start = file.readline()
    if start.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise PanelError(f"Berkas {path.name} adalah buku kerja Excel: simpan dahulu sebagai CSV.")
    head = start.decode("utf-8-sig", errors="replace")
    delimiter = max(",;\t", key=head.count)
    types = dict.fromkeys(TEXT_COLUMNS, pa.dictionary(pa.int32(), pa.string()))
    return pa_csv.read_csv(
        path,
        parse_options=pa_csv.ParseOptions(delimiter=delimiter),
        convert_options=pa_csv.ConvertOptions(
            column_types=types, null_values=["", "NA", "NaN", "nan", "null"], strings_can_be_null=True
        ),
    )


def write_table(table: pa.Table, path: Path) -> None:
    """Whole or not at all: written beside and moved into place."""
    if not path.parent.is_dir():
        raise PanelError(f"Folder {path.parent} tidak ada; buat dahulu.")
    table = pa.table({name: _nan_as_null(table[name]) for name in table.column_names})
    beside = path.with_name(f".{path.name}.part")
    try:
        if path.suffix.lower() in {".parquet", ".pq"}:
            pq.write_table(table, beside, compression="zstd")
        else:
            pa_csv.write_csv(table, beside, pa_csv.WriteOptions(quoting_style="needed"))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _nan_as_null(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_floating(column.type):
        return column
    return pc.if_else(pc.is_nan(column), None, column)
