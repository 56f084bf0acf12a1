"""`visible_to` switched off under the pages and the operations: PostgreSQL still shows and changes nothing foreign.

On SQLite, without row security, the same pages do show it: so `visible_to` is really off here.
"""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.test import Client

from sambang.access.models import Person
from sambang.access.reader import Reader
from sambang.access.row_security import as_reader
from sambang.aspirations.models import Aspiration
from sambang.aspirations.operations import note_aspiration
from sambang.home.search import forgiving_search
from sambang.registry.models import Business
from tests.test_invalid_query_strings import LISTS

pytestmark = pytest.mark.django_db
STANDS = connection.vendor == "postgresql"


@pytest.fixture
def visible_to_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reader, "visible", lambda _reader, rows: rows.all())
    monkeypatch.setattr(Reader, "reachable", lambda _reader, _model: Q())
    monkeypatch.setattr(Reader, "may", lambda *_args, **_facts: True)


def test_no_list_names_what_is_foreign(
    client: Client, business: Business, citra: Person, sari: Person, visible_to_off: None
) -> None:
    client.force_login(citra)
    named = [address for address in LISTS if "Rahasia" in client.get(address).content.decode()]
    assert (named == []) is STANDS
    client.force_login(sari)
    assert any("Rahasia" in client.get(address).content.decode() for address in LISTS)


def test_no_search_finds_or_corrects_to_what_is_foreign(
    business: Business, citra: Person, sari: Person, visible_to_off: None
) -> None:
    for person, foreign in ((citra, True), (sari, False)):
        with as_reader(person):
            results = [forgiving_search(person, text) for text in ("rahasia", "jahti rahasia")]
        assert [bool(result.groups) for result in results] == [not (foreign and STANDS)] * 2
        assert results[1].corrected == ("" if foreign and STANDS else "jahit rahasia")


def test_no_foreign_page_opens(
    client: Client, business: Business, citra: Person, sari: Person, visible_to_off: None
) -> None:
    client.force_login(citra)
    for address in (f"/daftar/ikm/{business.pk}/", f"/daftar/sentra/{business.cluster_id}/"):
        assert client.get(address).status_code == (404 if STANDS else 200), address
    client.force_login(sari)
    assert client.get(f"/daftar/ikm/{business.pk}/").status_code == 200


def test_no_operation_writes_what_is_foreign(
    business: Business, citra: Person, sari: Person, visible_to_off: None
) -> None:
    def tried(by: Person) -> str:
        with as_reader(by):
            try:
                with transaction.atomic():
                    note_aspiration(
                        business, by, kind=Aspiration.Kind.ASPIRATION, text="Mesin bordir", difficulty="equipment"
                    )
            except DatabaseError as refused:
                return str(refused)
        return ""

    assert ("row-level security" in tried(citra)) is STANDS
    assert tried(sari) == ""
    assert Aspiration.objects.count() == (1 if STANDS else 2)
