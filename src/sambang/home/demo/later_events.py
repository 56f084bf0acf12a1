"""Events after the visit in the demo: the course, the catalogue, and years of simulated monthly reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from sambang.access.models import system_person
from sambang.home.demo import simulation
from sambang.home.demo.bulk import store_reports
from sambang.home.demo.clock import stop_clock_on
from sambang.home.demo.people import DemoPeople
from sambang.home.demo.pictures import drawing
from sambang.home.demo.sending import Sending
from sambang.insight.operations import choose_base, compute, record_simulated_index, register_evaluation
from sambang.lib.months import add_months, first_of_month
from sambang.lib.region_code import in_region
from sambang.market import operations as market
from sambang.market.models import Item
from sambang.market.shelf_operations import submit_item
from sambang.production.contracted_work import (
    WorkData,
    answer_contracted_work,
    mark_contracted_work_paid,
    record_contracted_work,
)
from sambang.registry.models import Business, Cluster, Permit, ProductLine
from sambang.registry.operations import add_permit, close_business
from sambang.selling.operations import mark_order, note_order
from sambang.selling.pooling import monday_of, order_members
from sambang.selling.pooling_operations import answer_share, declare_capacity, plan_pooled_order, split_order
from sambang.siinas.operations import save_sheet, set_quarter_target
from sambang.siinas.quarters import quarter_to_report
from sambang.siinas.queries import prefill_sheet
from sambang.training import operations as training

LEARNERS = 14
SESSIONS = (date(2022, 5, 17), date(2022, 5, 24))
CLIMBS = (  # step, the days after the first session, how many got so far, what helped
    ("2_shop", 21, 10, "course"),
    ("3_live_product", 35, 8, "visit"),
    ("4_first_order", 70, 5, "message"),
    ("5_repeat_sales", 160, 3, "peer"),
)
ITEMS_PUBLISHED = 10  # IKM in the catalogue
CLOSURES = {2: date(2023, 2, 10), 6: date(2024, 7, 5)}  # which of the 36, counted from the smallest, close, and when


def add_training(businesses: Sequence[Business], people: DemoPeople) -> None:
    staff, officer = people["pengurus"], people["petugas"]
    council = people.councils["Dekranasda Sleman"]
    trainer = training.add_trainer(
        council, staff, name="Wening Peraga", contact="peraga@contoh.test", skills="foto barang, toko daring"
    )
    course = training.plan_course(council, staff, title="Pasar daring untuk perajin", topic="online", trainer=trainer)
    with stop_clock_on(SESSIONS[0] - timedelta(days=7)):
        for subject in ({"course": course}, {"difficulty": "skill"}):
            register_evaluation(course.council, staff, until=date(2023, 5, 1), **subject)
    enrolments = [
        training.enrol(course, staff, business=business, participant=business.owner.name)
        for business in businesses[:LEARNERS]
    ]
    for number, day in enumerate(SESSIONS):
        session = training.plan_session(course, staff, held_on=day, place="Balai Kalurahan Condongcatur")
        for place, enrolment in enumerate(enrolments):
            training.record_session_attendance(
                session, officer, enrolment=enrolment, present=(place + 3 * number) % 9 != 0
            )
    for place, enrolment in enumerate(enrolments):
        before = 30 + place * 7 % 35
        training.set_scores(
            enrolment, officer, before=before, after=min(before + 20 + place * 5 % 25, 100) if place != 6 else None
        )
    for step, days, reached, moved_by in CLIMBS:
        for place, business in enumerate(businesses[:reached]):
            training.record_ladder_step(
                business,
                officer,
                step=step,
                reached_on=SESSIONS[0] + timedelta(days=days + place),
                evidence="Dilihat pendamping",
                evidence_kind="look",
                moved_by=moved_by,
            )


def open_market(businesses: Sequence[Business], people: DemoPeople) -> None:
    staff = people["pengurus"]
    for number, business in enumerate(businesses[:ITEMS_PUBLISHED]):
        line = business.product_lines.first()
        if line is None:
            continue
        price = max(round((line.annual_value or 0) / (line.capacity or 1) * 1.4 / 500) * 500, 5_000)
        data = market.ItemData(
            name=line.name,
            price=price,
            unit=line.unit,
            minimum_order=1 if price > 50_000 else 12,
            weight=300,
            description=f"{line.name} buatan {business.name}, Sentra Joho. Bahan katun, ukuran S sampai XXL, "
            "dikerjakan 7 hari. Data peragaan.",
            sizes="S, M, L, XL, XXL",
            colours="" if number % 2 else "putih, biru tua",
            lead_days=7,
        )
        item = market.offer_item(business, staff, data=data)
        market.add_picture(item, staff, image=drawing(line.name, number), alt=f"Gambar peragaan: {line.name}")
        market.give_consent(business, business.owner, purpose="catalogue", how="link")
        if number % 3 != 2:
            market.give_consent(business, business.owner, purpose="whatsapp", how="link")
        if number % 2 == 0:
            market.give_consent(business, business.owner, purpose="marketplace", how="link")
        market.set_channel(
            business,
            people["petugas"],
            kind="shopee" if number % 2 else "whatsapp",
            opened_on=SESSIONS[0] + timedelta(days=21 + number),
        )
        for month, share in (
            (date(2022, 3, 1), 0),
            (date(2022, 9, 1), 10 + number),
            (date(2023, 3, 1), 15 + 2 * number),
        ):
            market.set_online_share(business, people["petugas"], month=month, percent=share)
        if number == 0:
            _use_shelf(item)


def _use_shelf(item: Item) -> None:
    """The owner offers another item, which waits for a curator, and notes an order of the first."""
    owner = item.business.owner
    data = market.ItemData(name=f"{item.name} bordir", price=item.price * 2, unit=item.unit, lead_days=10)
    submit_item(item.business, owner, data=data, photo=drawing(data.name, ITEMS_PUBLISHED))
    order = note_order(item, owner, ordered_on=SESSIONS[0] + timedelta(days=60), quantity=item.minimum_order)
    mark_order(order, owner, step="agreed")


def share_an_order(businesses: Sequence[Business], people: DemoPeople, *, today: date) -> None:
    """Four owners declare spare capacity; an order is split among them, and two have answered."""
    members = [
        (business, line)
        for business in businesses[:ITEMS_PUBLISHED]
        if business.closed_on is None and (line := business.product_lines.first()) and line.unit == "potong"
    ][:4]
    if not members or members[0][0].cluster is None:
        return
    for number, (business, line) in enumerate(members, 1):
        weeks = {(line.pk, monday_of(today) + timedelta(days=7 * week)): 40 * number for week in range(3)}
        declare_capacity(business, business.owner, quantities=weeks)
    order = plan_pooled_order(
        members[0][0].cluster,
        people["pengurus"],
        title="Kaos olahraga sekolah (peragaan)",
        quantity=500,
        unit="potong",
        price=45_000,
        due_on=today + timedelta(days=20),
    )
    proposed = {member.business.pk: member.proposed for member in order_members(order, people["pengurus"], today=today)}
    split_order(order, people["pengurus"], quantities=proposed)
    for answer, share in zip(("agreed", "refused"), order.shares.select_related("business__owner"), strict=False):
        answer_share(share, share.business.owner, answer=answer, quantity=share.quantity)


def order_from_each_other(businesses: Sequence[Business], *, today: date) -> None:
    """Contracted work of last month: one confirmed and paid, one confirmed, one that waits for the contractor."""
    members = [row for row in businesses[:ITEMS_PUBLISHED] if row.closed_on is None][:4]
    month = add_months(first_of_month(today), -1)
    principal, *contractors = members
    line = principal.product_lines.order_by("name").first()
    if line is None:
        return
    for number, contractor in enumerate(contractors):
        fee = round((line.annual_value or 12_000_000) / 12 * 0.05 * (number + 1), -3)
        data = WorkData(line, contractor, month, Decimal(10 * (number + 1)), int(fee))
        work = record_contracted_work(principal, principal.owner, data=data)
        if number < 2:
            answer_contracted_work(work, contractor.owner, business=contractor, is_right=True)
        if number == 0:
            mark_contracted_work_paid(work, contractor.owner, business=contractor, is_paid=True)


@dataclass(frozen=True)
class OtherReports:
    """Reports of the other sentra, the base year that the council and its province choose (the reports begin before
    it), and how many earlier computations are shown."""

    sendings: Sequence[Sending]
    base_year: int | None
    vintages: int


def report_and_measure(
    businesses: Sequence[Business],
    people: DemoPeople,
    rng: np.random.Generator,
    *,
    today: date,
    announce: Callable[[str], object],
    others: OtherReports,
) -> None:
    """Monthly reports from January 2019 to last month and those of `others`, simulated, in the order in which they came
    in; some earlier computations, so that first figures and their revisions can be seen; the truth; then today's
    computation."""
    closures = closures_among(businesses)
    own = simulated(businesses, people, rng, closures=closures, today=today)
    after = date.min
    for number, until in enumerate([*vintages(today, others.vintages), today]):
        arrived, others_arrived = (arrived_between(rows, after, until) for rows in (own, others.sendings))
        if others.sendings and number == 0:  # years of reports: too many for one operation each
            arrived, others_arrived = [], in_order([*arrived, *others_arrived])
        if others_arrived:
            store_reports(others_arrived)
        for sending in arrived:
            sending.submit()
        announce(f"Laporan bulanan (simulasi) sampai {until:%d-%m-%Y}: {len(arrived) + len(others_arrived)}.")
        after = until
        if number == 0:
            close_and_choose_base(closures, people, others.base_year)
        if until < today:
            announce(f"Menghitung indeks Dekranasda Sleman seperti pada {until:%d-%m-%Y} …")
            with stop_clock_on(until):
                compute(people.councils["Dekranasda Sleman"], system_person())
    for name, council in people.councils.items():
        announce(f"Menghitung indeks {name} …")
        compute(council, system_person())


def close_and_choose_base(closures: Mapping[Business, date], people: DemoPeople, base_year: int | None) -> None:
    for business, closed_on in closures.items():
        close_business(business, people["pengurus"], closed_on=closed_on)
    if base_year:
        months = {"first": date(base_year, 1, 1), "last": date(base_year, 12, 1)}
        choose_base(people.councils["Dekranasda Sleman"], people["pengurus"], **months)
        choose_base(people.councils["Dekranasda DIY"], system_person(), **months)


def vintages(today: date, many: int) -> list[date]:
    """The seventh of each of the months before this one; today's computation is the first of this month."""
    return [add_months(first_of_month(today), -back) + timedelta(days=6) for back in range(many, 0, -1)]


def simulated(
    businesses: Sequence[Business],
    people: DemoPeople,
    rng: np.random.Generator,
    *,
    closures: Mapping[Business, date],
    today: date,
) -> list[Sending]:
    """Every report of both sentra; states the truth of each sentra on the way."""
    neighbours = Business.objects.filter(in_region("cluster__region__code", "3402")).select_related("cluster")
    made: dict[Cluster, list[tuple[simulation.Maker, list[simulation.SimulatedMonth]]]] = {}
    sendings = []
    for number, business in enumerate([*businesses, *neighbours.prefetch_related("product_lines")]):
        officer = people["petugas"] if number < len(businesses) else people["petugas.bantul"]
        for line in business.product_lines.all():
            maker = maker_of(line, number, closures.get(business))
            every = simulation.simulate(maker, simulation.last_full_month(today), rng)
            sendings += [Sending(line, officer, month) for month in every if month.is_reported]
            if business.cluster:
                made.setdefault(business.cluster, []).append((maker, every))
    for cluster, makers in made.items():
        record_simulated_index(cluster, system_person(), months=simulation.true_index(makers))
    return sendings


def report_in_siinas(businesses: Sequence[Business], people: DemoPeople, *, today: date) -> None:
    """Twelve IKM have an account; of the last quarter five sheets are filled in and three are sent."""
    staff, quarter = people["pengurus"], quarter_to_report(today)
    made_up = {
        "installed_capacity": "1,5 kali kapasitas produksi",
        "materials": "kain 450 meter; benang 30 kg",
        "investment_land": 0,
        "water": Decimal(6),
        "fuel": "gas 3 tabung; oli mesin 1 liter",
        "electricity": Decimal(540),
        "machines": "mesin jahit 6; mesin obras 2",
    }
    open_ones = Business.objects.filter(pk__in=[business.pk for business in businesses], closed_on=None)
    for number, business in enumerate(open_ones.order_by("name")[:12]):
        add_permit(business, staff, kind=Permit.Kind.SIINAS, number=f"PERAGA-{number + 1:02}")
        if number < 5:
            values = {**prefill_sheet(business, quarter).values, **made_up}
            save_sheet(business, staff, quarter=quarter, **values | {"reported_on": today if number < 3 else None})
    set_quarter_target(
        people.councils["Dekranasda Sleman"], staff, quarter=quarter, businesses=10, source="peragaan, dibuat-buat"
    )


def arrived_between(sendings: Sequence[Sending], after: date, until: date) -> list[Sending]:
    return in_order([sending for sending in sendings if after < sending.made.comes_on <= until])


def in_order(sendings: list[Sending]) -> list[Sending]:
    return sorted(sendings, key=lambda sending: (sending.made.comes_on, sending.line.business.name, sending.line.name))


def closures_among(businesses: Sequence[Business]) -> dict[Business, date]:
    """The IKM that close in the story: small ones, for in a slump it is they that do."""
    by_value = sorted(businesses, key=lambda business: (business.annual_sales or 0, business.name))
    return {by_value[rank]: day for rank, day in CLOSURES.items()}


def maker_of(line: ProductLine, number: int, closed_on: date | None) -> simulation.Maker:
    capacity = line.capacity or 1_200
    return simulation.Maker(
        capacity=capacity,
        price=(line.annual_value or 0) / capacity or 30_000,
        established=line.business.established or 2010,
        coached_since=simulation.COACHING_SINCE if number < LEARNERS else None,
        closed_on=closed_on,
    )
