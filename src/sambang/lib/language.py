"""The language of a page: the one that its address names (`?bahasa=en`, for search engines), else the one chosen in its
footer, else Indonesian."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers


def set_language(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware in place of Django's LocaleMiddleware, which follows the browser: many phones send English, and would
    show 1,200 for 1.200 in Indonesian sentences."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.GET.get("bahasa") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = respond(request)
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware
