"""Official papers: content and permissions."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from sambang.access.models import Council, Person, Role
from sambang.actions.operations import promise_action
from sambang.aspirations.operations import note_aspiration
from sambang.audit.models import Entry
from sambang.home.visit_minutes import minutes_of
from sambang.papers import operations as paper_operations
from sambang.papers.blocks import Text
from sambang.papers.queries import suggested_number
from sambang.registry.models import Business
from sambang.visits import operations
from sambang.visits.models import Visit, median_pulse
from sambang.visits.papers import BEFORE_THE_VISIT, Paper, paper_content
from sambang.visits.queries import attendance_list

pytestmark = pytest.mark.slow

In = Callable[[Person], Client]


def text_of(client: Client, visit: Visit, paper: str) -> str:
    answer = client.get(reverse("home:visit_paper", args=[visit.pk, paper]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.fixture
def full_visit(held: Visit, business: Business, sari: Person, photo_file: Callable[..., SimpleUploadedFile]) -> Visit:
    operations.record_attendance(held, sari, business=business, present=True, pulse=60)
    operations.add_guest(held, sari, name="Bu Tamu", office="Kapanewon Depok")
    operations.add_photo(held, sari, image=photo_file(), caption="Sambutan ketua")
    held.team.add(sari)
    note_aspiration(
        business,
        sari,
        visit=held,
        kind="constraint",
        difficulty="capital",
        text='Modal #let x = 1 $kurang$ "sekali" <img> \\ *tebal*',
        also_touches="satu RT",
    )
    promise_action(held, sari, title="Pajangan gratis", responsible_name="Dekranasda", due_on=date(2022, 5, 30))
    return held


def test_the_heads_signature_is_on_paper(
    signed_in: In, full_visit: Visit, rina: Person, sari: Person, photo_file: Callable[..., SimpleUploadedFile]
) -> None:
    assert "Menyetujui" not in text_of(signed_in(rina), full_visit, "notulen")
    early, late = datetime(2022, 3, 31, 10, tzinfo=UTC), datetime(2022, 3, 31, 11, tzinfo=UTC)
    sign = operations.sign_by_head
    first = sign(full_visit, sari, image=photo_file("black"), name="Bu Wakil", office="Sekretaris", signed_at=late)
    assert sign(full_visit, sari, image=photo_file("black"), name="Bu Wakil") == first
    sign(full_visit, sari, image=photo_file("navy"), name="Pak Terlalu Awal", signed_at=early)
    for paper in ("notulen", "berita-acara"):
        words = text_of(signed_in(rina), full_visit, paper)
        assert "Bu Wakil" in words and "Sekretaris" in words and "Pak Terlalu Awal" not in words


def test_notulen(signed_in: In, full_visit: Visit, rina: Person) -> None:
    words = text_of(signed_in(rina), full_visit, "notulen")
    for part in (
        "DEKRANASDA SLEMAN",
        "KABUPATEN SLEMAN",
        "Kamis, 31 Maret 2022",
        "Rumah ketua",
        "Condongcatur, Depok, Sleman",
        "Surat Tugas Nomor 090/31",
        "Hadir 1 (satu) dari 1 IKM sentra",
        "Bu Tamu, Kapanewon Depok",
        "Pemasaran rahasia",
        'Modal #let x = 1 $kurang$ "sekali" <img> \\ *tebal*',
        "dialami juga oleh satu RT",
        "Dibantu pameran",
        "Pajangan gratis",
        "30 Mei 2022",
        "Mengetahui",
        "Notulis",
    ):
        assert part in words, part
    assert "+6281200000001" not in words


def test_berita_acara_and_laporan(signed_in: In, full_visit: Visit, rina: Person) -> None:
    words = text_of(signed_in(rina), full_visit, "berita-acara")
    assert "Kamis, tanggal tiga puluh satu, bulan Maret, tahun dua ribu dua puluh dua" in words
    assert "modal (1)" in words and "Supri Peraga" in words and "Pajangan gratis" in words
    words = text_of(signed_in(rina), full_visit, "laporan")
    for part in ("I. Dasar", "II. Maksud dan Tujuan", "IV. Hasil", "V. Kesimpulan dan Saran", "VI. Dokumentasi Foto"):
        assert part in words, part
    assert "1. Sambutan ketua" in words


def test_the_roll_shows_phones_to_those_who_may(
    signed_in: In, full_visit: Visit, rina: Person, yogyakarta: Council, member: Callable[..., Person]
) -> None:
    assert "+6281200000001" in text_of(signed_in(rina), full_visit, "daftar-hadir")
    province = member("Dewi", yogyakarta, Role.STAFF)
    words = text_of(signed_in(province), full_visit, "daftar-hadir")
    assert "+6281200000001" not in words and "Pemilik Jahit Rahasia" not in words
    assert "Jahit Rahasia" in words


@pytest.mark.parametrize("paper", list(Paper))
def test_every_paper_is_an_audited_read_of_contacts(
    signed_in: In, full_visit: Visit, rina: Person, yogyakarta: Council, member: Callable[..., Person], paper: str
) -> None:
    text_of(signed_in(member("Dewi", yogyakarta, Role.STAFF)), full_visit, paper)
    assert not Entry.objects.filter(verb="registry.see_contact").exists()
    text_of(signed_in(rina), full_visit, paper)
    assert Entry.objects.get(verb="registry.see_contact").by == rina


def test_before_the_visit_there_are_invitation_assignment_and_attendance_list(
    signed_in: In, planned: Visit, business: Business, sari: Person, citra: Person
) -> None:
    client = signed_in(sari)
    assert "Pemilik Jahit Rahasia" in text_of(client, planned, "daftar-hadir")
    for paper in BEFORE_THE_VISIT:
        assert planned.cluster.name in text_of(client, planned, paper)
    for paper in ({*Paper} - BEFORE_THE_VISIT) | {"kuitansi"}:
        assert client.get(reverse("home:visit_paper", args=[planned.pk, paper])).status_code == 404
    address = reverse("home:visit_paper", args=[planned.pk, "daftar-hadir"])
    assert signed_in(citra).get(address).status_code == 404


def test_a_reader_in_english_prints_the_same_paper(signed_in: In, full_visit: Visit, rina: Person) -> None:
    client = signed_in(rina)
    address = reverse("home:visit_paper", args=[full_visit.pk, "notulen"])
    indonesian = client.get(address).content
    client.cookies["django_language"] = "en"
    assert client.get(address).content == indonesian


def word_text(client: Client, visit: Visit, paper: str) -> str:
    answer = client.get(reverse("home:visit_paper_word", args=[visit.pk, paper]))
    assert answer.status_code == 200 and answer["Content-Disposition"].endswith('.docx"')
    document = Document(io.BytesIO(answer.content))
    texts = [element.text or "" for element in document.element.body.iter(qn("w:t"), qn("w:p"))]
    return " ".join(" ".join(texts).split())


@pytest.mark.parametrize("paper", list(Paper))
def test_word_and_pdf_say_the_same(signed_in: In, full_visit: Visit, rina: Person, paper: Paper) -> None:
    """Every text of the content stands in both files."""
    client = signed_in(rina)
    content = paper_content(paper, minutes_of(full_visit, rina, paper))
    printed, edited = text_of(client, full_visit, paper), word_text(client, full_visit, paper)
    texts = [text for block in content.blocks for text in strings(asdict(block)) if text.strip(". ")]
    assert len(texts) > 5
    for text in texts:
        for line in text.split("\n"):
            part = " ".join(line.split())
            assert part in edited, part
            # A line of the PDF may break inside a word of a narrow cell.
            assert part.replace(" ", "") in printed.replace(" ", ""), part


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)


def test_letterhead_signer_and_number_reach_every_paper(
    signed_in: In, full_visit: Visit, rina: Person, sleman: Council, photo_file: Callable[..., SimpleUploadedFile]
) -> None:
    client = signed_in(rina)
    answer = client.post(
        reverse("papers:letterhead_change", args=[sleman.pk]),
        {
            "authority": "Pemerintah Kabupaten Peraga",
            "address": "Jalan Peraga 1",
            "contact": "dewan@peraga.test",
            "town": "Beran",
            "number_pattern": "090/{urut}/{bulan}/{tahun}",
            "logo": photo_file("navy"),
        },
    )
    assert answer.status_code == 302, answer.content
    signer = paper_operations.add_signer(
        sleman, rina, name="Dra. Bu Peraga", position="Ketua Harian", rank="Pembina, IV/a", employee_number="1" * 18
    )
    address = reverse("home:paper_number", args=[full_visit.pk, "notulen"])
    suggestion = client.get(address).context["form"]["number"].value()
    assert suggestion.startswith("090/001/")
    sent = {"number": "090/7/III/2022", "dated_on": "2022-04-01", "signer": signer.pk}
    for _twice in range(2):
        assert client.post(address, sent).status_code == 302
    words = text_of(client, full_visit, "notulen")
    for part in (
        "PEMERINTAH KABUPATEN PERAGA",
        "Jalan Peraga 1",
        "Nomor: 090/7/III/2022",
        "Beran, 1 April 2022",
        "Dra. Bu Peraga",
        "Pembina, IV/a",
        "NIP 11111111 111111 1 111",
    ):
        assert part in words and part in word_text(client, full_visit, "notulen"), part
    taken = client.post(reverse("home:paper_number", args=[full_visit.pk, "laporan"]), sent)
    assert taken.status_code == 422 and "sudah dipakai" in taken.content.decode()
    assert suggested_number(sleman, 2022, 4) == "090/002/IV/2022"
    assert "090/7/III/2022" in client.get(reverse("papers:number_list")).content.decode()


def test_a_pattern_without_a_sequence_is_refused(signed_in: In, rina: Person, sleman: Council) -> None:
    answer = signed_in(rina).post(
        reverse("papers:letterhead_change", args=[sleman.pk]), {"number_pattern": "090/{tahun}"}
    )
    assert answer.status_code == 422 and "{urut}" in answer.content.decode()


@pytest.mark.parametrize(("ends_at", "refused"), [("08.00", True), ("09.30", True), ("11:00", False), ("", False)])
def test_hours_of_a_visit(signed_in: In, planned: Visit, sari: Person, ends_at: str, refused: bool) -> None:
    client = signed_in(sari)
    sent = {
        "planned_for": planned.planned_for.isoformat(),
        "purpose": planned.purpose,
        "starts_at": "pukul 9.30",
        "ends_at": ends_at,
        "leader": sari.pk,
    }
    answer = client.post(reverse("visits:visit_change", args=[planned.pk]), sent)
    assert answer.status_code == (422 if refused else 302)
    if not refused:
        words = text_of(client, planned, "undangan")
        assert f"pukul 09.30 WIB sampai {'pukul 11.00' if ends_at else 'selesai'}" in words
        assert "ketua tim" in text_of(client, planned, "surat-tugas")


def test_an_emoji_or_javanese_letter_does_not_cost_the_paper(
    signed_in: In, full_visit: Visit, business: Business, rina: Person
) -> None:
    """PDF/UA-1 refuses a letter that no font has: one emoji must not take the minutes away."""
    note_aspiration(
        business,
        rina,
        visit=full_visit,
        kind="aspiration",
        difficulty="marketing",
        text="Pameran lagi 🧵 ꦥꦩꦺꦫꦤ꧀ ya",
    )
    assert "Pameran lagi" in text_of(signed_in(rina), full_visit, "notulen")


@pytest.mark.parametrize("paper", ["notulen", "berita-acara"])
def test_a_control_character_does_not_cost_the_word_paper(
    signed_in: In, full_visit: Visit, business: Business, rina: Person, paper: str
) -> None:
    """XML has none of them, and a form or an import may carry one."""
    full_visit.summary = full_visit.conclusion = "Pesanan\x0b naik\x02\ufffe"
    full_visit.save(update_fields=["summary", "conclusion"])
    Business.objects.filter(pk=business.pk).update(name="Jahit\x08 Makmur")
    address = reverse("home:visit_paper_word", args=[full_visit.pk, paper])
    answer = signed_in(rina).get(address)
    assert answer.status_code == 200
    document = Document(io.BytesIO(answer.content))
    assert "Pesanan naik" in " ".join(paragraph.text for paragraph in document.paragraphs)


def test_the_middle_pulse_on_paper_is_that_of_the_page(
    held: Visit, make_business: Callable[..., Business], sari: Person
) -> None:
    for pulse in (20, 40, 80, 100):
        operations.record_attendance(held, sari, business=make_business(f"IKM {pulse}"), present=True, pulse=pulse)
    texts = [
        block.text
        for block in paper_content(Paper.NOTULEN, minutes_of(held, sari, Paper.NOTULEN)).blocks
        if isinstance(block, Text)
    ]
    assert "Produksi bulan ini menurut 4 IKM: nilai tengah 60% dari bulan biasa." in texts
    assert attendance_list(held, sari).median_pulse == 60


def test_a_pulse_tells_of_no_owner() -> None:
    """Two IKM of one owner count once; the lowest and highest are not shown, and single per cents neither."""
    assert median_pulse([("a", 20), ("b", 43), ("c", 80), ("d", 100)]) == 60
    assert median_pulse([("a", 20), ("b", 43), ("c", 80), ("a", 100)]) is None
