from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person, Role
from sambang.access.permissions import may_somewhere
from sambang.access.roles import ROLE_VERBS
from sambang.odk.queries import regency_councils

SENDING_ROLES = [role.value for role in Role if "odk.send" in ROLE_VERBS[role]]
MAX_WORKBOOK_BYTES, MAX_MEDIA_BYTES = 3 * 1024 * 1024, 20 * 1024 * 1024


class KeyForm(forms.Form):
    """The phone's user; without permission to give keys to colleagues, oneself."""

    phone = forms.CharField(
        label=_("Nama HP"), max_length=80, help_text=_("Supaya dikenali di daftar, misalnya: Samsung A14 milik kantor.")
    )
    person = forms.ModelChoiceField(Person.objects.none(), label=_("Dipakai oleh"), empty_label=None)
    council = forms.ModelChoiceField(Council.objects.none(), label=_("Dewan"), empty_label=None)

    def __init__(self, person: Person, posted: Any = None) -> None:
        super().__init__(posted, initial={"person": person.pk})
        councils: Any = self.fields["council"]
        councils.queryset = regency_councils(person)
        people: Any = self.fields["person"]
        colleagues = Person.objects.filter(
            memberships__council__in=regency_councils(person), memberships__role__in=SENDING_ROLES, is_active=True
        )
        people.queryset = colleagues.distinct().order_by("name")
        if not may_somewhere(person, "odk.give_key"):
            people.queryset = people.queryset.filter(pk=person.pk)
        for name in ("council", "person"):
            if len(choices := self.fields[name].queryset[:2]) == 1:  # type: ignore[attr-defined]
                self.fields[name].widget = forms.HiddenInput()
                self.initial[name] = choices[0].pk


class MultipleFileInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    widget = MultipleFileInput

    def clean(self, data: Any, initial: Any = None) -> dict[str, bytes]:
        """The contents by file name. Raises ValidationError."""
        files = [super(MultipleFileField, self).clean(file, initial) for file in data or ()]
        if sum(file.size for file in files) > MAX_MEDIA_BYTES:
            raise forms.ValidationError(_("Berkas pendamping bersama-sama lebih besar daripada 20 MB."), "too_large")
        return {file.name: bytes(file.read()) for file in files}


class OwnFormForm(forms.Form):
    """A workbook, and the files that it opens."""

    xlsform = forms.FileField(
        label=_("Berkas XLSForm"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls"}),
        help_text=_("Berkas .xlsx atau .xls dengan lembar survey, choices, dan settings; form_id wajib diisi."),
    )
    attachments = MultipleFileField(
        label=_("Berkas pendamping"),
        required=False,
        help_text=_("CSV, gambar, suara, atau GeoJSON yang dipakai formulir. Sisanya dari versi lama."),
    )
    council = forms.ModelChoiceField(Council.objects.none(), label=_("Dewan"), empty_label=None)

    def __init__(self, person: Person, *args: Any) -> None:
        super().__init__(*args)
        councils: Any = self.fields["council"]
        councils.queryset = regency_councils(person)
        if len(choices := councils.queryset[:2]) == 1:
            councils.widget = forms.HiddenInput()
            self.initial["council"] = choices[0].pk

    def clean_xlsform(self) -> bytes:
        file = self.cleaned_data["xlsform"]
        if file.size > MAX_WORKBOOK_BYTES:
            raise forms.ValidationError(_("Berkas lebih besar daripada 3 MB."), code="too_large")
        return bytes(file.read())
