"""The paper form: printed, filled in, photographed, read back, and stored only after a person's yes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import cv2
import numpy as np
import pytest
import typst
from bench.handwriting import cross_out, write_dash, write_digit
from bench.paper_camera import corner_missing, folded, pdf_of, photograph, scan
from bench.paper_digits import photographed
from bench.paper_form import Hand, simulate
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sambang.access.models import Person
from sambang.lib import clock
from sambang.production.models import Report, ReportLine
from sambang.production.paper import layout
from sambang.production.paper.digits import ReadDigit, read_digits
from sambang.production.paper.ink import BOX_HEIGHT, BOX_WIDTH, MARGIN, inks_of
from sambang.production.paper.photo import DOUBTFUL, PhotoError, digits_text, read_photographed_sheet
from sambang.production.paper.printing import SHEET_TEMPLATE, SheetRow, sheet_inputs
from sambang.production.paper.reports import agreed
from sambang.production.paper.uploads import pictures_of
from sambang.registry.models import Business
from tests.production.conftest import Reporter

pytestmark = pytest.mark.slow

SignedIn = Callable[[Person], Client]
MARCH = date(2022, 3, 1)
PIXELS = 8


def filled_sheet(businesses: list[Business], quantities: list[str]) -> Any:
    """The sheet of these IKM's first products in grey, 8 pixels a millimetre, with these quantities written on it."""
    lines = [business.product_lines.get() for business in businesses]
    rows = [SheetRow(line, business, "–") for line, business in zip(lines, businesses, strict=True)]
    inputs = sheet_inputs([rows], month=MARCH, council="Dewan", place="Sentra")
    png = bytes(typst.compile(SHEET_TEMPLATE, format="png", ppi=203.2, sys_inputs=inputs))  # type: ignore[arg-type]
    sheet = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    rng = np.random.default_rng(3)
    for row, quantity in enumerate(quantities):
        for (x, y), digit in zip(layout.boxes(row, layout.QUANTITY, len(quantity)), quantity, strict=True):
            box = sheet[y * PIXELS + 4 : (y + 10) * PIXELS - 4, x * PIXELS + 4 : (x + 8) * PIXELS - 4]
            write_digit(box, digit, rng, wildness=0.3)
    return sheet


def upload(client: Client, *contents: bytes) -> Any:
    files = [SimpleUploadedFile(f"{number}.jpg", content) for number, content in enumerate(contents)]
    return client.post("/produksi/kertas/", {"photos": files}, follow=True)


def save(client: Client, sent: dict[str, Any]) -> Any:
    return client.post("/produksi/kertas/simpan/", sent, follow=True)


def fields(page: str) -> dict[str, Any]:
    """What the page's form would send."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "csrfmiddlewaretoken" and 'type="checkbox"' not in tag:
            found.setdefault(name[1], []).append(value[1] if value else "")
    return found


def test_a_photographed_sheet_is_checked_by_a_person_before_it_is_stored(
    signed_in: SignedIn, sari: Person, business: Business, make_business: Any, report: Reporter
) -> None:
    other = make_business("Jahit Diam")
    report(business, 2022, 2, 60)
    client = signed_in(sari)
    photo = photograph(filled_sheet([business, other], ["62", "0"]), np.random.default_rng(1))
    page = upload(client, photo)
    assert page.status_code == 200
    assert Report.objects.filter(month=MARCH).count() == 0
    sent = fields(page.content.decode())
    quantity = next(name for name in sent if name.endswith(f"quantity-{business.product_lines.get().pk}"))
    assert sent[quantity] == ["62"]
    stored = client.post("/produksi/kertas/simpan/", sent)
    assert stored.status_code == 302
    quantities = dict(ReportLine.objects.filter(report__month=MARCH).values_list("report__business__name", "quantity"))
    assert quantities == {business.name: 62, "Jahit Diam": 0}
    again = save(client, sent).content.decode()
    assert "Laporan dari lembar ini sudah tersimpan sebelumnya." in again
    assert Report.objects.filter(month=MARCH).count() == 2


def test_doubtful_and_implausible_figures_come_back_with_their_picture(
    signed_in: SignedIn, sari: Person, business: Business, report: Reporter
) -> None:
    report(business, 2022, 2, 60)
    client = signed_in(sari)
    page = upload(client, photograph(filled_sheet([business], ["600"]), np.random.default_rng(2))).content.decode()
    sent = fields(page)
    quantity = next(name for name in sent if "quantity-" in name and not name.endswith("-strip"))
    doubtful = save(client, {**sent, quantity: f"6{DOUBTFUL}0"})
    assert f'<a href="#id_{quantity}">6?0</a>' in doubtful.content.decode()
    asked = save(client, {**sent, quantity: "600"})
    assert "maksudnya 60 stel" in asked.content.decode()
    assert "data:image/webp;base64," in asked.content.decode()
    assert Report.objects.filter(month=MARCH).count() == 0
    checked = quantity.partition("quantity-")[0] + "checked"
    save(client, {**sent, quantity: "600", checked: "on"})
    assert ReportLine.objects.get(report__month=MARCH).quantity == 600


def test_no_page_of_the_paper_form_answers_a_post_so_that_going_back_sends_nothing_again(
    signed_in: SignedIn, sari: Person, business: Business, report: Reporter
) -> None:
    report(business, 2022, 2, 60)
    client = signed_in(sari)
    photo = photograph(filled_sheet([business], ["600"]), np.random.default_rng(2))
    for file in (photo, b"bukan gambar"):
        assert client.post("/produksi/kertas/", {"photos": SimpleUploadedFile("a.jpg", file)}).status_code == 302
    assert client.post("/produksi/kertas/").status_code == 302
    assert "Pilih dulu foto lembar yang sudah diisi." in client.get("/produksi/kertas/").content.decode()
    sent = fields(client.get("/produksi/kertas/periksa/").content.decode())
    asked = client.post("/produksi/kertas/simpan/", sent)
    assert asked.status_code == 302
    for _load in range(2):  # the page may be loaded again, with what was typed
        page = client.get(asked["Location"]).content.decode()
        assert "maksudnya 60 stel" in page
        assert fields(page).items() >= sent.items()
    checked = next(name for name in sent if name.endswith("note")).removesuffix("note") + "checked"
    assert client.post("/produksi/kertas/simpan/", {**sent, checked: "on"}).status_code == 302
    back = client.get("/produksi/kertas/periksa/", follow=True).content.decode()
    assert "Tidak ada lembar yang sedang diperiksa." in back
    assert Report.objects.filter(month=MARCH).count() == 1


def test_what_was_read_is_closed_to_others_and_after_an_hour(
    signed_in: SignedIn, sari: Person, citra: Person, business: Business
) -> None:
    client = signed_in(sari)
    photo = photograph(filled_sheet([business], ["62"]), np.random.default_rng(5))
    upload(client, photo)
    assert str(business.product_lines.get().pk) not in str(client.session["paper_form"])
    now = clock.now()
    for minutes, status in ((59, 200), (61, 302)):
        with clock.stopped_at(now + timedelta(minutes=minutes)):
            assert client.get("/produksi/kertas/periksa/").status_code == status
    assert "paper_form" not in client.session
    upload(client, photo)
    assert signed_in(citra).get("/produksi/kertas/periksa/").status_code == 302


def test_a_month_that_was_reported_is_not_replaced(
    signed_in: SignedIn, sari: Person, business: Business, report: Reporter
) -> None:
    report(business, 2022, 3, 60)
    client = signed_in(sari)
    page = upload(client, photograph(filled_sheet([business], ["62"]), np.random.default_rng(4)))
    assert "sudah dilaporkan" in page.content.decode()
    assert "sudah dilaporkan" in save(client, fields(page.content.decode())).content.decode()
    assert "Tidak ada IKM pada lembar ini" in save(client, {"sheet": "bukan"}).content.decode()
    assert ReportLine.objects.get(report__month=MARCH).quantity == 60


def test_another_council_sees_nothing_of_a_sheet(signed_in: SignedIn, citra: Person, business: Business) -> None:
    page = upload(signed_in(citra), photograph(filled_sheet([business], ["62"]), np.random.default_rng(5)))
    assert business.name not in page.content.decode()
    assert "1 baris dilewati" in page.content.decode()
    assert not Report.objects.exists()


@pytest.mark.parametrize("content", [b"", b"bukan gambar", b"\xff\xd8\xff\xe0" + b"0" * 100, b"%PDF-1.7 rusak"])
def test_what_is_no_photo_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(PhotoError, match=r"gambar|rusak"):
        list(pictures_of(content))


def test_a_photo_without_a_sheet_is_refused_in_words(signed_in: SignedIn, sari: Person) -> None:
    done, blank = cv2.imencode(".jpg", np.full((600, 400), 200, np.uint8))
    assert done
    page = signed_in(sari).post(
        "/produksi/kertas/", {"camera": SimpleUploadedFile("a.jpg", blank.tobytes())}, follow=True
    )
    assert "Lembar tidak dikenali" in page.content.decode()


def test_the_sheet_prints_who_has_not_reported(
    signed_in: SignedIn, sari: Person, business: Business, make_business: Any, report: Reporter
) -> None:
    make_business("Jahit Diam")
    client = signed_in(sari)
    address = f"/produksi/kertas/lembar/?bulan=2022-03&sentra={business.cluster_id}"
    assert client.get(address).content.startswith(b"%PDF")
    assert client.get(f"{address}&satu=on").content.startswith(b"%PDF")
    assert client.get("/produksi/kertas/lembar/?bulan=apa").status_code == 302


def test_the_reference_holds_month_and_lines_and_nothing_else() -> None:
    reference = layout.SheetReference(MARCH, tuple(UUID(int=number) for number in range(layout.ROWS)))
    assert layout.parse_reference(str(reference)) == reference
    for text in ("", "SB1", "SB1202213", f"{reference}A", str(reference).lower()):
        with pytest.raises(ValueError, match="reference of a sheet"):
            layout.parse_reference(text)


def test_a_gap_or_a_doubt_makes_a_number_doubtful() -> None:
    four, doubt, none = ReadDigit("4", True), ReadDigit("7", False), ReadDigit("", True)
    assert digits_text([none, four, four, none]) == "44"
    assert digits_text([four, none, four]) == "4?4"
    assert digits_text([four, doubt]) == "4?"
    assert digits_text([none]) == ""
    assert digits_text([ReadDigit("0", True)]) == "0"


def test_two_photos_of_a_sheet_complete_each_other_and_never_contradict() -> None:
    assert agreed("12", "12") == "12"
    assert agreed("1?", "?2") == "12"
    assert agreed("1?", "22") == DOUBTFUL
    assert agreed("12", "123") == DOUBTFUL
    assert agreed("", "0") == DOUBTFUL


def strip_of(*boxes: Callable[[Any], object]) -> Any:
    """A printed number whose boxes are filled in by these functions."""
    strip = np.full((BOX_HEIGHT + 2 * MARGIN, len(boxes) * BOX_WIDTH + 2 * MARGIN), 255, np.uint8)
    for number, draw in enumerate(boxes):
        left, right = MARGIN + number * BOX_WIDTH, MARGIN + (number + 1) * BOX_WIDTH
        cv2.rectangle(strip, (left, MARGIN), (right, MARGIN + BOX_HEIGHT), 140, 1)
        draw(strip[MARGIN + 2 : MARGIN + BOX_HEIGHT - 2, left + 2 : right - 2])
    return strip


def digit(value: str) -> Callable[[Any], object]:
    return lambda box: write_digit(box, value, np.random.default_rng(1), wildness=0.2)


def crossed(value: str) -> Callable[[Any], object]:
    return lambda box: (digit(value)(box), cross_out(box, np.random.default_rng(2)))


def blackened(box: Any) -> None:
    box[4:-4, 4:-4] = 20


def empty(_box: Any) -> None: ...


def test_what_is_no_digit_is_asked_and_never_left_out() -> None:
    dash: Callable[[Any], object] = lambda box: write_dash(box, np.random.default_rng(3))  # noqa: E731
    for other in (dash, crossed("3"), crossed("6"), blackened):
        strip = strip_of(digit("2"), other, empty)
        assert digits_text(read_digits(inks_of(strip, 3))) == f"2{DOUBTFUL}"


def test_a_comma_is_asked_and_the_dot_of_thousands_is_not() -> None:
    for values, asked in (("25", True), ("250", True), ("2500", False)):
        strip = strip_of(*map(digit, values))
        cv2.circle(strip, (MARGIN + BOX_WIDTH - 5, MARGIN + BOX_HEIGHT - 10), 4, 30, -1)
        text = digits_text(read_digits(inks_of(strip, len(values))))
        assert text == (f"2{DOUBTFUL}{values[1:]}" if asked else values)


def test_a_digit_over_the_line_belongs_to_its_box() -> None:
    strip = strip_of(digit("1"), empty, digit("3"))
    write_digit(
        strip[MARGIN - 6 : MARGIN + BOX_HEIGHT + 12, MARGIN + BOX_WIDTH - 8 : MARGIN + 2 * BOX_WIDTH + 12],
        "7",
        np.random.default_rng(4),
    )
    moved = np.roll(strip, (5, -6), axis=(0, 1))
    assert digits_text(read_digits(inks_of(moved, 3))) == "173"


@pytest.mark.parametrize("value", "0123456789")
def test_a_box_stays_empty_beside_a_digit_that_ends_at_its_line_or_runs_over_it(value: str) -> None:
    rng = np.random.default_rng(int(value))
    for gap in range(-5, 6):  # pixels between the digit and the line
        for side in (-1, 1):
            strip = strip_of(empty, empty, empty)
            cell = np.full((BOX_HEIGHT, BOX_WIDTH), 255, np.uint8)
            write_digit(cell, value, rng)
            columns = np.flatnonzero((cell < 200).any(axis=0))
            if gap < -len(range(columns[0], columns[-1])) // 4:
                continue  # a thin digit so far over the line stands on it
            move = BOX_WIDTH - gap - columns[-1] if side > 0 else gap - columns[0]
            left = MARGIN + BOX_WIDTH + move
            place = strip[MARGIN : MARGIN + BOX_HEIGHT, left : left + BOX_WIDTH]
            np.minimum(place, cell, out=place)
            first, middle, last = inks_of(photographed(strip, rng), 3)
            assert middle.mask is not None
            assert (first.mask, first.is_unclear, last.mask, last.is_unclear) == (None, False, None, False), gap


def test_empty_boxes_are_empty_in_a_grainy_photo() -> None:
    rng = np.random.default_rng(11)
    for _photo in range(20):
        noise = rng.normal(0, rng.uniform(4, 12), strip_of(*[empty] * 4).shape)
        grainy = np.clip(cv2.GaussianBlur(strip_of(*[empty] * 4), (0, 0), 1) + noise, 0, 255).astype(np.uint8)
        assert digits_text(read_digits(inks_of(grainy, 4))) == ""


def test_a_stroke_on_the_line_between_two_boxes_is_asked() -> None:
    strip = strip_of(digit("4"), digit("0"), empty, empty)
    line = MARGIN + 3 * BOX_WIDTH
    cv2.line(strip, (line, MARGIN + 10), (line, MARGIN + BOX_HEIGHT - 10), 30, 4)
    assert digits_text(read_digits(inks_of(strip, 4))).startswith(f"40{DOUBTFUL}")


@pytest.mark.parametrize("camera", [folded, corner_missing])
def test_a_folded_or_torn_sheet_is_read(camera: Any, business: Business) -> None:
    photo = camera(filled_sheet([business], ["407"]), np.random.default_rng(6))
    assert [row.quantity.text for row in read_photographed_sheet(next(iter(pictures_of(photo)))).rows.values()] == [
        "407"
    ]


def test_a_scanners_pdf_is_read_page_by_page(
    signed_in: SignedIn, sari: Person, business: Business, make_business: Any
) -> None:
    rng, other = np.random.default_rng(7), make_business("Jahit Diam")
    pages = [scan(filled_sheet([business], ["62"]), rng), np.full((400, 300), 240, np.uint8)]
    pages += [scan(filled_sheet([other], ["35"]), rng), scan(filled_sheet([business], ["62"]), rng)]
    page = upload(signed_in(sari), pdf_of(pages)).content.decode()
    assert "Foto 1 (0.jpg) halaman 2: Lembar tidak dikenali" in page
    assert "Foto 1 (0.jpg) halaman 4: lembar yang sama dengan Foto 1 (0.jpg)." in page
    assert "Ada lembar untuk Maret 2022" in page
    assert sorted(value[0] for name, value in fields(page).items() if "quantity-" in name and len(value[0]) == 2) == [
        "35",
        "62",
    ]
    assert not Report.objects.exists()


def test_what_was_left_empty_is_left_out_with_a_word(
    signed_in: SignedIn, sari: Person, business: Business, make_business: Any
) -> None:
    other, client = make_business("Jahit Diam"), signed_in(sari)
    page = upload(client, photograph(filled_sheet([business, other], ["62", ""]), np.random.default_rng(8)))
    assert "Kotaknya kosong" in page.content.decode()
    stored = save(client, fields(page.content.decode())).content.decode()
    assert "1 IKM dilewati: kotaknya kosong." in stored
    assert list(Report.objects.values_list("business__name", flat=True)) == [business.name]


def test_what_is_saved_in_two_goes_is_told_as_it_is(
    signed_in: SignedIn, sari: Person, business: Business, make_business: Any, report: Reporter
) -> None:
    other, client = make_business("Jahit Diam"), signed_in(sari)
    report(business, 2022, 2, 60)
    page = upload(client, photograph(filled_sheet([business, other], ["600", "35"]), np.random.default_rng(9)))
    asked = save(client, fields(page.content.decode()))
    assert "1 laporan tersimpan." in asked.content.decode()
    assert "Yang di bawah ini belum disimpan." in asked.content.decode()
    sent = fields(asked.content.decode())
    checked = next(name for name in sent if name.endswith("note")).removesuffix("note") + "checked"
    stored = save(client, {**sent, checked: "on"}).content.decode()
    assert "1 laporan tersimpan." in stored
    assert "kotaknya kosong" not in stored
    assert Report.objects.filter(month=MARCH).count() == 2


def test_digits_of_noisy_photos_are_right_or_asked() -> None:
    counts = simulate(3, 7, Hand())
    assert counts.total > 120
    assert counts.right / counts.total >= 0.95
    assert counts.wrong / counts.total <= 0.01
