"""Pairs judged by hand, before the threshold was set: alike ones are suggested, unlike ones are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sambang.access.models import Person
from sambang.aspirations.models import Aspiration
from sambang.aspirations.operations import group_aspirations
from sambang.aspirations.queries import suggestion_reason
from sambang.aspirations.similarity import content_words, suggest_groups
from sambang.registry.models import Cluster, Region

Heard = Callable[..., Aspiration]
ALIKE = [
    ("Penjualan masih sepi, pasar online belum kami kuasai", "Belum bisa jualan di pasar online"),
    ("Modal untuk beli kain kurang", "Kami kekurangan modal beli bahan kain"),
    ("Pinjaman dana bergulir minta agunan, kami tidak punya", "Mau pinjam dana bergulir tapi tak punya agunan"),
    ("Harga jual kalah murah dari Bandung", "Barang kami dijual lebih murah dari Bandung padahal mutu sama"),
    ("Tidak tahu cara foto produk untuk toko online", "Foto produk jelek jadi toko online tidak laku"),
]
UNLIKE = [
    ("Penjualan masih sepi, pasar online belum kami kuasai", "Ingin ikut pameran di Jakarta"),
    ("Modal untuk beli kain kurang", "Bunga bank terlalu tinggi"),
    ("Pemasaran produk seragam hanya di sekitar sini", "Belum punya merek dan kemasan"),
    ("Pembeli minta tempo bayar tiga bulan", "Pesanan seragam hanya ramai bulan Juni"),
    ("Pasar online penuh barang impor murah", "Ingin ruang pajang di pasar Condongcatur"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_alike_is_suggested_with_its_reason(heard: Heard, one: str, other: str) -> None:
    first, second = heard(one), heard(other)
    [found] = suggest_groups([second, first], {})
    assert (found.aspirations, found.headcount, found.matter) == ((first, second), 2, None)
    assert "Sama-sama soal pemasaran; kata yang sama: “" in suggestion_reason(found)


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_unlike_is_left_alone(heard: Heard, one: str, other: str) -> None:
    assert suggest_groups([heard(one), heard(other)], {}) == []


def test_another_difficulty_or_regency_is_not_similar(
    heard: Heard, make_business: Any, places: dict[str, Region]
) -> None:
    words = "Modal untuk beli kain kurang"
    village = next(region for code, region in places.items() if len(code) == 10 and not code.startswith("3404"))
    other = Cluster.objects.create(name="Sentra Lain", region=village)
    away = heard(words, business=make_business("Jahit Jauh", within=other))
    assert suggest_groups([heard(words), heard(words, difficulty="capital"), away], {}) == []


def test_a_matter_that_is_there_already_takes_a_single_voice(cluster: Cluster, heard: Heard, rina: Person) -> None:
    known = heard("Pinjaman dana bergulir minta agunan")
    matter = group_aspirations(cluster, rina, aspirations=[known], title="Agunan pinjaman", difficulty="marketing")
    voice = heard("Tidak punya agunan untuk dana bergulir")
    [found] = suggest_groups([voice], {matter: [known.text]})
    assert (found.matter, found.aspirations) == (matter, (voice,))


def test_the_largest_group_comes_first(heard: Heard) -> None:
    few = [heard("Tidak tahu cara foto produk") for _ in range(2)]
    many = [heard("Bunga pinjaman bank tinggi") for _ in range(3)]
    assert [set(found.aspirations) for found in suggest_groups(few + many, {})] == [set(many), set(few)]


def test_words_that_say_nothing_do_not_count() -> None:
    assert content_words("Kami sangat perlu 2 mesin obras, supaya bisa cepat!") == ["mesin", "obras", "cepat"]
