"""The officer's app as a phone keeps it: the shell, the service worker and the manifest. The same for everybody,
without data."""

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
WORKER = "field/service_worker.js"  # the body of sw.js
IMAGE_WORKER = "field/image_worker.js"
ICONS = {"field/icon-192.png": "192x192", "field/icon-512.png": "512x512"}
POLICY: dict[str, Any] = settings.SECURE_CSP
PRECACHED = ("*.js", "*.css", "*.svg")  # by the worker; the large icons only serve the home screen
REASON = "the officer's app without any data: a phone opens it before anybody is signed in, and without a signal"


def _addresses(*patterns: str) -> list[str]:
    """Where the app's own static files of these patterns are served, by hashed names where the storage gives them."""
    files = sorted(f"field/{path.name}" for one in patterns for path in (APP_FOLDER / "static" / "field").glob(one))
    return [static(name) for name in files if name != WORKER]


def _page() -> str:
    with translation.override("id"):
        image_worker = static(IMAGE_WORKER)
        modules = [address for address in _addresses("*.js") if address != image_worker]
        context = {"version": shell_version(), "modules": modules, "image_worker": image_worker}
        return render_to_string("field/shell.html", context)


@lru_cache(maxsize=1)
def _digest() -> str:
    """Of every file that the app on the phone is made of; it changes only with an installation."""
    digest = sha256()
    for folder in ("static", "templates"):
        for path in sorted((APP_FOLDER / folder).rglob("*.*")):
            digest.update(path.relative_to(APP_FOLDER).as_posix().encode() + b"\n" + path.read_bytes())
    return digest.hexdigest()[:16]


def shell_version() -> str:
    """Which edition of the app this office hands out: phones that hold an older one fetch it anew."""
    if settings.DEBUG:  # files change while it runs
        _digest.cache_clear()
    return _digest()


@public(reason=REASON)
@csp_override({**POLICY, "trusted-types": ["lapangan"]})  # the one of trusted_scripts.js
@gzip_page
def shell(request: HttpRequest) -> HttpResponse:
    # The worker keeps a shell only if it says whose it is: a captive portal answers 200 to everything.
    manifest_data = {
        "Cache-Control": "no-cache",
        "X-Sambang-Shell": shell_version(),
        "Permissions-Policy": permissions_policy("geolocation"),
    }
    return HttpResponse(_page(), headers=manifest_data)


@public(reason=REASON)
@gzip_page
def worker(request: HttpRequest) -> HttpResponse:
    lines = [
        f"self.VERSION = {json.dumps(shell_version())};",
        f"self.FILES = {json.dumps(_addresses(*PRECACHED))};",
        (APP_FOLDER / "static" / WORKER).read_text(encoding="utf-8"),
    ]
    return HttpResponse("\n".join(lines), "text/javascript", headers={"Cache-Control": "no-cache"})


@public(reason=REASON)
def manifest(request: HttpRequest) -> HttpResponse:
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
