"""The search page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from sambang.access.requests import PersonRequest
from sambang.home.search import MIN_QUERY_LENGTH, search


def search_everything(request: PersonRequest) -> HttpResponse:
    text = request.GET.get("cari", "").strip()[:120]
    context = {"text": text, "found": search(request.user, text), "too_short": 0 < len(text) < MIN_QUERY_LENGTH}
    return render(request, "home/search_everything.html", context)
