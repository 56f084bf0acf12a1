"""Personal data by field: purpose, legal basis, retention and erasure.

`reference/fields.csv` has a row for each personal field, `reference/impersonal.csv` lists the others, so that a new
field must be added to one of them (tests/privacy/test_fields.py). Keys are in neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sambang.audit.withdrawal import RESTORE_DAYS
from sambang.privacy.law import read_reference
from sambang.registry.encrypted_fields import EncryptedField


@dataclass(frozen=True)
class Purpose:
    """A purpose of processing. `basis`: the letter of Pasal 20 ayat (2) UU 27/2022."""

    label: Any
    basis: str


@dataclass(frozen=True)
class Retention:
    """A retention period. `days`: age at which `sambang retention` deletes the rows; None if it does not.
    `text` may contain {days} and {years}."""

    text: Any
    days: int | None = None

    @property
    def label(self) -> Any:
        return format_lazy(self.text, days=self.days, years=(self.days or 0) // 365)


BASES = {
    "a": _("persetujuan Anda"),
    "c": _("kewajiban hukum"),
    "e": _("tugas kepentingan umum dan pelayanan publik"),
}
PURPOSES = {
    "account": Purpose(_("mengenali orang yang bekerja di sini dan yang bertanggung jawab atas tiap catatan"), "e"),
    "safety": Purpose(_("menjaga keamanan sistem: siapa masuk, dari mana, percobaan yang gagal"), "c"),
    "register": Purpose(_("mendata IKM dan sentra"), "e"),
    "siinas": Purpose(_("menyusun laporan SIINas triwulanan menurut Permenperin 13/2025"), "e"),
    "identity": Purpose(_("memastikan satu usaha tidak terdata dua kali"), "e"),
    "inclusion": Purpose(_("menyediakan pendampingan yang sesuai dan menghitung siapa yang terjangkau"), "e"),
    "contact": Purpose(_("menghubungi dan mengunjungi pemilik"), "e"),
    "size": Purpose(_("menggolongkan ukuran usaha menurut undang-undang"), "e"),
    "visit": Purpose(_("berita acara, daftar hadir, dan notulen kunjungan"), "e"),
    "aspiration": Purpose(_("menampung keinginan dan kendala, dan mengabarkan jawabannya"), "e"),
    "action": Purpose(_("menindaklanjuti janji dan memastikan hasilnya pada pemilik"), "e"),
    "production": Purpose(_("menghitung indeks produksi; yang diterbitkan hanya gabungan sedikitnya tiga usaha"), "e"),
    "training": Purpose(_("pelatihan dan pendampingan"), "e"),
    "shop": Purpose(_("memajang barang di katalog umum dan meneruskannya ke lokapasar"), "a"),
    "orders": Purpose(_("memberikan nomor WA kepada pembeli"), "a"),
    "rights": Purpose(_("memenuhi hak Anda atas data pribadi dan membuktikannya"), "c"),
}
RETENTIONS = {
    "active": Retention(_("selama terdaftar; dihapus saat diminta, atau {years} tahun setelah usaha tutup"), 5 * 365),
    "account": Retention(_("selama bekerja di sini; setelah itu nama tetap pada catatan yang dibuatnya")),
    "work": Retention(_("selama arsip kegiatan dewan disimpan; yang menyebut pemilik dihapus saat diminta")),
    "statistics": Retention(_("tetap sebagai angka; nama dan data pengenalnya hilang saat dihapus")),
    "consent": Retention(_("sampai persetujuan ditarik atau barang dihapus")),
    "proof": Retention(_("selama dewan memakai Sambang, sebagai bukti")),
    "session": Retention(_("sampai keluar atau masa masuk habis"), 0),
    "days": Retention(_("1 sampai {days} hari"), 2),
    "month": Retention(_("sampai diputuskan, paling lama {days} hari"), RESTORE_DAYS),
    "carried": Retention(_("sampai catatan yang membawanya tersimpan; tanpa catatan, {days} hari"), 30),
    "season": Retention(_("{days} hari"), 90),
    "year": Retention(_("{years} tahun setelah berakhir"), 365),
}
SENSITIVITIES = {"general": _("umum"), "specific": _("spesifik (Pasal 4 ayat 2)")}
ERASURES = {
    "blank": _("dikosongkan"),
    "anonymise": _("diganti kata tanpa nama"),
    "delete": _("barisnya dihapus, gambarnya juga"),
    "keep": _("tetap, tanpa nama"),
    "by_hand": _("dibaca dan dibetulkan pengurus"),
    "none": _("bukan data pemilik IKM; hilang menurut masa simpannya"),
}


@dataclass(frozen=True)
class PersonalField:
    """A personal field with keys of the tables above. `encrypted`: is it encrypted in the database?"""

    model: str
    field: str
    purpose: str
    sensitivity: str
    retention: str
    erasure: str

    @property
    def definition(self) -> models.Field[Any, Any]:
        model_field = apps.get_model(self.model)._meta.get_field(self.field)
        assert isinstance(model_field, models.Field)
        return model_field

    @property
    def title(self) -> Any:
        return self.definition.verbose_name

    @property
    def table(self) -> Any:
        return apps.get_model(self.model)._meta.verbose_name

    @property
    def has_label(self) -> bool:
        """Has the field a label for readers? Digests and the like have none and are listed in docs/privacy.md only."""
        return bool(self.title != self.field.replace("_", " "))

    @property
    def encrypted(self) -> bool:
        return isinstance(self.definition, EncryptedField) or "encrypted" in self.field

    @property
    def why(self) -> Purpose:
        return PURPOSES[self.purpose]

    @property
    def basis(self) -> Any:
        return BASES[self.why.basis]

    @property
    def retention_period(self) -> Retention:
        return RETENTIONS[self.retention]

    @property
    def sensitivity_label(self) -> Any:
        return SENSITIVITIES[self.sensitivity]

    @property
    def erasure_label(self) -> Any:
        return ERASURES[self.erasure]


@cache
def personal_fields() -> tuple[PersonalField, ...]:
    return tuple(PersonalField(**row) for row in read_reference("fields.csv"))


def fields_of(model: str) -> tuple[PersonalField, ...]:
    return tuple(field for field in personal_fields() if field.model == model)
