"""The fields that a column of a workbook can be read as, and the choice among them on the preview page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from sambang.imports.sheets import RegisterSheet, SheetColumn
from sambang.imports.sheets.headings import MONEY, YEARLY
from sambang.registry.permit_kinds import PERMIT_COLUMNS


def _permit_labels() -> dict[str, Any]:
    """The number of each kind of permit, and its days of issue and expiry."""
    labels: dict[str, Any] = {}
    for kind, column in PERMIT_COLUMNS.items():
        labels[kind.value] = column.label
        labels[f"{kind.value}_issued"] = format_lazy(gettext_lazy("{permit}: tanggal terbit"), permit=column.label)
        labels[f"{kind.value}_until"] = format_lazy(gettext_lazy("{permit}: berlaku sampai"), permit=column.label)
    return labels


FIELD_LABELS = {
    "number": gettext_lazy("nomor urut"),
    "nik": gettext_lazy("NIK pemilik"),
    "nib": gettext_lazy("NIB"),
    "npwp": gettext_lazy("NPWP"),
    "kbli": gettext_lazy("KBLI"),
    "group": gettext_lazy("kelompok"),
    "office": gettext_lazy("jabatan di kelompok"),
    "workers_male": gettext_lazy("pekerja laki-laki"),
    "workers_female": gettext_lazy("pekerja perempuan"),
    "workers": gettext_lazy("jumlah pekerja"),
    "workers_split": gettext_lazy("pekerja laki-laki/perempuan"),
    "workers_part": gettext_lazy("sebagian pekerja (tetap, tidak tetap …), dijumlahkan"),
    "gender": gettext_lazy("jenis kelamin pemilik"),
    "gender_male": gettext_lazy("centang: pemilik laki-laki"),
    "gender_female": gettext_lazy("centang: pemilik perempuan"),
    "phone": gettext_lazy("nomor HP/WA"),
    "investment": gettext_lazy("investasi (Rp)"),
    "investment_land": gettext_lazy("investasi tanah dan bangunan (Rp)"),
    "owner_address": gettext_lazy("alamat pemilik, bila alamat usahanya kosong"),
    "status": gettext_lazy("keadaan usaha, dikeluhkan bila tutup"),
    "status_active": gettext_lazy("centang: masih aktif"),
    "status_closed": gettext_lazy("centang: tidak aktif, dikeluhkan"),
    "unit": gettext_lazy("satuan produk"),
    "annual_value": gettext_lazy("nilai produksi setahun (Rp)"),
    "product": gettext_lazy("produk"),
    "capacity": gettext_lazy("kapasitas setahun"),
    "commodity": gettext_lazy("jenis industri"),
    "established": gettext_lazy("tahun berdiri"),
    "marketing": gettext_lazy("pemasaran"),
    "owner_and_name": gettext_lazy("pemilik dan nama usaha"),
    "cluster": gettext_lazy("sentra"),
    **_permit_labels(),
    "permits": gettext_lazy("izin dan sertifikat, beberapa dalam satu sel"),
    "siinas": gettext_lazy("nomor atau nama akun SIINas"),
    "education": gettext_lazy("pendidikan pemilik"),
    "disability": gettext_lazy("disabilitas pemilik"),
    "owner": gettext_lazy("pemilik"),
    "name": gettext_lazy("nama usaha"),
    "village": gettext_lazy("desa/kalurahan"),
    "district": gettext_lazy("kecamatan/kapanewon"),
    "regency": gettext_lazy("kabupaten/kota"),
    "hamlet": gettext_lazy("alamat: dusun"),
    "rt": gettext_lazy("alamat: RT/RW"),
    "address": gettext_lazy("alamat"),
}

SCALE_LABELS = {1: "", 1_000: gettext_lazy("dalam ribuan"), 1_000_000: gettext_lazy("dalam jutaan")}
PERIOD_LABELS = {1: "", 12: gettext_lazy("sebulan"), 52: gettext_lazy("seminggu")}
WAGE_BASES = {
    "heading": gettext_lazy("menurut judulnya"),
    "cells": gettext_lazy("menurut isinya"),
    "office": gettext_lazy("pilihan kantor pada daftar sebelumnya"),
    "clerk": gettext_lazy("pilihan Anda"),
}


def _choices() -> dict[str, list[Any]]:
    """The choices of a column with the parts of their labels: a field, with a factor where it counts."""
    choices: dict[str, list[Any]] = {"": [gettext_lazy("diabaikan")]}
    for name, label in FIELD_LABELS.items():
        if name not in MONEY | YEARLY:
            choices[name] = [label]
            continue
        scales = SCALE_LABELS if name in MONEY else {1: ""}
        periods = PERIOD_LABELS if name in YEARLY else {1: ""}
        for (scale, scaled), (times, per) in product(scales.items(), periods.items()):
            choices[f"{name}:{scale * times}"] = [label, *filter(None, (per, scaled))]
    return choices


CHOICES = _choices()


def choice_label(choice: str) -> str:
    return ", ".join(map(str, CHOICES[choice]))


@dataclass(frozen=True)
class ColumnRead:
    """A column and the label of the field it was read as; `meaning` is None if it was left aside."""

    column: SheetColumn
    meaning: str | Promise | None

    @property
    def choice(self) -> str:
        """The choice that corresponds to the detected meaning."""
        column = self.column
        choice = f"{column.field}:{column.factor}" if column.field in MONEY | YEARLY else column.field
        return choice if choice in CHOICES else ""

    @property
    def basis(self) -> str | Promise:
        return WAGE_BASES.get(self.column.basis, "")


def columns_read(sheet: RegisterSheet) -> list[ColumnRead]:
    return [ColumnRead(column, FIELD_LABELS.get(column.field)) for column in sheet.columns]
