"""The app as a phone fetches it: the same for everybody, without data, and plain enough for a strict policy and an
old phone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from tools import messages
from tools.budgets import ROOT

from sambang.access.models import Person

FOLDER = ROOT / "src" / "sambang" / "field" / "static" / "field"
MODULES = sorted(path for path in FOLDER.glob("*.js") if path.name != "english.js")  # which is made of the catalogue
# Markup from text and code from text, which the policy forbids; and what browsers of four years ago do not know.
NEVER = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.style\b|setAttribute\(\"style"
TOO_NEW = (
    r"structuredClone|\.at\(|AbortSignal\.timeout|Object\.groupBy|\.toSorted\(|\.findLast\(|"
    r"Promise\.withResolvers|<dialog"
)
LONGEST = 400  # lines of a module


@pytest.mark.django_db
def test_the_shell_is_the_same_for_everybody_and_sets_no_cookie(client: Client, sari: Person) -> None:
    stranger = client.get("/lapangan/")
    client.force_login(sari)
    hers = client.get("/lapangan/")
    assert stranger.status_code == 200
    assert stranger.content == hers.content
    assert not stranger.cookies and not hers.cookies
    assert b"Sari" not in hers.content and b"csrf" not in hers.content
    assert b'<html lang="id"' in client.get("/lapangan/", headers={"cookie": "bahasa=en"}).content


@pytest.mark.django_db
def test_the_worker_keeps_the_shell_its_modules_and_no_json(client: Client) -> None:
    answer = client.get("/lapangan/sw.js")
    assert answer["Content-Type"] == "text/javascript" and answer["Cache-Control"] == "no-cache"
    found = re.search(r"self\.FILES = (\[.*\]);", answer.content.decode())
    assert found
    kept = {Path(path).name for path in json.loads(found[1])}
    assert kept == {path.name for path in FOLDER.iterdir() if path.suffix in {".js", ".css", ".svg"}} - {
        "service_worker.js"
    }
    version = client.get("/lapangan/")["X-Sambang-Shell"]
    assert f'self.VERSION = "{version}"' in answer.content.decode()
    assert version == client.get("/lapangan/siapa.json").json()["shell"]


@pytest.mark.django_db
def test_the_page_loads_every_module_but_the_workers(client: Client) -> None:
    page = client.get("/lapangan/").text
    loaded = {Path(address).name for address in re.findall(r'modulepreload" href="([^"]+)"', page)}
    [image_worker] = re.findall(r'data-image-worker="([^"]+)"', page)
    modules = {path.name for path in FOLDER.glob("*.js")} - {"service_worker.js", Path(image_worker).name}
    assert loaded == modules and (FOLDER / Path(image_worker).name).exists()


@pytest.mark.django_db
def test_the_manifest_makes_it_an_app(client: Client) -> None:
    facts = client.get("/lapangan/manifest.webmanifest").json()
    assert facts["start_url"] == facts["scope"] == "/lapangan/"
    assert {icon["sizes"] for icon in facts["icons"]} >= {"192x192", "512x512"}
    assert "maskable" in {icon.get("purpose") for icon in facts["icons"]}


@pytest.mark.parametrize("path", ["/lapangan/", "/lapangan/sw.js", "/lapangan/manifest.webmanifest"])
@pytest.mark.django_db
def test_strangers_fetch_the_app(
    signed_in: Callable[[Person], Client], client: Client, path: str, budi: Person
) -> None:
    assert client.get(path).status_code == 200
    assert signed_in(budi).get(path).status_code == 200


def test_modules_are_small_and_make_no_code_of_text() -> None:
    assert len(MODULES) > 15
    for module in MODULES:
        text = module.read_text(encoding="utf-8")
        assert text.count("\n") <= LONGEST, module.name
        assert not re.search(NEVER, text), module.name
        assert not re.search(TOO_NEW, text), module.name


def test_every_text_of_the_app_is_in_english() -> None:
    texts = {text for path in messages.phone_scripts() for text in messages.texts_of(path.read_text(encoding="utf-8"))}
    texts |= {*messages.shell_texts(), *messages.table_texts()}
    assert len(texts) > 250
    made = messages.PHONE_ENGLISH.read_text(encoding="utf-8")
    assert {text for text in texts if f"{json.dumps(text, ensure_ascii=False)}:" not in made} == set()


# Indonesian words in a script outside t`…`: what a new sentence would contain.
WORDS = r"\b(?:yang|belum|sudah|tidak|dulu|simpan|kantor|kunjungan|catatan|pemilik|foto|isi|tulis|pilih)\b"
# Codes, addresses and keys, which are never shown.
CODES = r"^(?:belum|tidak|foto|[\w-]+\.(?:jpg|png|json)|kunjungan|[#./&].*|[a-z]+/.*|Ketua sentra|catatan|tulisan)$"


def test_no_text_of_the_app_is_outside_the_catalogue() -> None:
    literal = re.compile(r'(?<![\w$`])"([^"\n]*)"|(?<![\w$`t])`([^`]*)`')
    found = {
        (path.name, text)
        for path in messages.phone_scripts()
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.lstrip().startswith(("//", "/*", "*", "import", "} from"))
        for text in (one or other for one, other in literal.findall(line))
        if re.search(WORDS, re.sub(r"\$\{.*?\}", "", text), re.IGNORECASE) and not re.search(CODES, text)
    }
    assert found == set()
