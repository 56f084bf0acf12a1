"""One's own account security: second factors, recovery codes and active sessions."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.models import Person
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest
from sambang.accounts import operations, queries, sessions, totp
from sambang.accounts.authentication import FACTOR_VERIFIED_KEY, must_enrol
from sambang.accounts.forms import EnrolAppForm, NewPasskeyForm, VerificationForm
from sambang.accounts.models import AuthenticatorApp
from sambang.accounts.one_time_page import redirect_to_secret
from sambang.accounts.passkeys import PasskeyError, registration_options, supports_passkeys, verify_registration
from sambang.accounts.verification import has_factor, verify_password, verify_password_and_code
from sambang.accounts.views.members import PASSKEY_CHALLENGE_KEY, refusal_message
from sambang.lib import clock
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.lib.qr_codes import qr_data_uri

NEW_APP_KEY = "new_code_app"  # key of the session: the encrypted key of an app that is being enrolled


def security_detail(request: PersonRequest) -> HttpResponse:
    person = request.user
    context = {
        "authenticator_app": AuthenticatorApp.objects.filter(person=person).first(),
        "passkeys": person.passkeys.order_by("created_at"),
        "codes_left": person.recovery_codes.filter(used_at=None).count(),
        "has_factor": has_factor(person),
        "must_enrol": must_enrol(request, person),
        "required_by": [row.council for row in reader_for(person).memberships if row.council.second_factor_required],
        "passkeys_possible": supports_passkeys(request),
        "notices": queries.account_notices(person, since=None),
    }
    return render(request, "accounts/security_detail.html", context)


def session_key_of(request: PersonRequest) -> str:
    return request.session.session_key or ""


def password_verified(request: PersonRequest, form: forms.Form) -> bool:
    if not form.is_valid():
        return False
    answer = verify_password(request.user, form.cleaned_data["password"])
    if not answer.is_right:
        form.add_error("password", refusal_message(answer, _("Kata sandi tidak cocok.")))
    return answer.is_right


def enrol_factor(request: PersonRequest, enrol: Callable[[], object]) -> list[str] | None:
    """Run `enrol`. For a first factor returns ten recovery codes, for a further one None."""
    with transaction.atomic():
        enrol()
        codes = None if request.user.recovery_codes.exists() else operations.renew_codes(request.user, request.user)
    request.session[FACTOR_VERIFIED_KEY] = True
    return codes


def after_enrolling(request: PersonRequest, codes: list[str] | None, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return recovery_codes_page(request, codes) if codes else redirect("accounts:security_detail")


def recovery_codes_page(request: PersonRequest, codes: list[str]) -> HttpResponse:
    return redirect_to_secret(request, "accounts/recovery_codes.html", {"codes": codes})


def app_enrol(request: PersonRequest) -> HttpResponse:
    form = EnrolAppForm(request.POST or None)
    encrypted_key: str | None = request.session.get(NEW_APP_KEY)
    key = totp.decrypt_key(encrypted_key) if encrypted_key else None
    if key is None:
        key = totp.new_key()
        request.session[NEW_APP_KEY] = totp.encrypt_key(key).decode()
    if password_verified(request, form):
        code, codes = form.cleaned_data["code"], None
        try:
            codes = enrol_factor(
                request,
                lambda: operations.enrol_app(
                    request.user, request.user, key=key, code=code, keep=session_key_of(request)
                ),
            )
        except ValidationError as refused:
            form.add_error("code", refused.messages[0])
        else:
            del request.session[NEW_APP_KEY]
            return after_enrolling(request, codes, _("Aplikasi autentikator terpasang."))
    picture = qr_data_uri(totp.provisioning_uri(key, request.user.email or request.user.name))
    context = {"form": form, "picture": picture, "key": totp.grouped_key(key)}
    response = render(request, "accounts/app_enrol.html", context, status=422 if form.is_bound else 200)
    add_never_cache_headers(response)
    return response


def passkey_enrol(request: PersonRequest) -> HttpResponse:
    form = NewPasskeyForm(request.POST or None)
    state = request.session.pop(PASSKEY_CHALLENGE_KEY, None)
    if supports_passkeys(request) and password_verified(request, form):
        codes = None
        try:
            if state is None:
                raise PasskeyError
            key = verify_registration(request, state, form.cleaned_data["credential"])
            name = form.cleaned_data["name"]
            codes = enrol_factor(
                request,
                lambda: operations.add_passkey(
                    request.user, request.user, key=key, name=name, keep=session_key_of(request)
                ),
            )
        except PasskeyError:
            form.add_error(
                None, _("Peramban tidak membuat kunci sandi. Coba sekali lagi, atau pakai aplikasi autentikator.")
            )
        except ValidationError as refused:
            form.add_error(None, refused.messages[0])
        else:
            return after_enrolling(request, codes, _("Kunci sandi terpasang."))
    question = registration_options(request, request.user) if supports_passkeys(request) else None
    if question:
        request.session[PASSKEY_CHALLENGE_KEY] = question.state
    context = {"form": form, "question": question}
    response = render(request, "accounts/passkey_enrol.html", context, status=422 if form.is_bound else 200)
    add_never_cache_headers(response)
    return response


def verified_action[R](request: PersonRequest, form: VerificationForm, do: Callable[[Person], R]) -> R | None:
    """Verify password and code, then return the result of `do`; None with an error in the form if either is refused."""
    if not form.is_valid():
        return None
    answer = verify_password_and_code(request.user, form.cleaned_data["password"], form.cleaned_data["code"])
    if not answer.is_right:
        form.add_error(
            None, refusal_message(answer, _("Kata sandi atau kode tidak cocok, atau kode itu sudah dipakai."))
        )
        return None
    return run_operation(form, lambda: do(request.user))


def verification_page(request: PersonRequest, form: VerificationForm, heading: str, intro: str) -> HttpResponse:
    back = (reverse("accounts:security_detail"), _("Keamanan akun"))
    return form_page(request, form, title=heading, back=back, save=heading, intro=intro, is_danger=True)


def factor_removed(request: PersonRequest, sentence: str) -> HttpResponse:
    if not has_factor(request.user):
        request.session.pop(FACTOR_VERIFIED_KEY, None)
    messages.success(request, sentence)
    return redirect("accounts:security_detail")


def app_drop(request: PersonRequest) -> HttpResponse:
    get_object_or_404(AuthenticatorApp, person=request.user)
    form = VerificationForm(request.POST or None)
    if verified_action(request, form, lambda person: operations.drop_app(person, person, keep=session_key_of(request))):
        return factor_removed(request, _("Aplikasi autentikator dilepas."))
    return verification_page(
        request, form, _("Lepas aplikasi autentikator"), _("Kode dari aplikasi itu tidak akan berlaku lagi.")
    )


def passkey_drop(request: PersonRequest, passkey_id: object) -> HttpResponse:
    passkey = get_object_or_404(request.user.passkeys, pk=passkey_id)
    form = VerificationForm(request.POST or None)
    if verified_action(
        request,
        form,
        lambda person: operations.drop_passkey(person, person, passkey=passkey, keep=session_key_of(request)),
    ):
        return factor_removed(request, _("Kunci sandi dilepas."))
    return verification_page(
        request,
        form,
        _("Lepas kunci sandi %(name)s") % {"name": passkey.name},
        _("Kunci itu tidak akan membuka akun Anda lagi."),
    )


def codes_renew(request: PersonRequest) -> HttpResponse:
    form = VerificationForm(request.POST or None)
    if codes := verified_action(request, form, lambda person: operations.renew_codes(person, person)):
        return recovery_codes_page(request, codes)
    return verification_page(
        request, form, _("Buat kode cadangan baru"), _("Sepuluh kode yang lama tidak akan berlaku lagi.")
    )


def session_list(request: PersonRequest) -> HttpResponse:
    now = clock.now()
    context = {
        "rows": sessions.active_sessions(request.user, now=now),
        "own_key": session_key_of(request),
        "remembered": request.user.remembered.filter(expires_at__gt=now).count(),
    }
    return render(request, "accounts/session_list.html", context)


@require_POST
def session_end(request: PersonRequest, active_session_id: UUID) -> HttpResponse:
    session = sessions.session_of(request.user, active_session_id)
    if session is None:
        raise Http404
    operations.end_session(request.user, request.user, session=session)
    if session.session_id == session_key_of(request):
        request.session.flush()
        return redirect("accounts:sign_in")
    messages.success(request, _("%(browser)s sudah dikeluarkan.") % {"browser": session.browser})
    return redirect("accounts:session_list")


@require_POST
def session_end_others(request: PersonRequest) -> HttpResponse:
    operations.end_other_sessions(request.user, request.user, keep=session_key_of(request))
    messages.success(request, _("Semua perangkat lain sudah dikeluarkan."))
    return redirect("accounts:session_list")
