"""Forms of production: a typed report, an uploaded workbook, the filter of a month's list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.lib.forms import ALL_OPTION, set_choices
from sambang.lib.lists import ListFilterForm
from sambang.lib.numbers import NumberError, format_number, read_integer
from sambang.lib.search import every_word
from sambang.lib.units import read_quantity
from sambang.production.amounts import Amount, read_amount
from sambang.production.models import Report, ReportLine
from sambang.production.plausibility import questions
from sambang.production.queries import ReportingCount, has_reported, latest_report_before, product_lines_made_in_month
from sambang.registry.models import Business, ProductLine

MAX_REPORT_WORKBOOK_SIZE = 10 * 1024 * 1024  # bytes


@dataclass(frozen=True)
class ProductLineFields:
    """One product on the form: its two fields, and its previous report."""

    line: ProductLine
    quantity: forms.BoundField
    value: forms.BoundField
    before: ReportLine | None


class ReportForm(forms.Form):
    """The report of one month of an IKM. Valid if every figure is readable and the questions about implausible figures
    were answered with *sudah saya periksa*. `amounts` holds the values to submit, `asked` the questions. `only_by`: the
    form shows and compares the reports of this person alone, who may not read those of others."""

    note = forms.CharField(label=_("Catatan"), max_length=300, required=False)

    def __init__(
        self,
        business: Business,
        month: date,
        *args: Any,
        current: Report | None = None,
        only_by: Person | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.business, self.month, self.only_by = business, month, only_by
        self.lines, self.before = self._references()
        self.amounts: dict[ProductLine, Amount] = {}
        self.asked: list[str] = []
        stored = {line.product_line_id: line for line in current.lines.all()} if current else {}
        for line in self.lines:
            self._add_fields(line, stored.get(line.pk))

    def _references(self) -> tuple[list[ProductLine], Report | None]:
        """The products of the month, and the report that is shown beside them."""
        before = latest_report_before(self.business, self.month, only_by=self.only_by)
        return product_lines_made_in_month(self.business, self.month), before

    def _questions(self) -> list[str]:
        return questions(self.business, self.month, self.amounts, only_by=self.only_by)

    def _add_fields(self, line: ProductLine, stored: ReportLine | None) -> None:
        self.fields[f"quantity-{line.pk}"] = forms.CharField(
            label=_("Jumlah (%(unit)s)") % {"unit": line.unit},
            max_length=60,
            required=False,
            initial=(stored.entered or format_number(Fraction(stored.quantity))) if stored else None,
            widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
        )
        self.fields[f"value-{line.pk}"] = forms.CharField(
            label=_("Nilai (Rp), bila tahu"),
            max_length=60,
            required=False,
            initial=stored.value if stored else None,
            widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        )

    def rows(self) -> list[ProductLineFields]:
        before = {line.product_line_id: line for line in self.before.lines.all()} if self.before else {}
        return [
            ProductLineFields(line, self[f"quantity-{line.pk}"], self[f"value-{line.pk}"], before.get(line.pk))
            for line in self.lines
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for line in self.lines:
            self._read(line, cleaned.get(f"quantity-{line.pk}", ""), cleaned.get(f"value-{line.pk}", ""))
        if not self.amounts and not self.errors:
            raise ValidationError(_("Belum ada produk yang diisi: tulis jumlahnya, atau 0 bila tidak berproduksi."))
        if not self.errors:
            self.asked = self._questions()
            if self.asked:
                self._ask()
        return cleaned

    def _read(self, line: ProductLine, quantity: str, value: str) -> None:
        if not quantity and not value:
            return
        for name, parse in (
            (f"quantity-{line.pk}", lambda: read_quantity(quantity, line.unit)),
            (f"value-{line.pk}", lambda: value and read_integer(value, money=True)),
        ):
            try:
                parse()
            except NumberError as error:
                self.add_error(name, str(error))
        if not self.errors:
            self.amounts[line] = read_amount(line, quantity, value)

    def equals_report(self, report: Report) -> bool:
        """Whether the form repeats the figures of that report, as after "back" in the browser; different figures must
        not be lost."""
        self.is_valid()
        stored = {line.product_line_id: (line.quantity, line.value) for line in report.lines.all()}
        return stored == {line.pk: (amount.quantity, amount.value) for line, amount in self.amounts.items()}

    def _ask(self) -> None:
        self.fields["checked"] = forms.BooleanField(label=_("Angka ini sudah saya periksa dan benar"), required=False)
        if not self.data.get(self.add_prefix("checked")):
            raise ValidationError(_("Mohon periksa dulu: %(asked)s"), params={"asked": " ".join(self.asked)})


class MonthListForm(ListFilterForm):
    """The filter of a month's list. `counts`: for each sentra that can be selected."""

    lookups: ClassVar[Mapping[str, str]] = {"sentra": "cluster__pk"}

    bulan = forms.CharField(widget=forms.HiddenInput, required=False)
    sentra = forms.ChoiceField(label=_("Sentra"), required=False)
    keadaan = forms.ChoiceField(
        label=_("Keadaan"),
        required=False,
        choices=[ALL_OPTION, ("belum", _("belum melapor")), ("sudah", _("sudah melapor"))],
    )
    cari = forms.CharField(label=_("Nama IKM"), required=False, widget=forms.TextInput(attrs={"type": "search"}))

    def __init__(self, month: date, counts: Iterable[ReportingCount], query: QueryDict) -> None:
        super().__init__({**query.dict(), "bulan": f"{month:%Y-%m}"})
        self.month = month
        clusters = [(str(count.key), count.name) for count in counts if count.key]
        set_choices(self, "sentra", [ALL_OPTION, *clusters])

    def filter_bulan(self, rows: QuerySet[Business], _month: str) -> QuerySet[Business]:
        return rows  # the IKM expected to report the month

    def filter_keadaan(self, rows: QuerySet[Business], state: str) -> QuerySet[Business]:
        reported = has_reported(self.month)
        return rows.filter(reported if state == "sudah" else ~reported)

    def filter_cari(self, rows: QuerySet[Business], text: str) -> QuerySet[Business]:
        return rows.filter(every_word(text, "name"))


class WithdrawForm(forms.Form):
    because = forms.CharField(
        label=_("Alasan"),
        max_length=300,
        help_text=_(
            "Misalnya: milik IKM lain. Angkanya tetap tersimpan, tetapi tidak dihitung. Pemilik IKM ini membaca "
            "alasannya: jangan sebut nama IKM lain."
        ),
    )


class WorkbookForm(forms.Form):
    workbook = forms.FileField(label=_("Buku kerja yang sudah diisi (XLSX, XLS, ODS, atau CSV)"))
    replace = forms.BooleanField(
        label=_("Ganti laporan yang sudah ada bila angkanya berbeda"),
        help_text=_("Laporan lama tetap tersimpan sebagai versi sebelumnya."),
        required=False,
    )

    def clean_workbook(self) -> Any:
        workbook = self.cleaned_data["workbook"]
        if workbook.size > MAX_REPORT_WORKBOOK_SIZE:
            raise ValidationError(_("Berkas terlalu besar: paling banyak 10 MB."))
        return workbook


class TemplateForm(forms.Form):
    """The months of the blank workbook."""

    first = forms.CharField(label=_("Dari bulan"), widget=forms.TextInput(attrs={"type": "month"}))
    last = forms.CharField(label=_("Sampai bulan"), widget=forms.TextInput(attrs={"type": "month"}))
