"""Forms of marketplaces' own workbooks: fill one, on the council's page or the owner's, and map its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.imports.sheets.grid import OLE
from sambang.imports.sheets.unpack import UnreadableWorkbookError, is_locked, refuse_bomb
from sambang.lib.documents import document_response
from sambang.lib.forms import WholeNumberField
from sambang.market.marketplace_files import (
    GRAM,
    ITEM_FIELDS,
    KILOGRAM,
    MAX_HEADING_ROW,
    FileChoices,
    Filling,
    Layout,
    MarketplaceFileError,
    fill_workbook,
    shopee_layout,
)
from sambang.market.marketplace_mapping import (
    MAX_TEMPLATE_COLUMNS,
    MappedColumn,
    SheetTemplate,
    mapped_columns,
    read_template,
)
from sambang.market.models import Item, MarketplaceMapping
from sambang.market.queries import layout_of_mapping, mappings_for
from sambang.registry.models import Business

MAX_TEMPLATE_SIZE = 10 * 1024 * 1024  # bytes
SHOPEE = "shopee"


class WorkbookField(forms.FileField):
    """An uploaded XLSX as bytes. Other files are refused with the way to mend them."""

    widget = forms.FileInput(attrs={"accept": ".xlsx"})

    def clean(self, data: Any, initial: Any = None) -> bytes:
        upload = super().clean(data, initial)
        if upload.size > MAX_TEMPLATE_SIZE:
            raise forms.ValidationError(_("Berkas ini terlalu besar: paling banyak 10 MB."))
        content: bytes = upload.read()
        if content.startswith(OLE):
            if is_locked(content):
                raise forms.ValidationError(_("Berkas ini dikunci kata sandi: buka kuncinya di Excel, lalu simpan."))
            raise forms.ValidationError(_("Ini berkas Excel lama (.xls): buka di Excel, lalu simpan sebagai .xlsx."))
        if not content.startswith(b"PK"):
            raise forms.ValidationError(
                _("Ini bukan berkas Excel (.xlsx), misalnya CSV: unduh template lokapasar dalam bentuk Excel.")
            )
        try:
            refuse_bomb(content)
        except UnreadableWorkbookError:
            raise forms.ValidationError(
                _("Berkas ini tidak dapat dibaca: kirim berkas XLSX tanpa kata sandi, persis seperti yang diunduh.")
            ) from None
        return content


class MarketplaceFileForm(forms.Form):
    marketplace = forms.ChoiceField(label=gettext_lazy("Lokapasar"), required=False)
    workbook = WorkbookField(
        label=gettext_lazy("Berkas template dari toko Anda (XLSX)"),
        help_text=gettext_lazy("Shopee: unduh di Seller Centre: Produk Saya, Tambah sekaligus. Jangan ubah isinya."),
    )
    stock = WholeNumberField(
        label=gettext_lazy("Stok tiap barang"),
        max_value=10_000_000,
        help_text=gettext_lazy("Ditulis untuk setiap ukuran dan warna. Ubah di berkasnya bila berbeda."),
    )
    weight_unit = forms.ChoiceField(
        label=gettext_lazy("Satuan berat di berkas itu"),
        required=False,
        choices=[
            ("", gettext_lazy("menurut berkasnya")),
            (GRAM, gettext_lazy("gram")),
            (KILOGRAM, gettext_lazy("kilogram")),
        ],
    )
    is_partial = forms.BooleanField(label=gettext_lazy("Tinggalkan barang yang belum memenuhi syarat"), required=False)

    def __init__(self, *args: Any, business: Business) -> None:
        super().__init__(*args)
        self.mappings = {str(mapping.pk): mapping for mapping in mappings_for(business)}
        choices: Any = self.fields["marketplace"]
        choices.choices = [
            (SHOPEE, "Shopee"),
            *((key, f"{mapping.name} (v{mapping.version})") for key, mapping in self.mappings.items()),
        ]

    @property
    def layout(self) -> Layout:
        mapping = self.mappings.get(self.cleaned_data["marketplace"])
        return shopee_layout() if mapping is None else layout_of_mapping(mapping)

    def fill(self, items: Iterable[Item], absolute: Callable[[str], str]) -> Filling | None:
        """The filling of a valid form; None after an error, which the form then shows."""
        if not self.is_valid():
            return None
        values: dict[str, Any] = self.cleaned_data
        choices = FileChoices(values["stock"], values["weight_unit"])
        try:
            filling = fill_workbook(values["workbook"], self.layout, items, choices, absolute)
        except MarketplaceFileError as wrong:
            self.add_error("workbook", str(wrong))
            return None
        if not filling.items and not filling.errors:
            self.add_error(None, _("Belum ada barang untuk diisikan."))
        return filling

    def is_ready(self, filling: Filling | None) -> bool:
        """May the file be handed out? Only whole, or with what was left out agreed to."""
        return bool(filling and filling.items and (not filling.errors or self.cleaned_data["is_partial"]))

    def response(self, filling: Filling) -> HttpResponse:
        return document_response(filling.content, f"{slugify(self.layout.name) or 'lokapasar'}-terisi.xlsx")


class MarketplaceTemplateForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Nama lokapasar"),
        max_length=40,
        help_text=gettext_lazy("Misalnya Tokopedia. Nama yang sudah ada mendapat versi baru dengan pilihan yang lama."),
    )
    workbook = WorkbookField(label=gettext_lazy("Template dari lokapasar itu (XLSX)"))
    heading_row = WholeNumberField(
        label=gettext_lazy("Judul kolom ada di baris"),
        min_value=1,
        max_value=MAX_HEADING_ROW,
        required=False,
        help_text=gettext_lazy("Kosongkan bila tidak tahu: dicari baris dengan judul terbanyak."),
    )

    def template(self) -> SheetTemplate | None:
        """The columns of a valid form's file; None after an error, which the form then shows."""
        if not self.is_valid():
            return None
        try:
            return read_template(self.cleaned_data["workbook"], heading_row=self.cleaned_data["heading_row"])
        except MarketplaceFileError as wrong:
            self.add_error("workbook", str(wrong))
            return None


class FirstRowForm(forms.Form):
    first_row = WholeNumberField(label=gettext_lazy("Barang mulai di baris"), min_value=2, max_value=100)


def _field_choices() -> list[tuple[str, Any]]:
    numbers = {f"picture_{number}": number for number in range(1, 10)}
    labels = [(name, f"{label} {numbers[name]}" if name in numbers else label) for name, label in ITEM_FIELDS.items()]
    return [("", gettext_lazy("– biarkan kosong –")), *labels]


class ColumnForm(forms.Form):
    """What one column takes. `column`: the column of the stored version."""

    field = forms.ChoiceField(label=gettext_lazy("Diisi dengan"), required=False)
    text = forms.CharField(label=gettext_lazy("Teks tetap"), max_length=200, required=False)
    least = WholeNumberField(label=gettext_lazy("Paling sedikit"), required=False, max_value=1_000_000_000)
    most = WholeNumberField(label=gettext_lazy("Paling banyak (huruf atau angka)"), required=False, max_value=10**12)
    is_required = forms.BooleanField(label=gettext_lazy("Wajib"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices: Any = self.fields["field"]
        choices.choices = _field_choices()


ColumnFormSet = forms.formset_factory(
    ColumnForm, extra=0, max_num=MAX_TEMPLATE_COLUMNS, absolute_max=MAX_TEMPLATE_COLUMNS
)
FORMSET_FIELDS = ("field", "text", "least", "most", "is_required")


class MappingForms:
    """The forms of a version: the first row, and one for each column."""

    def __init__(self, mapping: MarketplaceMapping, data: Mapping[str, Any] | None = None) -> None:
        self.stored = mapped_columns(mapping.columns)
        initial = [{name: getattr(column, name) for name in FORMSET_FIELDS} for column in self.stored]
        self.first_row = FirstRowForm(data, initial={"first_row": mapping.first_row})
        self.columns = ColumnFormSet(data, initial=initial, prefix="kolom")

    def is_valid(self) -> bool:
        return self.first_row.is_valid() and self.columns.is_valid() and len(self.columns.forms) == len(self.stored)

    @property
    def rows(self) -> list[tuple[MappedColumn, ColumnForm]]:
        return list(zip(self.stored, self.columns.forms, strict=False))

    def chosen_columns(self) -> list[MappedColumn]:
        return [replace(column, **form.cleaned_data) for column, form in self.rows]
