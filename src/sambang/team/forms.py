from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from sambang.people.models import Role


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("Alamat surel atau kata sandi salah. Periksa huruf besar dan kecilnya, lalu coba lagi."),
        "inactive": _("Akun ini tidak aktif: hubungi pengelola sistem dewan Anda."),
    }

    def __init__(self, *args: Any, **facts: Any):
        super().__init__(*args, **facts)
        self.fields["username"].label = _("Alamat surel")
        self.fields["password"].label = _("Kata sandi")


class InviteForm(forms.Form):
    name = forms.CharField(label=_("Nama"), max_length=120)
    email = forms.EmailField(label=_("Alamat surel"), help_text=_("Dipakai untuk masuk; tidak ada surat yang dikirim."))
    role = forms.ChoiceField(label=_("Peran"))

    def __init__(self, roles: list[Role], *args: Any, **facts: Any):
        super().__init__(*args, **facts)
        choices: list[tuple[str, Any]] = [(role.value, role.label) for role in roles]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]
