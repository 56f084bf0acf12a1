"""Invalid panels are refused with one sentence."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from sambang_stats import PanelError, month_number, month_text, read_panel

from .panels import refused

REPORTS = {
    "unit": ["a", "a", "b"],
    "product": ["baju", "baju", "rok"],
    "month": ["2019-01", "2019-02", "2019-01"],
    "quantity": [1.0, 2.0, 3.0],
    "value": [10.0, None, 30.0],
}
UNITS = {
    "unit": ["a", "b"],
    "region": ["3404072003", "3404072003"],
    "industry": ["14111", "14111"],
    "start": [None, "2018-05"],
    "end": [None, None],
    "weight": [None, 5.0],
}


def test_reads_dicts_tables_and_dates():
    dates = [dt.date(2019, 1, 1), dt.date(2019, 2, 1), dt.date(2019, 1, 1)]
    first = read_panel(REPORTS, UNITS)
    second = read_panel(pa.table(REPORTS | {"month": dates}), pa.table(UNITS))
    assert np.array_equal(first.month, second.month)
    assert first.line.tolist() == [0, 0, 1]
    assert np.isnan(first.value[1])
    assert first.units.start.tolist() == [0, 2018 * 12 + 4]


def test_an_empty_quantity_is_a_missing_report():
    panel = read_panel(REPORTS | {"quantity": [1.0, None, 3.0]}, UNITS)
    assert len(panel.month) == 2


@pytest.mark.parametrize(
    ("reports", "units", "said"),
    [
        ({name: column for name, column in REPORTS.items() if name != "value"}, UNITS, "Kolom value tidak ada"),
        ({name: [] for name in REPORTS}, UNITS, "Tidak ada laporan"),
        (REPORTS | {"month": ["2022-13", "2019-02", "2019-01"]}, UNITS, "Bulan “2022-13” tidak ada"),
        (REPORTS | {"month": [None, "2019-02", "2019-01"]}, UNITS, "Kolom month pada laporan kosong di baris 2"),
        (REPORTS | {"month": ["2019-02", "2019-02", "2019-01"]}, UNITS, "Laporan ganda: unit a, produk baju"),
        (REPORTS | {"quantity": [1.0, -2.0, 3.0]}, UNITS, "tidak boleh negatif: -2 di baris 3"),
        (REPORTS | {"quantity": ["1", "dua", "3"]}, UNITS, "bukan angka"),
        (REPORTS | {"unit": ["a", "a", "c"]}, UNITS, "Unit c pada laporan"),
        (REPORTS | {"unit": ["a", "a", ""]}, UNITS, "kosong di baris 4"),
        (REPORTS, UNITS | {"region": ["99", "3404072003"]}, "Wilayah “99”"),
        (REPORTS, UNITS | {"region": ["3404072003", "7904072003"]}, "Wilayah “7904072003”"),
        (REPORTS, UNITS | {"industry": ["1411", "14111"]}, "KBLI “1411”"),
        (REPORTS, UNITS | {"unit": ["a", "a"]}, "Unit a tertulis lebih dari sekali"),
        (REPORTS, UNITS | {"end": [None, "2017-01"]}, "tutup .* sebelum mulai"),
    ],
)
def test_refused(reports, units, said):
    with refused(said):
        read_panel(reports, units)


def test_months_are_numbers():
    assert month_text(month_number("2022-03")) == "2022-03"
    for wrong in ("2022-13", "2022-00", "22-01", "Maret", "0000-01"):
        with pytest.raises(PanelError):
            month_number(wrong)
