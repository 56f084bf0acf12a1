from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from sambang.people.requests import PersonRequest


def items(request: PersonRequest) -> HttpResponse:
    return render(request, "base/page.html")
