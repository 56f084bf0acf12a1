"""A file that came with a council's own form passes the office's virus scanner before it is handed out."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from sambang import environment
from sambang.access.models import Council, Person
from sambang.odk.models import Submission
from sambang.odk.operations import offer_form
from tests.odk.conftest import CollectHere, own_answers, own_workbook

pytestmark = pytest.mark.django_db

# Fake scanner with ClamAV's exit codes: "sakit" is infected, "aneh" an error.
SCANNER = "import sys; seen = sys.stdin.buffer.read(); sys.exit(1 if b'sakit' in seen else 2 if b'aneh' in seen else 0)"


@pytest.fixture
def ask(
    phone: CollectHere, sleman: Council, rina: Person, signed_in: Callable[[Person], Client]
) -> Callable[[bytes], tuple[bytes, str]]:
    """The bytes that the office hands out of a file with this content, and what the page says instead."""
    offer_form(sleman, rina, xlsform=own_workbook())

    def asked(content: bytes) -> tuple[bytes, str]:
        phone.submit(own_answers(photo="a.jpg"), {"a.jpg": content})
        sent = Submission.objects.get()
        answer = signed_in(rina).get(f"/collect/kiriman/{sent.pk}/berkas/{sent.files.get().pk}/", follow=True)
        assert answer.status_code == 200
        return (b"".join(answer), "") if answer.streaming else (b"", answer.content.decode())  # type: ignore[arg-type]

    return asked


@pytest.fixture
def scanner(settings: object) -> None:
    settings.SAMBANG_SCANNER = [sys.executable, "-c", SCANNER]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("scanner")
def test_a_clean_file_is_handed_out_whole(ask: Callable[[bytes], tuple[bytes, str]]) -> None:
    content = b"sehat " * 100_000
    assert ask(content) == (content, "")


@pytest.mark.usefixtures("scanner")
@pytest.mark.parametrize(("content", "why"), [(b"isi sakit", "berbahaya"), (b"isi aneh", "belum dapat diperiksa")])
def test_what_the_scanner_knows_or_cannot_read_stays_here(
    ask: Callable[[bytes], tuple[bytes, str]], content: bytes, why: str
) -> None:
    handed, page = ask(content)
    assert handed == b"" and why in page


def test_a_scanner_that_is_gone_lets_nothing_pass(ask: Callable[[bytes], tuple[bytes, str]], settings: object) -> None:
    settings.SAMBANG_SCANNER = ["/nowhere/clamdscan", "-"]  # type: ignore[attr-defined]
    handed, page = ask(b"isi foto")
    assert handed == b"" and "tidak menjawab" in page


def test_without_a_scanner_files_are_handed_out_as_they_came(ask: Callable[[bytes], tuple[bytes, str]]) -> None:
    assert ask(b"isi sakit") == (b"isi sakit", "")


def test_a_program_that_is_not_there_is_no_scanner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMBANG_SCANNER", "clamdskan --no-summary -")
    with pytest.raises(ImproperlyConfigured, match="clamdskan"):
        environment.command("SAMBANG_SCANNER")
    monkeypatch.setenv("SAMBANG_SCANNER", f"{sys.executable} -c 'import sys'")
    assert environment.command("SAMBANG_SCANNER") == [sys.executable, "-c", "import sys"]
