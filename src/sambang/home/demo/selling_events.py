"""Selling online in the demo: courses of the last three months, evidence of what their people reached, and a
marketplace's mapping."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, timedelta

import xlsxwriter

from sambang.home.demo.clock import stop_clock_on
from sambang.home.demo.people import DemoPeople
from sambang.home.demo.pictures import screen_drawing
from sambang.market.mapping_operations import save_mapping, upload_template
from sambang.market.marketplace_mapping import mapped_columns, read_template
from sambang.registry.models import Business
from sambang.training import operations as training
from sambang.training.models import LadderStep, Screenshot, Trainer
from sambang.training.modules import learning_modules
from sambang.training.screenshots import answer_screenshot, record_own_step

BATCHES = (100, 66, 35)  # days ago of the course on photos and shops; each has three sessions
IN_A_BATCH = 5
NEXT_SESSION = timedelta(days=10)
# Of each batch, by place: what its owner recorded so many days after, with which shop, and what the officer answered.
RECORDED_STEPS = (
    (1, LadderStep.Step.SHOP, 12, "Toko Peraga", True),
    (2, LadderStep.Step.SHOP, 15, "Toko Contoh", None),
    (3, LadderStep.Step.LIVE_PRODUCT, 20, "", False),
)
HEADINGS = ("Nama Produk*", "Deskripsi*", "Harga*", "Stok*", "Berat (gram)", "Warna", "Ukuran", "SKU", "Foto 1")
EXAMPLES = ("Kemeja batik", "Katun, ukuran M", "150000", "5", "300", "biru", "M", "KB-1", "https://contoh.test/1.jpg")


def add_recent_courses(businesses: Sequence[Business], people: DemoPeople, *, today: date) -> None:
    """Three courses, 35 to 100 days ago, and one that is still to come. Those who came stand on different steps."""
    staff, council = people["pengurus"], people.councils["Dekranasda Sleman"]
    trainer = training.add_trainer(
        council, staff, name="Gilang Peraga", contact="peraga@contoh.test", skills="foto barang, video pendek"
    )
    members = [business for business in businesses if business.closed_on is None]
    for number, days in enumerate(BATCHES):
        batch = members[number * IN_A_BATCH :][:IN_A_BATCH]
        _hold_course(batch, people, trainer, today - timedelta(days=days), number + 1)
    course = training.plan_course(council, staff, title="Promosi dan layanan pembeli", topic="online", trainer=trainer)
    training.plan_session(course, staff, held_on=today + NEXT_SESSION, place="Aula Dekranasda Sleman")
    for business in members[:IN_A_BATCH]:
        training.enrol(course, staff, business=business, participant=business.owner.name)


def _hold_course(
    businesses: Sequence[Business], people: DemoPeople, trainer: Trainer, first_day: date, number: int
) -> None:
    staff, officer = people["pengurus"], people["petugas"]
    title = f"Foto barang dan toko daring, angkatan {number}"
    course = training.plan_course(trainer.council, staff, title=title, topic="online", trainer=trainer)
    enrolments = [
        training.enrol(course, staff, business=business, participant=business.owner.name) for business in businesses
    ]
    days = [first_day + timedelta(days=day) for day in (0, 1, 2)]
    for day in days:
        with stop_clock_on(day):
            session = training.plan_session(course, staff, held_on=day, place="Balai Kalurahan Condongcatur")
            for place, enrolment in enumerate(enrolments):
                present = not (place == 0 and day == days[0])
                training.record_session_attendance(session, officer, enrolment=enrolment, present=present)
    for place, business in enumerate(businesses):
        for right, day in ((place % 2, days[0]), (2 + place % 2, days[-1])):
            with stop_clock_on(day):
                training.answer_quiz(business, business.owner, module=next(iter(learning_modules())), right=right)
    for place, step, after, shop, accepted in RECORDED_STEPS:
        if place < len(businesses):
            _record_evidence(businesses[place], people, step, days[-1] + timedelta(days=after), shop, accepted)


def _record_evidence(
    business: Business, people: DemoPeople, step: str, day: date, shop: str, accepted: bool | None
) -> None:
    """The owner's word with a screenshot, and the officer's answer three days later; None: none yet."""
    if business.ladder_steps.filter(step=step).exists():
        return
    screen = screen_drawing(shop or business.name)
    with stop_clock_on(day):
        record_own_step(business, business.owner, step=step, reached_on=day, evidence=shop, screenshot=screen)
    if accepted is not None:
        screenshot = business.screenshots.get(state=Screenshot.State.WAITING)
        with stop_clock_on(day + timedelta(days=3)):
            because = "" if accepted else "Nama toko tidak terlihat (peragaan)"
            answer_screenshot(screenshot, people["petugas"], accepted=accepted, because=because)


def map_a_marketplace(people: DemoPeople) -> None:
    """The columns of a made-up marketplace's template, as the form proposes them."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("Produk")
    for row, cells in enumerate((HEADINGS, EXAMPLES)):
        sheet.write_row(row, 0, cells)
    book.close()
    template = read_template(file.getvalue())
    staff, council = people["pengurus"], people.councils["Dekranasda Sleman"]
    mapping = upload_template(council, staff, name="Lokapasar Peraga", template=template)
    save_mapping(mapping, staff, first_row=template.first_row, columns=mapped_columns(mapping.columns))
