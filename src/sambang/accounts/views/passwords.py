"""Change one's own password, and set a new one by a reset link, whose token is exchanged for a key in the session at
once."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sambang.access.models import Person
from sambang.access.permissions import public
from sambang.access.requests import PersonRequest
from sambang.access.row_security import bypass_row_security
from sambang.accounts import queries
from sambang.accounts.authentication import exchange_link_token, record_session
from sambang.accounts.forms import OwnPasswordForm
from sambang.accounts.models import PasswordLink
from sambang.accounts.one_time_page import redirect_to_secret
from sambang.accounts.operations import change_password, make_password_link, use_password_link
from sambang.accounts.verification import verify_password
from sambang.accounts.views.members import council_of, member_of, refusal_message
from sambang.lib import clock
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation, run_without_form

NEW_LINK_SESSION_KEY = "password_link"


def password_change(request: PersonRequest) -> HttpResponse:
    form = OwnPasswordForm(request.user, request.POST or None)
    if form.is_valid():
        answer = verify_password(request.user, form.cleaned_data["old_password"])
        if answer.is_right:
            keep = request.session.session_key or ""
            change_password(request.user, request.user, password=form.cleaned_data["new_password1"], keep=keep)
            update_session_auth_hash(request, request.user)  # changes the key of this session
            record_session(request, request.user)
            messages.success(request, _("Kata sandi sudah diganti. Perangkat lain sudah dikeluarkan."))
            return redirect("accounts:security_detail")
        form.add_error("old_password", refusal_message(answer, _("Kata sandi tidak cocok.")))
    back = (reverse("accounts:security_detail"), _("Keamanan akun"))
    return form_page(request, form, title=_("Ganti kata sandi"), back=back, save=_("Ganti kata sandi"))


@require_POST
def password_link_create(request: PersonRequest, council_id: object, person_id: object) -> HttpResponse:
    council = council_of(request, council_id)
    person = member_of(council, person_id)
    new = run_without_form(request, lambda: make_password_link(person, request.user))
    if new is None:
        return redirect("accounts:member_list", council.pk)
    address = request.build_absolute_uri(reverse("accounts:password_link_open", args=[new.token]))
    context = {
        "council_id": str(council.pk),
        "council_name": council.name,
        "name": person.name,
        "expires_at": date_format(timezone.localtime(new.link.expires_at), "j F Y H.i"),
        "address": address,
    }
    return redirect_to_secret(request, "accounts/password_link.html", context)


@public(reason="exchanges the token of a password link")
@require_safe
@bypass_row_security(__name__)
def password_link_open(request: HttpRequest, token: str) -> HttpResponse:
    return exchange_link_token(
        request, NEW_LINK_SESSION_KEY, queries.password_link_of(token), "accounts:password_forgotten"
    )


@public(reason="a person who forgot the password cannot sign in")
@bypass_row_security(__name__)
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """With a valid link the form for a new password; without one the instructions to get a link."""
    link = valid_link(request)
    if link is None:
        return render(
            request,
            "accounts/password_forgotten.html",
            status=410 if request.session.get(NEW_LINK_SESSION_KEY) else 200,
        )
    form: SetPasswordForm[Person] = SetPasswordForm(link.person, request.POST or None)
    try:
        done = run_operation(
            form, lambda: use_password_link(link, link.created_by, password=form.cleaned_data["new_password1"])
        )
    except PermissionDenied:
        done = None
        form.add_error(None, _("Pembuat tautan tidak lagi boleh mengatur akun ini: mintalah tautan baru."))
    if done:
        request.session.pop(NEW_LINK_SESSION_KEY, None)
        messages.success(request, _("Kata sandi baru tersimpan. Masuklah dengan kata sandi itu."))
        return redirect("accounts:sign_in")
    context = {"form": form, "person": link.person}
    response = render(request, "accounts/password_create.html", context, status=422 if form.is_bound else 200)
    add_never_cache_headers(response)
    return response


def valid_link(request: HttpRequest) -> PasswordLink | None:
    key: str | None = request.session.get(NEW_LINK_SESSION_KEY)
    rows = PasswordLink.objects.select_related("person", "created_by").filter(person__is_active=True, used_at=None)
    return rows.filter(pk=key, expires_at__gt=clock.now()).first() if key else None
