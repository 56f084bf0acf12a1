"""The search page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from sambang.access.requests import PersonRequest
from sambang.home.search import MIN_QUERY_LENGTH, forgiving_search


def search_everything(request: PersonRequest) -> HttpResponse:
    text = request.GET.get("cari", "").strip()[:120]
    result = forgiving_search(request.user, text)
    context = {
        "text": text,
        "found": result.groups,
        "corrected": result.corrected,
        "too_short": 0 < len(text) < MIN_QUERY_LENGTH,
    }
    return render(request, "home/search_everything.html", context)
