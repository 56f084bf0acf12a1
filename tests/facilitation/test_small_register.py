"""A small register with a case at each edge: who qualifies for seven published programmes was worked out by hand, from
the sources that the rule files name, before the page was asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from sambang.access.models import Council, Person
from sambang.facilitation import operations
from sambang.facilitation.models import RuleAnswer
from sambang.facilitation.rule_files import rule_files
from sambang.lib import clock
from sambang.registry.models import Business, Industry, Permit

HALAL, PIRT, BRAND, MACHINE = "halal_pernyataan_pelaku_usaha", "pirt", "merek", "mesin"
SNI, FUND, TOBACCO = "sni", "dana_bergulir", "mesin_dbhcht"
PROGRAMMES = (HALAL, PIRT, BRAND, MACHINE, SNI, FUND, TOBACCO)
YES, LACKS, UNKNOWN, NO = "memenuhi", "kurang syarat", "belum diketahui", "tidak memenuhi"
LIMIT = 15_000_000_000  # sales of a small enterprise (PP 7/2021), investment of a medium industry (Permenperin 64/2016)
BILLION = 1_000_000_000  # investment from which an industry of at most 19 workers is medium
SMALL = {
    "annual_sales": 200_000_000,
    "investment": 50_000_000,
    "workers": 4,
    "kbli": "10794",
    "established": 2019,
}
# IKM: what differs from SMALL, and by hand which programmes answer otherwise than *qualifies*.
BY_HAND: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "A semua lengkap": ({}, {}),
    "B penjualan tepat 15 miliar": ({"annual_sales": LIMIT}, {}),
    "C lebih satu rupiah": ({"annual_sales": LIMIT + 1}, {HALAL: NO, BRAND: NO, SNI: NO, FUND: NO}),
    "D konveksi": ({"kbli": "14111"}, {HALAL: NO, PIRT: NO}),
    "E tanpa NIB": ({"nib": ""}, dict.fromkeys(PROGRAMMES, LACKS)),
    "F sudah halal": ({"permits": {"halal": None}}, {HALAL: NO}),
    "G merek habis kemarin": ({"permits": {"brand": -1}}, {}),
    "H merek habis hari ini": ({"permits": {"brand": 0}}, {BRAND: NO}),
    "I P-IRT untuk pangan lain": ({"permits": {"pirt": 400}}, {}),
    "J penjualan dan modal belum diketahui": (
        {"annual_sales": None, "investment": None},
        {**dict.fromkeys(PROGRAMMES, UNKNOWN), PIRT: YES},
    ),
    "K belum ditanya apa pun": ({"answers": ()}, dict.fromkeys(PROGRAMMES, LACKS)),
    "L pernyataan belum ditanya": ({"answers": ("document",)}, dict.fromkeys(PROGRAMMES, UNKNOWN)),
    "M berkas belum ada": ({"answers": ("statement",)}, dict.fromkeys(PROGRAMMES, LACKS)),
    "N menjawab tidak": ({"refused": True}, dict.fromkeys(PROGRAMMES, NO)),
    "O industri menengah terbesar": ({"workers": 20, "investment": LIMIT}, {TOBACCO: NO}),
    "P industri besar": ({"workers": 20, "investment": LIMIT + 1}, {MACHINE: NO, TOBACCO: NO}),
    "Q 19 pekerja, investasi besar": ({"workers": 19, "investment": LIMIT + 1}, {TOBACCO: NO}),
    "R industri kecil terbesar": ({"workers": 19, "investment": BILLION - 1}, {}),
    "U 19 pekerja, investasi satu miliar": ({"workers": 19, "investment": BILLION}, {TOBACCO: NO}),
    "V sudah ber-SNI": ({"permits": {"sni": None}}, {SNI: NO}),
    "W berdiri setahun lalu": ({"established": 2025}, {}),
    "X berdiri tahun ini": ({"established": 2026}, {FUND: NO}),
    "Y tahun berdiri belum diketahui": ({"established": None}, {FUND: UNKNOWN}),
}
LEFT_OUT = {
    "S sudah tutup": {"status": lambda: Business.Status.CLOSED, "closed_on": clock.today},
    "T dibatasi": {"restricted_at": clock.now},
}


@pytest.mark.django_db
@pytest.mark.parametrize("key", PROGRAMMES)
def test_the_page_lists_whom_we_found_by_hand(
    key: str, sleman: Council, rina: Person, make_business: Callable[..., Business], signed_in: Callable[..., Client]
) -> None:
    programme = operations.plan_programme(sleman, rina, name="Program", year=2026, rule_file=rule_files()[key])
    for name, (changes, _expected) in BY_HAND.items():
        register(make_business, name, {**SMALL, **changes}, programme, rina)
    for name, changes in LEFT_OUT.items():
        row = register(make_business, name, SMALL, programme, rina)
        values = {column: value() for column, value in changes.items()}
        Business.objects.filter(pk=row.pk).update(**values)
    page = f"/fasilitasi/{programme.pk}/calon/"
    sheet = load_workbook(BytesIO(signed_in(rina).get(f"{page}?format=xlsx").content)).active
    assert sheet is not None
    found = {str(row[0]): str(row[3]) for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert found == {name: expected.get(key, YES) for name, (_changes, expected) in BY_HAND.items()}
    listed = signed_in(rina).get(f"{page}?hasil=eligible").text
    for name, result in found.items():
        assert (name in listed) is (result == YES)


def register(
    make_business: Callable[..., Business], name: str, data: dict[str, Any], programme: Any, by: Person
) -> Business:
    today = clock.today()
    industry, _made = Industry.objects.get_or_create(
        version="2020", code=data["kbli"], defaults={"title": data["kbli"], "source": "BPS"}
    )
    columns = {name: data[name] for name in ("annual_sales", "investment", "workers", "established")}
    row = make_business(name, nib=data.get("nib", "1234567890123"), **columns)
    Business.objects.filter(pk=row.pk).update(industry=industry)
    for kind, days in data.get("permits", {}).items():
        until = None if days is None else today + timedelta(days=days)
        Permit.objects.create(business=row, kind=kind, number=f"{kind}-{name[0]}", valid_until=until)
    asked = programme.rules.filter(kind__in=data.get("answers", ("statement", "document"))).order_by("kind", "pk")
    refused = asked.filter(kind="statement").first() if data.get("refused") else None
    RuleAnswer.objects.bulk_create(
        RuleAnswer(rule=rule, business=row, is_met=rule != refused, noted_by=by, answered_on=today) for rule in asked
    )
    return row
