"""What every answer tells a browser, and the names of cookies behind TLS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import sambang
from sambang.access.models import Council, Person, Role
from sambang.owners.operations import make_link
from sambang.registry.models import Business

pytestmark = [pytest.mark.django_db, pytest.mark.once]
OPEN = (
    "/",
    "/masuk/",
    "/pasar/katalog/",
    "/pasar/umpan.xml",
    "/lapangan/",
    "/lapangan/sw.js",
    "/alive",
    "/tidak-ada/",
    "/saya/",
    "/static/lib/base.css",
)
SIGNED_IN = (
    "/",
    "/daftar/ikm/",
    "/masuk/keamanan/",
    "/kunjungan/?format=xlsx",
    "/daftar/ikm/00000000-0000-0000-0000-000000000000/",
)


def policy_of(answer: Any) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))


@pytest.mark.parametrize("path", OPEN)
def test_every_answer_is_guarded(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.streaming:
        b"".join(answer.streaming_content)  # type: ignore[arg-type]
    answer.close()
    policy = policy_of(answer)
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == ("lapangan" if path == "/lapangan/" else "'none'")
    assert "unsafe" not in answer["Content-Security-Policy"] and "*" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert answer["Cross-Origin-Opener-Policy"] == answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert f"geolocation={'(self)' if path == '/lapangan/' else '()'}" in answer["Permissions-Policy"]
    assert "camera=()" in answer["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in answer["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in answer


def test_only_djangos_own_tables_go_without_trusted_types(
    client: Client, member: Callable[..., Person], places: Any
) -> None:
    nation = Council.objects.create(name="Dewan Nasional", region_code="")
    keeper = member("Kartika", nation, Role.ADMINISTRATOR)
    client.force_login(keeper)
    answer = client.get(reverse("admin:registry_region_changelist"))
    assert answer.status_code == 200
    policy = policy_of(answer)
    assert "require-trusted-types-for" not in policy and policy["script-src"] == "'self'"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("path", SIGNED_IN)
def test_what_somebody_signed_in_has_read_is_kept_nowhere(client: Client, sari: Person, path: str) -> None:
    stranger = Client().get(path)
    assert "no-store" not in stranger.get("Cache-Control", "") or stranger.status_code == 302
    client.force_login(sari)
    assert "no-store" in client.get(path)["Cache-Control"]


def test_signing_out_empties_the_browsers_cache(client: Client, sari: Person) -> None:
    client.force_login(sari)
    assert client.post("/masuk/keluar/")["Clear-Site-Data"] == '"cache"'


def test_cookies_behind_tls_belong_to_this_host_alone(
    client: Client, business: Business, rina: Person, settings: Any
) -> None:
    settings.HTTPS, settings.COOKIE_PREFIX, settings.SESSION_COOKIE_SECURE = True, "__Host-", True
    fresh = make_link(business, rina)
    cookies = client.get(f"/saya/{fresh.token}/", secure=True).cookies
    client.force_login(rina)
    asked = client.post(f"/saya/tautan/{business.cluster_id}/buat-yang-belum/", secure=True)
    cookies.update(asked.cookies)
    ours = {name: cookie for name, cookie in cookies.items() if name.startswith("__Host-")}
    assert "__Host-sambang_saya" in ours
    assert client.get("/saya/", secure=True).status_code == 200
    for cookie in ours.values():
        assert (cookie["path"], cookie["domain"], cookie["httponly"], cookie["secure"]) == ("/", "", True, True)
        assert cookie["samesite"] == "Lax"


BEHIND_TLS = """
import django, json, re
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()
from django.test import Client
client = Client(headers={"host": "sambang.example", "x-forwarded-proto": "https"}, enforce_csrf_checks=True)
page = client.get("/masuk/")
token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
language = client.post(
    "/bahasa/",
    {"language": "en", "csrfmiddlewaretoken": token},
    headers={"referer": "https://sambang.example/"},
)
plain = Client(headers={"host": "sambang.example"}).get("/masuk/")
print(json.dumps({
    "names": [settings.SESSION_COOKIE_NAME, *page.cookies, *language.cookies],
    "told": [str(cookie) for cookie in (*page.cookies.values(), *language.cookies.values())],
    "hsts": page["Strict-Transport-Security"], "plain": [plain.status_code, plain["Location"]],
    "alive": Client(headers={"host": "sambang.example"}).get("/alive").status_code,
}))
"""


@pytest.mark.slow
def test_a_site_behind_tls(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", BEHIND_TLS],
        check=True,
        capture_output=True,
        text=True,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(sambang.__file__).parent.parent),
            "DJANGO_SETTINGS_MODULE": "sambang.settings",
            "SAMBANG_DATA": str(tmp_path),
            "SAMBANG_HTTPS": "1",
            "SAMBANG_HOSTS": "sambang.example",
        },
    ).stdout
    found = json.loads(said)
    assert found["names"] == ["__Host-sessionid", "__Host-csrftoken", "__Host-bahasa"]
    for cookie in found["told"]:
        assert {"Secure", "Path=/", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert found["hsts"] == "max-age=31536000; includeSubDomains"
    assert found["plain"] == [301, "https://sambang.example/masuk/"]
    assert found["alive"] == 200
