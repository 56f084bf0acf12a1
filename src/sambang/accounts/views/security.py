"""One's own account: the second factor, and the browsers that are signed in."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import segno
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.models import Person
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest
from sambang.accounts import operations, queries, sessions, totp
from sambang.accounts.authentication import PASSED, must_enrol
from sambang.accounts.forms import EnrolAppForm, NewPasskeyForm, ProofForm
from sambang.accounts.models import CodeApp
from sambang.accounts.passkeys import PasskeyError, ask_for_new, new_key_of, possible_at
from sambang.accounts.verification import asked_both, asked_password, has_factor
from sambang.accounts.views.members import QUESTION, refusal_of
from sambang.lib.forms import carried_out

NEW_KEY = "new_code_app"  # the word of the session: the sealed key of an app that is being set up


def security(request: PersonRequest) -> HttpResponse:
    person = request.user
    facts = {
        "code_app": CodeApp.objects.filter(person=person).first(),
        "passkeys": person.passkeys.order_by("made_at"),
        "codes_left": person.recovery_codes.filter(used_at=None).count(),
        "has_factor": has_factor(person),
        "must_enrol": must_enrol(request, person),
        "required_by": [row.council for row in reader_for(person).memberships if row.council.second_factor_required],
        "passkeys_possible": possible_at(request),
        "told": queries.told_to(person, since=None),
    }
    return render(request, "accounts/security.html", facts)


def key_of(request: PersonRequest) -> str:
    return request.session.session_key or ""


def proved_by_password(request: PersonRequest, form: forms.Form) -> bool:
    if not form.is_valid():
        return False
    answer = asked_password(request.user, form.cleaned_data["password"])
    if not answer.is_right:
        form.add_error("password", refusal_of(answer, _("Kata sandi tidak cocok.")))
    return answer.is_right


def enrolled(request: PersonRequest, enrol: Callable[[], object]) -> list[str] | None:
    """What a first factor brings: the ten codes to write down; none for a further one."""
    with transaction.atomic():
        enrol()
        fresh = None if request.user.recovery_codes.exists() else operations.renew_codes(request.user, request.user)
    request.session[PASSED] = True
    return fresh


def after_enrolling(request: PersonRequest, fresh: list[str] | None, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return show_codes(request, fresh) if fresh else redirect("accounts:security")


def show_codes(request: PersonRequest, fresh: list[str]) -> HttpResponse:
    response = render(request, "accounts/recovery_codes.html", {"codes": fresh})
    add_never_cache_headers(response)
    return response


def app_enrol(request: PersonRequest) -> HttpResponse:
    form = EnrolAppForm(request.POST or None)
    sealed: str | None = request.session.get(NEW_KEY)
    key = totp.unseal_key(sealed) if sealed else None
    if key is None:
        key = totp.new_key()
        request.session[NEW_KEY] = totp.seal_key(key).decode()
    if proved_by_password(request, form):
        code, fresh = form.cleaned_data["code"], None
        try:
            fresh = enrolled(
                request,
                lambda: operations.enrol_app(request.user, request.user, key=key, code=code, keep=key_of(request)),
            )
        except ValidationError as refused:
            form.add_error("code", refused.messages[0])
        else:
            del request.session[NEW_KEY]
            return after_enrolling(request, fresh, _("Aplikasi autentikator terpasang."))
    picture = segno.make(totp.address_of(key, request.user.email or request.user.name), error="m")
    facts = {"form": form, "picture": picture.svg_data_uri(scale=5, border=4, light="white"), "key": totp.spelled(key)}
    response = render(request, "accounts/app_enrol.html", facts, status=422 if form.is_bound else 200)
    add_never_cache_headers(response)
    return response


def passkey_enrol(request: PersonRequest) -> HttpResponse:
    form = NewPasskeyForm(request.POST or None)
    state = request.session.pop(QUESTION, None)
    if possible_at(request) and proved_by_password(request, form):
        fresh = None
        try:
            if state is None:
                raise PasskeyError
            key = new_key_of(request, state, form.cleaned_data["credential"])
            name = form.cleaned_data["name"]
            fresh = enrolled(
                request,
                lambda: operations.add_passkey(request.user, request.user, key=key, name=name, keep=key_of(request)),
            )
        except PasskeyError:
            form.add_error(
                None, _("Peramban tidak membuat kunci sandi. Coba sekali lagi, atau pakai aplikasi autentikator.")
            )
        except ValidationError as refused:
            form.add_error(None, refused.messages[0])
        else:
            return after_enrolling(request, fresh, _("Kunci sandi terpasang."))
    question = ask_for_new(request, request.user) if possible_at(request) else None
    if question:
        request.session[QUESTION] = question.state
    facts = {"form": form, "question": question}
    response = render(request, "accounts/passkey_enrol.html", facts, status=422 if form.is_bound else 200)
    add_never_cache_headers(response)
    return response


def proved[R](request: PersonRequest, form: ProofForm, do: Callable[[Person], R]) -> R | None:
    """The password and a code, then the deed and what it made; else a complaint stands at the form."""
    if not form.is_valid():
        return None
    answer = asked_both(request.user, form.cleaned_data["password"], form.cleaned_data["code"])
    if not answer.is_right:
        form.add_error(None, refusal_of(answer, _("Kata sandi atau kode tidak cocok, atau kode itu sudah dipakai.")))
        return None
    return carried_out(form, lambda: do(request.user))


def proof_page(request: PersonRequest, form: ProofForm, heading: str, words: str) -> HttpResponse:
    facts = {"form": form, "heading": heading, "words": words}
    return render(request, "accounts/proof.html", facts, status=422 if form.is_bound else 200)


def dropped(request: PersonRequest, sentence: str) -> HttpResponse:
    if not has_factor(request.user):
        request.session.pop(PASSED, None)
    messages.success(request, sentence)
    return redirect("accounts:security")


def app_drop(request: PersonRequest) -> HttpResponse:
    get_object_or_404(CodeApp, person=request.user)
    form = ProofForm(request.POST or None)
    if proved(request, form, lambda person: operations.drop_app(person, person, keep=key_of(request))):
        return dropped(request, _("Aplikasi autentikator dilepas."))
    return proof_page(
        request, form, _("Lepas aplikasi autentikator"), _("Kode dari aplikasi itu tidak akan berlaku lagi.")
    )


def passkey_drop(request: PersonRequest, passkey_id: object) -> HttpResponse:
    passkey = get_object_or_404(request.user.passkeys, pk=passkey_id)
    form = ProofForm(request.POST or None)
    if proved(
        request, form, lambda person: operations.drop_passkey(person, person, passkey=passkey, keep=key_of(request))
    ):
        return dropped(request, _("Kunci sandi dilepas."))
    return proof_page(
        request,
        form,
        _("Lepas kunci sandi %(name)s") % {"name": passkey.name},
        _("Kunci itu tidak akan membuka akun Anda lagi."),
    )


def codes_renew(request: PersonRequest) -> HttpResponse:
    form = ProofForm(request.POST or None)
    if fresh := proved(request, form, lambda person: operations.renew_codes(person, person)):
        return show_codes(request, fresh)
    return proof_page(request, form, _("Buat kode cadangan baru"), _("Sepuluh kode yang lama tidak akan berlaku lagi."))


def devices(request: PersonRequest) -> HttpResponse:
    now = timezone.now()
    facts = {
        "rows": sessions.living(request.user, now=now),
        "own_key": key_of(request),
        "remembered": request.user.remembered.filter(expires_at__gt=now).count(),
    }
    return render(request, "accounts/devices.html", facts)


@require_POST
def device_end(request: PersonRequest, signed_in_id: UUID) -> HttpResponse:
    signed_in = sessions.one_of(request.user, signed_in_id)
    if signed_in is None:
        raise Http404
    operations.end_session(request.user, request.user, signed_in=signed_in)
    if signed_in.session_id == key_of(request):
        request.session.flush()
        return redirect("accounts:sign_in")
    messages.success(request, _("%(browser)s sudah dikeluarkan.") % {"browser": signed_in.browser})
    return redirect("accounts:devices")


@require_POST
def devices_end_others(request: PersonRequest) -> HttpResponse:
    operations.end_other_sessions(request.user, request.user, keep=key_of(request))
    messages.success(request, _("Semua perangkat lain sudah dikeluarkan."))
    return redirect("accounts:devices")
