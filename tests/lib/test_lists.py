"""Lists: every row on exactly one page, whatever the order; wrong keys and wrong filters; the files."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sambang.lib import lists
from sambang.lib.lists import Export, ListFilterForm, Page, list_response, page_of
from sambang.registry.models import Cluster, Region

ORDERS = (
    ("name",),
    ("-name",),
    ("since", "name"),
    ("-since", "-name"),
    ("region__name", "-since"),
    (F("since").desc(), "commodity"),
)


class EveryRowOnOnePage(TestCase):
    def setUp(self) -> None:
        names = {"3404072003": "Condongcatur", "3402082001": "Palbapang"}
        self.regions = [
            Region.objects.create(code=code, name=name, level="village", source="uji") for code, name in names.items()
        ]

    @given(
        st.lists(st.tuples(st.sampled_from([None, 1990, 2000]), st.sampled_from("ab"), st.booleans()), max_size=9),
        st.sampled_from(ORDERS),
        st.integers(1, 4),
    )
    @pytest.mark.slow
    def test_forward_and_back(self, drawn: list[tuple[int | None, str, bool]], order: Any, size: int) -> None:
        Cluster.objects.bulk_create(
            Cluster(name=f"Sentra {number}", region=self.regions[here], since=since, commodity=commodity)
            for number, (since, commodity, here) in enumerate(drawn)
        )
        rows = Cluster.objects.order_by(*order)
        pages = [page_of(rows, {}, size=size)]
        while pages[-1].next:
            pages.append(page_of(rows, {"setelah": pages[-1].next}, size=size))
        keys = [[row.pk for row in page] for page in pages]
        assert sorted(key for some in keys for key in some) == sorted(rows.values_list("pk", flat=True))
        assert all(len(some) == size for some in keys[:-1])
        assert all(page.total == len(drawn) for page in pages)
        page = pages[-1]
        for expected in reversed(keys[:-1]):
            page = page_of(rows, {"sebelum": page.previous}, size=size)
            assert [row.pk for row in page] == expected
        assert page.previous == ""
        if order == ("-since", "-name"):
            walked = [(row.since or 0, row.name) for page in pages for row in page]
            assert walked == sorted(walked, reverse=True)


@pytest.fixture
def three(cluster: Cluster) -> QuerySet[Cluster]:
    for name in ("Sentra B", "Sentra C"):
        Cluster.objects.create(name=name, region=cluster.region, commodity="=batik()")
    return Cluster.objects.order_by("name")


@pytest.mark.parametrize("key", ["", "bukan-kunci", "00000000-0000-4000-8000-000000000000", "\x00", "9" * 400])
@pytest.mark.parametrize("name", ["setelah", "sebelum"])
def test_a_key_that_is_not_in_the_list_gives_the_first_page(three: QuerySet[Cluster], name: str, key: str) -> None:
    page = page_of(three, {name: key}, size=2)
    assert [row.pk for row in page] == [row.pk for row in three[:2]]
    assert (page.previous, page.next) == ("", str(three[1].pk))


def test_a_page_counts_up_to_a_limit(three: QuerySet[Cluster], monkeypatch: pytest.MonkeyPatch) -> None:
    assert (page_of(three, {}).total, page_of(three, {}).total_text) == (3, "3")
    monkeypatch.setattr(lists, "MAX_COUNTED_ROWS", 2)
    with CaptureQueriesContext(connection) as asked:
        assert page_of(three, {}, size=1).total_text == "lebih dari 2"
    [counting] = [query["sql"] for query in asked.captured_queries if "COUNT(*)" in query["sql"]]
    assert "LIMIT 3" in counting


def test_a_list_that_fits_on_its_page_is_not_counted_again(three: QuerySet[Cluster]) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = page_of(three, {}, columns=("pk", "name", "region__name"))
    assert [row.name for row in page] == [row.name for row in three]
    assert [row.region__name for row in page] == [row.region.name for row in three]
    assert (page.total, len(asked)) == (3, 1)


def test_a_list_without_a_named_order_is_refused(three: QuerySet[Cluster]) -> None:
    with pytest.raises(TypeError, match="ordered by names"):
        page_of(three.order_by("?").order_by(F("since") + 1), {})


class NameFilter(ListFilterForm):
    cari = forms.CharField(required=False)
    jenis = forms.ChoiceField(required=False, choices=[("", "semua"), ("batik", "batik"), ("=batik()", "lain")])

    def filter_cari(self, rows: Any, text: str) -> Any:
        return rows.filter(name__icontains=text)

    def filter_jenis(self, rows: Any, value: str) -> Any:
        return rows.filter(commodity=value)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, 3),
        ({"cari": "sentra b"}, 1),
        ({"cari": "sentra", "jenis": "=batik()"}, 2),
        ({"jenis": "bukan pilihan"}, 0),
        ({"cari": "\x00"}, 0),
    ],
)
def test_a_filter_narrows_and_a_wrong_value_matches_nothing(
    three: QuerySet[Cluster], query: dict[str, str], names: int
) -> None:
    assert NameFilter(query).narrow(three).count() == names


def test_the_files_hold_every_row_and_the_page_its_own(
    three: QuerySet[Cluster], rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)
    export = Export("sentra", (("Nama", "name"), ("Desa", "region.name"), ("Ketua", "head.name"), ("Jenis", _kind)))

    def context(page: Page) -> dict[str, Any]:
        return {}

    def request(file_format: str) -> HttpRequest:
        asked = rf.get("/", {"format": file_format})
        asked.user = AnonymousUser()
        return asked

    answer: Any = list_response(request("csv"), three, "unused.html", export, context)
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert lines[0] == "Nama,Desa,Ketua,Jenis"
    assert [line.split(",")[0] for line in lines[1:]] == [row.name for row in three]
    assert lines[-2] == "Sentra C,Condongcatur,,'=BATIK()"
    book = list_response(request("xlsx"), three, "unused.html", export, context)
    assert book["Content-Type"].endswith("spreadsheetml.sheet")


def _kind(row: Cluster) -> str:
    return row.commodity.upper()


def test_each_field_of_a_filter_has_its_lookup_or_its_method() -> None:
    import_module("sambang.urls")  # imports every view with its form
    filters = [ListFilterForm]
    for one in filters:
        filters += one.__subclasses__()
    fields = [(one, name) for one in filters for name in one.base_fields]  # type: ignore[attr-defined]
    assert len(fields) > 30
    assert [(one, name) for one, name in fields if (name in one.lookups) == hasattr(one, f"filter_{name}")] == []
