from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

from sambang.access.models import MAX_LINK_DAYS, Role
from sambang.lib.forms import WholeNumberField, set_choices


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("Alamat surel atau kata sandi salah. Periksa huruf besar dan kecilnya, lalu coba lagi."),
        "inactive": _("Akun ini tidak aktif: hubungi pengelola sistem dewan Anda."),
    }

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["username"].label = _("Alamat surel")
        self.fields["password"].label = _("Kata sandi")


class OwnPasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Change one's own password. The view verifies the old password, because it counts failures."""

    old_password = forms.CharField(
        label=_("Kata sandi lama"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("old_password", "new_password1", "new_password2")


class CodeForm(forms.Form):
    """The second factor at sign-in: a code of the app or a recovery code."""

    code = forms.CharField(
        label=_("Kode"),
        max_length=20,
        help_text=_("Enam angka dari aplikasi autentikator, atau satu kode cadangan."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    remember = forms.BooleanField(label=_("Ingat peramban ini 30 hari"), required=False)


class EnrolAppForm(forms.Form):
    code = forms.CharField(
        label=_("Kode enam angka dari aplikasi"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    password = forms.CharField(
        label=_("Kata sandi Anda"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class NewPasskeyForm(forms.Form):
    name = forms.CharField(
        label=_("Nama kunci"), max_length=60, required=False, help_text=_("Misalnya: ponsel saya, kunci USB biru.")
    )
    password = forms.CharField(
        label=_("Kata sandi Anda"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    credential = forms.CharField(max_length=20_000, widget=forms.HiddenInput, required=False)


class VerificationForm(forms.Form):
    """Password and code, required before authentication settings change."""

    password = forms.CharField(
        label=_("Kata sandi Anda"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=_("Kode"),
        max_length=20,
        help_text=_("Enam angka dari aplikasi autentikator, atau satu kode cadangan."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class InviteForm(forms.Form):
    name = forms.CharField(label=_("Nama"), max_length=120)
    email = forms.EmailField(label=_("Alamat surel"), help_text=_("Dipakai untuk masuk; tidak ada surat yang dikirim."))
    role = forms.ChoiceField(label=_("Peran"))

    def __init__(self, roles: list[Role], *args: Any, **options: Any):
        super().__init__(*args, **options)
        choices: list[tuple[str, Any]] = [(role.value, role.label) for role in roles]
        set_choices(self, "role", choices)


class LinkDaysForm(forms.Form):
    days = WholeNumberField(label=_("Masa berlaku (hari)"), min_value=1, max_value=MAX_LINK_DAYS, units={"hari"})
