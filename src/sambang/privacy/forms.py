from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.lib.edit_form import EditForm
from sambang.lib.forms import DayField
from sambang.lib.lists import ListFilterForm
from sambang.lib.region_code import in_region
from sambang.privacy.models import DataRequest
from sambang.privacy.operations import BreachData
from sambang.registry.models import Cluster


class CorrectionRequestForm(forms.Form):
    text = forms.CharField(
        label=_("Apa yang salah, dan yang benar apa?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Tulis apa yang salah, dan yang benar apa.")},
    )


class EraseForm(forms.Form):
    text = forms.CharField(
        label=_("Pesan untuk pengurus (boleh kosong)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sure = forms.BooleanField(
        label=_("Saya mengerti: setelah dihapus tidak dapat dikembalikan."),
        error_messages={"required": _("Beri tanda dulu bahwa Anda mengerti.")},
    )


class RestrictForm(forms.Form):
    text = forms.CharField(
        label=_("Pesan untuk pengurus (boleh kosong)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RequestAnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Hasil"), choices=DataRequest.Outcome, widget=forms.RadioSelect(attrs={"class": "choices"})
    )
    answer = forms.CharField(
        label=_("Jawaban untuk pemilik"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Wajib diisi bila tidak dapat dikabulkan."),
    )


class SureForm(forms.Form):
    sure = forms.BooleanField(
        label=_("Ya, hapus semua yang menyebut pemilik usaha ini."),
        error_messages={"required": _("Beri tanda dulu bahwa Anda yakin.")},
    )


class LocalDateTimeField(forms.DateTimeField):
    """A date and time in the time zone of the installation."""

    def __init__(self, **field_options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(**{"widget": widget, "input_formats": ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **field_options})


SHORT_TEXTAREA = forms.Textarea(attrs={"rows": 3})


class BreachForm(EditForm, forms.Form):
    """A breach: the facts that Pasal 46 ayat (2) asks for, and the times of notification."""

    title = forms.CharField(label=_("Kejadian, dalam satu baris"), max_length=150)
    began_at = LocalDateTimeField(label=_("Terjadi sejak"))
    known_at = LocalDateTimeField(label=_("Kapan diketahui (jam 3×24 mulai dari sini)"))
    what = forms.CharField(label=_("Data pribadi apa yang terungkap"), max_length=3000, widget=SHORT_TEXTAREA)
    how = forms.CharField(label=_("Bagaimana terungkap"), max_length=3000, widget=SHORT_TEXTAREA)
    handling = forms.CharField(
        label=_("Upaya penanganan dan pemulihan"), max_length=3000, required=False, widget=SHORT_TEXTAREA
    )
    account = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Lewat akun siapa (bila diketahui)"),
        required=False,
        help_text=_("Yang terkena: yang data pribadinya dibuka akun itu sejak kejadian."),
    )
    cluster = forms.ModelChoiceField(
        Cluster.objects.none(),
        label=_("Hanya sentra ini"),
        required=False,
        help_text=_("Kosong: semua IKM dewan."),
    )
    owners_notified_at = LocalDateTimeField(label=_("Pemilik diberi tahu"), required=False)
    agency_notified_at = LocalDateTimeField(label=_("Lembaga pelindungan data diberi tahu"), required=False)
    public_notified_at = LocalDateTimeField(label=_("Masyarakat diberi tahu (bila perlu)"), required=False)

    def __init__(self, *args: Any, council: Council, **options: Any) -> None:
        super().__init__(*args, **options)
        account, cluster = self.fields["account"], self.fields["cluster"]
        assert isinstance(account, forms.ModelChoiceField) and isinstance(cluster, forms.ModelChoiceField)
        account.empty_label, cluster.empty_label = str(_("tidak diketahui")), str(_("semua"))
        account.queryset = Person.objects.filter(memberships__council=council).distinct().order_by("name")
        cluster.queryset = Cluster.objects.filter(in_region("region__code", council.region_code)).order_by("name")

    def breach_data(self) -> BreachData:
        return BreachData(**self.cleaned_data)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("began_at") and cleaned.get("known_at") and cleaned["known_at"] < cleaned["began_at"]:
            self.add_error("known_at", _("Diketahui tidak mungkin sebelum terjadi."))
        return cleaned


class PrivacyStatementForm(EditForm, forms.Form):
    """A council's part of the public privacy notice."""

    controller = forms.CharField(
        label=_("Pengendali data pribadi"),
        max_length=200,
        help_text=_("Badan yang bertanggung jawab, nama lengkapnya."),
    )
    address = forms.CharField(label=_("Alamat kantor"), max_length=300)
    contact = forms.CharField(label=_("Kontak"), max_length=200, help_text=_("Nomor telepon atau surel yang dijawab."))
    data_protection_officer = forms.CharField(
        label=_("Pejabat pelindungan data dan kontaknya"),
        max_length=200,
        required=False,
        help_text=_("Pasal 53: wajib bagi badan publik. Namanya tampil di pemberitahuan privasi."),
    )
    recipients = forms.CharField(
        label=_("Penerima data"),
        max_length=3000,
        widget=SHORT_TEXTAREA,
        help_text=_("Siapa di luar dewan yang menerima data, dan apa yang diterimanya."),
    )
    processors = forms.CharField(
        label=_("Prosesor data"),
        max_length=3000,
        required=False,
        widget=SHORT_TEXTAREA,
        help_text=_("Pasal 51: siapa yang mengolah atas nama dewan, misalnya penyedia server, dan perjanjiannya."),
    )
    complaints = forms.CharField(
        label=_("Cara mengadu"),
        max_length=2000,
        widget=SHORT_TEXTAREA,
        help_text=_("Ke mana pemilik mengadu, dan lembaga di atasnya bila tidak puas."),
    )
    assessed_on = DayField(
        label=_("Penilaian dampak dibuat tanggal"),
        required=False,
        until_today=True,
        help_text=_("Pasal 34: sebelum data keuangan atau data banyak orang diolah."),
    )
    assessment = forms.CharField(
        label=_("Ringkasan penilaian dampak"), max_length=6000, required=False, widget=forms.Textarea(attrs={"rows": 8})
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("assessed_on") and not cleaned.get("assessment"):
            self.add_error("assessment", _("Tulis ringkasannya, atau kosongkan tanggalnya."))
        if cleaned.get("assessment") and not cleaned.get("assessed_on"):
            self.add_error("assessed_on", _("Tulis kapan penilaiannya dibuat, atau kosongkan ringkasannya."))
        return cleaned


class ReadListForm(ListFilterForm):
    lookups: ClassVar[Mapping[str, str]] = {"oleh": "by__name__icontains"}
    oleh = forms.CharField(label=_("Nama orang"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
