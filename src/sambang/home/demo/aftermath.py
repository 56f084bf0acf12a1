"""What followed the visit in the demo: the course, the catalogue, and years of simulated monthly reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from sambang.home.demo import truth
from sambang.home.demo.cast import Cast
from sambang.home.demo.clock import on
from sambang.home.demo.pictures import drawing
from sambang.insight.operations import compute
from sambang.market import operations as market
from sambang.people.models import Person, system_person
from sambang.production.amounts import Amount
from sambang.production.operations import submit_report
from sambang.registry.models import Business, ProductLine
from sambang.registry.operations import close_business
from sambang.training import operations as training

LEARNERS = 14
SESSIONS = (date(2022, 5, 17), date(2022, 5, 24))
CLIMBS = (  # step, the days after the first session, how many got so far
    ("2_shop", 21, 10),
    ("3_live_product", 35, 8),
    ("4_first_order", 70, 5),
    ("5_repeat_sales", 160, 3),
)
SHOWN = 10  # IKM in the catalogue
CLOSURES = {2: date(2023, 2, 10), 6: date(2024, 7, 5)}  # which of the 36, counted from the smallest, close, and when


def teach(businesses: Sequence[Business], cast: Cast) -> None:
    staff, officer = cast["pengurus"], cast["petugas"]
    course = training.plan_course(
        cast.councils["Dekranasda Sleman"],
        staff,
        title="Pasar daring untuk perajin",
        topic="online",
        trainer="Wening Peraga",
    )
    enrolments = [
        training.enrol(course, staff, business=business, participant=business.owner.name)
        for business in businesses[:LEARNERS]
    ]
    for number, day in enumerate(SESSIONS):
        session = training.plan_session(course, staff, held_on=day, place="Balai Kalurahan Condongcatur")
        for place, enrolment in enumerate(enrolments):
            training.attend_session(session, officer, enrolment=enrolment, present=(place + 3 * number) % 9 != 0)
    for place, enrolment in enumerate(enrolments):
        before = 30 + place * 7 % 35
        training.set_scores(
            enrolment, officer, before=before, after=min(before + 20 + place * 5 % 25, 100) if place != 6 else None
        )
    for step, days, reached in CLIMBS:
        for place, business in enumerate(businesses[:reached]):
            training.climb(
                business,
                officer,
                step=step,
                reached_on=SESSIONS[0] + timedelta(days=days + place),
                evidence="Dilihat pendamping",
            )


def open_market(businesses: Sequence[Business], cast: Cast) -> None:
    staff = cast["pengurus"]
    for number, business in enumerate(businesses[:SHOWN]):
        line = business.product_lines.first()
        if line is None:
            continue
        price = max(round((line.annual_value or 0) / (line.capacity or 1) * 1.4 / 500) * 500, 5_000)
        facts = market.ItemFacts(
            name=line.name, price=price, unit=line.unit, minimum_order=1 if price > 50_000 else 12, weight=300,
            description=f"{line.name} buatan {business.name}, Sentra Joho. Bahan katun, ukuran S sampai XXL, dikerjakan 7 hari. Data peragaan.",
        )  # fmt: skip
        item = market.offer_item(business, staff, facts=facts)
        market.add_picture(item, staff, image=drawing(line.name, number), alt=f"Gambar peragaan: {line.name}")
        market.give_consent(business, business.owner, purpose="catalogue")
        if number % 3 != 2:
            market.give_consent(business, business.owner, purpose="whatsapp")
        market.set_channel(
            business,
            cast["petugas"],
            kind="shopee" if number % 2 else "whatsapp",
            opened_on=SESSIONS[0] + timedelta(days=21 + number),
        )
        for month, share in (
            (date(2022, 3, 1), 0),
            (date(2022, 9, 1), 10 + number),
            (date(2023, 3, 1), 15 + 2 * number),
        ):
            market.set_online_share(business, cast["petugas"], month=month, percent=share)


def report_and_measure(
    businesses: Sequence[Business],
    cast: Cast,
    rng: np.random.Generator,
    *,
    today: date,
    announce: Callable[[str], object],
) -> None:
    """Monthly reports from January 2019 to last month, simulated from truth.py, then the first computation."""
    neighbours = Business.objects.filter(cluster__region__code__startswith="3402").prefetch_related("product_lines")
    closures = closures_among(businesses)
    reports = 0
    for number, business in enumerate([*businesses, *neighbours]):
        officer = cast["petugas"] if number < len(businesses) else cast["petugas.bantul"]
        closed_on = closures.get(business)
        for line in business.product_lines.all():
            reports += submit_simulated(line, officer, maker_of(line, number, closed_on), rng, today=today)
        if closed_on:
            close_business(business, cast["pengurus"], closed_on=closed_on)
        if number % 6 == 5:
            announce(f"Laporan bulanan (simulasi): {number + 1} IKM, {reports} laporan …")
    for name, council in cast.councils.items():
        announce(f"Menghitung indeks {name} …")
        compute(council, system_person())


def closures_among(businesses: Sequence[Business]) -> dict[Business, date]:
    """The IKM that close in the story: small ones, for in a slump it is they that do."""
    by_value = sorted(businesses, key=lambda business: (business.annual_sales or 0, business.name))
    return {by_value[rank]: day for rank, day in CLOSURES.items()}


def maker_of(line: ProductLine, number: int, closed_on: date | None) -> truth.Maker:
    capacity = line.capacity or 1_200
    return truth.Maker(
        capacity=capacity,
        price=(line.annual_value or 0) / capacity or 30_000,
        established=line.business.established or 2010,
        trained=number < LEARNERS,
        closed_on=closed_on,
    )


def submit_simulated(
    line: ProductLine, officer: Person, maker: truth.Maker, rng: np.random.Generator, *, today: date
) -> int:
    """Every simulated month of one product line, each received five weeks after it began; returns how many."""
    received = 0
    for report in truth.simulate(maker, truth.last_full_month(today), rng):
        day = min(report.month + timedelta(days=35), today)
        amount = Amount(Decimal(report.quantity), report.value, f"{report.quantity} {line.unit}")
        with on(day):
            submit_report(line.business, officer, month=report.month, amounts={line: amount}, source="simulation")
        received += 1
    return received
