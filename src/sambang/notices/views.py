"""*My day*, what reaches a person, and the private calendar."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from sambang.access.permissions import public
from sambang.access.requests import PersonRequest
from sambang.access.row_security import as_reader, bypass_row_security
from sambang.lib import clock
from sambang.lib.ask_first import ask_first
from sambang.lib.tokens import digest_of
from sambang.notices import operations, queries
from sambang.notices.calendar import calendar_file
from sambang.notices.calendar_tokens import calendar_token_of
from sambang.notices.forms import LetterChoiceForm, NoticeChoiceForm, ReadForm
from sambang.notices.models import NoticeSettings
from sambang.registry.permit_expiry import permit_notices


def my_day(request: PersonRequest) -> HttpResponse:
    person, now, today = request.user, clock.now(), clock.today()
    refused, due = queries.day_actions(person, today=today)
    notices = queries.notices(person, queries.settings_of(person), now=now)
    context = {
        "today": today,
        "now": now,
        "refused": refused,
        "due": due,
        "visits": queries.own_visits(person, today=today),
        "permits": [row for row in permit_notices(person, today=today) if row.count],
        "notices": notices,
        "unread": sum(notice.is_new for notice in notices),
    }
    return render(request, "notices/my_day.html", context)


@require_POST
def notice_mark_read(request: PersonRequest) -> HttpResponse:
    form = ReadForm(request.POST)
    until = form.cleaned_data["until"] if form.is_valid() else clock.now()
    operations.mark_read(request.user, request.user, until=min(until, clock.now()))
    return redirect("notices:my_day")


def notice_settings(request: PersonRequest) -> HttpResponse:
    stored = queries.settings_of(request.user)
    submitted = request.POST if request.method == "POST" else None
    has_mail = bool(settings.SAMBANG_EMAIL_HOST and request.user.email)
    initial = {
        "kinds": sorted(queries.wanted_kinds(stored)),
        "weekly_letter": stored is not None and stored.weekly_letter,
    }
    form = (LetterChoiceForm if has_mail else NoticeChoiceForm)(submitted, initial=initial)
    if request.method == "POST" and form.is_valid():
        letter = form.cleaned_data.get("weekly_letter", False)
        operations.choose_notices(request.user, request.user, wanted=form.cleaned_data["kinds"], weekly_letter=letter)
        messages.success(request, _("Pilihan kabar disimpan."))
        return redirect("notices:my_day")
    token = calendar_token_of(stored)
    address = request.build_absolute_uri(reverse("notices:calendar_feed", args=[token])) if token else ""
    context = {"form": form, "calendar": address}
    response = render(request, "notices/notice_settings.html", context, status=422 if form.errors else 200)
    add_never_cache_headers(response)
    return response


@require_POST
def calendar_open(request: PersonRequest) -> HttpResponse:
    operations.open_calendar(request.user, request.user)
    messages.success(request, _("Alamat kalender dibuat. Alamat yang lama tidak berlaku lagi."))
    return redirect("notices:notice_settings")


@require_POST
@ask_first(
    gettext_lazy("Cabut alamat kalender ini?"),
    gettext_lazy("Kalender yang memakai alamat ini tidak diperbarui lagi."),
    gettext_lazy("Ya, cabut"),
)
def calendar_close(request: PersonRequest) -> HttpResponse:
    operations.close_calendar(request.user, request.user)
    messages.success(request, _("Alamat kalender dicabut."))
    return redirect("notices:notice_settings")


@require_safe
@public(reason="a calendar program cannot sign in: the secret address is the key, read-only and without names of IKM")
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    with bypass_row_security(__name__):
        settings = NoticeSettings.objects.select_related("person").filter(calendar_digest=digest_of(token)).first()
    if settings is None or not settings.person.is_active:
        raise Http404
    with as_reader(settings.person):
        body = calendar_file(settings.person, today=clock.today(), link=request.build_absolute_uri)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    add_never_cache_headers(response)
    return response
