from __future__ import annotations

from django.contrib.auth import logout
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from sambang.people.access import councils_of, public
from sambang.people.requests import PersonRequest

sign_in = public(reason="the door")(
    LoginView.as_view(template_name="team/sign_in.html", redirect_authenticated_user=True)
)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("home:front")


def members(request: PersonRequest) -> HttpResponse:
    return render(request, "team/members.html", {"councils": councils_of(request.user)})
