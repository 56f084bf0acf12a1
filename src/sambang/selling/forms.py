from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.lib import clock
from sambang.lib.forms import DayField, RupiahField, WholeNumberField
from sambang.market.forms import ItemForm
from sambang.market.models import Item
from sambang.market.operations import ItemData
from sambang.training.modules import LearningModule

PHOTO = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})


class ShelfItemForm(ItemForm):
    """An owner's item. The photo is needed for a new one."""

    photo = forms.FileField(
        label=_("Foto"),
        widget=PHOTO,
        help_text=_("Satu barang, di kain polos, dekat jendela. Foto dipotong persegi."),
        error_messages={"required": _("Tambahkan satu foto: barang tanpa foto jarang dipesan.")},
    )
    field_order = ("photo", "name", "price", "unit", "sizes", "colours", "lead_days", "minimum_order", "description")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.instance._state.adding:
            self.fields["photo"].required = False
            self.fields["photo"].label = _("Ganti foto")

    def item_data(self) -> ItemData:
        return ItemData(**{name: value for name, value in self.cleaned_data.items() if name != "photo"})


class OrderNoteForm(forms.Form):
    """An order as the owner records it, without data of the buyer."""

    item = forms.ModelChoiceField(Item.objects.none(), label=_("Barang"), empty_label=None)
    number = forms.CharField(
        label=_("Nomor pesanan"),
        max_length=12,
        required=False,
        help_text=_("Ada di pesan WhatsApp pembeli. Kosongkan bila tidak ada."),
    )
    quantity = WholeNumberField(label=_("Jumlah"), min_value=1, max_value=1_000_000)
    value = RupiahField(
        label=_("Nilai seluruhnya (Rp)"), required=False, help_text=_("Kosongkan: jumlah × harga katalog.")
    )
    ordered_on = DayField(label=_("Tanggal pesanan"), until_today=True, initial=clock.today)

    def __init__(self, data: Any, items: Any) -> None:
        super().__init__(data)
        self.fields["item"].queryset = items  # type: ignore[attr-defined]


class AttendForm(forms.Form):
    """The press of the button."""


class QuizForm(forms.Form):
    """The questions of a lesson, one choice each."""

    def __init__(self, data: Any, *, module: LearningModule) -> None:
        super().__init__(data)
        self.module = module
        for number, question in enumerate(module.questions, 1):
            self.fields[f"jawaban-{number}"] = forms.ChoiceField(
                label=question.text,
                choices=[(str(position), answer) for position, answer in enumerate(question.answers, 1)],
                widget=forms.RadioSelect(attrs={"class": "choices"}),
                error_messages={"required": _("Pilih salah satu.")},
            )

    def right_answers(self) -> int:
        """Of a valid form."""
        return sum(
            self.cleaned_data[f"jawaban-{number}"] == str(question.right)
            for number, question in enumerate(self.module.questions, 1)
        )
