"""How many IKM there are from two lists: the estimator, and the page."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from sambang.access.models import Person
from sambang.imports.models import SourceList
from sambang.imports.operations import import_register
from sambang.imports.population import chapman, estimate_from_lists
from sambang.imports.sheets import read_register
from sambang.registry.models import Business, Cluster
from tests.markup import compact

HEAD = "No;Nama Usaha;Nama Pemilik;NIK;Alamat\n"


def test_a_known_value() -> None:
    """201 * 151 / 39 - 1."""
    found = chapman(200, 150, 38)
    assert found.total == pytest.approx(777.23, abs=0.01)
    assert found.low < found.total < found.high and found.low >= found.seen == 312


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng, truth, covered = random.Random(5), 1_200, 0
    for _trial in range(400):
        first = {one for one in range(truth) if rng.random() < 0.5}
        second = {one for one in range(truth) if rng.random() < 0.4}
        found = chapman(len(first), len(second), len(first & second))
        covered += found.low <= truth <= found.high
    assert 0.92 <= covered / 400 <= 0.98


@given(st.integers(0, 5000), st.integers(0, 5000), st.data())
def test_never_fewer_than_were_seen(first: int, second: int, data: st.DataObject) -> None:
    both = data.draw(st.integers(0, min(first, second)))
    found = chapman(first, second, both)
    assert found.low >= found.seen - 1e-6
    assert found.low <= found.total + 1e-6 <= found.high + 2e-6
    assert chapman(second, first, both).total == pytest.approx(found.total)


def test_more_in_both_than_in_one_is_refused() -> None:
    with pytest.raises(ValueError, match="4"):
        chapman(3, 5, 4)


def listed(cluster: Cluster, by: Person, name: str, numbers: range) -> None:
    rows = "".join(f"{n};Usaha {n};Orang {n};{3404071205800000 + n};Jl. {n}\n" for n in numbers)
    sheet = read_register((HEAD + rows).encode(), name)
    import_register(cluster, by, sheet=sheet, decisions={})


@pytest.mark.django_db
def test_two_lists_tell_how_many_there_are(signed_in: Any, rina: Person, cluster: Cluster, citra: Person) -> None:
    client = signed_in(rina)
    address = reverse("imports:population_estimate")
    assert "Perlu dua daftar" in client.get(address).text
    listed(cluster, rina, "dinas.csv", range(1, 41))
    listed(cluster, rina, "koperasi.csv", range(21, 61))
    listed(cluster, rina, "koperasi.csv", range(21, 61))  # the same list again is no third one
    first, second = SourceList.objects.order_by("name")[::-1]
    assert Business.objects.count() == 60
    found = estimate_from_lists(first, second)
    assert (found.first, found.second, found.both, found.seen) == (40, 40, 20, 60)
    assert found.total == pytest.approx(41 * 41 / 21 - 1)
    page = compact(client.get(address).text)
    assert f"antara {found.low:.0f} dan {found.high:.0f} (selang 95%)" in page
    assert "Chapman" in page and "dibuat sendiri-sendiri" in page
    assert f"{60 / found.total:.0%} dari perkiraan" in page
    same = client.get(address, {"daftar": [first.pk, first.pk]}).text
    assert "Pilih dua daftar yang berbeda" in same
    assert "dinas.csv" not in signed_in(citra).get(address).text


@pytest.mark.django_db
def test_a_copied_list_is_no_second_one(signed_in: Any, rina: Person, cluster: Cluster) -> None:
    listed(cluster, rina, "a.csv", range(1, 41))
    listed(cluster, rina, "b.csv", range(1, 31))
    page = compact(signed_in(rina).get(reverse("imports:population_estimate")).text)
    assert "tampaknya disalin" in page and "selang 95%)" not in page
    assert not chapman(40, 30, 29).is_reliable
    assert chapman(40, 30, 28).is_reliable


@pytest.mark.django_db
def test_too_few_in_both_is_no_estimate(signed_in: Any, rina: Person, cluster: Cluster) -> None:
    listed(cluster, rina, "a.csv", range(1, 30))
    listed(cluster, rina, "b.csv", range(28, 60))
    page = compact(signed_in(rina).get(reverse("imports:population_estimate")).text)
    assert "Hanya 2 IKM ada di kedua daftar" in page and "selang 95%)" not in page
