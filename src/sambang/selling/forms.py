from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.lib import clock
from sambang.lib.forms import PHOTO_INPUT, DayField, RupiahField, WholeNumberField, number_field, set_queryset
from sambang.lib.months import first_of_month
from sambang.market.forms import ItemForm
from sambang.market.models import Item
from sambang.market.operations import ItemData
from sambang.production.queries import product_lines_made_in_month
from sambang.registry.models import Business, Cluster
from sambang.selling.models import PooledOrder, PooledShare, SpareCapacity
from sambang.selling.pooling import Member, monday_of
from sambang.training.modules import LearningModule


class ShelfItemForm(ItemForm):
    """An owner's item. The photo is needed for a new one."""

    photo = forms.FileField(
        label=_("Foto"),
        widget=PHOTO_INPUT,
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


class FurtherPhotoForm(forms.Form):
    photo = forms.FileField(
        label=_("Foto lain"),
        widget=PHOTO_INPUT,
        help_text=_("Dari dekat, dari belakang, atau saat dipakai."),
        error_messages={"required": _("Pilih satu foto.")},
    )


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
        set_queryset(self, "item", items)


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


WEEKS_AHEAD = 4  # ahead, this one included


class CapacityForm(forms.Form):
    """A number for each product and week; an empty one declares nothing."""

    def __init__(self, business: Business, data: Any, *, today: date) -> None:
        super().__init__(data)
        self.weeks = [monday_of(today) + timedelta(days=7 * week) for week in range(WEEKS_AHEAD)]
        self.lines = product_lines_made_in_month(business, first_of_month(today))
        rows = SpareCapacity.objects.filter(product_line__in=self.lines, week__in=self.weeks)
        stored = {(row.product_line_id, row.week): row.quantity for row in rows}
        for line in self.lines:
            for week in self.weeks:
                label = _("%(line)s, minggu %(day)s (%(unit)s)")
                self.fields[f"{line.pk}_{week:%Y%m%d}"] = WholeNumberField(
                    label=label % {"line": line.name, "day": date_format(week, "j F"), "unit": line.unit},
                    required=False,
                    max_value=1_000_000,
                    initial=stored.get((line.pk, week)),
                )

    def quantities(self) -> dict[tuple[Any, date], int | None]:
        """(product line, Monday) → the number; of a valid form."""
        return {
            (line.pk, week): self.cleaned_data[f"{line.pk}_{week:%Y%m%d}"] for line in self.lines for week in self.weeks
        }


class PooledOrderForm(forms.ModelForm[PooledOrder]):
    class Meta:
        model = PooledOrder
        fields = ("cluster", "title", "quantity", "unit", "price", "due_on")
        formfield_callback = number_field

    def __init__(self, person: Person, data: Any) -> None:
        super().__init__(data)
        clusters = Cluster.objects.visible_to(person).order_by("name", "pk")
        set_queryset(self, "cluster", clusters)
        self.fields["due_on"] = DayField(label=_("Selesai paling lambat"))


class SplitForm(forms.Form):
    """A share for each member; those that were delivered cannot be changed."""

    def __init__(self, members: list[Member], data: Any) -> None:
        super().__init__(data)
        self.members = members
        for member in members:
            if member.share is None or member.share.state != PooledShare.State.DELIVERED:
                self.fields[str(member.business.pk)] = WholeNumberField(
                    label=_("Bagian %(name)s") % {"name": member.business.name},
                    required=False,
                    max_value=1_000_000,
                    initial=member.proposed,
                )

    def rows(self) -> list[tuple[Member, forms.BoundField | None]]:
        keys = [(member, str(member.business.pk)) for member in self.members]
        return [(member, self[key] if key in self.fields else None) for member, key in keys]

    def quantities(self) -> dict[UUID, int]:
        """Of a valid form."""
        return {UUID(key): quantity or 0 for key, quantity in self.cleaned_data.items()}
