"""Made-up rows of a province, inserted in bulk: python -m bench.world BUSINESSES

Runs with the settings of the office that it fills. Nobody in it exists. Prints what it made as one JSON line.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import batched
from typing import Any

PASSWORD = "kain-kepang-bench"
OFFICERS, COUNCILS, PER_CLUSTER, MONTHS, ITEMS = 200, 40, 25, 6, 2000
PROVINCE = "32"  # has 27 of the 40 regencies
FIRST = [
    "Siti",
    "Budi",
    "Endang",
    "Joko",
    "Sri",
    "Agus",
    "Wahyu",
    "Rina",
    "Slamet",
    "Tuti",
    "Bambang",
    "Ningsih",
    "Eko",
    "Yuni",
    "Hadi",
    "Lestari",
    "Pur",
    "Mulyono",
    "Dwi",
    "Tri",
]
LAST = [
    "Wahyuni",
    "Santoso",
    "Rahayu",
    "Prasetyo",
    "Handayani",
    "Nugroho",
    "Utami",
    "Widodo",
    "Astuti",
    "Setiawan",
    "Kusuma",
    "Purnomo",
    "Sulastri",
    "Hartono",
]
KINDS = [
    "Konveksi",
    "Bordir",
    "Batik",
    "Gerabah",
    "Anyaman",
    "Mebel",
    "Kulit",
    "Perak",
    "Tenun",
    "Tempe",
    "Kerupuk",
    "Bambu",
    "Logam",
    "Wayang",
]
WORDS = [
    "Jaya",
    "Makmur",
    "Sejahtera",
    "Lestari",
    "Barokah",
    "Mulia",
    "Sentosa",
    "Abadi",
    "Maju",
    "Indah",
    "Karya",
    "Rejeki",
    "Utama",
    "Sari",
    "Amanah",
    "Berkah",
]


def made_name(chance: random.Random) -> str:
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def token_of(number: int) -> str:
    """An owner's personal link in this made-up world."""
    return f"bench-tautan-pemilik-nomor-{number:07d}"


def store_rows(model: Any, rows: Iterable[Any], size: int = 5000) -> int:
    count = 0
    for some in batched(rows, size, strict=False):
        model.objects.bulk_create(some, batch_size=500)
        count += len(some)
    return count


def main(businesses: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from sambang.audit.models import Entry
    from sambang.lib.db_scope import default_to_system_scope
    from sambang.lib.static_files import gather_static

    default_to_system_scope()
    call_command("prepare", verbosity=0)
    gather_static()
    with transaction.atomic():
        made = World(businesses).make()
        Entry.objects.mark_change()  # no operation made these rows
    call_command("cells", "rebuild", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(json.dumps(made))


class World:
    """Councils of regencies, their people, sentra, IKM with owners, products and reports, visits and what came of
    them."""

    def __init__(self, businesses: int, seed: int = 2026) -> None:
        from django.utils import timezone

        self.count, self.chance = businesses, random.Random(seed)
        self.now, self.today = timezone.now(), timezone.localdate()
        self.months = [month_before(self.today, back) for back in range(2, MONTHS + 2)]  # the last one is the owners'

    def make(self) -> dict[str, Any]:
        said: dict[str, Any] = {"password": PASSWORD}
        self.councils_and_people(said)
        self.clusters_and_businesses(said)
        self.reports(said)
        self.work(said)
        return said

    def councils_and_people(self, said: dict[str, Any]) -> None:
        from django.contrib.auth.hashers import make_password

        from sambang.access.models import Council, Membership, Person, Role
        from sambang.registry.models import Region

        regencies = list(Region.objects.filter(level="regency", code__startswith="3").order_by("code")[:COUNCILS])
        self.councils = [
            Council(name=f"Dewan buatan {row.name}", region_code=row.code, is_simulated=True) for row in regencies
        ]
        nation = Council(name="Dewan buatan nasional", region_code="", is_simulated=True)
        province = Council(name="Dewan buatan provinsi", region_code=PROVINCE, is_simulated=True)
        Council.objects.bulk_create([*self.councils, province, nation])
        secret = make_password(PASSWORD)  # one hash for all: made-up people share a password
        roles = [(Role.OFFICER, OFFICERS), (Role.STAFF, COUNCILS), (Role.LEADER, COUNCILS)]
        people, memberships = [], []
        for role, many in roles:
            for number in range(many):
                person = Person(name=made_name(self.chance), email=f"{role.value}{number}@bench.test", password=secret)
                people.append(person)
                memberships.append(Membership(person=person, council=self.councils[number % COUNCILS], role=role))
        for name, council in (("provinsi", province), ("nasional", nation)):
            people.append(Person(name=f"Pengelola {name}", email=f"{name}@bench.test", password=secret))
            memberships.append(Membership(person=people[-1], council=council, role=Role.STAFF))
        Person.objects.bulk_create(people)
        Membership.objects.bulk_create(memberships)
        self.staff = people[OFFICERS : OFFICERS + COUNCILS]
        said |= {"officers": OFFICERS, "councils": len(self.councils)}

    def clusters_and_businesses(self, said: dict[str, Any]) -> None:
        from sambang.access.models import Person
        from sambang.registry.models import Business, Cluster, Industry, ProductLine, Region

        industries = list(Industry.objects.filter(version="2020")[:40])
        villages = {
            council.pk: list(Region.objects.filter(level="village", code__startswith=council.region_code))
            for council in self.councils
        }
        self.clusters: list[Any] = []
        for number in range(max(COUNCILS, self.count // PER_CLUSTER)):
            village = self.chance.choice(villages[self.councils[number % COUNCILS].pk])
            kind = self.chance.choice(KINDS)
            self.clusters.append(
                Cluster(
                    name=f"Sentra {kind} {village.name} {number}", region=village, commodity=kind, is_simulated=True
                )
            )
        store_rows(Cluster, self.clusters)
        self.businesses: list[Any] = []
        for numbers in batched(range(self.count), 5000, strict=False):
            owners = [
                Person(name=f"{made_name(self.chance)} {self.chance.choice(WORDS)}", password="!")
                for _number in numbers
            ]
            rows = [self.business(number, owner, industries) for number, owner in zip(numbers, owners, strict=True)]
            store_rows(Person, owners)
            store_rows(Business, rows)
            store_rows(
                ProductLine, (ProductLine(business=row, name=f"{row.commodity} biasa", unit="potong") for row in rows)
            )
            self.businesses += rows
        said |= {"clusters": len(self.clusters), "businesses": len(self.businesses)}

    def business(self, number: int, owner: Any, industries: Sequence[Any]) -> Any:
        from sambang.registry.models import Business

        cluster, chance = self.clusters[number % len(self.clusters)], self.chance
        men, women = chance.randrange(6), chance.randrange(1, 9)
        return Business(
            name=f"{cluster.commodity} {chance.choice(WORDS)} {chance.choice(FIRST)} {number}",
            owner=owner,
            owner_sex="female",
            cluster=cluster,
            region_id=cluster.region_id,
            address=f"RT {number % 9 + 1} RW {number % 5 + 1}",
            phone=f"62800{number:08d}",
            nib=f"{number:013d}",
            industry=chance.choice(industries),
            commodity=cluster.commodity,
            workers_male=men,
            workers_female=women,
            workers=men + women,
            investment=chance.randrange(1, 900) * 100_000,
            annual_sales=chance.randrange(1, 900) * 1_000_000,
            marketing="lokal",
            established=chance.randrange(1980, 2025),
            is_simulated=True,
        )

    def reports(self, said: dict[str, Any], chosen: int = 5000) -> None:
        """Of the first `chosen` IKM, month by month."""
        from sambang.production.models import Report, ReportLine
        from sambang.registry.models import ProductLine

        some = self.businesses[:chosen]
        product: dict[Any, Any] = {}
        for part in batched(some, 500, strict=False):
            product |= dict(
                ProductLine.objects.filter(business__in=[row.pk for row in part]).values_list("business", "pk")
            )
        staff = self.staff[0]
        for month in self.months:
            reports = [
                Report(business=row, month=month, source=Report.Source.SIMULATION, by=staff, submitted_at=self.now)
                for row in some
                if self.chance.random() < 0.85
            ]
            store_rows(Report, reports)
            store_rows(ReportLine, (self.line(report, product[report.business_id]) for report in reports))
        said["months"] = len(self.months)

    def line(self, report: Any, product: Any) -> Any:
        from sambang.production.models import ReportLine

        pieces = self.chance.randrange(20, 400)
        return ReportLine(
            report=report, product_line_id=product, quantity=Decimal(pieces), value=pieces * 25_000, entered=str(pieces)
        )

    def work(self, said: dict[str, Any]) -> None:
        """Visits with what was heard and promised, items on offer, links of owners."""
        said["visits"] = self.visits(self.clusters[:800])
        said["items"] = self.offers(self.businesses[:ITEMS])
        said["links"] = self.links(self.businesses[:2000])

    def visits(self, clusters: Sequence[Any]) -> int:
        """A past and a coming visit of each sentra, with a matter and an action."""
        from sambang.actions.models import Action
        from sambang.aspirations.models import Aspiration, Matter
        from sambang.visits.models import Visit

        by = self.staff[0]
        made = {"purpose": "Kunjungan buatan", "planned_by": by, "is_simulated": True}
        visits = [
            Visit(region=row.region, cluster=row, planned_for=day, **made, **more)
            for row in clusters
            for day, more in (
                (self.today - timedelta(30), {"state": "held", "held_on": self.today - timedelta(30)}),
                (self.today + timedelta(5), {}),
            )
        ]
        store_rows(Visit, visits)
        matters = [
            Matter(region=row.region, cluster=row, title=f"Harga bahan di {row.name}", difficulty="material")
            for row in clusters
        ]
        store_rows(Matter, matters)
        members: dict[Any, list[Any]] = {}
        for business in self.businesses[: len(clusters) * PER_CLUSTER]:
            members.setdefault(business.cluster_id, []).append(business)
        store_rows(
            Aspiration,
            (
                Aspiration(
                    business=member,
                    visit=visit,
                    matter=matter,
                    kind="constraint",
                    text=f"Kain mahal {member.name}",
                    difficulty="material",
                    noted_by=by,
                )
                for visit, matter in zip(visits[::2], matters, strict=True)
                for member in members.get(visit.cluster_id, [])[:5]
            ),
        )
        store_rows(
            Action,
            (
                Action(
                    region=matter.cluster.region,
                    cluster=matter.cluster,
                    matter=matter,
                    title="Beli kain bersama",
                    responsible=by,
                    responsible_name=by.name,
                    due_on=self.today + timedelta(self.chance.randrange(-20, 60)),
                    created_by=by,
                )
                for matter in matters
            ),
        )
        return len(visits)

    def offers(self, shown: Sequence[Any]) -> int:
        """An item of each IKM, with every consent."""
        from sambang.market.consents import latest_version
        from sambang.market.models import Consent, Item

        store_rows(
            Consent,
            (
                Consent(
                    business=row,
                    purpose=purpose,
                    kind=Consent.Kind.GIVEN,
                    by=self.staff[0],
                    how=Consent.How.PAPER,
                    text_version=latest_version(purpose),
                )
                for row in shown
                for purpose in Consent.Purpose.values
            ),
        )
        store_rows(
            Item,
            (
                Item(
                    business=row,
                    name=f"{row.commodity} {number}",
                    price=25_000 + number,
                    offered_at=self.now - timedelta(minutes=number),
                )
                for number, row in enumerate(shown)
            ),
        )
        return len(shown)

    def links(self, owners: Sequence[Any]) -> int:
        from sambang.lib.tokens import digest_of
        from sambang.owners.models import PersonalLink

        return store_rows(
            PersonalLink,
            (
                PersonalLink(
                    business=row,
                    digest=digest_of(token_of(number)),
                    created_by=self.staff[0],
                    created_at=self.now,
                    expires_at=self.now + timedelta(90),
                )
                for number, row in enumerate(owners)
            ),
        )


def month_before(day: date, back: int) -> date:
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
