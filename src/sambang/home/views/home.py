from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from sambang.access.models import Person
from sambang.access.permissions import public
from sambang.access.row_security import bypass_row_security
from sambang.home.first_steps import first_steps
from sambang.home.queries import next_visits, pending_tasks
from sambang.lib import clock
from sambang.lib.redirects import redirect_within
from sambang.market.queries import catalogue
from sambang.notices.queries import unread_count


@public(reason="the front page: strangers meet the catalogue and the way in, members their day")
def front_page(request: HttpRequest) -> HttpResponse:
    if not isinstance(request.user, Person):
        with bypass_row_security(__name__):
            return render(request, "home/welcome.html", {"items": catalogue()[:8]})
    today = clock.today()
    context = {
        "today": today,
        "first_steps": first_steps(request.user),
        "unread": unread_count(request.user),
        "waiting": pending_tasks(request.user, today=today),
        "visits": next_visits(request.user),
    }
    return render(request, "home/front_page.html", context)


@public(reason="everybody may choose the language of the page")
@require_POST
def language_set(request: HttpRequest) -> HttpResponse:
    answer = redirect_within(request, request.POST.get("next", ""), "/")
    if request.POST.get("language") in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            request.POST["language"],
            max_age=31_536_000,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
    return answer
