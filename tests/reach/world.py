"""A world with one of everything: three regencies in two provinces, and who reads there. All people here are made up.

What may betray a family is a canary: words and numbers that stand nowhere else, so that a page that shows one has
leaked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.utils import timezone

from sambang.access.models import MEMBER_ROLES, Council, Membership, Person, Role
from sambang.costing import operations as costing
from sambang.facilitation import operations as facilitation
from sambang.imports.models import ImportBatch
from sambang.imports.sheets import dump_sheet, read_register
from sambang.indicators import operations as indicators
from sambang.insight import operations as insight
from sambang.lib.months import add_months
from sambang.lib.pictures import reencode
from sambang.maps.models import BusinessPosition
from sambang.market import operations as market
from sambang.market import shelf_operations as shelf
from sambang.market.mapping_operations import upload_template
from sambang.market.marketplace_mapping import read_template
from sambang.market.models import Item
from sambang.notices import operations as notices
from sambang.notices.calendar_tokens import calendar_token_of
from sambang.papers import operations as papers
from sambang.privacy import operations as privacy
from sambang.production import contracted_work as contracting
from sambang.production.amounts import Amount
from sambang.production.contracted_work import WorkData
from sambang.production.operations import submit_report
from sambang.registry.encryption import digest, encrypt_nik
from sambang.registry.models import (
    Business,
    Cluster,
    Group,
    GroupMember,
    Industry,
    IndustryChange,
    MergeRecord,
    Permit,
    ProductLine,
    Region,
)
from sambang.registry.owner_details import OwnerDetail
from sambang.selling import operations as selling
from sambang.selling import pooling_operations as pooling
from sambang.training import operations as training
from sambang.training.certificates import attendance_code, certificate_code
from sambang.training.screenshots import record_own_step
from sambang.visits.models import Photo
from sambang.visits.operations import arrange_photo
from tests.reach.figures import figures
from tests.reach.hearing import visit_it
from tests.reach.places import DAY, Family, Place, World, guarded_columns, last_month, photo_file, workbook

PASSWORD = "rahasia-sekali"
REGENCIES = {"3404": "Sleman", "3402": "Bantul", "3310": "Klaten"}


def member(name: str, council: Council, role: Role) -> Person:
    person = Person.objects.create_user(f"{name.lower().replace(' ', '.')}@contoh.test", PASSWORD, name=name)
    Membership.objects.create(person=person, council=council, role=role)
    return person


def council_with_people(name: str, code: str) -> tuple[Council, dict[Role, Person]]:
    council = Council.objects.create(name=f"Dewan {name}", region_code=code)
    people = {role: member(f"{role.value.title()} {name}", council, role) for role in MEMBER_ROLES}
    return council, people


def regions() -> None:
    def region(code: str, name: str, level: str, parent: str | None) -> None:
        Region.objects.create(code=code, name=name, level=level, parent_id=parent, source="uji")

    region("0", "Indonesia", "nation", None)
    for code, name in (("34", "DIY"), ("33", "Jawa Tengah")):
        region(code, name, "province", "0")
    for code, name in REGENCIES.items():
        region(code, name, "regency", code[:2])
        region(f"{code}07", f"Kecamatan {name}", "district", code)
        region(f"{code}072003", f"Desa {name}", "village", f"{code}07")


def family(place: Place, number: int, industry: Industry) -> Family:
    """An IKM of the place with everything known of it."""
    town, code = place.council.name.split()[-1], place.council.region_code
    mark = f"{town}{number}"
    digits, nth = f"{code}{number}", list(REGENCIES).index(code)
    nik, npwp = f"{code}07150380{number:04d}", f"09.25{number}.{code}.9-407.000"
    owner = Person.objects.create_user(None, name=f"Pemilik{mark}")
    business = Business.objects.create(
        name=f"Usaha{mark}",
        owner=owner,
        owner_sex="female",
        cluster=place.cluster,
        region=place.cluster.region,
        industry=industry,
        commodity="Konveksi",
        phone=f"+6281{digits}77007",
        address=f"Gang{mark}",
        nib=f"91{digits}660066",
        npwp=npwp,
        nik_encrypted=encrypt_nik(nik),
        nik_digest=digest(nik),
        workers_male=1,
        workers_female=2,
        workers=3,
        established=2015,
        investment=int(f"{digits}001"),
        investment_land=int(f"{digits}002"),
        annual_sales=int(f"{digits}003"),
        is_simulated=True,
    )
    Permit.objects.create(business=business, kind="halal", number=f"HALAL{mark}")
    OwnerDetail.objects.create(
        business=business,
        kind="education",
        value=f"Pendidikan{mark}",
        as_of=DAY,
        source="owner",
        recorded_by=place.officer,
    )
    ProductLine.objects.create(
        business=business,
        name="Seragam",
        unit="stel",
        started_on=date(2018, 1, 1),
        annual_value=int(f"{digits}004"),
        capacity=int(f"{digits}005"),
    )
    BusinessPosition.objects.create(
        business=business, latitude=f"-5.{digits}", longitude=f"109.{digits}", source="link", noted_by=place.officer
    )
    found = Family(
        business,
        business.name,
        columns={},
        words={f"Harapan{mark}"} | ({f"Jawaban{mark}"} if number > 1 else set()),  # the neighbour disputes an action
        pulse=130 + 10 * nth + number,
        share=71 + 10 * nth + number,
        quantity=int(f"6{digits}"),
        value=f"8{digits}7",
        latitude=f"-7.{digits}",
        longitude=f"110.{digits}",
        accuracy=40 + 10 * nth + number,
    )
    found.columns = guarded_columns(found, nik, mark, digits)
    place.families.append(found)
    return found


def make_place(name: str, code: str, industry: Industry) -> Place:
    """The regency's council, its sentra and two families."""
    council, people = council_with_people(name, code)
    head = Person.objects.create_user(f"ketua.{name.lower()}@contoh.test", PASSWORD, name=f"Ketua{name}")
    region = Region.objects.get(code=f"{code}072003")
    cluster = Cluster.objects.create(
        name=f"Sentra{name}", region=region, commodity="Konveksi", head=head, is_simulated=True
    )
    place = Place(council, people, head, cluster)
    for number in (1, 2):
        family(place, number, industry)
    return place


def register(place: Place) -> None:
    group = Group.objects.create(cluster=place.cluster, name=f"Kelompok {place.cluster.name}")
    members = [GroupMember.objects.create(group=group, business=one.business) for one in place.families]
    [line] = place.business.product_lines.all()
    content = workbook([["Nama Pemilik", "Nama Usaha", "Produk"], ["Wagiman", "Jahit Wagiman", "Seragam"]])
    batch = ImportBatch.objects.create(
        by=place.staff,
        region=place.cluster.region,
        cluster_name="Sentra Baru",
        filename="daftar.xlsx",
        workbook=content,
        reading=dump_sheet(read_register(content, "daftar.xlsx")),
        row_count=1,
    )
    plain = {
        "cluster": place.cluster,
        "region": place.cluster.region,
        "owner": Person.objects.create_user(None, name="Orang Lain"),
    }
    twin = Business.objects.create(name="Jahit Kembar", **plain)
    closed = Business.objects.create(name="Jahit Tutup", status="closed", closed_on=DAY, **plain)
    merge = MergeRecord.objects.create(
        business=closed, survivor_key=closed.pk, by=place.staff, undone_at=timezone.now()
    )
    codes = [Industry.objects.get_or_create(version=version, code="14999")[0] for version in ("2020", "2025")]
    change, _is_new = IndustryChange.objects.get_or_create(old=codes[0], new=codes[1])
    place.rows |= {
        "record_id": merge.pk,
        "change_id": change.pk,
        "industry_id": codes[0].pk,
        "closed": closed.pk,
        "council_id": place.council.pk,
        "person_id": place.officer.pk,
        "role": "officer",
        "cluster_id": place.cluster.pk,
        "business_id": place.business.pk,
        "other_id": twin.pk,
        "outside": Business.objects.create(name="Keripik Luar", region=place.cluster.region, owner=plain["owner"]).pk,
        "kind": "education",
        "message_kind": "invitation",
        "difficulty": "capital",
        "group_id": group.pk,
        "member_id": members[1].pk,
        "line_id": line.pk,
        "permit_id": place.business.permits.get().pk,
        "batch_id": batch.pk,
    }


def sell(place: Place) -> None:
    """Reports, goods, courses, and the computed figures."""
    month = add_months(last_month(), -3)
    reports = [
        submit_report(
            one.business,
            place.officer,
            month=month,
            source="officer",
            amounts={
                one.business.product_lines.get(): Amount(Decimal(one.quantity), int(one.value), str(one.quantity))
            },
        )
        for one in place.families
    ]
    item = Item.objects.create(business=place.business, name="Barang", price=50_000, offered_at=timezone.now())
    shown = market.add_picture(item, place.staff, image=photo_file("red"), alt="Baju")
    for one in place.families:
        market.set_online_share(one.business, place.officer, month=month, percent=one.share)
    channel = market.set_channel(place.business, place.staff, kind="shopee", address="toko")
    market.give_consent(place.business, place.staff, purpose="catalogue", how="paper")
    shot = Photo.objects.get(pk=place.rows["photo_id"])
    arrange_photo(shot, place.staff, story_position=1, public_consent="Semua, lisan di depan petugas")
    mapping = upload_template(
        place.council, place.staff, name="Lokapasar", template=read_template(workbook([["Nama Produk", "Harga"]]))
    )
    trainer = training.add_trainer(place.council, place.staff, name="Bu Pelatih", contact="0812")
    course = training.plan_course(place.council, place.staff, title="Kelas", topic="online", trainer=trainer)
    session = training.plan_session(course, place.staff, held_on=DAY)
    enrolment = training.enrol(
        course,
        place.staff,
        business=place.business,
        participant=f"Peserta{place.families[0].name.removeprefix('Usaha')}",
    )
    training.record_session_attendance(session, place.officer, enrolment=enrolment, present=True)
    next_course = training.plan_course(place.council, place.staff, title="Kelas hari ini", topic="online")
    session_today = training.plan_session(next_course, place.staff, held_on=timezone.localdate())
    invited = training.enrol(next_course, place.staff, business=place.business)
    withdrawn = training.plan_course(place.council, place.staff, title="Kelas keliru", topic="online")
    training.withdraw_training(withdrawn, place.staff, because="Tercatat dua kali")
    training.record_ladder_step(place.business, place.officer, step="1_learnt", reached_on=DAY)
    own_step = record_own_step(
        place.business, place.business.owner, step="2_shop", reached_on=DAY, screenshot=photo_file("navy")
    )
    programme = facilitation.plan_programme(place.council, place.staff, name="Merek", year=2026)
    rule = facilitation.add_rule(programme, place.staff, kind="document", value="KTP")
    application = facilitation.offer(programme, place.staff, business=place.business, happened_on=DAY)
    indicator = indicators.define_indicator(
        place.council, place.staff, objective="Pembinaan", name="IKM dibina", measure="coached", unit="IKM"
    )
    papers.set_letterhead(place.council, place.staff, town="Sleman", logo=reencode(photo_file()).file)
    signer = papers.add_signer(place.council, place.staff, name="Bu Pejabat", position="Ketua Harian")
    sheet = costing.save_cost_sheet(place.business, place.business.owner, sheet=None, fields={"name": "Baju"}, items=[])
    evaluation = insight.register_evaluation(place.council, place.staff, until=timezone.localdate(), course=course)
    owner, offered = place.business.owner, market.ItemData(name="Rok", price=60_000)
    submitted = shelf.submit_item(place.business, owner, data=offered, photo=photo_file("blue"))
    order = selling.note_order(item, owner, ordered_on=DAY, quantity=1)
    pooled = pooling.plan_pooled_order(
        place.cluster, place.staff, title="Kaos", quantity=9, unit="potong", due_on=timezone.localdate()
    )
    pooling.split_order(pooled, place.staff, quantities={place.business.pk: 5})
    [line] = place.business.product_lines.all()[:1]
    partner = place.cluster.businesses.create(
        name="Jahit Rekan",
        region=place.cluster.region,
        owner=Person.objects.create_user(None, name="Rekan"),
        phone="+6281277007700",
    )
    ordered = WorkData(product_line=line, contractor=partner, month=last_month(), quantity=Decimal(2), fee=7_310)
    work = contracting.record_contracted_work(place.business, place.staff, data=ordered)
    place.rows |= {
        "work_id": work.pk,
        "payment": "diterima",
        "work_answer": "benar",
        "pooled_order_id": pooled.pk,
        "share_id": pooled.shares.get().pk,
        "answer": "agreed",
        "submitted": submitted.pk,
        "order_id": order.pk,
        "step": "agreed",
        "sheet_id": sheet.pk,
        "evaluation_id": evaluation.pk,
        "programme_id": programme.pk,
        "rule_id": rule.pk,
        "application_id": application.pk,
        "signer_id": signer.pk,
        "indicator_id": indicator.pk,
        "year": 2022,
        "quarter": 1,
        "report_id": reports[0].pk,
        "month": last_month(),
        "reported": month,
        "item_id": item.pk,
        "picture_id": shown.pk,
        "channel_id": channel.pk,
        "mapping_id": mapping.pk,
        "purpose": "whatsapp",
        "course_id": course.pk,
        "trainer_id": trainer.pk,
        "own_step": own_step.pk,
        "screenshot_id": place.business.screenshots.get().pk,
        "module": "1-foto",
        "session_id": session.pk,
        "enrolment_id": enrolment.pk,
        "invited": invited.pk,
        "session_today": session_today.pk,
        "attendance_code": attendance_code(session_today),
        "certificate_code": certificate_code(enrolment.pk),
        "word": "pelatihan",
        "row_id": course.pk,
        "withdrawn_id": withdrawn.pk,
        "series_id": figures(place),
        "layout": "lebar",
        "name": "kosong",
        "section": "barang",
    }
    asked = privacy.submit_request(
        place.business, place.business.owner, kind="correct", text=f"Nama saya {place.families[0].name}"
    )
    moment = timezone.now()
    facts = privacy.BreachData("HP hilang", moment, moment, "nomor HP", "dicuri")
    leak = privacy.note_breach(place.council, place.people[Role.ADMINISTRATOR], data=facts)
    calendar = notices.open_calendar(place.staff, place.staff)
    place.rows |= {"request_id": asked.pk, "breach_id": leak.pk, "calendar_token": calendar_token_of(calendar)}


def build(complete_sign_in: Callable[[Place], None]) -> World:
    """Some seconds of work: once for many tests. `complete_sign_in` opens the ways into a place."""
    regions()
    industry = Industry.objects.create(version="2020", code="14111", title="Konveksi", source="uji")
    places = [make_place(name, code, industry) for code, name in REGENCIES.items()]
    for place in places:
        register(place)
        visit_it(place)
        sell(place)
        complete_sign_in(place)
    above = {
        "province": council_with_people("Provinsi", "34")[1],
        "nation": council_with_people("Kementerian", "")[1],
    }
    two_councils = member("Dua Dewan", places[1].council, Role.STAFF)
    Membership.objects.create(person=two_councils, council=Council.objects.get(region_code="34"), role=Role.STAFF)
    nobody = Person.objects.create_user("tanpa.dewan@contoh.test", PASSWORD, name="Tanpa Dewan")
    return World(*places, above=above, two_councils=two_councils, nobody=nobody)
