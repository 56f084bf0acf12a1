from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.costing.models import CostItem, CostSheet
from sambang.lib.forms import DecimalNumberField, UnitPriceField, WholeNumberField

MAX_COST_ITEMS = 40
EMPTY_ROWS = 4
MAX_COST_QUANTITY = Decimal(999_999)


class CostSheetForm(forms.Form):
    name = forms.CharField(label=_("Barang apa?"), max_length=120)
    reject_percent = WholeNumberField(label=_("Dari 100 potong, berapa yang rusak?"), max_value=99, required=False)
    margin_percent = WholeNumberField(label=_("Untung yang diinginkan, % dari harga"), max_value=90, required=False)

    @classmethod
    def of(cls, sheet: CostSheet, data: Any = None) -> CostSheetForm:
        return cls(data, initial={name: getattr(sheet, name) for name in cls.base_fields})

    def values(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "name": cleaned["name"],
            "reject_percent": cleaned["reject_percent"] or 0,
            "margin_percent": cleaned["margin_percent"] or 0,
        }


class FirstCostForm(forms.Form):
    """A new sheet, begun from two numbers; the rest is asked on its page."""

    name = forms.CharField(label=_("Barang apa?"), max_length=120)
    material = UnitPriceField(
        label=_("Bahan untuk satu barang (Rp)"), help_text=_("Kira-kira saja dulu. Rinciannya dapat menyusul.")
    )
    labour = UnitPriceField(
        label=_("Upah untuk satu barang (Rp)"), help_text=_("Juga upah Anda sendiri: waktu Anda ada harganya.")
    )

    def items(self) -> list[dict[str, Any]]:
        """Fields of CostItem, of a valid form."""
        kinds = {CostItem.Kind.MATERIAL: "material", CostItem.Kind.LABOUR: "labour"}
        return [
            {"kind": kind, "name": str(kind.label), "price": self.cleaned_data[field]} for kind, field in kinds.items()
        ]


class CostItemForm(forms.Form):
    """One row; a row without a name is ignored."""

    kind = forms.ChoiceField(label=_("Jenis"), choices=CostItem.Kind)
    name = forms.CharField(label=_("Biaya"), max_length=80, required=False)
    quantity = DecimalNumberField(
        label=_("Banyaknya"), required=False, places=3, above=Decimal(0), most=MAX_COST_QUANTITY
    )
    price = UnitPriceField(label=_("Harga satuan (Rp)"), required=False)
    pieces = WholeNumberField(label=_("Cukup untuk berapa potong"), min_value=1, max_value=1_000_000, required=False)
    domestic_percent = WholeNumberField(label=_("TKDN bahan (%), bila tahu"), max_value=100, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("name") and cleaned.get("price") is None and "price" not in self.errors:
            self.add_error("price", _("Tulis harganya: biaya ini belum terhitung."))
        if cleaned.get("price") is not None and not cleaned.get("name"):
            self.add_error("name", _("Tulis nama biayanya."))
        return cleaned


CostItemFormSet = forms.formset_factory(
    CostItemForm, extra=EMPTY_ROWS, max_num=MAX_COST_ITEMS, absolute_max=MAX_COST_ITEMS, validate_max=True
)


def item_rows(sheet: CostSheet) -> list[dict[str, Any]]:
    names = ("kind", "name", "quantity", "price", "pieces", "domestic_percent")
    return [{name: getattr(item, name) for name in names} for item in sheet.items.all()]


def items_of(formset: Any) -> list[dict[str, Any]]:
    """The filled rows of a valid formset, as fields of CostItem."""
    rows = [form.cleaned_data for form in formset.forms if form.cleaned_data.get("name")]
    return [{**row, "quantity": row["quantity"] or Decimal(1), "pieces": row["pieces"] or 1} for row in rows]
