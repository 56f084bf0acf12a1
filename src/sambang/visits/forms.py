"""Forms of the visit pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.lib.edit_form import EditForm
from sambang.lib.forms import ALL_OPTION, PHOTO_INPUT, DayField, HourField, number_field
from sambang.lib.search import every_word
from sambang.registry.forms import ClusterFilterForm, search_field
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Photo, Visit
from sambang.visits.queries import invited_to, possible_team

SEARCH_COLUMNS = ("cluster__name", "group__name", "business__name", "purpose", "place")


class VisitListForm(ClusterFilterForm):
    lookups: ClassVar[Mapping[str, str]] = {"keadaan": "state"}
    keadaan = forms.ChoiceField(label=_("Keadaan"), required=False, choices=[ALL_OPTION, *Visit.State.choices])
    cari = search_field(_("Cari kata"))
    field_order = ("keadaan", "sentra", "cari")
    orders: ClassVar = {
        "terlama": (_("terlama dulu"), ("day",)),
        "sentra": (_("sentra"), ("cluster__name", "-day")),
        "hadir": (_("IKM hadir terbanyak"), ("-present", "-day")),
    }

    def filter_cari(self, rows: Any, text: str) -> Any:
        return rows.filter(every_word(text, *SEARCH_COLUMNS))


class PlanForm(forms.Form):
    cluster = forms.ModelChoiceField(Cluster.objects.none(), label=_("Sentra"), empty_label=_("pilih sentra"))
    planned_for = DayField(label=_("Tanggal"))
    planned_until = DayField(
        label=_("Sampai tanggal"), required=False, help_text=_("Kosongkan bila kunjungannya satu hari.")
    )
    purpose = forms.CharField(
        label=_("Maksud kunjungan"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Satu kalimat. Tercetak di notulen dan laporan."),
    )
    place = forms.CharField(label=_("Tempat"), max_length=200, required=False)
    assignment = forms.CharField(
        label=_("Nomor surat tugas"), max_length=80, required=False, help_text=_("Boleh menyusul sebelum dicetak.")
    )
    starts_at = HourField(label=_("Mulai pukul"), required=False)
    ends_at = HourField(label=_("Sampai pukul"), required=False)
    leader = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Ketua tim"),
        required=False,
        empty_label=_("belum ditentukan"),
        help_text=_("Menandatangani berita acara dan laporan atas nama tim."),
    )
    team = forms.ModelMultipleChoiceField(
        Person.objects.none(), label=_("Tim"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, person: Person, *args: Any, has_target: bool = False, **options: Any) -> None:
        """`has_target`: the target is known, so the sentra is not asked for."""
        super().__init__(*args, **options)
        clusters: Any = self.fields["cluster"]
        clusters.queryset = Cluster.objects.visible_to(person).order_by("name")
        for name in ("leader", "team"):
            choices: Any = self.fields[name]
            choices.queryset = possible_team(person)
        if has_target:
            del self.fields["cluster"]


class ChangePlanForm(EditForm, PlanForm):
    """A planned visit without its sentra; members of its team who left the council stay selectable."""

    def __init__(self, person: Person, visit: Visit, *args: Any) -> None:
        plan = {name: getattr(visit, name) for name in self.base_fields if name not in ("cluster", "team")}
        super().__init__(person, *args, initial={**plan, "team": list(visit.team.all())})
        del self.fields["cluster"]
        for name in ("leader", "team"):
            choices: Any = self.fields[name]
            choices.queryset = (possible_team(person) | visit.team.distinct()).order_by("name")


class ConductForm(EditForm, forms.Form):
    held_on = DayField(label=_("Hari kunjungan"))
    summary = forms.CharField(
        label=_("Pokok pembicaraan"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Boleh dikosongkan dulu dan ditulis sesudah kunjungan."),
    )
    conclusion = forms.CharField(
        label=_("Kesimpulan"), required=False, max_length=6000, widget=forms.Textarea(attrs={"rows": 4})
    )


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label=_("Pembetulan"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Apa yang tertulis keliru dan yang benar. Tercetak di bawah notulen; isinya sendiri tetap."),
    )


class GuestForm(forms.Form):
    name = forms.CharField(label=_("Nama tamu"), max_length=120)
    office = forms.CharField(label=_("Jabatan atau instansi"), max_length=120, required=False)


class PhotoForm(forms.Form):
    image = forms.FileField(
        label=_("Foto"),
        widget=PHOTO_INPUT,
        help_text=_("JPG, PNG, atau WEBP, paling besar 12 MB. Tempat dan waktu di dalam berkas dihapus."),
    )
    caption = forms.CharField(label=_("Keterangan"), max_length=200, required=False)
    business = forms.ModelChoiceField(
        Business.objects.none(), label=_("IKM"), required=False, empty_label=_("seluruh sentra")
    )

    def __init__(self, visit: Visit, person: Person, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices: Any = self.fields["business"]
        choices.queryset = Business.objects.visible_to(person).filter(invited_to(visit)).order_by("name")


class PhotoArrangeForm(EditForm, forms.ModelForm[Photo]):
    class Meta:
        model = Photo
        fields = ("story_position", "public_consent")
        formfield_callback = number_field
        help_texts = {
            "story_position": _("1 tampil paling dulu. Kosongkan untuk mengikuti waktu pengambilan."),
            "public_consent": _(
                "Siapa yang menyetujui, kapan dan bagaimana; contoh: “Bu Suminah, lisan di depan petugas, 3 Maret "
                "2026”. Semua orang yang terlihat harus setuju. Kosongkan bila belum setuju atau persetujuan ditarik: "
                "fotonya tidak tampil untuk umum."
            ),
        }
