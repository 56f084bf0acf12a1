from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sambang.lib.edit_form import EditForm
from sambang.lib.forms import PHOTO_INPUT, DayField, number_field, set_queryset
from sambang.lib.pictures import PictureError, StoredPicture, reencode
from sambang.papers.models import Letterhead, Signer

LOGO_SIDE = 500  # pixels


class LetterheadForm(EditForm, forms.ModelForm[Letterhead]):
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=PHOTO_INPUT,
        help_text=_("JPG, PNG atau WEBP. Kosongkan bila logo yang sekarang tetap dipakai."),
    )
    remove_logo = forms.BooleanField(label=_("Hapus logo yang sekarang"), required=False)

    class Meta:
        model = Letterhead
        fields = ("authority", "name", "address", "contact", "town", "number_pattern")
        formfield_callback = number_field
        help_texts = {
            "authority": _("Contoh: Pemerintah Kabupaten Sleman."),
            "name": _("Kosongkan untuk memakai nama dewan."),
            "town": _("Dicetak di depan tanggal. Kosongkan untuk memakai nama kabupaten/kota."),
            "number_pattern": _("{urut}, {bulan} dan {tahun} diganti. Kosongkan untuk {urut}/DEK/{bulan}/{tahun}."),
        }

    def clean_number_pattern(self) -> str:
        pattern: str = self.cleaned_data["number_pattern"]
        if pattern and "{urut}" not in pattern:
            raise ValidationError(_("Tulis {urut} di tempat nomor urut, misalnya 090/{urut}/{bulan}/{tahun}."))
        return pattern

    def clean_logo(self) -> StoredPicture | None:
        if (upload := self.cleaned_data["logo"]) is None:
            return None
        try:
            return reencode(upload, side=LOGO_SIDE)
        except PictureError as wrong:
            raise ValidationError(str(wrong)) from None


class SignerForm(EditForm, forms.ModelForm[Signer]):
    class Meta:
        model = Signer
        fields = ("name", "position", "rank", "employee_number", "is_active")
        formfield_callback = number_field
        help_texts = {
            "rank": _("Contoh: Pembina Tingkat I, IV/b."),
            "is_active": _("Hapus tandanya bila pejabat ini sudah diganti: naskah lama tetap menyebutnya."),
        }


class PaperNumberForm(EditForm, forms.Form):
    number = forms.CharField(label=_("Nomor"), max_length=80)
    dated_on = DayField(label=_("Tanggal"))
    signer = forms.ModelChoiceField(
        Signer.objects.none(), label=_("Ditandatangani oleh"), required=False, empty_label=_("ditulis tangan")
    )

    def __init__(self, signers: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        set_queryset(self, "signer", signers)


class MessageTextForm(EditForm, forms.Form):
    text = forms.CharField(
        label=_("Teks"),
        required=False,
        max_length=1000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Kosongkan untuk memakai teks bawaan."),
    )
