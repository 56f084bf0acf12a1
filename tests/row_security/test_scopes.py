"""Whose work it is never leaks from one piece of work to the next, whatever becomes of connections and transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from threading import Thread

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from sambang.access.models import Person
from sambang.access.row_security import as_reader, bypass_row_security, row_security_middleware
from sambang.lib.db_scope import ANONYMOUS_SCOPE, SYSTEM_SCOPE, current_scope, database_scope, iterate_in_scope
from sambang.registry.models import Business

STANDS = connection.vendor == "postgresql"
CATALOGUE = "sambang.market.views.catalogue"


class WrongError(Exception):
    pass


def reader() -> str:
    """The identity under which the next statement runs: a person's key, '' for nobody, "office". Without row security:
    that of the scope."""
    if not STANDS:
        here = current_scope()
        return "office" if here.is_system else str(here.reader or "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = session_user, current_setting('sambang.reader', true)")
        is_owner, name = cursor.fetchone()
    return "office" if is_owner else name


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_set_and_lost_is_said_again(sari: Person, citra: Person) -> None:
    with as_reader(sari):
        assert reader() == str(sari.pk)
        with suppress(WrongError), transaction.atomic(), as_reader(citra):
            assert reader() == str(citra.pk)
            raise WrongError
        assert reader() == str(sari.pk)
        with transaction.atomic():
            with suppress(WrongError), bypass_row_security(CATALOGUE), transaction.atomic():
                assert reader() == "office"
                raise WrongError
            assert reader() == str(sari.pk)
            with bypass_row_security(CATALOGUE), suppress(WrongError), transaction.atomic(), as_reader(citra):
                assert reader() == str(citra.pk)
                raise WrongError
            assert reader() == str(sari.pk)
        with suppress(WrongError), transaction.atomic():  # given inside, lost with it, and wanted afterwards
            with as_reader(citra):
                assert reader() == str(citra.pk)
            assert reader() == str(sari.pk)
            raise WrongError
        assert reader() == str(sari.pk)
    assert reader() == "office"


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_failed_does_not_hide_why(sari: Person) -> None:
    """The scope changes while the transaction is broken: the savepoint is reached, and the error is the first one."""
    with transaction.atomic(), as_reader(sari):
        with (
            pytest.raises(DatabaseError, match="nowhere"),
            bypass_row_security(CATALOGUE),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT * FROM nowhere")
        assert reader() == str(sari.pk)


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_knows_nobodys_name(sari: Person) -> None:
    with as_reader(sari):
        assert reader() == str(sari.pk)
        connection.close()
        assert reader() == str(sari.pk)
    connection.close()
    assert reader() == "office"


@pytest.mark.django_db(transaction=True)
def test_each_thread_has_its_own(sari: Person, citra: Person) -> None:
    seen: dict[str, str] = {}

    def work(person: Person) -> None:
        try:
            with as_reader(person):
                seen[person.name] = reader()
        finally:
            connection.close()

    with as_reader(sari):
        other = Thread(target=work, args=[citra])
        other.start()
        other.join()
        assert (reader(), seen) == (str(sari.pk), {"Citra": str(citra.pk)})


@pytest.mark.django_db
def test_requests_on_one_connection_are_each_their_reader_s(
    client: Client, sari: Person, citra: Person, business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def noted(page: str) -> str:
        seen.append(reader())
        return page

    monkeypatch.setattr("sambang.home.views.home.render", lambda *_args, **_facts: HttpResponse(noted("")))
    for person in (sari, citra, None, sari):
        if person is None:
            client.logout()
        else:
            client.force_login(person)
        client.get("/")
    client.logout()
    client.get("/pasar/katalog/")
    assert seen == [str(sari.pk), str(citra.pk), "office", str(sari.pk)], "a stranger's front page is the catalogue's"
    assert current_scope() is SYSTEM_SCOPE, "what a test is, again"


@pytest.mark.django_db
def test_an_error_in_a_page_leaves_nothing_standing(rf: RequestFactory) -> None:
    def broken(_request: HttpRequest) -> HttpResponse:
        assert reader() == ""
        with bypass_row_security(CATALOGUE):
            raise WrongError

    with pytest.raises(WrongError):
        row_security_middleware(broken)(rf.get("/"))
    assert current_scope() is SYSTEM_SCOPE


@pytest.mark.django_db
def test_an_answer_that_is_written_while_it_is_sent_is_its_reader_s(
    rf: RequestFactory, client: Client, sari: Person, business: Business
) -> None:
    def parts() -> Iterator[str]:
        yield reader()
        yield reader()

    request = rf.get("/")
    client.force_login(sari)
    name = settings.SESSION_COOKIE_NAME
    request.COOKIES[name], request.session = client.cookies[name].value, client.session  # type: ignore[assignment]
    answer = row_security_middleware(lambda _request: StreamingHttpResponse(parts()))(request)
    with database_scope(ANONYMOUS_SCOPE):
        assert b"".join(answer) == f"{sari.pk}{sari.pk}".encode()  # type: ignore[arg-type]
        assert current_scope() is ANONYMOUS_SCOPE
    assert list(iterate_in_scope(ANONYMOUS_SCOPE, [])) == []
