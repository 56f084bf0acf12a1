"""A question before what cannot be undone: the form is shown again with its button, and executed from there.

Before the question the view runs up to the end of its operation, which `audit/operation.py` then takes back by
`stop_if_unanswered`: whoever may not, or is refused, gets the view's own answer and no question.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, Concatenate, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from sambang.lib.redirects import page_before

ANSWER = "yakin"
_unanswered: ContextVar[bool] = ContextVar("unanswered", default=False)


class UnansweredError(Exception):
    """The operation would succeed: it is executed after the answer."""


def stop_if_unanswered() -> None:
    """Called by every operation in its transaction, before its audit entry."""
    if _unanswered.get():
        raise UnansweredError


def ask_first[R: HttpRequest, **P, A: HttpResponseBase](
    title: Any, text: Any, yes: Any, *, when: Callable[..., bool] | None = None
) -> Callable[[Callable[Concatenate[R, P], A]], Callable[Concatenate[R, P], A]]:
    """Decorate a view that executes a POST by an operation. `yes`: the button that does it. `when`, called like the
    view, says whether to ask at all."""

    def decorate(view: Callable[Concatenate[R, P], A]) -> Callable[Concatenate[R, P], A]:
        @wraps(view)
        def wrapper(request: R, /, *args: P.args, **kwargs: P.kwargs) -> A:
            is_asked = request.method == "POST" and ANSWER not in request.POST
            if not is_asked or (when is not None and not when(request, *args, **kwargs)):
                return view(request, *args, **kwargs)
            token = _unanswered.set(True)
            try:
                return view(request, *args, **kwargs)
            except UnansweredError:
                return cast("A", _question(request, {"title": title, "text": text, "yes": yes}))
            finally:
                _unanswered.reset(token)

        wrapper.asks_first = True  # type: ignore[attr-defined]
        return wrapper

    return decorate


def _question(request: HttpRequest, texts: dict[str, Any]) -> HttpResponse:
    fields = [
        (name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"
    ]
    context = {**texts, "fields": fields, "answer": ANSWER, "back": page_before(request)}
    return render(request, "lib/ask_first.html", context)
