"""No item is lost on any response of the office or the network, and the page says what to do."""

from __future__ import annotations

import itertools
import json
import re
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.field_office import Answer, Cut, Forward, Office, ProxyRequest, Trouble, portal, refusing
from tests.browser.field_phone import Phone, proofs

pytestmark = pytest.mark.browser


def assert_sealed(written: str, exported: str) -> None:
    """Neither the file nor what its boxes hold tells what was written (which holds a space: no base64 says it by
    chance)."""
    assert " " in written
    assert written not in exported
    file = json.loads(exported)
    boxes = [b64decode(box["sealed"]) for box in (*file["items"], *file["files"])]
    assert boxes
    assert not any(written.encode() in box for box in boxes)


def forged(outcome: str, sha256: str, **more: object) -> Trouble:
    """Receipts that prove nothing about the phone's bytes."""

    def trouble(asked: ProxyRequest, forward: Forward) -> Answer:
        if not asked.path.endswith("kirim.json"):
            return forward()
        told = asked.said
        answers = [
            {
                "id": json.loads(text)["id"],
                "outcome": outcome,
                "number": 1,
                "epoch": told["seen"]["epoch"],
                "sha256": sha256,
                "received_at": "2026-11-26T00:00:00Z",
                "files": [],
                "reason": "",
                **more,
            }
            for text in told["items"]
        ]
        body = {"epoch": told["seen"]["epoch"], "time": "2026-11-26T00:00:00Z", "answers": answers}
        return Answer(200, json.dumps(body).encode(), {"Content-Type": "application/json"})

    return trouble


def cut(asked: ProxyRequest, forward: Forward) -> Answer:
    if asked.path.endswith("kirim.json"):
        raise Cut
    return forward()


TROUBLES: dict[str, tuple[Trouble, str]] = {
    "an error of the office": (refusing(500, b"<h1>Kesalahan</h1>"), "Kantor sedang terganggu"),
    "a gateway without an office": (refusing(502), "Kantor sedang terganggu"),
    "too many": (refusing(429), "Kantor sedang terganggu"),
    "not found": (refusing(404, b"<h1>Tidak ada</h1>"), "Kantor sedang terganggu"),
    "not allowed": (
        refusing(403, b'{"reason": "Peran Anda tidak mencatat kunjungan."}'),
        "Peran Anda tidak mencatat kunjungan.",
    ),
    "a firewall's refusal": (refusing(403, b"<h1>403</h1>"), "Jaringan ini menolak kiriman"),
    "signed out": (refusing(401, b'{"reason": "Masuk dahulu."}'), "Masuk dahulu."),
    "a portal": (portal, "Wi-Fi ini minta masuk dulu"),
    "half an answer": (
        refusing(200, b'{"epoch": "', **{"Content-Type": "application/json"}),
        "Wi-Fi ini minta masuk dulu",
    ),
    "an answer without receipts": (refusing(200, b"{}"), "Wi-Fi ini minta masuk dulu"),
    "a redirect": (refusing(302, b"", Location="/masuk/"), "Wi-Fi ini minta masuk dulu"),
    "silence": (cut, ""),
    "a receipt of other bytes": (forged("stored", "0" * 64), "Kantor sedang terganggu"),
    "an outcome nobody agreed on": (forged("done", "0" * 64), "Kantor sedang terganggu"),
}


def test_no_answer_but_a_receipt_settles_an_item(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    hers.attend(0)
    kept = hers.log()
    hers.tab("Kotak keluar")
    with office.with_trouble(cut):
        hers.online()
    for name, (trouble, sentence) in TROUBLES.items():
        with office.with_trouble(trouble):
            hers.send()
            if sentence:
                expect(hers.page.locator("#notes")).to_contain_text(sentence)
            assert proofs(hers.log()) == proofs(kept), name
            assert set(hers.states()) <= {"saved", "sent"}, name
    hers.send()
    hers.wait_until_sent()
    assert office.received() == {row["id"]: "stored" for row in kept}


def test_the_office_dies_before_and_after_its_commit(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    for number in range(3):
        hers.attend(number)
    kept = hers.log()

    def dies(*, committed: bool) -> Trouble:
        def trouble(asked: ProxyRequest, forward: Forward) -> Answer:
            if asked.path.endswith("kirim.json") and asked.said["items"]:
                if committed:
                    forward()
                office.kill()
                raise Cut
            return forward()

        return trouble

    for committed in (False, True):
        with office.with_trouble(dies(committed=committed)):
            hers.online()
            hers.send()
        assert proofs(hers.log()) == proofs(kept)
        assert set(hers.states()) == {"sent"}
        assert office.server and office.server.poll() is not None
        with office.with_trouble(cut):  # the phone tries again by itself, perhaps at this very moment
            office.start()
            assert len(office.received()) == (len(kept) if committed else 0)
    hers.send()
    hers.wait_until_sent()
    assert office.received() == {row["id"]: "stored" for row in kept}
    assert office.rows("SELECT COUNT(*) FROM visits_attendance WHERE noted_at > '2026-11-01'") == [3]


def test_a_photo_resumes_where_it_was_cut(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    hers.visit_the(0)
    hers.take_photo()
    pieces = []

    def cuts_the_third(asked: ProxyRequest, forward: Forward) -> Answer:
        if asked.method == "PUT":
            pieces.append(asked.headers["Content-Range"])
            if len(pieces) == 3:
                raise Cut
        return forward()

    with office.with_trouble(cuts_the_third):
        hers.online()
        hers.wait_until_sent()
    begun, ended = zip(*(map(int, re.findall(r"\d+", one)[:2]) for one in pieces), strict=True)
    assert begun[3] == begun[2] == ended[1] + 1  # again from the piece that was cut, never from 0
    assert ended[3] <= ended[2], "no larger piece, where the network is bad"
    accepted = [*range(2), *range(3, len(pieces))]
    assert all(begun[after] == ended[one] + 1 for one, after in itertools.pairwise(accepted))
    assert max(end - start for start, end in zip(begun, ended, strict=True)) > 16_384, "larger ones, where it is good"
    assert set(hers.states()) == {"received"}


def test_a_refused_item_is_stored_shown_corrected_and_exported(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    hers.visit_the(3)
    hers.correct_telephone("0812 entah")
    hers.online()
    expect(hers.page.locator("#state")).to_have_text("1 perlu diperiksa")
    hers.tab("Kotak keluar")
    wrong = hers.page.locator(".item-refused")
    expect(wrong).to_contain_text("entah")
    [refused] = [row for row in hers.log() if row["state"] == "refused"]
    hers.page.get_by_role("button", name="Kirim lagi").click()
    expect(wrong).to_contain_text("entah")  # offered again, refused again, still here

    with hers.page.expect_download() as waiting:
        hers.page.get_by_role("button", name="Simpan ke berkas").click()
    exported = waiting.value.path().read_text(encoding="utf-8")
    file = json.loads(exported)
    assert [UUID(item["id"]).hex for item in file["items"]] == [refused["id"]]
    assert file["items"][0]["sha256"] == refused["sha256"]
    assert len(file["items"][0]["sealed"]) > 200
    assert_sealed("0812 entah", exported)

    hers.page.get_by_role("link", name="Perbaiki").click()
    hers.page.get_by_label("Nilai").fill("081234567890")
    hers.page.get_by_role("button", name="Simpan perbaikan").click()
    hers.wait_until_sent()
    old, mended = (
        next(row for row in hers.log() if test(row))
        for test in (lambda row: row["id"] == refused["id"], lambda row: row["sequence"] == refused["sequence"] + 1)
    )
    assert (old["state"], mended["state"]) == ("refused", "received")
    assert office.received()[mended["id"]] == "stored"
    assert office.rows("SELECT corrects FROM intake_received WHERE id = ?", mended["id"]) == [refused["id"]]


def test_the_file_of_a_phone_without_network_is_imported_and_counts_once(
    office: Office, phone: Callable[..., Phone], tmp_path: Path
) -> None:
    hers = phone()
    hers.set_out()
    hers.attend(0)
    hers.visit_the(0)
    hers.type_words(words := "benang lama datang")
    hers.press("Simpan kata ini")
    hers.take_photo()
    kept, photos = hers.log(), office.count("visits_photo")
    hers.tab("Kotak keluar")
    with hers.page.expect_download() as waiting:
        hers.page.get_by_role("button", name="Simpan ke berkas").click()
    file = tmp_path / "lapangan.json"
    waiting.value.save_as(file)
    assert_sealed(words, file.read_text(encoding="utf-8"))

    desk = phone()
    desk.sign_in("pengurus")
    desk.page.goto(office.address + "/lapangan/impor/")  # not the app: the worker leaves the office's pages alone
    desk.page.locator("input[type=file]").set_input_files(file)
    desk.page.get_by_role("button", name="Ambil", exact=True).click()
    expect(desk.page.get_by_role("status").first).to_be_visible()
    assert office.received() == {row["id"]: "stored" for row in kept}

    hers.online()
    hers.wait_until_sent()
    assert set(hers.states()) == {"received"}
    assert office.received() == {row["id"]: "stored" for row in kept}
    assert office.count("visits_photo") == photos + 1


def test_a_restored_office_is_healed(office: Office, phone: Callable[..., Phone]) -> None:
    hers = phone()
    hers.set_out()
    hers.online()
    hers.wait_until_sent()
    backup = office.folder / "backup.sqlite3"
    office.copy(office.database, backup)
    hers.page.get_by_role("link", name=re.compile("^Kunjungan")).first.click()
    hers.page.get_by_role("link", name="Sentra").first.click()
    for number in range(3):
        hers.attend(number)
    hers.wait_until_sent()
    kept = hers.log()
    assert len(office.received()) == 4
    office.kill()
    office.copy(backup, office.database)
    office.start()
    assert len(office.received()) == 1
    hers.send()
    hers.wait_until_sent()
    assert office.received() == {row["id"]: "stored" for row in kept}
    assert office.count("intake_epoch") == 2
    assert set(hers.states()) == {"received"}
