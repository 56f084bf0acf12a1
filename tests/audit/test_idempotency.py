"""A form submitted twice is processed once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from sambang.access.models import Council, Person, Role
from sambang.audit.idempotency import idempotency_middleware
from sambang.audit.models import IdempotencyKey
from sambang.lib.db_scope import SYSTEM_SCOPE, database_scope
from sambang.training.models import Course

pytestmark = pytest.mark.django_db
PLAN = "/pelatihan/baru/"


@pytest.fixture
def desk(rina: Person) -> Client:
    """A browser as it is: forms carry the token that the page was drawn with."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(rina)
    return browser


def token_on(browser: Client, address: str) -> str:
    """The token of the page's last form but one: above is the sign-out, below the choice of language."""
    found = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(address).content.decode())
    return str(found[1])


def filled_in(sleman: Council, token: str, **changed: str) -> dict[str, str]:
    facts = {"council": str(sleman.pk), "title": "Foto produk", "topic": "online"}
    return {**facts, "csrfmiddlewaretoken": token, **changed}


def test_pressed_twice_one_course(desk: Client, sleman: Council) -> None:
    form = filled_in(sleman, token_on(desk, PLAN))
    first, second = desk.post(PLAN, form), desk.post(PLAN, form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Location"] == first["Location"]
    assert Course.objects.count() == 1
    assert "tidak disimpan dua kali" in desk.get(second["Location"]).content.decode()


def test_changed_after_back_is_another(desk: Client, sleman: Council) -> None:
    token = token_on(desk, PLAN)
    desk.post(PLAN, filled_in(sleman, token))
    desk.post(PLAN, filled_in(sleman, token, title="Foto produk lagi"))
    assert Course.objects.count() == 2


def test_a_page_drawn_anew_may_say_the_same_again(desk: Client, sleman: Council) -> None:
    desk.post(PLAN, filled_in(sleman, token_on(desk, PLAN)))
    desk.post(PLAN, filled_in(sleman, token_on(desk, PLAN)))
    assert Course.objects.count() == 2


def test_what_was_refused_leaves_no_receipt(desk: Client, sleman: Council) -> None:
    form = filled_in(sleman, token_on(desk, PLAN), title="")
    assert [desk.post(PLAN, form).status_code for _ in range(2)] == [422, 422]
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize(
    ("status", "runs"), [(302, 1), (303, 1), (200, 2), (204, 2), (301, 2), (307, 2), (400, 2), (409, 2), (500, 2)]
)
def test_only_a_redirect_after_the_form_was_executed_is_kept(
    rina: Person, rf: RequestFactory, status: int, runs: int
) -> None:
    answered: list[HttpRequest] = []

    def respond(request: HttpRequest) -> HttpResponse:
        answered.append(request)
        return HttpResponse(status=status, headers={"Location": PLAN})

    for _time in range(2):
        request = rf.post(PLAN, {"csrfmiddlewaretoken": "token"})
        request.user = rina
        request._messages = CookieStorage(request)  # type: ignore[attr-defined]
        assert idempotency_middleware(respond)(request).headers["Location"] == PLAN
    assert len(answered) == runs


def test_a_repeated_request_gets_409_while_the_first_runs(
    desk: Client, sleman: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sambang.audit.idempotency.WAIT_TIMEOUT", 0.05)
    form = filled_in(sleman, token_on(desk, PLAN))
    desk.post(PLAN, form)
    IdempotencyKey.objects.update(answer="")
    answer = desk.post(PLAN, form)
    assert answer.status_code == 409
    assert "masih dikerjakan" in answer.content.decode()
    assert Course.objects.count() == 1


def test_a_twin_waits_for_the_first_and_is_sent_on_with_it(
    desk: Client, sleman: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = []

    def first_ends(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            with database_scope(SYSTEM_SCOPE):  # the first request has a connection and a scope of its own
                IdempotencyKey.objects.update(answer="/pelatihan/")

    monkeypatch.setattr("sambang.audit.idempotency.time.sleep", first_ends)
    form = filled_in(sleman, token_on(desk, PLAN))
    desk.post(PLAN, form)
    IdempotencyKey.objects.update(answer="")
    answer = desk.post(PLAN, form)
    assert (answer.status_code, answer["Location"]) == (302, "/pelatihan/")
    assert len(waits) == 3
    assert all(0 < seconds < 1 for seconds in waits)
    assert Course.objects.count() == 1


def test_a_twin_tries_itself_where_the_first_was_refused_meanwhile(
    desk: Client, sleman: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    def first_is_refused(_seconds: float) -> None:
        with database_scope(SYSTEM_SCOPE):
            IdempotencyKey.objects.all().delete()

    monkeypatch.setattr("sambang.audit.idempotency.time.sleep", first_is_refused)
    form = filled_in(sleman, token_on(desk, PLAN))
    desk.post(PLAN, form)
    IdempotencyKey.objects.update(answer="")
    assert desk.post(PLAN, form).status_code == 302
    assert Course.objects.count() == 2


def test_a_link_that_is_shown_once_is_made_once(sleman: Council, member: Callable[..., Person]) -> None:
    """A refused form is a page (422) and may be sent again; one that made an invitation leads to its link twice."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member("Ratna", sleman, Role.ADMINISTRATOR))
    address = reverse("accounts:invitation_create", args=[sleman.pk])
    form = {"name": "Dian", "email": "dian@contoh.test", "role": "officer"}
    form["csrfmiddlewaretoken"] = token_on(browser, address)
    assert browser.post(address, form | {"email": "dian"}).status_code == 422
    assert not IdempotencyKey.objects.exists()
    answers = [browser.post(address, form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302] and answers[0]["Location"] == answers[1]["Location"]
    assert sleman.invitations.count() == 1


def test_old_receipts_go(desk: Client, sleman: Council) -> None:
    IdempotencyKey.objects.create(key="lama", at=timezone.now() - timedelta(days=3), answer="/")
    desk.post(PLAN, filled_in(sleman, token_on(desk, PLAN)))
    assert not IdempotencyKey.objects.filter(pk="lama").exists()


def test_an_address_for_forms_only_says_so(client: Client, sari: Person) -> None:
    client.force_login(sari)
    answer = client.get("/daftar/ikm/cari-nik/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "hanya menerima kiriman formulir" in answer.content.decode()
