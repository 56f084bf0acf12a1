from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.lib import clock
from sambang.lib.edit_form import EditForm
from sambang.lib.forms import DayField, RupiahField, WholeNumberField, number_field
from sambang.lib.lists import ListFilterForm
from sambang.lib.months import parse_month
from sambang.market.models import Channel, Item
from sambang.market.operations import ItemData
from sambang.registry.forms import search_field


class ItemForm(EditForm, forms.ModelForm[Item]):
    class Meta:
        model = Item
        fields = ("name", "description", "price", "unit", "minimum_order", "weight")
        help_texts = {
            "name": _("Sebut barang dan cirinya: “Seragam SD lengan pendek, katun”."),
            "description": _("Bahan, ukuran, warna, lama pengerjaan."),
            "price": _("Rupiah penuh untuk satu satuan, misalnya 350.000."),
        }
        field_classes = {"price": RupiahField}
        formfield_callback = number_field

    def item_data(self) -> ItemData:
        return ItemData(**self.cleaned_data)


class ItemListForm(ListFilterForm):
    cari = search_field(_("Cari barang"))

    def filter_cari(self, rows: Any, text: str) -> Any:
        return rows.filter(name__icontains=text)


class PictureForm(forms.Form):
    image = forms.FileField(
        label=_("Gambar"), widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})
    )
    alt = forms.CharField(
        label=_("Apa yang tampak"), max_length=150, help_text=_("Untuk pembeli yang tidak melihat gambarnya.")
    )


class ChannelForm(forms.Form):
    kind = forms.ChoiceField(label=_("Saluran"), choices=Channel.Kind)
    address = forms.CharField(label=_("Alamat atau nama toko"), max_length=200, required=False)
    opened_on = DayField(label=_("Dibuka"), required=False, until_today=True)


class OnlineShareForm(forms.Form):
    month = forms.CharField(label=_("Bulan"), widget=forms.TextInput(attrs={"type": "month"}))
    percent = WholeNumberField(label=_("Dari Rp100 penjualan, berapa yang lewat daring?"), max_value=100, units={"%"})

    def clean_month(self) -> Any:
        try:
            month = parse_month(self.cleaned_data["month"])
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None
        if month > clock.today():
            raise forms.ValidationError(_("Bulan itu belum tiba."))
        return month
