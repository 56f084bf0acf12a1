"""The officer's app for offline use: shell, service worker and manifest. They are the same for every user and contain
no data."""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.gzip import gzip_page

from sambang.access.permissions import public
from sambang.lib.headers import permissions_policy

APP_FOLDER = Path(__file__).parent
SERVICE_WORKER = "field/service_worker.js"  # the body of sw.js
IMAGE_WORKER = "field/image_worker.js"
ICONS = {"field/icon-192.png": "192x192", "field/icon-512.png": "512x512"}
CONTENT_SECURITY_POLICY: dict[str, Any] = settings.SECURE_CSP
PRECACHED = ("*.js", "*.css", "*.svg")  # cached by the service worker; the large icons are only for the home screen
SHELL_IS_PUBLIC = (
    "the officer's app without any data: a phone opens it before anybody is signed in, and without a signal"
)


def _addresses(*patterns: str) -> list[str]:
    """URLs of the app's static files that match these patterns, with hashed names if the storage provides them."""
    files = sorted(f"field/{path.name}" for one in patterns for path in (APP_FOLDER / "static" / "field").glob(one))
    return [static(name) for name in files if name != SERVICE_WORKER]


def _page() -> str:
    with translation.override("id"):
        image_worker = static(IMAGE_WORKER)
        modules = [address for address in _addresses("*.js") if address != image_worker]
        context = {"version": shell_version(), "modules": modules, "image_worker": image_worker}
        return render_to_string("field/shell.html", context)


@lru_cache(maxsize=1)
def _digest() -> str:
    """A digest of all files of the app; it changes only with a new installation."""
    digest = sha256()
    for folder in ("static", "templates"):
        for path in sorted((APP_FOLDER / folder).rglob("*.*")):
            digest.update(path.relative_to(APP_FOLDER).as_posix().encode() + b"\n" + path.read_bytes())
    return digest.hexdigest()[:16]


def shell_version() -> str:
    """The version of the app that this office serves; phones with an older version download it."""
    if settings.DEBUG:  # in development, files change while the server runs
        _digest.cache_clear()
    return _digest()


@public(reason=SHELL_IS_PUBLIC)
@csp_override(
    {**CONTENT_SECURITY_POLICY, "trusted-types": ["lapangan"]}
)  # the Trusted Types policy of trusted_scripts.js
@gzip_page
def shell(request: HttpRequest) -> HttpResponse:
    # The service worker caches a shell only with this header: a captive portal answers every request with 200.
    manifest_data = {
        "Cache-Control": "no-cache",
        "X-Sambang-Shell": shell_version(),
        "Permissions-Policy": permissions_policy("geolocation"),
    }
    return HttpResponse(_page(), headers=manifest_data)


@public(reason=SHELL_IS_PUBLIC)
@gzip_page
def worker(request: HttpRequest) -> HttpResponse:
    lines = [
        f"self.VERSION = {json.dumps(shell_version())};",
        f"self.FILES = {json.dumps(_addresses(*PRECACHED))};",
        (APP_FOLDER / "static" / SERVICE_WORKER).read_text(encoding="utf-8"),
    ]
    return HttpResponse("\n".join(lines), "text/javascript", headers={"Cache-Control": "no-cache"})


@public(reason=SHELL_IS_PUBLIC)
def web_manifest(request: HttpRequest) -> HttpResponse:
    start = reverse("field:shell")
    with translation.override("id"):
        context = {
            "id": start,
            "name": _("Sambang lapangan"),
            "short_name": "Sambang",
            "description": _("Catat kunjungan IKM di HP, juga tanpa sinyal."),
            "lang": "id",
            "dir": "ltr",
            "start_url": start,
            "scope": start,
            "display": "standalone",
            "orientation": "portrait",
            "theme_color": "#14532d",
            "background_color": "#f1f5f1",
            "icons": [
                *(
                    {"src": static(name), "sizes": size, "type": "image/png", "purpose": purpose}
                    for name, size in ICONS.items()
                    for purpose in ("any", "maskable")
                ),
                {"src": static("field/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            ],
        }
    return HttpResponse(json.dumps(context), "application/manifest+json", headers={"Cache-Control": "no-cache"})
