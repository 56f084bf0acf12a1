"""The rest of the demo's council: sentra of other crafts, IKM outside any sentra, visits to some of them, a catalogue.

Everything is made up and marked as simulated. The loop is written by the operations that people use; the register, the
permits and the reports of past years are stored in bulk (`bulk.py`), and the cells rebuilt from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from sambang.access.models import Person
from sambang.aspirations import operations as aspirations
from sambang.home.demo import simulation
from sambang.home.demo.bulk import register_many, store_permits
from sambang.home.demo.clock import stop_clock_on
from sambang.home.demo.crafts import CRAFTS, FIRST_NAMES, LAST_NAMES, DemoCraft, Product
from sambang.home.demo.people import DemoPeople
from sambang.home.demo.photos import add_visit_photos
from sambang.home.demo.pictures import drawing
from sambang.home.demo.sending import Sending
from sambang.home.demo.sizes import DemoSize
from sambang.lib.region_code import in_region
from sambang.maps.map_links import read_position
from sambang.maps.operations import set_position
from sambang.market import operations as market
from sambang.registry.dto import BusinessData, ProductLineData
from sambang.registry.models import Business, Cluster, Industry, Permit, ProductLine, Region
from sambang.registry.operations import name_head, register_cluster
from sambang.visits import operations as visits

VISITS = (date(2023, 5, 17), date(2023, 9, 6), date(2024, 2, 21), date(2024, 8, 14), date(2025, 3, 12))
COUNCIL_VISIT_PURPOSE = "Mendengar aspirasi dan kendala produksi"
ATTENDEES_PER_VISIT = 8  # IKM that are met
ITEMS_PER_CLUSTER = 3  # IKM of each sentra with an item in the catalogue
PERMIT_YEARS = 5
ASPIRATION_WORDS = (
    ("material", "Harga bahan naik terus, harga jual tidak ikut naik."),
    ("marketing", "Pembeli dari luar kota susah menemukan kami."),
    ("capital", "Modal untuk menambah bahan menjelang Lebaran kurang."),
    ("material", "Bahan baku makin jauh dan mahal, kami ingin membeli bersama."),
    ("equipment", "Alat kami sudah tua, hasilnya kalah rapi."),
)
MATTER_TITLES = {  # the same titles in every sentra: matters that several sentra raised
    "material": "Bahan baku mahal",
    "marketing": "Pemasaran terbatas pada langganan lama",
    "capital": "Modal kerja menjelang Lebaran",
    "equipment": "Alat produksi sudah tua",
}


@dataclass
class OtherBusinesses:
    """Sentra and IKM other than Joho's. `businesses` and `products` are parallel."""

    clusters: list[Cluster] = field(default_factory=list)
    businesses: list[Business] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)

    def add(self, businesses: Sequence[Business], made: Sequence[tuple[BusinessData, Product]]) -> None:
        self.businesses += businesses
        self.products += [product for _data, product in made]

    def of(self, cluster: Cluster) -> list[Business]:
        return [business for business in self.businesses if business.cluster_id == cluster.pk]


def register_others(people: DemoPeople, size: DemoSize, rng: np.random.Generator) -> OtherBusinesses:
    """Register the sentra, their IKM with permits, and the IKM outside any sentra."""
    council, staff, others = people.councils["Dekranasda Sleman"], people["pengurus"], OtherBusinesses()
    villages = list(Region.objects.filter(in_region("code", "3404"), level=Region.Level.VILLAGE).order_by("code"))
    industries = {row.code: row for row in Industry.objects.filter(version=Industry.Version.KBLI_2020)}
    for number in range(size.clusters):
        craft, village = CRAFTS[number % len(CRAFTS)], villages[(7 * number + 3) % len(villages)]
        name = f"Sentra {craft.name} {village.name}"
        cluster = register_cluster(council, staff, name=name, region=village, commodity=craft.commodity)
        others.clusters.append(cluster)
        made_up = f"{-7.8 + 0.037 * (number % 6):.5f}, {110.26 + 0.041 * (number * 5 % 7):.5f}"
        set_position(cluster, staff, point=read_position(made_up), source="link")
        first = len(others.businesses)
        made = [_business_data(craft, industries, first + each, rng) for each in range(size.businesses)]
        others.add(register_many(cluster, staff, [data for data, _product in made]), made)
        name_head(cluster, staff, business=others.businesses[-1])
    first = len(others.businesses)
    made = [
        _business_data(
            CRAFTS[number % len(CRAFTS)], industries, first + number, rng, villages[(11 * number) % len(villages)]
        )
        for number in range(size.outside)
    ]
    others.add(register_many(council, staff, [data for data, _product in made]), made)
    return others


def _business_data(
    craft: DemoCraft,
    industries: dict[str, Industry],
    number: int,
    rng: np.random.Generator,
    village: Region | None = None,
) -> tuple[BusinessData, Product]:
    """One made-up IKM: most are small, some have several workers."""
    product = craft.products[number % len(craft.products)]
    scale = float(rng.lognormal(0, 0.6))
    workers = 1 + int(rng.poisson(2 * scale))
    women = int(rng.binomial(workers, 0.55))
    capacity = max(round(product.capacity * scale), 12)
    owner = f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[number * 5 // 3 % len(LAST_NAMES)]} {number + 1}"
    line = ProductLineData(product.name, product.unit, capacity, round(capacity * product.price, -3))
    data = BusinessData(
        name=f"{craft.name} {owner}",
        owner_name=owner,
        phone=f"+6289900{number:06d}" if number % 4 else "",
        region=village,
        industry=industries.get(craft.industry),
        commodity=craft.commodity,
        workers_male=workers - women,
        workers_female=women,
        investment=round(workers * float(rng.uniform(3, 12))) * 1_000_000,
        annual_sales=line.annual_value,
        established=int(rng.integers(1990, 2020)),
        product_lines=(line,),
    )
    return data, product


def grant_permits(people: DemoPeople, others: OtherBusinesses, today: date) -> int:
    """Two IKM in five hold the permit of their craft; some ran out, some run out in the next ninety days."""
    kinds = {craft.commodity: craft.permit for craft in CRAFTS}
    holders = [business for number, business in enumerate(others.businesses) if number % 5 < 2]
    permits = []
    for number, business in enumerate(holders):
        until = today + timedelta(days=number * 41 % 720 - 90)
        permits.append(
            Permit(
                business=business,
                kind=kinds[business.commodity],
                number=f"PERAGA-{number + 1:05d}",
                issued_on=until.replace(year=until.year - PERMIT_YEARS, day=min(until.day, 28)),
                valid_until=until,
            )
        )
    store_permits(permits, people["pengurus"])
    return len(holders)


def visit_some(people: DemoPeople, others: OtherBusinesses) -> list[tuple[Cluster, date]]:
    """Visits to the first sentra, one after another over two years; the others are not visited yet."""
    officer, staff = people["petugas"], people["pengurus"]
    visited = list(zip(others.clusters, VISITS, strict=False))
    for number, (cluster, day) in enumerate(visited):
        with stop_clock_on(day - timedelta(days=7)):
            visit = visits.plan_visit(
                cluster,
                staff,
                planned_for=day,
                purpose=COUNCIL_VISIT_PURPOSE,
                team=[officer, staff],
            )
        heard = []
        with stop_clock_on(day):
            visits.conduct_visit(visit, officer, held_on=day, summary="Kunjungan peragaan.", conclusion="Dicatat.")
            for place, business in enumerate(others.of(cluster)[:ATTENDEES_PER_VISIT]):
                visits.record_attendance(visit, officer, business=business, present=True, pulse=60 + 5 * (place % 9))
                kind, text = ASPIRATION_WORDS[(place + number) % len(ASPIRATION_WORDS)]
                note = aspirations.note_aspiration
                heard.append(note(business, officer, kind="constraint", text=text, difficulty=kind, visit=visit))
            add_visit_photos(visit, officer, staff, number=number)
        with stop_clock_on(day + timedelta(days=1)):
            visits.sign_off(visit, staff)
            for difficulty, title in MATTER_TITLES.items():
                alike = [row for row in heard if row.difficulty == difficulty]
                if alike:
                    aspirations.group_aspirations(cluster, staff, aspirations=alike, title=title, difficulty=difficulty)
    return visited


def offer_some(people: DemoPeople, others: OtherBusinesses) -> int:
    """Items of a few IKM of each sentra, with the owners' consent."""
    offered = 0
    products = dict(zip((business.pk for business in others.businesses), others.products, strict=True))
    for cluster in others.clusters:
        for business in others.of(cluster)[:ITEMS_PER_CLUSTER]:
            product = products[business.pk]
            item = market.offer_item(
                business,
                people["pengurus"],
                data=market.ItemData(
                    name=product.name,
                    price=int(round(product.price * 1.25, -3 if product.price > 10_000 else -2)),
                    unit=product.unit,
                    minimum_order=1 if product.price > 50_000 else 10,
                    weight=500,
                    description=f"{product.name} dari {cluster.name}. Data peragaan.",
                ),
            )
            market.add_picture(
                item,
                people["pengurus"],
                image=drawing(product.name, offered, shape="box"),
                alt=f"Gambar peragaan: {product.name}",
            )
            market.give_consent(business, business.owner, purpose="catalogue", how="link")
            offered += 1
    return offered


def simulated_reports(
    officer: Person,
    others: OtherBusinesses,
    visited: Sequence[tuple[Cluster, date]],
    *,
    months: tuple[date, date],
    rng: np.random.Generator,
) -> Iterator[Sending]:
    """Every report of the other IKM from the first to the last of `months`. Those of a visited sentra make more from
    the month after the visit on."""
    since = {cluster.pk: simulation.month_after(day) for cluster, day in visited}
    lines = {line.business_id: line for line in ProductLine.objects.filter(business__is_simulated=True)}
    for business, product in zip(others.businesses, others.products, strict=True):
        line = lines[business.pk]
        line.business = business
        maker = simulation.Maker(
            capacity=line.capacity or product.capacity,
            price=product.price,
            established=business.established or 2010,
            coached_since=since.get(business.cluster_id) if business.cluster_id else None,
        )
        for made in simulation.simulate(maker, months[1], rng):
            if made.is_reported and made.month >= months[0]:
                yield Sending(line, officer, made)
