from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.aspirations.models import Aspiration, Difficulty, Matter
from sambang.aspirations.queries import Filter
from sambang.lib.forms import RupiahField
from sambang.registry.forms import ClusterFilterForm
from sambang.registry.models import Cluster


class FilterForm(ClusterFilterForm):
    kesulitan = forms.ChoiceField(label=_("Kesulitan"), required=False, choices=[("", _("semua")), *Difficulty.choices])
    keadaan = forms.ChoiceField(label=_("Keadaan"), required=False, choices=[("", _("semua")), *Matter.State.choices])
    cari = forms.CharField(label=_("Cari kata"), required=False, widget=forms.TextInput(attrs={"type": "search"}))

    def chosen(self) -> Filter:
        cluster, chosen = self.wanted()
        return Filter(cluster, difficulty=chosen["kesulitan"], state=chosen["keadaan"], search=chosen["cari"])


class TogetherForm(forms.Form):
    """Which loose aspirations of one sentra belong together, and what the matter is called."""

    aspirasi = forms.ModelMultipleChoiceField(
        Aspiration.objects.none(),
        label=_("Aspirasi"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Pilih paling sedikit satu aspirasi."),
            "invalid_choice": _("Salah satu aspirasi itu sudah disatukan di tempat lain. Muat ulang halamannya."),
        },
    )
    matter = forms.ModelChoiceField(
        Matter.objects.none(), label=_("Masukkan ke"), required=False, empty_label=_("pokok bahasan baru")
    )
    title = forms.CharField(
        label=_("Nama pokok bahasan baru"),
        max_length=200,
        required=False,
        help_text=_("Satu kalimat yang dimengerti sentra. Tidak perlu diisi bila masuk ke pokok bahasan yang ada."),
    )
    difficulty = forms.ChoiceField(label=_("Kesulitan"), choices=Difficulty)

    def __init__(self, cluster: Cluster, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        aspirations: Any = self.fields["aspirasi"]
        aspirations.queryset = Aspiration.objects.ungrouped().filter(business__cluster=cluster)
        matters: Any = self.fields["matter"]
        matters.queryset = Matter.objects.filter(cluster=cluster).exclude(state=Matter.State.SOLVED).order_by("title")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        matter, title = given.get("matter"), given.get("title", "").strip()
        if matter is None and not title and "matter" not in self.errors:
            self.add_error("title", _("Beri nama pokok bahasannya, atau pilih yang sudah ada."))
        if matter is not None:  # an existing matter keeps its own name and code
            given["title"], given["difficulty"] = matter.title, matter.difficulty
        return given


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Pendapat Anda"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )


class IdeaForm(forms.Form):
    proposal = forms.CharField(
        label=_("Gagasan"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Apa yang dapat dilakukan, oleh siapa, untuk siapa."),
    )
    cost = RupiahField(label=_("Perkiraan biaya (Rp)"), required=False, help_text=_("Kosongkan bila belum diketahui."))


class SetAsideForm(forms.Form):
    because = forms.CharField(
        label=_("Alasan"),
        max_length=300,
        help_text=_("Sentra akan membacanya. Yang menyampaikan berhak tahu mengapa."),
    )
