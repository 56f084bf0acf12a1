"""Create invitations and accept them. The token of the link is exchanged for a key in the session at once."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sambang.access.models import Person
from sambang.access.permissions import public
from sambang.access.requests import PersonRequest, reached_row
from sambang.access.row_security import bypass_row_security
from sambang.accounts import queries
from sambang.accounts.authentication import complete_sign_in, exchange_link_token
from sambang.accounts.forms import InviteForm
from sambang.accounts.models import Invitation
from sambang.accounts.one_time_page import redirect_to_secret
from sambang.accounts.operations import accept_invitation, grantable, invite, withdraw_invitation
from sambang.accounts.views.members import council_of
from sambang.lib import clock
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation, run_without_form

INVITATION_SESSION_KEY = "invitation"


def invitation_create(request: PersonRequest, council_id: object) -> HttpResponse:
    council = council_of(request, council_id)
    form = InviteForm(grantable(council, request.user), request.POST or None)
    if new := run_operation(form, lambda: invite(council, request.user, **form.cleaned_data)):
        address = request.build_absolute_uri(reverse("accounts:invitation_open", args=[new.token]))
        secret = {
            "council_id": str(council.pk),
            "council_name": council.name,
            "name": new.invitation.name,
            "expires_at": date_format(timezone.localtime(new.invitation.expires_at), "j F Y"),
            "address": address,
        }
        return redirect_to_secret(request, "accounts/invitation_created.html", secret)
    return form_page(
        request,
        form,
        title=_("Undang orang"),
        back=(reverse("accounts:member_list", args=[council.pk]), council.name),
        save=_("Buat tautan undangan"),
        intro=_("Anda mendapat tautan untuk dikirim sendiri; orang itu membuat kata sandinya sendiri."),
    )


@require_POST
def invitation_withdraw(request: PersonRequest, invitation_id: object) -> HttpResponse:
    invitation = reached_row(request, Invitation, invitation_id)
    done = _("Undangan %(name)s ditarik.") % {"name": invitation.name}
    run_without_form(request, lambda: withdraw_invitation(invitation, request.user), done)
    return redirect("accounts:member_list", invitation.council_id)


@public(reason="exchanges the token of an invitation")
@require_safe
@bypass_row_security(__name__)
def invitation_open(request: HttpRequest, token: str) -> HttpResponse:
    return exchange_link_token(
        request, INVITATION_SESSION_KEY, queries.invitation_of(token), "accounts:invitation_accept"
    )


@public(reason="an invited person has no account yet")
@bypass_row_security(__name__)
def invitation_accept(request: HttpRequest) -> HttpResponse:
    rows = Invitation.objects.select_related("council", "created_by")
    key: str | None = request.session.get(INVITATION_SESSION_KEY)
    invitation = rows.filter(pk=key).first() if key else None
    if invitation is None or invitation.accepted_at is not None or invitation.expires_at <= clock.now():
        return render(request, "accounts/invitation_expired.html", status=410)
    if Person.objects.filter(email__iexact=invitation.email).exists():
        return invitation_accept_as_member(request, invitation)
    person = Person(name=invitation.name, email=invitation.email)
    form: SetPasswordForm[Person] = SetPasswordForm(person, request.POST or None)
    if form.is_valid() and (accepted := _accept(request, invitation, None, form.cleaned_data["new_password1"])):
        complete_sign_in(request, accepted, factor=False)
        return redirect("home:front_page")
    context = {"invitation": invitation, "form": form}
    return render(request, "accounts/invitation_accept.html", context, status=422 if form.is_bound else 200)


def invitation_accept_as_member(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Accept an invitation with an existing account: requires signing in, because the link alone must never open an
    account."""
    person = request.user if isinstance(request.user, Person) else None
    matching = person is not None and (person.email or "").lower() == invitation.email.lower()
    if request.method == "POST" and matching and _accept(request, invitation, person, ""):
        return redirect("home:front_page")
    return render(
        request,
        "accounts/invitation_accept.html",
        {"invitation": invitation, "has_account": True, "matching": matching},
    )


def _accept(request: HttpRequest, invitation: Invitation, person: Person | None, password: str) -> Person | None:
    """The person who holds the role now; None if the operation refused it, with a message."""
    try:
        joined = accept_invitation(invitation, invitation.created_by, person=person, password=password)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return None
    except PermissionDenied:
        messages.error(request, _("Pengundang tidak lagi boleh memberi peran ini: mintalah undangan baru."))
        return None
    request.session.pop(INVITATION_SESSION_KEY, None)
    council = {"council": invitation.council.name}
    if joined.pending_memberships.filter(council=invitation.council, role=invitation.role).exists():
        messages.info(request, _("Peran Anda di %(council)s menunggu konfirmasi pengelola dewan itu.") % council)
    else:
        messages.success(request, _("Selamat datang di %(council)s.") % council)
    return joined
