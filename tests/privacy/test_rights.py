"""What owners may ask of their data is done: seen, copied, corrected, erased, and who looked is told."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.db.models import DateTimeField
from django.test import Client
from django.utils import timezone
from PIL import Image

from sambang.access.models import Council, Person
from sambang.aspirations.operations import note_aspiration
from sambang.audit.models import Entry, row_reference
from sambang.audit.verification import first_chain_break
from sambang.imports.models import ImportBatch
from sambang.intake.models import Device, Received
from sambang.market.models import Consent, Item
from sambang.market.operations import ItemData, add_picture, give_consent, offer_item, set_channel
from sambang.owners.models import PersonalLink
from sambang.privacy.erasing import ABOUT_BUSINESS, ABOUT_OWNER
from sambang.privacy.fields import RETENTIONS
from sambang.privacy.models import Breach, DataRequest
from sambang.privacy.operations import BreachData, answer_request, erase_business, note_breach, submit_request
from sambang.privacy.queries import affected_by, deadline_of
from sambang.privacy.retention import RETENTION_RULES
from sambang.privacy.stored_data import is_displayed, title_of
from sambang.production.amounts import Amount
from sambang.production.models import Cell, CellSum, Report, ReportLine
from sambang.production.operations import submit_report
from sambang.registry.encryption import digest, encrypt_nik
from sambang.registry.models import Business, Cluster, Permit
from sambang.registry.operations import add_permit
from sambang.visits.models import Attendance, Visit
from tests.markup import compact

MARK = "Sawunggaling"  # stands in everything that the owner told; made up
NIK = "3404072502869997"


def photo() -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (300, 200), "green").save(file, "JPEG")
    return SimpleUploadedFile("foto.jpg", file.getvalue(), "image/jpeg")


@pytest.fixture
def full(business: Business, sari: Person, rina: Person) -> Business:
    """An IKM of which every step of the work has noted something with the owner's mark in it."""
    owner = business.owner
    owner.name = f"Bu {MARK}"
    owner.save(update_fields=["name"])
    Business.objects.filter(pk=business.pk).update(
        name=f"Jahit {MARK}",
        address=f"Gang {MARK}",
        nib="1234567890123",
        npwp=NIK,
        nik_encrypted=encrypt_nik(NIK),
        nik_digest=digest(NIK),
        annual_sales=87_654_321,
        marketing=f"toko {MARK}",
    )
    business.refresh_from_db()
    line = business.product_lines.get()
    line.name = f"Seragam {MARK}"
    line.save(update_fields=["name"])
    add_permit(business, rina, kind=Permit.Kind.PIRT, number=f"{MARK}-1")
    for month in (2, 3):
        submit_report(
            business,
            owner,
            month=date(2022, month, 1),
            amounts={line: Amount(Decimal(12), 600_000)},
            source=Report.Source.OWNER,
            note=f"kata {MARK}",
        )
    note_aspiration(business, owner, id=uuid4(), text=f"{MARK} ingin mesin", kind="aspiration", difficulty="skill")
    give_consent(business, owner, purpose="catalogue", how="link")
    item = offer_item(business, rina, data=ItemData(name=f"Kemeja {MARK}", price=65_000, description=MARK))
    add_picture(item, rina, image=photo(), alt=MARK)
    set_channel(business, sari, kind="instagram", address=f"@{MARK}")
    assert business.cluster is not None
    visit = Visit.objects.create(
        region=business.cluster.region,
        cluster=business.cluster,
        planned_for=date(2022, 3, 31),
        purpose="x",
        planned_by=rina,
    )
    Attendance.objects.create(
        visit=visit, business=business, present=True, represented_by=f"anak {MARK}", noted_by=sari
    )
    device = Device.objects.create(id=uuid4(), first_by=sari, last_by=sari)
    Received.objects.create(
        id=uuid4(),
        text=f'{{"words": "{MARK}"}}'.encode(),
        sha256="0" * 64,
        device=device,
        person=sari,
        business=business,
        recorded_at=timezone.now(),
        received_at=timezone.now(),
        outcome="stored",
        submitted={"words": MARK},
    )
    Received.objects.create(
        id=uuid4(),
        text=MARK.encode(),
        sha256="1" * 64,
        device=device,
        person=sari,
        business=business,
        reason=f"{MARK}?",
        recorded_at=timezone.now(),
        received_at=timezone.now(),
        outcome="refused",
    )
    submit_request(business, owner, kind="correct", text=f"nama saya {MARK}")
    return business


def everything() -> str:
    """The whole database as it lies there."""
    told = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            told += [
                str(bytes(cell)) if isinstance(cell, bytes | memoryview) else str(cell)
                for row in cursor
                for cell in row
            ]
    return "\n".join(told)


@pytest.mark.django_db(transaction=True)
def test_erasing_leaves_no_word_and_every_number(full: Business, rina: Person) -> None:
    assert everything().count(MARK) > 12
    pictures = [picture.image for picture in Item.objects.get().pictures.all()]
    numbers = list(ReportLine.objects.values_list("quantity", "value", "volume"))
    cells = list(CellSum.objects.order_by("pk").values_list("month", "count", "num", "den"))
    assert cells and pictures[0].storage.exists(pictures[0].name)
    erase_business(full, rina)
    left = everything()
    assert MARK not in left and NIK not in left and "1234567890123" not in left
    assert not pictures[0].storage.exists(pictures[0].name)
    assert list(ReportLine.objects.values_list("quantity", "value", "volume")) == numbers
    assert list(CellSum.objects.order_by("pk").values_list("month", "count", "num", "den")) == cells
    assert Cell.objects.exists()
    row = Business.objects.get()
    assert (row.phone, row.nik_digest, row.annual_sales, row.owner.is_active) == ("", "", None, False)
    assert not Business.objects.active().exists()
    assert not Consent.objects.valid().exists() and Consent.objects.count() == 2
    assert first_chain_break() == ""
    with pytest.raises(ValidationError):
        erase_business(row, rina)


def test_the_owner_sees_and_takes_along_everything(full: Business, phone: Client, sari: Person) -> None:
    sari_looks = Client()
    sari_looks.force_login(sari)
    assert sari_looks.get(f"/daftar/ikm/{full.pk}/").status_code == 200
    answer = phone.get("/saya/hak/salinan.json")
    copy = json.loads(answer.content)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    [business] = copy["tables"]["registry.Business"]["rows"]
    assert (business["phone"], business["annual_sales"]) == (full.phone, 87_654_321)
    assert NIK not in answer.text and business["nik_encrypted"] == "3404••••••••9997"
    assert copy["tables"]["registry.Business"]["purposes"]["phone"]
    lines = copy["tables"]["production.ReportLine"]["rows"]
    assert [(row["report"][-7:], row["value"]) for row in lines] == [("2022-02", 600_000), ("2022-03", 600_000)]
    assert copy["tables"]["visits.Attendance"]["rows"][0]["visit"].endswith("2022-03-31")
    assert copy["tables"]["market.Picture"]["rows"][0]["image"].startswith("/9j/")
    assert [look["by"] for look in copy["looked_at"]] == ["Sari", "Sari"]
    Business.objects.filter(pk=full.pk).update(established=2015)
    page = compact(phone.get("/saya/hak/semua/").text)
    assert "<dd>2015</dd>" in page and "2022-03" in page
    assert page.index("<dd>Februari 2022</dd>") < page.index("<dd>Maret 2022</dd>")
    assert page.count(MARK) > 8 and NIK not in page
    assert "Sari" in phone.get("/saya/hak/dilihat/").text


def test_every_fact_is_called_as_a_reader_calls_it() -> None:
    """No name of a column, and a moment only where it is one."""
    for label in ("access.Person", "registry.Business", *ABOUT_BUSINESS, *ABOUT_OWNER):
        for column in filter(is_displayed, apps.get_model(label)._meta.concrete_fields):
            title = str(title_of(column))
            assert title != column.name.replace("_", " "), (label, column.name)
            assert title != "waktu" or isinstance(column, DateTimeField), (label, column.name)


@pytest.mark.parametrize("page", ["", "semua/", "salinan.json", "dilihat/", "betulkan/", "hapus/"])
def test_without_the_link_nothing_is_told(client: Client, business: Business, page: str) -> None:
    assert client.get(f"/saya/hak/{page}").headers["Location"] == "/saya/ditolak/masuk/"


def test_a_correction_is_asked_and_answered_in_time(
    business: Business, phone: Client, signed_in: Callable[[Person], Client], rina: Person, budi: Person, citra: Person
) -> None:
    assert phone.post("/saya/hak/betulkan/", {"text": ""}).status_code == 422
    assert phone.post("/saya/hak/betulkan/", {"text": "Alamat saya RT 3"}).status_code == 302
    asked = DataRequest.objects.get()
    assert asked.due_at - asked.asked_at == timedelta(hours=72)
    address = f"/privasi/permintaan/{asked.pk}/"
    assert signed_in(budi).get(address).status_code == 403
    assert signed_in(budi).get("/privasi/permintaan/").status_code == 403
    assert signed_in(citra).get(address).status_code == 404
    office = signed_in(rina)
    assert "Jahit Rahasia" in office.get("/privasi/permintaan/").text
    assert office.get("/privasi/permintaan/?format=xlsx").status_code == 200
    assert office.post(address, {"outcome": "refused", "answer": ""}).status_code == 422
    assert office.post(address, {"outcome": "done", "answer": "Sudah RT 3"}).status_code == 302
    assert "Sudah RT 3" in phone.get("/saya/hak/").text
    with pytest.raises(ValidationError):
        answer_request(DataRequest.objects.get(), rina, outcome="done")


def test_asking_to_be_erased_ends_what_stood_on_consent(
    full: Business, phone: Client, signed_in: Callable[[Person], Client], rina: Person, sari: Person
) -> None:
    assert Item.objects.on_offer().exists()
    assert phone.post("/saya/hak/hapus/", {"text": "tolong"}).status_code == 422
    assert phone.post("/saya/hak/hapus/", {"sure": "on"}).status_code == 302
    assert not Item.objects.on_offer().exists()
    assert submit_request(full, full.owner, kind="erase") == DataRequest.objects.get(kind="erase")
    address = f"/privasi/ikm/{full.pk}/hapus/"
    assert signed_in(sari).get(address).status_code == 403
    office = signed_in(rina)
    assert office.post(address, {"sure": ""}).status_code == 422
    done = office.post(address, {"sure": "on"}, follow=True)
    assert done.status_code == 200 and "Periksa dengan tangan" in done.text
    assert not DataRequest.objects.waiting().exists()
    assert phone.get("/saya/hak/").headers["Location"] == "/saya/ditolak/masuk/"
    assert not PersonalLink.objects.exists()
    assert MARK not in office.get("/daftar/ikm/").text


def test_every_look_at_what_is_guarded_is_written_down(
    full: Business,
    signed_in: Callable[[Person], Client],
    sari: Person,
    member: Callable[..., Person],
    yogyakarta: Council,
) -> None:
    office = signed_in(sari)

    def looks() -> list[tuple[str, str]]:
        lines = Entry.objects.filter(verb__startswith="registry.see_").order_by("pk")
        return [(line.verb.removeprefix("registry.see_"), line.subject) for line in lines]

    page = office.get(f"/daftar/ikm/{full.pk}/").text
    assert NIK not in page and full.phone in page
    assert looks() == [("contact", row_reference(full)), ("finances", row_reference(full))]
    assert NIK in office.post(f"/daftar/ikm/{full.pk}/identitas/").text
    assert looks()[2:] == [("identity", row_reference(full))]
    assert office.get("/daftar/ikm/?format=xlsx").status_code == 200
    assert looks()[3:] == [("contact", row_reference(full.cluster)), ("finances", row_reference(full.cluster))]
    for _again in range(2):
        assert office.get(f"/produksi/ikm/{full.pk}/").status_code == 200
        assert office.get("/produksi/?bulan=2022-02").status_code == 200
        assert office.get("/produksi/?bulan=2022-02&format=xlsx").status_code == 200
    assert len(looks()) == 5, "both were written down less than twelve hours ago"
    province = signed_in(member("Dewi", yogyakarta, "staff"))
    page = province.get(f"/daftar/ikm/{full.pk}/").text
    assert full.phone not in page and "87.654.321" not in page
    assert len(looks()) == 5
    assert province.post(f"/daftar/ikm/{full.pk}/identitas/").status_code == 403


def test_administrators_read_who_looked(
    full: Business,
    signed_in: Callable[[Person], Client],
    sari: Person,
    budi: Person,
    member: Callable[..., Person],
    sleman: Council,
    bantul: Council,
) -> None:
    signed_in(sari).get(f"/daftar/ikm/{full.pk}/")
    assert signed_in(budi).get("/privasi/dilihat/").status_code == 403
    page = signed_in(member("Wati", sleman, "administrator")).get("/privasi/dilihat/?oleh=sari").text
    assert full.name in page and "keuangan usaha dilihat" in page
    assert full.name not in signed_in(member("Joko", bantul, "administrator")).get("/privasi/dilihat/").text


@pytest.mark.parametrize("moment", ["2026-11-26 00:30", "2026-11-26 12:00", "2026-11-26 23:30"])
def test_a_day_of_closing_is_a_day_of_the_office(business: Business, moment: str) -> None:
    now = timezone.make_aware(datetime.fromisoformat(moment))
    rule, kept = RETENTION_RULES["closed_businesses"], RETENTIONS["active"].days
    for back, past in ((0, False), (1, True)):
        business.status = Business.Status.CLOSED
        business.closed_on = date(2026, 11, 26) - timedelta(days=(kept or 0) + back)
        business.save(update_fields=["status", "closed_on"])
        assert rule.rows(Business, now).exists() is past


def test_retention_says_before_it_does(business: Business, rina: Person, cluster: Cluster) -> None:
    now = timezone.now()
    ImportBatch.objects.create(
        by=rina, region=cluster.region, cluster_name="x", filename="x", uploaded_at=now - timedelta(31)
    )
    ImportBatch.objects.create(
        by=rina, region=cluster.region, cluster_name="x", filename="y", uploaded_at=now - timedelta(29)
    )
    business.status, business.closed_on = Business.Status.CLOSED, timezone.localdate() - timedelta(days=5 * 365 + 1)
    business.save(update_fields=["status", "closed_on"])
    said = io.StringIO()
    call_command("retention", stdout=said)
    assert "imports.ImportBatch                 1   workbooks" in said.getvalue()
    assert "2 baris akan dilepas" in said.getvalue()
    assert ImportBatch.objects.count() == 2 and not Entry.objects.filter(verb__startswith="privacy.").exists()
    call_command("retention", apply=True, stdout=said)
    assert [batch.filename for batch in ImportBatch.objects.all()] == ["y"]
    assert Business.objects.get().erased_at is not None
    verbs = Entry.objects.filter(verb__startswith="privacy.").order_by("pk").values_list("verb", flat=True)
    assert sorted(verbs) == ["privacy.retain"] * 3


def test_the_worksheet_of_a_leak_counts_the_hours_and_finds_whose_data(
    full: Business,
    make_business: Callable[..., Business],
    signed_in: Callable[[Person], Client],
    sari: Person,
    budi: Person,
    member: Callable[..., Person],
    sleman: Council,
    bantul: Council,
    places: dict[str, Any],
) -> None:
    elsewhere = Cluster.objects.create(name="Sentra lain", region=places["3404072003"])
    make_business("Bukan", within=elsewhere)
    signed_in(sari).get(f"/daftar/ikm/{full.pk}/")
    wati = member("Wati", sleman, "administrator")
    began = timezone.now() - timedelta(hours=1)
    facts = BreachData("HP hilang", began, began, "nomor HP", "HP petugas dicuri", account=sari)
    with pytest.raises(PermissionDenied):
        note_breach(sleman, budi, data=facts)
    breach = note_breach(sleman, wati, data=facts)
    assert list(affected_by(breach)) == [full]
    deadline = deadline_of(breach, now=began + timedelta(hours=70))
    assert (deadline.hours, deadline.is_over) == (2, False)
    assert deadline_of(breach, now=began + timedelta(hours=73)).is_over
    office = signed_in(wati)
    page = office.get(f"/privasi/kebocoran/{breach.pk}/").text
    assert "HP petugas dicuri" in page and "Pasal 46" in page and "1 IKM" in page
    assert office.get(f"/privasi/kebocoran/{breach.pk}/?format=xlsx").status_code == 200
    said = {
        "title": "HP hilang",
        "began_at": "2026-03-01T08:00",
        "known_at": "2026-03-01T07:00",
        "what": "x",
        "how": "y",
    }
    assert office.post(f"/privasi/kebocoran/{breach.pk}/ubah/", said).status_code == 422
    said |= {
        "known_at": "2026-03-01T09:00",
        "owners_notified_at": "2026-03-02T09:00",
        "agency_notified_at": "2026-03-02T09:00",
    }
    assert office.post(f"/privasi/kebocoran/{breach.pk}/ubah/", said).status_code == 302
    breach.refresh_from_db()
    assert breach.known_at == datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
    assert deadline_of(breach, now=timezone.now()).notified
    assert signed_in(member("Joko", bantul, "administrator")).get(f"/privasi/kebocoran/{breach.pk}/").status_code == 404
    new = f"/privasi/kebocoran/dewan/{sleman.pk}/baru/"
    assert signed_in(budi).get(new).status_code == 403
    assert signed_in(wati).post(new, said).status_code == 302
    assert Breach.objects.count() == 2
    assert "HP hilang" in office.get("/privasi/kebocoran/").text
