"""Reads an office's list of IKM as rows and errors. Uses no database.

    sheet = read_register(Path("ikm.xlsx"))      # or bytes and a filename; SheetError when it is no list at all
    sheet.rows, sheet.members, sheet.duplicates, sheet.errors, sheet.columns, sheet.titles

Steps: grid.py (file → cells), headings.py (heading → field), heading_rows.py (tables of a sheet; form_sheets.py: an IKM
a column), column_meanings.py (heading and cells weighed, choices of the office), data_rows.py (rows that are IKM),
values.py (cell → value or error), row_reader.py and row_permits.py (row), duplicates.py, members.py. ledger.py counts
the outcome of every filled cell and row; `sheet.left_aside` lists cells that are in no value.

What is read, and what becomes an error:

- `-`, `n/a`, *belum ada*, *dalam proses* and blank are absent. Only a missing KBLI is an error, and only where the
  office fills that column in most rows.
- The heading's thousands or millions bind the column: `45.000` and `Rp 48.000,-` under (Rp. 000) are 45 and 48 million,
  since that is what the neighbours' prices fit. A text with its own *juta* or *ribu* is not scaled, and one
  with Rp that only as whole rupiah is near to the column's median (`Rp 48.000.000,-`) is whole rupiah.
- A month is times 12 and a week times 52, said by the heading or by the cell (`200 pcs/bln`, which then goes before the
  heading). A quantity per day is left aside (heading) or an error (cell): working days differ.
- L blank beside P filled is nobody (0). With a total only, both are None. A total that contradicts L + P is an
  error.
- A NIK in a number cell that ends in 0 is an error, since Excel keeps 15 digits. A NIB in a number cell of 12 digits
  gets back the 0 that Excel removed.
- `2o16`, a range (`10-15 juta`), a limit (`< 50 juta`, `10 orang lebih`), a sum, a fraction of a person: never guessed,
  always an error; the row is kept. `± 30` is 30, and that it is approximate is remarked.
- A cell may name several permits (permit_cells.py). *Ada* or a tick is a permit whose number is not known. *Belum* is
  none; whether it is said of the others in the cell is asked.
- A heading may name two things: “Nama & Alamat”, “Nama / No. HP” (composite_cells.py). A title “Sentra …” above rows,
  or the name of the sheet, is their sentra. “kg/bln” under *Satuan* says the period of the quantity.
- A tick below *Pemasaran > Ekspor* or *Jenis Industri > Pangan* is the last heading; a tick alone is no text.
- Of a month's and a year's column the year's is taken, of several years the newest; a figure that stands in for a
  blank one is remarked. Columns of permanent and of seasonal workers are added.
- Comments, struck texts, and a legend of colours are no values; they are remarked.
- Hidden sheets are not read, and named; hidden rows and columns are read, and named. A row with products but no name
  belongs to the business above it.
"""

from sambang.imports.sheets.column_meanings import ColumnChoices, heading_key
from sambang.imports.sheets.reading import read_register
from sambang.imports.sheets.results import (
    CellError,
    Duplicate,
    LeftAside,
    MemberRow,
    PermitCells,
    ProductCells,
    RegisterRow,
    RegisterSheet,
    SheetColumn,
    SheetError,
)
from sambang.imports.sheets.storage import dump_sheet, load_sheet
