"""Who qualifies, rule by rule and for four published programmes whose answers were worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from sambang.facilitation.eligibility import (
    RULE_CHECKS,
    VALUE_HELP,
    Eligibility,
    Profile,
    assess_eligibility,
    check_rule,
    clean_value,
)
from sambang.facilitation.models import Programme, Rule
from sambang.facilitation.rule_files import rule_files
from sambang.registry.models import Business, Permit

KEYS = (UUID(int=number) for number in count(1))
# A made-up maker of cassava crisps in Depok, Sleman: everything is known and nothing is missing but statements.
CRISPS = Profile(
    industry="10794",
    products=("Keripik singkong", "Emping"),
    workers=6,
    annual_sales=480_000_000,
    investment=150_000_000,
    region="3404072003",
    in_cluster=True,
    established=2019,
    owner_sex="female",
    permits=frozenset({"nib"}),
)
UNKNOWN = Profile(region="3404072003")


def rule(kind: str, value: str = "") -> Rule:
    return Rule(pk=next(KEYS), kind=kind, value=value)


@pytest.mark.parametrize(
    ("kind", "value", "met", "not_met"),
    [
        ("industry", "10, 11", {}, {"industry": "14111"}),
        ("industry", "10794", {}, {"industry": "10793"}),
        ("product", "keripik, kue kering", {}, {"products": ("Batik tulis",)}),
        ("product", "emping", {}, {"products": ("Emping-empingan plastik ", "Tas")[1:]}),
        ("size_umkm", "mikro, kecil", {"annual_sales": 15_000_000_000}, {"annual_sales": 15_000_000_001}),
        ("size_umkm", "mikro", {"annual_sales": 2_000_000_000}, {"annual_sales": 2_000_000_001}),
        ("size_industry", "industri kecil", {"workers": 19}, {"workers": 20}),
        ("max_workers", "19", {"workers": 19}, {"workers": 20}),
        ("max_sales", "15000000000", {"annual_sales": 15_000_000_000}, {"annual_sales": 15_000_000_001}),
        ("max_investment", "5000000000", {"investment": 5_000_000_000}, {"investment": 5_000_000_001}),
        ("region", "3404", {}, {"region": "3402082001"}),
        ("region", "3402, 340407", {}, {"region": "3404012001"}),
        ("in_cluster", "", {}, {"in_cluster": False}),
        ("min_years", "7", {"established": 2019}, {"established": 2020}),
        ("owner_sex", "female", {}, {"owner_sex": "male"}),
        ("has_permit", "nib", {}, {"permits": frozenset()}),
        ("lacks_permit", "halal", {}, {"permits": frozenset({"halal"})}),
    ],
)
def test_a_rule_from_data(kind: str, value: str, met: dict[str, object], not_met: dict[str, object]) -> None:
    asked = rule(kind, value)
    assert check_rule(asked, replace(CRISPS, **met), year=2026).is_met is True  # type: ignore[arg-type]
    finding = check_rule(asked, replace(CRISPS, **not_met), year=2026)  # type: ignore[arg-type]
    assert (finding.is_met, bool(finding.reason)) == (False, True)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("industry", "10"),
        ("product", "keripik"),
        ("size_umkm", "mikro"),
        ("size_industry", "industri kecil"),
        ("max_workers", "19"),
        ("max_sales", "1"),
        ("max_investment", "1"),
        ("min_years", "1"),
        ("owner_sex", "female"),
        ("statement", "Dibuat di rumah"),
    ],
)
def test_unknown_is_not_no(kind: str, value: str) -> None:
    finding = check_rule(rule(kind, value), UNKNOWN, year=2026)
    assert finding.is_met is None
    assert finding.reason.startswith("tanyakan")


def test_a_word_of_a_product_is_a_whole_word() -> None:
    asked = rule("product", "emping")
    assert check_rule(asked, replace(CRISPS, products=("Lempingan",)), year=2026).is_met is False
    assert check_rule(asked, replace(CRISPS, products=("emping, manis",)), year=2026).is_met is True


def test_every_kind_has_a_check_and_a_hint() -> None:
    assert set(RULE_CHECKS) == set(VALUE_HELP) == set(Rule.Kind)


def test_size_classes_are_compared_in_any_language() -> None:
    with translation.override("en"):
        assert check_rule(rule("size_umkm", "mikro"), CRISPS, year=2026).is_met is True
        assert clean_value("size_umkm", "Mikro,  Kecil") == "mikro, kecil"


class TestVerdicts:
    def test_each_verdict(self) -> None:
        sales, permit, statement = rule("max_sales", "1000000000"), rule("has_permit", "nib"), rule("statement", "x")
        yes = {statement.pk: True}
        rules = [sales, permit, statement]
        assert assess_eligibility(rules, replace(CRISPS, answers=yes), year=2026).eligibility == Eligibility.ELIGIBLE
        without = replace(CRISPS, answers=yes, permits=frozenset())
        assert assess_eligibility(rules, without, year=2026).eligibility == Eligibility.INCOMPLETE
        assert assess_eligibility(rules, CRISPS, year=2026).eligibility == Eligibility.UNKNOWN
        large = replace(without, annual_sales=2_000_000_000)
        assert assess_eligibility(rules, large, year=2026).eligibility == Eligibility.NOT_ELIGIBLE
        refused = replace(CRISPS, answers={statement.pk: False})
        assert assess_eligibility(rules, refused, year=2026).eligibility == Eligibility.NOT_ELIGIBLE

    def test_a_missing_document_is_incomplete_not_unknown(self) -> None:
        paper = rule("document", "KTP")
        assessment = assess_eligibility([paper], CRISPS, year=2026)
        assert (assessment.eligibility, assessment.reasons) == (Eligibility.INCOMPLETE, "kurang berkas: KTP")

    def test_a_table_says_what_decides_and_counts_what_is_to_be_asked(self) -> None:
        asked = [rule("statement", f"Pernyataan {number}") for number in range(3)]
        rules = [rule("industry", "14"), rule("document", "KTP"), *asked]
        assert assess_eligibility(rules, CRISPS, year=2026).reasons == "KBLI 10794 tidak termasuk 14"
        assert assess_eligibility(rules[1:], CRISPS, year=2026).reasons == "kurang berkas: KTP; tanyakan 3 pernyataan"
        assert (
            "tanyakan: Pernyataan 0; tanyakan: Pernyataan 1" in assess_eligibility(asked[:2], CRISPS, year=2026).reasons
        )


@pytest.mark.django_db
class TestValues:
    @pytest.mark.parametrize(
        ("kind", "typed", "stored"),
        [
            ("industry", "10; 11,14111", "10, 11, 14111"),
            ("max_sales", "15 miliar", "15000000000"),
            ("max_sales", "Rp 500.000.000", "500000000"),
            ("max_workers", "19", "19"),
            ("owner_sex", "Perempuan", "female"),
            ("has_permit", "SPP-IRT", "pirt"),
            ("lacks_permit", "halal", "halal"),
            ("size_industry", "Industri kecil", "industri kecil"),
            ("in_cluster", "apa saja", ""),
        ],
    )
    def test_typed_values(self, kind: str, typed: str, stored: str) -> None:
        assert clean_value(kind, typed) == stored
        assert clean_value(kind, stored) == stored

    @pytest.mark.parametrize(
        ("kind", "typed"),
        [
            ("industry", "konveksi"),
            ("industry", ""),
            ("size_umkm", "raksasa"),
            ("max_sales", "1,250"),
            ("max_sales", "banyak"),
            ("owner_sex", "keduanya"),
            ("has_permit", "SIM"),
            ("statement", "  "),
            ("region", "99.99"),
        ],
    )
    def test_what_cannot_be_a_value_is_refused_with_an_example(self, kind: str, typed: str) -> None:
        with pytest.raises(ValidationError) as refused:
            clean_value(kind, typed)
        assert "tulis" in refused.value.message_dict["value"][0]

    def test_region_codes_are_those_of_the_register(self, places: object) -> None:
        assert clean_value("region", "34.04, 34.02") == "3404, 3402"


def programme_rules(key: str) -> list[Rule]:
    return [rule(row.kind, row.value) for row in rule_files()[key].rules]


def answered(rules: list[Rule], profile: Profile, *, no: str = "") -> Profile:
    """Yes to every statement and document but the one that contains `no`."""
    kinds = {"statement", "document"}
    return replace(profile, answers={row.pk: not no or no not in row.value for row in rules if row.kind in kinds})


class TestPublishedProgrammes:
    """Expected results worked out by hand from the sources that the rule files name."""

    @pytest.mark.parametrize("key", sorted(rule_files()))
    def test_the_files_hold_clean_values_with_sources(self, key: str) -> None:
        file = rule_files()[key]
        assert all(row.source for row in file.rules)
        assert file.permit_kind in {"", *Permit.Kind.values}
        assert all(clean_value(row.kind, row.value) == row.value for row in file.rules), (
            "a value is stored as it is written"
        )

    @pytest.mark.parametrize(
        ("key", "changes", "no", "expected"),
        [
            ("halal_pernyataan_pelaku_usaha", {}, "", Eligibility.ELIGIBLE),
            ("halal_pernyataan_pelaku_usaha", {"permits": frozenset()}, "", Eligibility.INCOMPLETE),
            ("halal_pernyataan_pelaku_usaha", {"permits": frozenset({"nib", "halal"})}, "", Eligibility.NOT_ELIGIBLE),
            ("halal_pernyataan_pelaku_usaha", {"annual_sales": 15_000_000_001}, "", Eligibility.NOT_ELIGIBLE),
            ("halal_pernyataan_pelaku_usaha", {}, "bersertifikat halal", Eligibility.NOT_ELIGIBLE),
            ("halal_pernyataan_pelaku_usaha", {"industry": "14111"}, "", Eligibility.NOT_ELIGIBLE),
            ("pirt", {}, "", Eligibility.ELIGIBLE),
            ("pirt", {}, "rancangan label", Eligibility.INCOMPLETE),
            ("pirt", {}, "tempat tinggal", Eligibility.NOT_ELIGIBLE),
            ("merek", {}, "", Eligibility.ELIGIBLE),
            ("merek", {"permits": frozenset({"nib", "brand"})}, "", Eligibility.NOT_ELIGIBLE),
            ("merek", {"annual_sales": None, "investment": None}, "", Eligibility.UNKNOWN),
            ("kur", {}, "", Eligibility.ELIGIBLE),
            ("kur", {}, "ASN", Eligibility.NOT_ELIGIBLE),
            ("kur", {}, "NPWP", Eligibility.INCOMPLETE),
            ("sni", {}, "", Eligibility.ELIGIBLE),
            ("sni", {"permits": frozenset({"nib", "sni"})}, "", Eligibility.NOT_ELIGIBLE),
            ("sni", {}, "risiko rendah", Eligibility.NOT_ELIGIBLE),
            ("sni", {}, "daftar periksa", Eligibility.INCOMPLETE),
            ("dana_bergulir", {"established": 2025}, "", Eligibility.ELIGIBLE),
            ("dana_bergulir", {"established": 2026}, "", Eligibility.NOT_ELIGIBLE),
            ("dana_bergulir", {"established": None}, "", Eligibility.UNKNOWN),
            ("dana_bergulir", {"permits": frozenset()}, "", Eligibility.INCOMPLETE),
            ("dana_bergulir", {}, "menunggak", Eligibility.NOT_ELIGIBLE),
            ("mesin_dbhcht", {}, "", Eligibility.ELIGIBLE),
            ("mesin_dbhcht", {"workers": 20}, "", Eligibility.NOT_ELIGIBLE),
            ("mesin_dbhcht", {}, "proposal", Eligibility.INCOMPLETE),
            ("mesin_dbhcht", {}, "dua tahun", Eligibility.NOT_ELIGIBLE),
            ("mesin", {}, "", Eligibility.ELIGIBLE),
            ("mesin", {}, "bukti pembelian", Eligibility.INCOMPLETE),
        ],
    )
    def test_by_hand(self, key: str, changes: dict[str, object], no: str, expected: Eligibility) -> None:
        rules = programme_rules(key)
        profile = answered(rules, replace(CRISPS, **changes), no=no)  # type: ignore[arg-type]
        assert assess_eligibility(rules, profile, year=2026).eligibility == expected


@pytest.mark.django_db
def test_a_profile_counts_valid_permits_and_current_products(business: Business) -> None:
    today = date(2026, 11, 29)
    for kind, until in (("halal", None), ("pirt", today), ("sni", date(2026, 11, 28))):
        Permit.objects.create(business=business, kind=kind, number=kind, valid_until=until)
    business.product_lines.create(name="Jaket", unit="potong", ended_on=date(2024, 1, 1))
    business.nib = "1234567890123"
    profile = Profile.of(business, {}, today=today)
    assert profile.permits == {"nib", "halal", "pirt"}
    assert profile.products == ("Seragam",)


def test_a_programme_names_its_year() -> None:
    assert str(Programme(name="P-IRT", year=2026)) == "P-IRT 2026"
