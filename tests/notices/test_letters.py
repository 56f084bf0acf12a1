"""The weekly letter: chosen, once a week, without personal data, and tried again when the server refuses."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from sambang import environment
from sambang.access.models import Person, system_person
from sambang.actions.models import Confirmation
from sambang.actions.operations import dispute_action
from sambang.lib import clock
from sambang.notices.letters import letter_text, send_letters, week_of
from sambang.notices.models import NoticeSettings
from sambang.notices.operations import choose_notices
from tests.actions.conftest import action, asked, idea, matter, raisers
from tests.ports import spare_port

__all__ = ["action", "asked", "idea", "matter", "raisers"]
type In = Callable[[Person], Client]


@pytest.fixture
def _mail_server(settings: Any) -> None:
    settings.SAMBANG_EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "127.0.0.1", "sambang@kantor.test"
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


@pytest.fixture
def _refused(asked: list[Confirmation], rina: Person) -> None:
    dispute_action(asked[0], asked[0].business.owner, text="Etalase masih kosong")
    choose_notices(rina, rina, wanted=["refused"], weekly_letter=True)


@pytest.mark.usefixtures("_mail_server", "_refused")
def test_who_chose_it_gets_one_a_week_without_personal_data(asked: list[Confirmation], rina: Person) -> None:
    for _run in range(2):
        call_command("weekly_letters", verbosity=0)
    [letter] = mail.outbox
    assert (letter.to, letter.from_email) == ([rina.email], "sambang@kantor.test")
    assert "Etalase rahasia" in letter.body and "1 kabar belum dibaca." in letter.body
    owner = asked[0].business.owner
    for word in ("Jahit Asri", "Etalase masih kosong", owner.name, rina.name, "+62812"):
        assert word not in letter.subject + letter.body
    NoticeSettings.objects.update(letter_week=week_of(clock.today()) - timedelta(days=7))
    assert send_letters(system_person()) == (1, 0)


@pytest.mark.usefixtures("_mail_server", "_refused")
def test_a_letter_that_the_server_refuses_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any) -> None:
        raise SMTPServerDisconnected

    with monkeypatch.context() as patched:
        patched.setattr("sambang.notices.letters.send_mail", refuse)
        with pytest.raises(CommandError):
            call_command("weekly_letters", verbosity=0)
    assert not mail.outbox and send_letters(system_person()) == (1, 0)


@pytest.mark.usefixtures("_refused")
def test_without_a_mail_server_nothing_is_sent_or_offered(rina: Person, signed_in: In, settings: Any) -> None:
    settings.SAMBANG_EMAIL_HOST = ""
    call_command("weekly_letters", verbosity=0)
    assert not mail.outbox
    assert "weekly_letter" not in signed_in(rina).get(reverse("notices:notice_settings")).text


@pytest.mark.usefixtures("_mail_server", "asked")
def test_each_person_chooses_it(sari: Person, citra: Person, signed_in: In) -> None:
    assert "weekly_letter" in signed_in(sari).get(reverse("notices:notice_settings")).text
    signed_in(sari).post(reverse("notices:notice_settings"), {"kinds": ["raised"], "weekly_letter": "on"})
    choose_notices(citra, citra, wanted=["refused"], weekly_letter=True)
    assert send_letters(system_person()) == (1, 0)
    assert [letter.to for letter in mail.outbox] == [[sari.email]]
    assert letter_text(citra, today=clock.today()) == ""  # of another council: nothing to tell
    signed_in(sari).post(reverse("notices:notice_settings"), {"kinds": ["raised"]})
    NoticeSettings.objects.update(letter_week=None)
    assert send_letters(system_person()) == (0, 0)


class Smtp(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a letter needs."""

    def handle(self) -> None:
        def answer(line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        answer("220 contoh.test")
        while line := self.rfile.readline():
            verb = line.split(None, 1)[0].upper()
            if verb == b"DATA":
                answer("354 ")
                text = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    text += part
                self.server.letters.append(text.decode())  # type: ignore[attr-defined]
            answer("221 " if verb == b"QUIT" else "250 ")
            if verb == b"QUIT":
                return


@pytest.fixture
def smtp() -> Iterator[Any]:
    with socketserver.TCPServer(("127.0.0.1", 0), Smtp) as server:
        server.letters = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.usefixtures("_mail_server", "_refused")
def test_by_smtp(smtp: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def use_port(port: int) -> None:
        monkeypatch.setenv("SAMBANG_EMAIL_PORT", str(port))
        settings.MAILERS = {"default": {"OPTIONS": environment.mail_options("127.0.0.1")}}

    monkeypatch.setenv("SAMBANG_EMAIL_ENCRYPTION", "none")
    use_port(smtp.server_address[1])
    assert send_letters(system_person()) == (1, 0)
    [letter] = smtp.letters
    assert "Etalase rahasia" in letter and "From: sambang@kantor.test" in letter
    use_port(spare_port())  # nobody listens there
    NoticeSettings.objects.update(letter_week=None)
    assert send_letters(system_person()) == (0, 1)


@pytest.mark.parametrize(
    ("word", "port", "host", "expected"),
    [
        ("", "", "surat.kantor.test", (587, True, False)),
        ("TLS", "465", "surat.kantor.test", (465, False, True)),
        ("none", "25", "localhost", (25, False, False)),
        ("none", "25", "surat.kantor.test", None),
        ("ssl3", "", "localhost", None),
        ("", "0", "surat.kantor.test", None),
        ("", "smtp", "surat.kantor.test", None),
    ],
)
def test_mail_beyond_this_machine_is_encrypted(
    monkeypatch: pytest.MonkeyPatch, word: str, port: str, host: str, expected: tuple[int, bool, bool] | None
) -> None:
    monkeypatch.setenv("SAMBANG_EMAIL_ENCRYPTION", word)
    monkeypatch.setenv("SAMBANG_EMAIL_PORT", port)
    if expected is None:
        with pytest.raises(ImproperlyConfigured):
            environment.mail_options(host)
    else:
        options = environment.mail_options(host)
        assert (options["port"], options["use_tls"], options["use_ssl"]) == expected
