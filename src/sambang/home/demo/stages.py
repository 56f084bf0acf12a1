"""The four stages of the demo. Each uses the operations of the pages, with the clock stopped at its days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.resources import files
from itertools import cycle

import numpy as np
from django.db import transaction

from sambang.access.models import Person, system_person
from sambang.actions import operations as actions
from sambang.actions.models import Action
from sambang.aspirations import operations as aspirations
from sambang.aspirations.models import Aspiration, Matter
from sambang.assignments.operations import make_assignment_link, record_statement
from sambang.home.demo import council, texts
from sambang.home.demo.clock import stop_clock_on
from sambang.home.demo.duties import carry_out_duties
from sambang.home.demo.later_events import (
    LEARNERS,
    OtherReports,
    add_training,
    open_market,
    order_from_each_other,
    report_and_measure,
    report_in_siinas,
    share_an_order,
)
from sambang.home.demo.people import DemoPeople, create_people
from sambang.home.demo.photos import add_visit_photos
from sambang.home.demo.selling_events import add_recent_courses, map_a_marketplace
from sambang.home.demo.simulation import last_full_month
from sambang.home.demo.sizes import SIZES, DemoSize
from sambang.imports.operations import import_register
from sambang.imports.sheets import read_register
from sambang.lib.months import add_months, first_of_month
from sambang.lib.region_code import in_region
from sambang.maps.map_links import read_position
from sambang.maps.operations import set_position
from sambang.owners.operations import make_link
from sambang.registry.dto import business_data
from sambang.registry.models import Business, Cluster, Region
from sambang.registry.operations import change_business, name_head, register_cluster
from sambang.visits import operations as visits
from sambang.visits.models import Visit

STAGES = ("registered", "visited", "acted", "measured")
VISIT_DAY = date(2022, 3, 31)
HEAD_OF_JOHO = 8  # index of the sentra's head among the 36

type Announce = Callable[[str], object]


@dataclass(frozen=True)
class DemoData:
    people: DemoPeople
    joho: Cluster
    businesses: list[Business]
    rng: np.random.Generator


def build_demo(
    *, stage: str, seed: int, today: date, announce: Announce, size: DemoSize = SIZES["sentra"]
) -> DemoPeople:
    """Build the demo up to a stage, all or nothing. `today` bounds what is simulated."""
    with transaction.atomic():
        announce("Menyusun dewan dan orang-orangnya (semua dibuat-buat) …")
        with stop_clock_on(date(2022, 3, 21)):
            people = create_people()
            demo = register(people, np.random.default_rng(seed))
            others = council.register_others(people, size, demo.rng)
            count = len(demo.businesses) + len(others.businesses)
            announce(f"Terdaftar: {count} IKM, {len(demo.businesses)} di {demo.joho.name}.")
        reached = STAGES.index(stage)
        if reached >= 1:
            visit = conduct_first_visit(demo)
            announce(
                f"Kunjungan {VISIT_DAY:%d-%m-%Y}: {visit.aspirations.count()} aspirasi, {visit.promises.count()} janji."
            )
        visited = council.visit_some(people, others) if reached >= 1 else []
        if reached >= 2:
            council.grant_permits(people, others, today)
            council.offer_some(people, others)
            group_into_matters(demo)
            carry_out_actions(demo)
            add_training(demo.businesses, people)
            open_market(demo.businesses, people)
            add_recent_courses(demo.businesses[LEARNERS:], people, today=today)
            map_a_marketplace(people)
            share_an_order(demo.businesses, people, today=today)
            order_from_each_other(demo.businesses, today=today)
            plan_next(demo, today)
            announce("Aspirasi dihimpun, tindakan dijalankan dan dijawab pemilik, pelatihan dan katalog dibuka.")
        if reached >= 3:
            months = (size.reports_from, last_full_month(today))
            made = council.simulated_reports(people["petugas"], others, visited, months=months, rng=demo.rng)
            reports = OtherReports(list(made), size.base_year, size.vintages)
            report_and_measure(demo.businesses, people, demo.rng, today=today, announce=announce, others=reports)
            report_in_siinas(demo.businesses, people, today=today)
            carry_out_duties(demo.businesses, people, today=today)
            leave_without_phone(demo, today)
    return people


STORY_OF_JOHO = (
    "Cerita peragaan. Di Joho hampir setiap rumah punya mesin jahit: ada yang memotong kain, ada yang menjahit, ada "
    "yang menyulam.\n\nSeragam, celana, dan kebaya dibuat sesuai pesanan, dari satu potong sampai ratusan kodi."
)
STORY_OF_JOHO_EN = (
    "A made-up story. Nearly every house in Joho has a sewing machine: some cut the cloth, some sew, some embroider."
    "\n\nUniforms, trousers and kebaya are made to order, from one piece to hundreds of scores."
)


def register(people: DemoPeople, rng: np.random.Generator) -> DemoData:
    """Import Joho from the office's workbook, and register a sentra of the neighbouring regency."""
    staff = people["pengurus"]
    joho = register_cluster(
        people.councils["Dekranasda Sleman"],
        staff,
        name="Sentra Konveksi dan Bordir Joho",
        region=Region.objects.get(code="3404072003"),
        commodity="Konveksi dan bordir",
        place="Padukuhan Joho",
        story=STORY_OF_JOHO,
        story_en=STORY_OF_JOHO_EN,
    )
    set_position(joho, staff, point=read_position("-7.7561, 110.3995"), source="link")
    Cluster.objects.filter(pk=joho.pk).update(is_simulated=True)  # no page offers this: a flag of the demo's alone
    joho.refresh_from_db()
    content = files("sambang.home.demo").joinpath("ikm-joho.xlsx").read_bytes()
    import_register(joho, staff, sheet=read_register(content, "ikm-joho.xlsx"), decisions={})
    joho.businesses.update(is_simulated=True)
    businesses = list(
        joho.businesses.select_related("owner", "cluster").prefetch_related("product_lines").order_by("name")
    )
    name_head(joho, staff, business=businesses[HEAD_OF_JOHO])
    register_neighbour(people)
    return DemoData(people, joho, businesses, rng)


def register_neighbour(people: DemoPeople) -> None:
    """Import a smaller list of Bantul, which is outside the reach of Sleman."""
    staff = people["pengurus.bantul"]
    cluster = register_cluster(
        people.councils["Dekranasda Bantul"],
        staff,
        name="Sentra Batik Kayu Peraga",
        region=Region.objects.filter(in_region("code", "3402"), level="village").earliest("code"),
        commodity="Batik kayu",
    )
    Cluster.objects.filter(pk=cluster.pk).update(is_simulated=True)
    rows = "\n".join(
        f"{number};Pemilik Peraga {number};Batik Peraga {number};Topeng "
        f"batik;{number % 5 + 2};{number * 400 + 800};buah;{(number * 400 + 800) * 35_000}"
        for number in range(1, 9)
    )
    listing = (
        "No;Nama Pemilik;Nama Usaha;Produk;Jumlah Tenaga Kerja;Kapasitas per tahun;Satuan;Nilai Produksi "
        f"(Rp)\n{rows}\n"
    )
    import_register(cluster, staff, sheet=read_register(listing.encode(), "bantul.csv"), decisions={})
    cluster.businesses.update(is_simulated=True)


def conduct_first_visit(demo: DemoData) -> Visit:
    people, officer = demo.people, demo.people["petugas"]
    with stop_clock_on(date(2022, 3, 25)):
        visit = visits.plan_visit(
            demo.joho,
            people["pengurus"],
            planned_for=VISIT_DAY,
            purpose=texts.PURPOSE,
            team=[officer, people["pengurus"]],
            place=texts.VISIT_PLACE,
            assignment="090/031/2022",
        )
    with stop_clock_on(VISIT_DAY):
        visits.conduct_visit(visit, officer, held_on=VISIT_DAY, summary=texts.SUMMARY, conclusion=texts.CONCLUSION)
        visits.add_guest(visit, officer, name=people["pimpinan"].name, office="Pimpinan Dekranasda Sleman")
        aspirations_heard = cycle(texts.ASPIRATIONS)
        for number, business in enumerate(demo.businesses):
            present = number % 8 != 5
            pulse = int(demo.rng.integers(8, 19)) * 5 if present else None
            visits.record_attendance(visit, officer, business=business, present=present, pulse=pulse)
            for heard in [next(aspirations_heard)] if present and number % 3 != 1 else []:
                aspirations.note_aspiration(
                    business,
                    officer,
                    kind=heard.kind,
                    text=heard.text,
                    difficulty=heard.difficulty,
                    visit=visit,
                    also_touches=heard.also_touches,
                )
    with stop_clock_on(VISIT_DAY, hour=12):
        for title, who, days, _difficulty in texts.PROMISES:
            due_on = VISIT_DAY + timedelta(days=days)
            actions.promise_action(visit, officer, title=title, responsible_name=who, due_on=due_on)
        add_visit_photos(visit, officer, people["pengurus"], number=0, businesses=demo.businesses[:3])
    with stop_clock_on(date(2022, 4, 1)):
        visits.sign_off(visit, people["pengurus"])
    return visit


def group_into_matters(demo: DemoData) -> None:
    """Group similar aspirations into matters, with comments, ideas and votes."""
    people = demo.people
    with stop_clock_on(date(2022, 4, 4)):
        for difficulty, title in texts.MATTERS:
            alike = list(Aspiration.objects.filter(business__cluster=demo.joho, difficulty=difficulty))
            aspirations.group_aspirations(
                demo.joho, people["pengurus"], aspirations=alike, title=title, difficulty=difficulty
            )
    speakers = {"staff": people["pengurus"], "leader": people["pimpinan"], "officer": people["petugas"]}
    with stop_clock_on(date(2022, 4, 6)):
        for difficulty, speaker, comment in texts.COMMENTS:
            aspirations.add_comment(matter_about(demo, difficulty), speakers[speaker], text=comment)
        for difficulty, proposal, cost in texts.IDEAS:
            idea = aspirations.propose_idea(
                matter_about(demo, difficulty), people["petugas"], proposal=proposal, cost=cost
            )
            for number, voter in enumerate([people["pengurus"], people["pimpinan"], *owners_of(idea.matter)]):
                aspirations.vote(idea, voter, weight=-1 if "toko daring bersama" in proposal and number % 2 else 1)


def matter_about(demo: DemoData, difficulty: str) -> Matter:
    return Matter.objects.get(cluster=demo.joho, difficulty=difficulty)


def owners_of(matter: Matter) -> list[Person]:
    return [aspiration.business.owner for aspiration in matter.aspirations.select_related("business__owner")]


def carry_out_actions(demo: DemoData) -> None:
    """Turn the chosen idea into an action, claim actions, and answer the confirmations."""
    people = demo.people
    with stop_clock_on(date(2022, 4, 8)):
        idea = matter_about(demo, "skill").ideas.order_by("cost").first()
        assert idea is not None
        course = actions.commit_action(
            idea,
            people["pengurus"],
            title="Kelas pasar daring dan pendampingan bagi IKM Joho",
            responsible_name="Bidang Pelatihan Dekranasda Sleman",
            responsible=people["pengurus"],
            due_on=date(2022, 6, 30),
            budget=6_500_000,
            steps=texts.COURSE_STEPS,
        )
    for step, day in zip(
        course.steps.order_by("pk"),
        (date(2022, 4, 12), date(2022, 5, 17), date(2022, 5, 24), date(2022, 6, 21)),
        strict=True,
    ):
        with stop_clock_on(day):
            actions.complete_step(step, people["petugas"])
    with stop_clock_on(date(2022, 6, 22)):
        actions.claim_action(
            course, people["pengurus"], claim="Dua kali kelas diikuti 14 IKM, pendampingan selesai 21 Juni."
        )
    for action, day, claim in (
        (
            Action.objects.get(title__startswith="Pajangan"),
            date(2022, 5, 27),
            "Delapan produk dipajang setelah kurasi.",
        ),
        (
            Action.objects.get(title__startswith="Promosi"),
            date(2022, 5, 12),
            "Promosi di media sosial Dekranasda selama April.",
        ),
    ):
        with stop_clock_on(day):
            actions.claim_action(action, people["pengurus"], claim=claim)
    answer_confirmations(course, yes=2, no=0, day=date(2022, 7, 1))
    display = Action.objects.get(title__startswith="Pajangan")
    answer_confirmations(display, yes=1, no=1, day=date(2022, 6, 3))
    with stop_clock_on(date(2022, 6, 10)):
        display.refresh_from_db()
        link = make_assignment_link(display, people["pengurus"])
        record_statement(link, system_person(), kind="progress", text=texts.STATEMENT)


def answer_confirmations(action: Action, *, yes: int, no: int, day: date) -> None:
    """Numbers of owners that confirm and that dispute; the others do not answer."""
    asked = list(action.confirmations.select_related("business__owner").order_by("business__name"))
    for number, confirmation in enumerate(asked[: yes + no]):
        owner = confirmation.business.owner
        with stop_clock_on(day + timedelta(days=number)):
            if number < yes:
                actions.confirm_action(confirmation, owner, text=texts.SOLVED_WORDS[number % len(texts.SOLVED_WORDS)])
            else:
                actions.dispute_action(confirmation, owner, text=texts.DISPUTED_WORDS)


def leave_without_phone(demo: DemoData, today: date) -> None:
    """Of the members who have not reported the last month, two have no phone: the head can record for them. The others
    have a link, which the reminder carries."""
    month = add_months(first_of_month(today), -1)
    members = Business.objects.active().filter(cluster=demo.joho).exclude(owner=demo.joho.head)
    silent = members.exclude(reports__month=month).select_related("owner", "region", "industry").order_by("name")
    for number, business in enumerate(silent):
        if number < 2:
            change_business(business, demo.people["pengurus"], data=replace(business_data(business), phone=""))
        else:
            make_link(business, demo.people["pengurus"])


def plan_next(demo: DemoData, today: date) -> None:
    visits.plan_visit(
        demo.joho,
        demo.people["pengurus"],
        planned_for=today + timedelta(days=14),
        purpose="Menengok tindak lanjut janji 2022 dan mendengar aspirasi menjelang Lebaran",
        team=[demo.people["petugas"]],
        place=texts.VISIT_PLACE,
    )
