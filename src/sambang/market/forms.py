from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from sambang.lib.edit_form import EditForm
from sambang.lib.forms import (
    ALL_OPTION,
    PHOTO_INPUT,
    DayField,
    MonthField,
    UnitPriceField,
    WholeNumberField,
    number_field,
    set_choices,
)
from sambang.lib.lists import ListFilterForm
from sambang.market.curation import criteria_for
from sambang.market.facets import Facets
from sambang.market.models import Channel, Item
from sambang.market.operations import ItemData
from sambang.market.order_numbers import new_order_number
from sambang.market.queries import search_items
from sambang.registry.forms import search_field
from sambang.registry.models import Business


class ItemForm(EditForm, forms.ModelForm[Item]):
    class Meta:
        model = Item
        fields = (
            "name",
            "description",
            "price",
            "unit",
            "minimum_order",
            "weight",
            "sizes",
            "colours",
            "lead_days",
        )
        help_texts = {
            "name": _("Sebut barang dan cirinya: “Seragam SD lengan pendek, katun”."),
            "description": _("Bahan, ukuran, warna, lama pengerjaan."),
            "price": _("Rupiah penuh untuk satu satuan, misalnya 350.000."),
            "sizes": _("Pisahkan dengan koma: S, M, L, XL."),
            "colours": _("Pisahkan dengan koma: merah, biru tua."),
            "lead_days": _("Kosongkan bila barangnya siap kirim."),
        }
        field_classes = {"price": UnitPriceField}
        formfield_callback = number_field

    def item_data(self) -> ItemData:
        return ItemData(**self.cleaned_data)


class ItemListForm(ListFilterForm):
    lookups: ClassVar[Mapping[str, str]] = {"cari": "name__icontains"}
    cari = search_field(_("Cari barang"))


class CatalogueForm(ListFilterForm):
    """The filter of the public catalogue. A craft or place that is not offered matches no row."""

    lookups: ClassVar[Mapping[str, str]] = {"kerajinan": "business__cluster__commodity", "harga": "price__lte"}

    cari = forms.CharField(
        label=_("Cari barang, IKM, atau sentra"), required=False, max_length=200, widget=forms.SearchInput
    )
    kerajinan = forms.CharField(label=_("Kerajinan"), required=False, max_length=200, widget=forms.Select)
    tempat = forms.CharField(label=_("Tempat"), required=False, max_length=10, widget=forms.Select)
    harga = UnitPriceField(label=_("Harga paling tinggi"), required=False)
    siap = forms.ChoiceField(
        label=_("Ketersediaan"),
        required=False,
        choices=[ALL_OPTION, ("siap", _("siap kirim")), ("pesanan", _("dibuat sesuai pesanan"))],
    )

    def __init__(self, data: Any, offered: Facets) -> None:
        super().__init__(data)
        crafts = [(craft, craft) for craft in offered.crafts]
        for name, choices in (("kerajinan", crafts), ("tempat", offered.places)):
            self.fields[name].widget.choices = [ALL_OPTION, *choices]

    def filter_cari(self, rows: Any, text: str) -> Any:
        return search_items(rows, text)

    def filter_tempat(self, rows: Any, code: str) -> Any:
        return rows.filter(Q(business__region__parent=code) | Q(business__region__parent__parent=code))

    def filter_siap(self, rows: Any, kind: str) -> Any:
        return rows.filter(lead_days__isnull=kind == "siap")


class OrderForm(forms.Form):
    """The buyer's choices for the WhatsApp message; none is stored."""

    ukuran = forms.ChoiceField(label=_("Ukuran"))
    warna = forms.ChoiceField(label=_("Warna"))
    jumlah = WholeNumberField(label=_("Jumlah"), max_value=100_000)

    def __init__(self, data: Any, item: Item) -> None:
        super().__init__(data, initial={"jumlah": item.minimum_order})
        self.item = item
        for name, values in (("ukuran", item.size_list), ("warna", item.colour_list)):
            if values:
                set_choices(self, name, [(value, value) for value in values])
            else:
                del self.fields[name]

    @classmethod
    def for_buyer(cls, query: QueryDict, item: Item) -> OrderForm:
        """The form of a query. Without one: bound to the least order where there is nothing else to choose."""
        if "jumlah" in query:
            return cls(query, item)
        has_choice = item.size_list or item.colour_list
        return cls(None if has_choice else {"jumlah": str(item.minimum_order)}, item)

    def clean_jumlah(self) -> int:
        number: int = self.cleaned_data["jumlah"]
        if number < self.item.minimum_order:
            raise forms.ValidationError(
                _("Pesanan terkecil %(least)d %(unit)s.") % {"least": self.item.minimum_order, "unit": self.item.unit}
            )
        return number

    def message(self, address: str) -> str:
        """The text of the WhatsApp message of a valid form."""
        number = self.cleaned_data["jumlah"]
        lines = [
            _("Halo, saya ingin memesan “%(item)s” (%(address)s).") % {"item": self.item.name, "address": address},
            *(f"{self.fields[name].label}: {self.cleaned_data[name]}" for name in self.fields if name != "jumlah"),
            _("Jumlah: %(number)d %(unit)s") % {"number": number, "unit": self.item.unit},
            _("Harga menurut katalog: Rp%(price)s")
            % {"price": number_format(number * self.item.price, force_grouping=True)},
            _("Nomor pesanan: %(number)s") % {"number": new_order_number()},
        ]
        return "\n".join(lines)


class ReturnItemForm(forms.Form):
    """The criteria that a submitted item does not meet."""

    unmet = forms.MultipleChoiceField(
        label=_("Yang belum terpenuhi"), widget=forms.CheckboxSelectMultiple, required=False
    )
    note = forms.CharField(
        label=_("Catatan untuk pemilik"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Sebut apa yang harus diubah, dengan kata-kata sederhana."),
    )

    def __init__(self, data: Any, business: Business) -> None:
        super().__init__(data)
        choices = [(criterion.key, criterion.localized_text) for criterion in criteria_for(business)]
        set_choices(self, "unmet", choices)


class PictureForm(forms.Form):
    image = forms.FileField(label=_("Gambar"), widget=PHOTO_INPUT)
    alt = forms.CharField(
        label=_("Apa yang tampak"), max_length=150, help_text=_("Untuk pembeli yang tidak melihat gambarnya.")
    )


class ChannelForm(forms.Form):
    kind = forms.ChoiceField(label=_("Saluran"), choices=Channel.Kind)
    address = forms.CharField(label=_("Alamat atau nama toko"), max_length=200, required=False)
    opened_on = DayField(label=_("Dibuka"), required=False, until_today=True)


class OnlineShareForm(forms.Form):
    month = MonthField(label=_("Bulan"), until_today=True)
    percent = WholeNumberField(label=_("Dari Rp100 penjualan, berapa yang lewat daring?"), max_value=100, units={"%"})
