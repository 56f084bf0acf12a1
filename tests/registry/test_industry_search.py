"""Everyday words find their KBLI code, spelled right and with a slip."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from rapidfuzz import fuzz

from sambang.registry.industry_field import IndustryField
from sambang.registry.industry_search import everyday_terms, search_industries
from sambang.registry.load_industries import load_industries
from sambang.registry.models import Industry

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SHOWN = 8  # codes that a person reads before writing another word
WORDS = """
jahit jahti 14120 | penjahit penjait 14120 | konveksi konfeksi 14111 | kebaya kebya 14111 | seragam sragam 14111
jilbab jilab 14131 | blangkon blankon 14131 | bordir bodir 13996 | sulaman sulamn 13912 | rajut rajutt 13911
batik batk 13133 | ecoprint ekoprint 13133 | sablon sablom 13139 | lurik lurk 13122 | tenun tennun 13122
tas tasss 15121 | dompet domped 15121 | sepatu spatu 15201 | sandal sendal 15201 | kulit kuliet 15112
keripik kripik 10794 | kerupuk krupuk 10794 | rempeyek rempeyk 10794 | emping empin 10794 | tempe tempeh 10307
tahu tahuu 10308 | roti rotti 10710 | bakpia bakpya 10710 | dodol dodoll 10796 | jenang jenag 10796
jamu jamuu 21022 | kopi koppi 10761 | susu susuu 10501 | sirup sirop 10723 | kecap kecab 10771
sambal sambel 10779 | abon abonn 10120 | bakso baksso 10120 | catering katering 56210 | mie miee 10740
mebel meubel 31011 | lemari almari 31011 | kursi kurzi 31011 | kusen kuseen 16221 | bambu bmabu 31012
anyaman anyamn 16291 | tikar tikarr 16291 | besek bessek 16291 | mendong mendhong 16292 | ukiran ukirann 16293
topeng topneg 16293 | wayang wayag 32903 | souvenir suvenir 32903 | gerabah gerabha 23932 | tembikar tembiker 23932
genteng gentheng 23922 | batako batakko 23951 | las lass 25111 | pisau piau 25931 | perhiasan perhiasn 32112
gamelan gamlan 32201 | mainan maenan 32402 | sapu sappu 32909 | sabun sabunn 20231 | percetakan percetakn 18111
"""
TABLE = [tuple(line.split()) for row in WORDS.strip().splitlines() for line in row.split("|")]
UNFORGIVEN = frozenset({"miee", "lass", "tasss"})  # three letters: too little for a slip to be told from another word


def first_codes(text: str, **options: str) -> set[str]:
    return {row.code for row in search_industries(text, **options)[:SHOWN]}


def test_everyday_terms_are_found_with_and_without_a_slip() -> None:
    load_industries()
    missed = {text for word, slip, code in TABLE for text in (word, slip) if code not in first_codes(text)}
    assert len(TABLE) >= 60
    assert missed <= UNFORGIVEN


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("usaha jahit baju", "14120"),
        ("keripik singkong", "10794"),
        ("pengrajin gerabah", "23932"),
        ("kue kering", "10710"),
        ("mebel bambu", "31012"),
    ],
)
def test_several_words(text: str, code: str) -> None:
    load_industries()
    assert code in first_codes(text, version="2025")


def test_what_is_spelled_right_stands_before_what_is_near_it() -> None:
    load_industries()
    assert search_industries("tahu", version="2025")[0].code == "10308"
    assert search_industries("batik", version="2020")[0].code == "13134"
    assert search_industries("industri dan") == []


def test_every_code_of_the_everyday_terms_exists_and_crafts_have_their_published_title() -> None:
    published = {(row.version, row.code): row.title for row in published_titles()}
    assert everyday_terms().keys() <= published.keys()
    load_industries()
    for industry in Industry.objects.all():
        title = published[industry.version, industry.code]
        assert fuzz.token_set_ratio(industry.title.lower(), title.lower()) >= 45, (industry, title)


def published_titles() -> list[Industry]:
    from sambang.registry.load_industries import _rows

    return [
        Industry(version=version, code=row["code"], title=row["title"])
        for version in Industry.Version.values
        for row in _rows(f"kbli_{version}.csv")
    ]


@pytest.mark.parametrize("text", ["gerabah", "gerabha", "gerabah (2025)"])
def test_a_form_offers_the_codes_of_an_everyday_word_and_takes_none_by_itself(text: str) -> None:
    load_industries()
    with pytest.raises(ValidationError, match=r"23932 \(2025\)"):
        IndustryField().clean(text)
    with pytest.raises(ValidationError, match="tidak ada di tabel"):
        IndustryField().clean("zzzqqq")
