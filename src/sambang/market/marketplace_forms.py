"""The form that fills a marketplace's own workbook, for the council's page and the owner's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.imports.sheets.unpack import UnreadableWorkbookError, refuse_bomb
from sambang.lib.exports import WORKBOOK_CONTENT_TYPE
from sambang.lib.forms import WholeNumberField
from sambang.market.marketplace_files import (
    GRAM,
    KILOGRAM,
    FileChoices,
    Filling,
    MarketplaceFileError,
    fill_workbook,
    shopee_layout,
)
from sambang.market.models import Item

MAX_TEMPLATE_SIZE = 10 * 1024 * 1024  # bytes


class MarketplaceFileForm(forms.Form):
    workbook = forms.FileField(
        label=gettext_lazy("Berkas template dari toko Shopee Anda (XLSX)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=gettext_lazy(
            "Unduh di Seller Centre: Produk Saya, Tambah sekaligus. Jangan ubah apa pun di dalamnya."
        ),
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

    def clean_workbook(self) -> bytes:
        upload = self.cleaned_data["workbook"]
        if upload.size > MAX_TEMPLATE_SIZE:
            raise forms.ValidationError(_("Berkas ini terlalu besar: paling banyak 10 MB."))
        content: bytes = upload.read()
        try:
            refuse_bomb(content)
        except UnreadableWorkbookError:
            raise forms.ValidationError(
                _("Berkas ini tidak dapat dibaca: kirim berkas XLSX tanpa kata sandi, persis seperti yang diunduh.")
            ) from None
        return content

    def fill(self, items: Iterable[Item], absolute: Callable[[str], str]) -> Filling | None:
        """The filling of a valid form; None after an error, which the form then shows."""
        if not self.is_valid():
            return None
        values: dict[str, Any] = self.cleaned_data
        choices = FileChoices(values["stock"], values["weight_unit"])
        try:
            filling = fill_workbook(values["workbook"], shopee_layout(), items, choices, absolute)
        except MarketplaceFileError as wrong:
            self.add_error("workbook", str(wrong))
            return None
        if not filling.items and not filling.complaints:
            self.add_error(None, _("Belum ada barang untuk diisikan."))
        return filling

    def is_ready(self, filling: Filling | None) -> bool:
        """May the file be handed out? Only whole, or with what was left out agreed to."""
        return bool(filling and filling.items and (not filling.complaints or self.cleaned_data["is_partial"]))


def filled_response(filling: Filling) -> HttpResponse:
    disposition = 'attachment; filename="shopee-terisi.xlsx"'
    return HttpResponse(
        filling.content, content_type=WORKBOOK_CONTENT_TYPE, headers={"Content-Disposition": disposition}
    )
