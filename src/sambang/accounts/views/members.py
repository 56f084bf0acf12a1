"""Sign-in, sign-out, and the members of a council."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sambang.access.models import Council, Person
from sambang.access.permissions import public, require
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest, reached_row
from sambang.access.row_security import bypass_row_security
from sambang.accounts import queries
from sambang.accounts.authentication import (
    begin_second_factor,
    complete_sign_in,
    is_remembered,
    pending_person,
    remember_browser,
)
from sambang.accounts.forms import CodeForm, LinkDaysForm, SignInForm
from sambang.accounts.models import PendingMembership
from sambang.accounts.operations import (
    activate,
    allow_photo_positions,
    confirm_membership,
    deactivate,
    end_sessions,
    grant_role,
    grantable,
    leave,
    refuse_membership,
    remove_factor,
    require_second_factor,
    set_link_days,
    withdraw_role,
)
from sambang.accounts.operations.members import is_above
from sambang.accounts.passkeys import authentication_options, supports_passkeys
from sambang.accounts.verification import VerificationResult, has_factor, verify_code, verify_passkey
from sambang.lib import clock
from sambang.lib.ask_first import ask_first
from sambang.lib.forms import run_without_form
from sambang.lib.lists import CellSource, Export, Page, list_response

PASSKEY_CHALLENGE_KEY = "passkey_question"  # key of the session


class SignIn(LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        person: Person = form.get_user()
        if not has_factor(person):
            complete_sign_in(self.request, person, factor=False)
            return redirect(self.get_success_url())
        begin_second_factor(self.request, person, self.get_success_url())
        if is_remembered(self.request, person):
            return redirect(complete_sign_in(self.request, person, factor=True))
        return redirect("accounts:second_factor")

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


sign_in = public(reason="sign-in page")(bypass_row_security(__name__)(SignIn.as_view()))


@public(reason="second step of sign-in, after a correct password")
@bypass_row_security(__name__)
def second_factor(request: HttpRequest) -> HttpResponse:
    person = pending_person(request)
    if person is None:
        messages.info(request, _("Masuklah dulu dengan kata sandi."))
        return redirect("accounts:sign_in")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        answer = verify_code(person, form.cleaned_data["code"])
        if answer.is_right:
            if answer is VerificationResult.RECOVERY:
                messages.warning(
                    request, _("Satu kode cadangan terpakai. Ponsel hilang? Pasang yang baru di halaman ini.")
                )
            return finish_sign_in(
                request,
                person,
                remembered=form.cleaned_data["remember"],
                recovery=answer is VerificationResult.RECOVERY,
            )
        form.add_error("code", refusal_message(answer))
    question = authentication_options(request, person) if supports_passkeys(request) else None
    if question:
        request.session[PASSKEY_CHALLENGE_KEY] = question.state
    context = {"form": form, "question": question, "person": person}
    return render(request, "accounts/second_factor.html", context, status=422 if form.is_bound else 200)


@public(reason="second step of sign-in, by a passkey")
@require_POST
@bypass_row_security(__name__)
def second_factor_by_passkey(request: HttpRequest) -> HttpResponse:
    person, state = pending_person(request), request.session.pop(PASSKEY_CHALLENGE_KEY, None)
    if person is None or state is None:
        return redirect("accounts:second_factor")
    answer = verify_passkey(request, person, state, request.POST.get("credential", ""))
    if not answer.is_right:
        messages.error(
            request, refusal_message(answer, _("Kunci sandi tidak terbaca. Coba sekali lagi, atau tulis kode."))
        )
        return redirect("accounts:second_factor")
    return finish_sign_in(request, person, remembered=bool(request.POST.get("remember")))


def finish_sign_in(request: HttpRequest, person: Person, *, remembered: bool, recovery: bool = False) -> HttpResponse:
    onward = complete_sign_in(request, person, factor=True) or "home:front_page"
    response = redirect("accounts:security_detail" if recovery else onward)
    if remembered:
        remember_browser(response, person)
    return response


def refusal_message(answer: VerificationResult, wrong: str = "") -> str:
    """Why the verification failed, for the user; `wrong` replaces the default sentence about app codes."""
    if answer is VerificationResult.LOCKED_OUT:
        return _(
            "Terlalu sering salah. Tunggu 15 menit; bila tetap gagal, mintalah bantuan pengelola sistem dewan Anda."
        )
    return wrong or _("Tidak cocok, atau kode itu sudah dipakai. Tunggu kode berikutnya, lalu coba lagi.")


@public(reason="redirects anonymous users to sign-in")
def reference_sign_in(request: HttpRequest) -> HttpResponse:
    """The login URL of the admin of reference tables: redirects anonymous users to sign-in, answers members with
    403."""
    if request.user.is_authenticated:
        raise PermissionDenied("registry.reference")
    return redirect_to_login(request.GET.get("next", "/"))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    response = redirect("home:front_page")
    response["Clear-Site-Data"] = '"cache"'  # cached pictures; the encrypted items of the phone stay
    return response


def council_list(request: PersonRequest) -> HttpResponse:
    """The councils that the person administers; redirects to the only one."""
    councils = queries.councils_managed_by(request.user)
    if not councils:
        raise PermissionDenied("accounts.grant")
    if len(councils) == 1:
        return redirect("accounts:member_list", councils[0].pk)
    return render(request, "accounts/council_list.html", {"councils": councils})


def council_of(request: PersonRequest, council_id: object) -> Council:
    """The council: 404 outside the person's reach, 403 without the verb."""
    council = get_object_or_404(Council.objects.filter(reader_for(request.user).reachable(Council)), pk=council_id)
    require(request.user, "accounts.grant", council)
    return council


def member_list(request: PersonRequest, council_id: object) -> HttpResponseBase:
    council = council_of(request, council_id)
    columns: tuple[tuple[Any, CellSource], ...] = (
        (_("Nama"), "name"),
        (_("Alamat surel"), "email"),
        (_("Peran"), lambda row: ", ".join(str(membership.get_role_display()) for membership in row.roles_here)),
    )

    def context(page: Page) -> dict[str, Any]:
        return {
            "council": council,
            "invitations": queries.open_invitations(council, now=clock.now()),
            "roles": grantable(council, request.user),
            "pending": queries.pending_memberships(council),
            "may_confirm": not is_above(council, request.user),
            "link_days_form": LinkDaysForm(initial={"days": council.link_days}),
        }

    export = Export(f"tim-{council.name}", columns)
    return list_response(request, queries.members_of(council), "accounts/member_list.html", export, context)


def member_of(council: Council, person_id: object) -> Person:
    return get_object_or_404(Person.objects.filter(memberships__council=council).distinct(), pk=person_id)


def run_and_redirect(
    request: PersonRequest, council: Council, operate: Callable[[], object], sentence: str
) -> HttpResponse:
    run_without_form(request, operate, sentence)
    return redirect("accounts:member_list", council.pk)


def run_member_operation(
    request: PersonRequest,
    council_id: object,
    person_id: object,
    operate: Callable[[Council, Person], object],
    sentence: str,
) -> HttpResponse:
    """Run an operation on a member, then redirect with a message; `sentence` contains `%(name)s`."""
    council = council_of(request, council_id)
    person = member_of(council, person_id)
    return run_and_redirect(request, council, lambda: operate(council, person), sentence % {"name": person.name})


@require_POST
def role_grant(request: PersonRequest, council_id: object, person_id: object) -> HttpResponse:
    role, sentence = request.POST.get("role", ""), _("%(name)s mendapat peran baru.")
    return run_member_operation(
        request,
        council_id,
        person_id,
        lambda council, person: grant_role(council, request.user, person=person, role=role),
        sentence,
    )


def _get_pending(request: PersonRequest, pending_id: object) -> PendingMembership:
    return reached_row(request, PendingMembership, pending_id, related=("council", "person"))


@require_POST
def membership_confirm(request: PersonRequest, pending_id: object) -> HttpResponse:
    pending = _get_pending(request, pending_id)
    sentence = _("Peran %(name)s berlaku mulai sekarang.") % {"name": pending.person.name}
    return run_and_redirect(request, pending.council, lambda: confirm_membership(pending, request.user), sentence)


@require_POST
def membership_refuse(request: PersonRequest, pending_id: object) -> HttpResponse:
    pending = _get_pending(request, pending_id)
    sentence = _("Peran %(name)s ditolak.") % {"name": pending.person.name}
    return run_and_redirect(request, pending.council, lambda: refuse_membership(pending, request.user), sentence)


@require_POST
def link_days_change(request: PersonRequest, council_id: object) -> HttpResponse:
    council = council_of(request, council_id)
    form = LinkDaysForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(wrong) for wrongs in form.errors.values() for wrong in wrongs))
        return redirect("accounts:member_list", council.pk)
    sentence = _("Tautan pemilik yang dibuat mulai sekarang berlaku %(days)s hari.") % form.cleaned_data
    return run_and_redirect(
        request, council, lambda: set_link_days(council, request.user, **form.cleaned_data), sentence
    )


@require_POST
def role_withdraw(request: PersonRequest, council_id: object, person_id: object, role: str) -> HttpResponse:
    sentence = _("Satu peran %(name)s ditarik.")
    return run_member_operation(
        request,
        council_id,
        person_id,
        lambda council, person: withdraw_role(council, request.user, person=person, role=role),
        sentence,
    )


@require_POST
@ask_first(
    gettext_lazy("Keluarkan orang ini dari dewan?"),
    gettext_lazy("Ia tidak dapat membuka data dewan ini lagi. Untuk kembali ia perlu diundang lagi."),
    gettext_lazy("Ya, keluarkan"),
)
def member_remove(request: PersonRequest, council_id: object, person_id: object) -> HttpResponse:
    sentence = _("%(name)s sudah keluar dari dewan ini.")
    return run_member_operation(
        request, council_id, person_id, lambda council, person: leave(council, request.user, person=person), sentence
    )


@require_POST
def member_end_sessions(request: PersonRequest, council_id: object, person_id: object) -> HttpResponse:
    sentence = _("%(name)s sudah dikeluarkan dari semua perangkat.")
    return run_member_operation(
        request, council_id, person_id, lambda _found, person: end_sessions(person, request.user), sentence
    )


@require_POST
@ask_first(
    gettext_lazy("Lepas verifikasi dua langkah orang ini?"),
    gettext_lazy("Akunnya hanya dijaga kata sandi sampai ia memasangnya lagi."),
    gettext_lazy("Ya, lepas"),
)
def member_remove_factor(request: PersonRequest, council_id: object, person_id: object) -> HttpResponse:
    sentence = _("Verifikasi dua langkah %(name)s dilepas; ia diberi tahu saat masuk.")
    return run_member_operation(
        request, council_id, person_id, lambda _found, person: remove_factor(person, request.user), sentence
    )


@require_POST
def member_deactivate(request: PersonRequest, council_id: object, person_id: object) -> HttpResponse:
    sentence = _("Akun %(name)s dinonaktifkan. Catatannya tetap ada.")
    return run_member_operation(
        request, council_id, person_id, lambda _found, person: deactivate(person, request.user), sentence
    )


@require_POST
def member_activate(request: PersonRequest, council_id: object, person_id: object) -> HttpResponse:
    sentence = _("Akun %(name)s aktif lagi, dengan peran yang semula.")
    return run_member_operation(
        request, council_id, person_id, lambda _found, person: activate(person, request.user), sentence
    )


@require_POST
def factor_require(request: PersonRequest, council_id: object) -> HttpResponse:
    council = council_of(request, council_id)
    sentence = _("Mulai sekarang anggota tanpa verifikasi dua langkah harus memasangnya dulu.")
    return run_and_redirect(
        request, council, lambda: require_second_factor(council, request.user, required=True), sentence
    )


@require_POST
def factor_waive(request: PersonRequest, council_id: object) -> HttpResponse:
    council = council_of(request, council_id)
    sentence = _("Verifikasi dua langkah tidak lagi diwajibkan dewan ini.")
    return run_and_redirect(
        request, council, lambda: require_second_factor(council, request.user, required=False), sentence
    )


@require_POST
def positions_allow(request: PersonRequest, council_id: object) -> HttpResponse:
    council = council_of(request, council_id)
    sentence = _("Petugas yang mengizinkannya di HP sendiri sekarang boleh mencatat lokasi foto.")
    return run_and_redirect(
        request, council, lambda: allow_photo_positions(council, request.user, allowed=True), sentence
    )


@require_POST
def positions_forbid(request: PersonRequest, council_id: object) -> HttpResponse:
    council = council_of(request, council_id)
    sentence = _("Lokasi foto tidak dicatat lagi. Yang sudah tercatat tetap ada.")
    return run_and_redirect(
        request, council, lambda: allow_photo_positions(council, request.user, allowed=False), sentence
    )
