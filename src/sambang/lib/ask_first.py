"""A question before what cannot be undone: the form is shown again with its button, and executed from there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

ANSWER = "yakin"


def ask_first[R: HttpRequest, **P, A: HttpResponseBase](
    title: Any, text: Any, yes: Any, *, when: Callable[..., bool] | None = None
) -> Callable[[Callable[Concatenate[R, P], A]], Callable[Concatenate[R, P], A]]:
    """Decorate a view that executes a POST. `yes`: the button that does it. `when`, called like the view, says whether
    to ask at all. It shows nothing of the row: the view checks who may."""

    def decorate(view: Callable[Concatenate[R, P], A]) -> Callable[Concatenate[R, P], A]:
        @wraps(view)
        def wrapper(request: R, /, *args: P.args, **kwargs: P.kwargs) -> A:
            is_asked = request.method == "POST" and ANSWER not in request.POST
            if not is_asked or (when is not None and not when(request, *args, **kwargs)):
                return view(request, *args, **kwargs)
            fields = [
                (name, value)
                for name, values in request.POST.lists()
                for value in values
                if name != "csrfmiddlewaretoken"
            ]
            context = {"title": title, "text": text, "yes": yes, "fields": fields, "answer": ANSWER}
            context["back"] = _page_before(request)
            return cast("A", render(request, "lib/ask_first.html", context))

        wrapper.asks_first = True  # type: ignore[attr-defined]
        return wrapper

    return decorate


def _page_before(request: HttpRequest) -> str:
    """The page of this site on which the button stood; the front page if the browser does not say."""
    before = urlsplit(request.headers.get("Referer", ""))
    return before.path + (f"?{before.query}" if before.query else "") if before.netloc == request.get_host() else "/"
