"""Signing in and out, and who is who in a council."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.base.exports import workbook_response
from sambang.people.access import public, require, within
from sambang.people.models import Council, Person
from sambang.people.requests import PersonRequest
from sambang.team import queries
from sambang.team.forms import SignInForm
from sambang.team.operations import grant_role, grantable, leave, withdraw_role


class SignIn(LoginView):
    template_name = "team/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ChangePassword(PasswordChangeView):
    template_name = "team/change_password.html"
    success_url = reverse_lazy("home:front")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Kata sandi sudah diganti."))
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


sign_in = public(reason="the door")(SignIn.as_view())
change_password = ChangePassword.as_view()


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("home:front")


def members(request: PersonRequest) -> HttpResponse:
    """The councils one looks after; straight to the only one."""
    councils = queries.kept_by(request.user)
    if not councils:
        raise PermissionDenied("team.grant")
    if len(councils) == 1:
        return redirect("team:council", councils[0].pk)
    return render(request, "team/members.html", {"councils": councils})


def council_of(request: PersonRequest, council_id: object) -> Council:
    """404 out of reach, 403 within reach without the verb."""
    found = get_object_or_404(Council.objects.filter(within(request.user, Council)), pk=council_id)
    require(request.user, "team.grant", found)
    return found


def council(request: PersonRequest, council_id: object) -> HttpResponse:
    found = council_of(request, council_id)
    rows = queries.members_of(found)
    if request.GET.get("format") == "xlsx":
        table = [
            [row.person.name, row.person.email, ", ".join(str(held.get_role_display()) for held in row.memberships)]
            for row in rows
        ]
        return workbook_response(f"tim-{found.name}", [_("Nama"), _("Alamat surel"), _("Peran")], table)
    facts = {
        "council": found,
        "rows": rows,
        "invitations": queries.open_invitations(found, now=timezone.now()),
        "roles": grantable(found, request.user),
    }
    return render(request, "team/council.html", facts)


def member_of(found: Council, person_id: object) -> Person:
    return get_object_or_404(Person.objects.filter(memberships__council=found).distinct(), pk=person_id)


def done(request: PersonRequest, found: Council, operate: Callable[[], object], sentence: str) -> HttpResponse:
    try:
        operate()
    except ValidationError as trouble:
        messages.error(request, " ".join(trouble.messages))
    else:
        messages.success(request, sentence)
    return redirect("team:council", found.pk)


@require_POST
def role_give(request: PersonRequest, council_id: object, person_id: object) -> HttpResponse:
    found = council_of(request, council_id)
    person, role = member_of(found, person_id), request.POST.get("role", "")
    sentence = _("%(name)s mendapat peran baru.") % {"name": person.name}
    return done(request, found, lambda: grant_role(found, request.user, person=person, role=role), sentence)


@require_POST
def role_withdraw(request: PersonRequest, council_id: object, person_id: object, role: str) -> HttpResponse:
    found = council_of(request, council_id)
    person = member_of(found, person_id)
    sentence = _("Satu peran %(name)s ditarik.") % {"name": person.name}
    return done(request, found, lambda: withdraw_role(found, request.user, person=person, role=role), sentence)


@require_POST
def member_leave(request: PersonRequest, council_id: object, person_id: object) -> HttpResponse:
    found = council_of(request, council_id)
    person = member_of(found, person_id)
    sentence = _("%(name)s sudah keluar dari dewan ini.") % {"name": person.name}
    return done(request, found, lambda: leave(found, request.user, person=person), sentence)
