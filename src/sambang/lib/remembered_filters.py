"""The filter and order of a list that an account used last, kept in its session by the address of the list.

A list that is opened from another page of the site without a query is shown with them. An address with a query wins,
such as one that somebody shared; `?semua=1` forgets.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import HttpRequest

LISTS_SESSION_KEY = "lists"
CLEAR_PARAMETER = "semua"
NOT_REMEMBERED = frozenset({"setelah", "sebelum", "format", "halaman", "bagian", "bulan", CLEAR_PARAMETER})
MAX_REMEMBERED_LISTS = 40


def remembered_query(request: HttpRequest) -> str:
    """The query to show the list with; '' where the request has its own, which is remembered or forgotten."""
    if request.method != "GET" or not request.user.is_authenticated:
        return ""
    if not request.GET:
        remembered: dict[str, str] = request.session.get(LISTS_SESSION_KEY, {})
        return remembered.get(request.path, "") if _comes_from_site(request) else ""
    if CLEAR_PARAMETER in request.GET:
        _remember(request, "")
    elif not NOT_REMEMBERED.issuperset(request.GET):  # else another page of the list, or a file
        _remember(request, urlencode(list(_filled_in(request))))
    return ""


def _filled_in(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.GET.lists():
        if name not in NOT_REMEMBERED:
            yield from ((name, value) for value in values if value.strip())


def _remember(request: HttpRequest, query: str) -> None:
    remembered: dict[str, str] = request.session.get(LISTS_SESSION_KEY, {})
    if query == remembered.get(request.path, ""):
        return
    others = [pair for pair in remembered.items() if pair[0] != request.path][-MAX_REMEMBERED_LISTS + 1 :]
    request.session[LISTS_SESSION_KEY] = dict([*others, (request.path, query)] if query else others)


def _comes_from_site(request: HttpRequest) -> bool:
    return request.headers.get("Referer", "").startswith(f"{request.scheme}://{request.get_host()}/")
