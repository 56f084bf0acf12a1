"""Lists longer than a page: every row once, and no more read for a page than it shows (bench/large_register.py
measures)."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sambang.access.models import Council, Person, Role
from sambang.lib import exports, lists
from sambang.registry import business_export
from sambang.registry.models import Business

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
Enter = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def two_rows_on_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)


@pytest.mark.parametrize("wanted", [{}, {"cari": "ikm"}, {"keadaan": "producing"}])
def test_every_row_stands_on_one_page_in_the_order_of_names(
    signed_in: Enter, sari: Person, citra: Person, make_business: Callable[..., Business], wanted: dict[str, str]
) -> None:
    for name in ("IKM C", "IKM A", "IKM E", "IKM B", "IKM D"):
        make_business(name)

    def pages(person: Person) -> list[list[str]]:
        """Forward to the last page by the links, then back to the first, which must show the same."""
        client, found = signed_in(person), []
        query = {**wanted}
        while True:
            page = client.get(reverse("registry:business_list"), query).context["page"]
            found.append([row.name for row in page])
            if not page.next:
                break
            query = {**wanted, "setelah": page.next}
        for expected in reversed(found[:-1]):
            page = client.get(reverse("registry:business_list"), {**wanted, "sebelum": page.previous}).context["page"]
            assert [row.name for row in page] == expected
        assert not page.previous
        return found

    assert pages(sari) == [["IKM A", "IKM B"], ["IKM C", "IKM D"], ["IKM E"]]
    assert pages(citra) == [[]]


def test_a_later_page_passes_over_no_row(
    signed_in: Enter, sari: Person, make_business: Callable[..., Business]
) -> None:
    rows = [make_business(f"IKM {number}") for number in range(5)]
    statements = asked(signed_in(sari), setelah=str(rows[3].pk))
    assert not [statement for statement in statements if "OFFSET" in statement]


def test_a_search_joins_no_table_to_every_row(
    signed_in: Enter,
    sari: Person,
    member: Any,
    make_business: Callable[..., Business],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lists, "PAGE_SIZE", 1)  # rows are counted where they fill more than one page
    make_business("Pemilik 1")
    make_business("Pemilik 11")
    nation = Council.objects.create(name="Nasional", region_code="")
    for person in (sari, member("Dewi", nation, Role.STAFF)):
        statements = asked(signed_in(person), cari="pemilik 1")
        counting = [each for each in statements if "COUNT(*)" in each and "LIKE" in each.upper()]
        assert counting
        for statement in counting:
            looked_through = statement.split("WHERE", 1)[0]
            assert "JOIN" not in looked_through


def test_a_csv_four_times_as_long_takes_no_more_memory(
    signed_in: Enter, sari: Person, business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows at once are made few here, so that few rows are many; bench/large_register.py measures a million."""
    monkeypatch.setattr(business_export, "EXPORTED_AT_ONCE", 50)
    monkeypatch.setattr(exports, "WORKBOOK_CHUNK_ROWS", 25)
    client = signed_in(sari)

    def held(rows: int) -> int:
        """Bytes at most, while the list is sent."""
        here = Business.objects.count()
        Business.objects.bulk_create(
            Business(name=f"IKM {number}", owner=business.owner, cluster=business.cluster, region=business.region)
            for number in range(here, rows)
        )
        answer = client.get(reverse("registry:business_list"), {"format": "csv"})
        tracemalloc.start()
        try:
            parts = sum(1 for _part in answer)
            _now, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert parts == 1 + rows / 25
        return most

    held(100)  # what is made once
    short, long = held(1000), held(4000)
    assert long < 1.25 * short, (short, long)


def asked(client: Client, **wanted: str) -> list[str]:
    address = reverse("registry:business_list")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address, wanted).status_code == 200
    return [str(query["sql"]) for query in queries.captured_queries]
