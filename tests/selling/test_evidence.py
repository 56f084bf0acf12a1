"""Steps that the owner records, their screenshots, and the officer who looks at them."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from sambang.access.models import Person
from sambang.lib import clock
from sambang.privacy.erasing import erase_rows
from sambang.registry.models import Business
from sambang.training.ladder_steps import store_ladder_step
from sambang.training.models import LadderStep, Screenshot
from sambang.training.operations import record_ladder_step
from sambang.training.screenshots import (
    MAX_SCREENSHOTS,
    answer_screenshot,
    record_own_step,
    waiting_screenshots,
    withdraw_own_step,
)
from tests.owner_client import OwnerClient

LEARNING = "/saya/jual/belajar/"
STEP = f"{LEARNING}kemajuan/"
Step, Kind, State = LadderStep.Step, LadderStep.EvidenceKind, Screenshot.State


def screen(colour: str = "navy") -> SimpleUploadedFile:
    """A picture with a place and a device in its metadata."""
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "HP Rahasia"
    exif.get_ifd(0x8825)[1] = "S"
    Image.new("RGB", (720, 1600), colour).save(file, "JPEG", exif=exif)
    return SimpleUploadedFile("layar.jpg", file.getvalue(), "image/jpeg")


def recorded(business: Business, colour: str = "navy") -> Screenshot:
    values = {"step": Step.SHOP, "reached_on": clock.today(), "screenshot": screen(colour)}
    record_own_step(business, business.owner, **values)
    return business.screenshots.get(state=State.WAITING)


def form(**values: object) -> dict[str, object]:
    return {"step": "2_shop", "reached_on": clock.today().isoformat(), **values}


def test_the_owner_records_a_step_with_a_screenshot_and_the_officer_accepts_it(
    phone: OwnerClient, business: Business, sari: Person, signed_in: Callable[[Person], Client]
) -> None:
    assert phone.post(STEP, form(screenshot=screen())).status_code == 302
    [ladder_step] = business.ladder_steps.all()
    assert (ladder_step.evidence_kind, ladder_step.noted_by_id) == (Kind.OWNER, business.owner_id)
    [screenshot] = business.screenshots.all()
    with screenshot.image.open("rb") as file:
        content = file.read()
    assert b"HP Rahasia" not in content and not Image.open(io.BytesIO(content)).getexif()
    assert "menunggu dilihat" in phone.get(LEARNING).text
    image = phone.get(f"{LEARNING}tangkapan/{screenshot.pk}.jpg")
    assert (image.headers["Content-Type"], image.content) == ("image/jpeg", content)
    assert "private" in image.headers["Cache-Control"]

    desk = signed_in(sari)
    assert "1 tangkapan layar menunggu dilihat" in desk.get("/pelatihan/tangga/").text
    [row] = desk.get("/pelatihan/tangga/?bukti=menunggu").context["rows"]
    assert row.business == business
    page = f"/pelatihan/tangga/tangkapan/{screenshot.pk}/"
    assert page in desk.get(f"/pelatihan/tangga/{business.pk}/").text
    assert desk.get(f"{page[:-1]}.jpg").content == content
    assert desk.post(page, {"answer": "yes"}).status_code == 302
    ladder_step.refresh_from_db()
    screenshot.refresh_from_db()
    assert (ladder_step.evidence_kind, screenshot.answered_by) == (Kind.SCREENSHOT, sari)
    assert "diterima" in phone.get(LEARNING).text
    assert "sudah dijawab" in desk.post(page, {"answer": "no", "because": "Bukan"}).text
    assert not waiting_screenshots(sari).exists()
    assert "Toko daring dibuka" in desk.get(f"/daftar/ikm/{business.pk}/").text


def test_a_refusal_gives_its_reason_and_withdraws_the_mere_word(
    phone: OwnerClient, business: Business, sari: Person, signed_in: Callable[[Person], Client]
) -> None:
    screenshot = recorded(business)
    page = f"/pelatihan/tangga/tangkapan/{screenshot.pk}/"
    assert "Tulis alasannya" in signed_in(sari).post(page, {"answer": "no"}).text
    assert signed_in(sari).post(page, {"answer": "no", "because": "Nama toko tidak terlihat"}).status_code == 302
    assert not business.ladder_steps.exists()
    text = phone.get(LEARNING).text
    assert "belum diterima" in text and "Nama toko tidak terlihat" in text
    assert phone.post(STEP, form(screenshot=screen())).status_code == 302  # once more, even the same picture
    assert [one.state for one in business.screenshots.order_by("state")] == [State.REFUSED, State.WAITING]


def test_a_refusal_leaves_a_step_that_an_order_proves(business: Business, sari: Person, rina: Person) -> None:
    screenshot = recorded(business)
    store_ladder_step(business, rina, step=Step.SHOP, reached_on=clock.today(), evidence_kind=Kind.ORDER)
    assert business.ladder_steps.get().evidence_kind == Kind.ORDER  # proof replaces the word
    answer_screenshot(screenshot, sari, accepted=False, because="Bukan")
    assert business.ladder_steps.get().evidence_kind == Kind.ORDER


def test_without_a_screenshot_it_is_the_owners_word_which_they_take_back(
    phone: OwnerClient, business: Business, rina: Person
) -> None:
    assert phone.post(STEP, form()).status_code == 302
    assert "sudah tercatat" in phone.post(STEP, form()).text
    [ladder_step] = business.ladder_steps.all()
    phone.post(STEP, form(screenshot=screen()))
    assert phone.post(f"{STEP}{ladder_step.pk}/hapus/").status_code == 302
    assert not business.ladder_steps.exists() and not business.screenshots.exists()
    proved = record_ladder_step(
        business, rina, step=Step.SHOP, reached_on=clock.today(), evidence_kind=Kind.LOOK, evidence="Dilihat"
    )
    phone.post(f"{STEP}{proved.pk}/hapus/")
    assert business.ladder_steps.get() == proved


def test_the_picture_is_for_the_owner_and_for_those_who_answer(
    phone: OwnerClient,
    business: Business,
    make_business: Callable[..., Business],
    budi: Person,
    citra: Person,
    signed_in: Callable[[Person], Client],
) -> None:
    screenshot, other = recorded(business), recorded(make_business("Lain"), "teal")
    image = f"/pelatihan/tangga/tangkapan/{screenshot.pk}.jpg"
    assert signed_in(budi).get(image).status_code == 403
    assert signed_in(citra).get(image).status_code == 404
    assert phone.get(f"{LEARNING}tangkapan/{other.pk}.jpg").status_code == 404
    with pytest.raises(PermissionDenied):
        answer_screenshot(screenshot, budi, accepted=True)
    with pytest.raises(PermissionDenied):
        answer_screenshot(screenshot, business.owner, accepted=True)


def test_an_officer_attaches_what_they_saw(business: Business, sari: Person) -> None:
    values = {"step": Step.LIVE_PRODUCT, "reached_on": clock.today()}
    with pytest.raises(ValidationError, match="Lampirkan tangkapan layarnya"):
        record_ladder_step(business, sari, **values, evidence_kind=Kind.SCREENSHOT)
    assert record_ladder_step(business, sari, **values, screenshot=screen()).evidence_kind == Kind.SCREENSHOT
    [screenshot] = business.screenshots.all()
    assert (screenshot.state, screenshot.answered_by) == (State.ACCEPTED, sari)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_what_is_no_photo_is_refused_and_stores_nothing(phone: OwnerClient, business: Business, content: bytes) -> None:
    answer = phone.post(STEP, form(screenshot=SimpleUploadedFile("a.jpg", content)))
    assert answer.status_code == 422
    assert not business.ladder_steps.exists() and not business.screenshots.exists()


def test_a_step_takes_so_many_screenshots(business: Business) -> None:
    colours = ["red", "lime", "blue", "cyan", "gold", "pink"]
    values = {"step": Step.SHOP, "reached_on": clock.today()}
    for colour in [*colours[:MAX_SCREENSHOTS], colours[0]]:  # the last is there already
        record_own_step(business, business.owner, **values, screenshot=screen(colour))
    assert business.screenshots.count() == MAX_SCREENSHOTS
    with pytest.raises(ValidationError, match="Sudah ada 5"):
        record_own_step(business, business.owner, **values, screenshot=screen(colours[-1]))


def test_erasure_and_taking_back_delete_the_file(
    business: Business, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[object]]]
) -> None:
    def withdraw(business: Business) -> None:
        withdraw_own_step(business.ladder_steps.get(), business.owner)

    for take_back in (withdraw, erase_rows):
        name = recorded(business).image.name
        assert default_storage.exists(name)
        with django_capture_on_commit_callbacks(execute=True):
            take_back(business)
        assert not default_storage.exists(name)
        assert not Screenshot.objects.exists()
