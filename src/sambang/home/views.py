from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from sambang.people.access import public


@public(reason="the front page: strangers meet the catalogue and the way in, members their day")
def front(request: HttpRequest) -> HttpResponse:
    return render(request, "home/front.html")


@public(reason="everybody may choose the language of the page")
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    back = request.POST.get("next", "/")
    answer = redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "/")
    if request.POST.get("language") in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, request.POST["language"], max_age=31_536_000, samesite="Lax")
    return answer
