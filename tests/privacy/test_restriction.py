"""What an owner restricts is stored and not used: no write but the owner's, no read of guarded columns, on no list that
leads to work; and what a council says of itself in the notice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.test import Client
from django.utils import timezone

from sambang.access.models import Council, Person, Role
from sambang.access.permissions import may
from sambang.access.reach import REACH
from sambang.access.reader import reader_for
from sambang.access.restriction import ALLOWED_VERBS, RESTRICTED_READS, path_to_business
from sambang.access.roles import GUARDED_COLUMNS, ROLE_VERBS
from sambang.aspirations.operations import note_aspiration
from sambang.field.offline_bundle import bundle_for
from sambang.home.visit_minutes import minutes_of
from sambang.imports.plan import PlannedRow
from sambang.imports.sheets import RegisterRow
from sambang.market.models import Item
from sambang.market.operations import give_consent
from sambang.odk.entities import csv_list
from sambang.owners.operations import make_link
from sambang.owners.queries import reporting_status
from sambang.privacy.models import DataRequest, PrivacyStatement
from sambang.privacy.operations import (
    StatementData,
    answer_request,
    change_statement,
    erase_business,
    lift_restriction,
    submit_request,
)
from sambang.production.amounts import Amount
from sambang.production.operations import submit_report
from sambang.registry.dto import business_data
from sambang.registry.models import Business, Cluster
from sambang.registry.operations import add_permit, close_business
from sambang.visits.models import Visit
from sambang.visits.operations import conduct_visit, record_attendance
from sambang.visits.papers import Paper
from tests.reach.visiting import text_of

pytestmark = pytest.mark.django_db
SECRETS = {"Gang Kancil 7", "81234567777", "Pemilik Jahit Rahasia", "7654321"}


@pytest.fixture
def restricted(business: Business) -> Business:
    columns = {"address": "Gang Kancil 7", "phone": "+6281234567777", "annual_sales": 7654321}
    for name, value in columns.items():
        setattr(business, name, value)
    business.save(update_fields=[*columns, "phone_digest"])
    submit_request(business, business.owner, kind=DataRequest.Kind.RESTRICT)
    business.refresh_from_db()
    assert business.restricted_at is not None
    return business


def test_the_right_takes_effect_at_once_and_is_due_within_72_hours(restricted: Business) -> None:
    request = DataRequest.objects.get(business=restricted)
    assert (request.due_at - request.asked_at).total_seconds() == 72 * 3600
    assert submit_request(restricted, restricted.owner, kind=DataRequest.Kind.RESTRICT) == request


def test_no_operation_of_others_writes_about_it(restricted: Business, rina: Person, sari: Person) -> None:
    visit = Visit.objects.create(
        cluster=restricted.cluster,
        region=restricted.cluster.region,
        planned_for=date(2022, 3, 31),
        held_on=date(2022, 3, 31),
        state="held",
        planned_by=sari,
    )
    amounts = {restricted.product_lines.get(): Amount(Decimal(5), None, "5")}
    month = date(2022, 3, 1)
    refused: list[Callable[[], object]] = [
        lambda: add_permit(restricted, rina, kind="halal", number="1"),
        lambda: record_attendance(visit, sari, business=restricted, present=True),
        lambda: give_consent(restricted, rina, purpose="catalogue", how="paper"),
        lambda: submit_report(restricted, sari, month=month, source="officer", amounts=amounts),
    ]
    for write in refused:
        with pytest.raises(ValidationError, match="Pasal 41"):
            write()
    assert submit_report(restricted, restricted.owner, month=month, source="owner", amounts=amounts).pk
    assert make_link(restricted, rina).token
    assert close_business(restricted, rina, closed_on=date(2022, 5, 1)).status == "closed"


def test_guarded_columns_open_to_the_owner_alone(restricted: Business, rina: Person, cluster: Cluster) -> None:
    verbs = set(GUARDED_COLUMNS["registry.Business"].values())
    assert verbs <= RESTRICTED_READS
    for person in (rina, cluster.head):
        assert person is not None
        assert not any(may(person, verb, restricted) for verb in verbs)
        assert reader_for(person).open_verbs(restricted) == frozenset()
        assert not Business.objects.filter(reader_for(person).allowed("registry.see_contact", Business)).exists()
    assert reader_for(restricted.owner).open_verbs(restricted) == verbs
    assert Business.objects.filter(reader_for(restricted.owner).allowed("registry.see_contact", Business)).exists()


@pytest.mark.parametrize(
    "path", ["/daftar/ikm/{pk}/", "/daftar/sentra/{cluster}/", "/daftar/ikm/", "/saya/tautan/{cluster}/"]
)
@pytest.mark.parametrize("form", ["", "?format=xlsx", "?format=csv"])
def test_no_page_of_the_office_shows_it(
    restricted: Business, rina: Person, client: Client, path: str, form: str
) -> None:
    client.force_login(rina)
    answer = client.get(path.format(pk=restricted.pk, cluster=restricted.cluster_id) + form)
    assert answer.status_code == 200
    content = b"".join(answer) if answer.streaming else answer.content
    text = text_of(content, answer.headers["Content-Type"])
    assert restricted.name in text and not any(secret in text for secret in SECRETS)


def test_no_choice_and_no_comparison_names_its_owner(
    restricted: Business, make_business: Callable[..., Business], rina: Person, client: Client
) -> None:
    other = make_business("Jahit Asri")
    client.force_login(rina)
    head_form = client.get(f"/daftar/sentra/{restricted.cluster_id}/ketua/").text
    assert "Jahit Asri" in head_form and restricted.name not in head_form
    duplicates = client.get(f"/daftar/ikm/{other.pk}/gabung/", {"cari": restricted.name}).text
    assert restricted.name in duplicates
    assert not any(secret in page for page in (head_form, duplicates) for secret in SECRETS)
    row = RegisterRow(sheet="IKM", row=2, name="Jahit Asri", owner="Asri", phone="+6281200000001")
    planned = PlannedRow(row, business_data(restricted), match=restricted)
    assert [fact.second for fact in planned.facts if fact.second] == [restricted.name]


def test_no_paper_of_a_visit_to_it_alone_tells_whom(restricted: Business, sari: Person, rina: Person) -> None:
    visit = Visit.objects.create(
        cluster=restricted.cluster,
        business=restricted,
        region=restricted.region,
        planned_for=date(2022, 3, 31),
        planned_by=sari,
    )
    minutes = minutes_of(visit, rina, Paper.UNDANGAN)
    assert minutes.visit.cluster == f"IKM yang datanya dibatasi, {restricted.cluster}"


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("extension", ["pdf", "docx"])
def test_no_paper_of_a_visit_tells_of_it(
    business: Business,
    make_business: Callable[..., Business],
    rina: Person,
    sari: Person,
    client: Client,
    paper: Paper,
    extension: str,
) -> None:
    """What was recorded before it was restricted is counted; no paper says whom it is about."""
    cluster, day = business.cluster, date(2022, 3, 31)
    assert cluster is not None
    visit = Visit.objects.create(
        cluster=cluster, region=cluster.region, planned_for=day, planned_by=sari, purpose="Uji"
    )
    conduct_visit(visit, sari, held_on=day)
    for one in (business, make_business("Jahit Asri")):
        record_attendance(visit, sari, business=one, present=True, represented_by=f"Wakil {one.name}")
        note_aspiration(one, sari, text="Minta pameran", kind="aspiration", difficulty="marketing", visit=visit)
    submit_request(business, business.owner, kind=DataRequest.Kind.RESTRICT)
    client.force_login(rina)
    answer = client.get(f"/naskah/{visit.pk}/{paper}.{extension}")
    text = text_of(b"".join(answer) if answer.streaming else answer.content, answer.headers["Content-Type"])
    assert answer.status_code == 200 and text
    assert business.name not in text and business.owner.name not in text
    for path in (f"/kunjungan/{visit.pk}/", f"/aspirasi/kunjungan/{visit.pk}/"):
        page = client.get(path).text
        assert "Jahit Asri" in page and business.owner.name not in page and "Wakil Jahit Rahasia" not in page


def test_it_is_on_no_list_that_leads_to_work(
    restricted: Business, make_business: Callable[..., Business], sari: Person, cluster: Cluster
) -> None:
    make_business("Jahit Asri")
    visit = Visit.objects.create(
        cluster=cluster, region=cluster.region, planned_for=timezone.localdate(), planned_by=sari
    )
    assert restricted.name not in csv_list("ikm.csv", sari).decode() and "Asri" in csv_list("ikm.csv", sari).decode()
    bundle = bundle_for(sari, {visit.pk})
    assert bundle is not None and [row["name"] for row in bundle["businesses"]] == ["Jahit Asri"]
    Item.objects.create(business=restricted, name="Barang", price=1, offered_at=timezone.now())
    give_consent(restricted, restricted.owner, purpose="catalogue", how="link")
    assert not Item.objects.on_offer().exists()
    assert cluster.head is not None
    assert [row.name for row in reporting_status(cluster.head, cluster, date(2022, 3, 1))] == ["Jahit Asri"]
    lift_restriction(restricted, restricted.owner)
    assert Item.objects.on_offer().exists()


def test_lifting_refusing_and_erasing_end_it(restricted: Business, rina: Person) -> None:
    lift_restriction(restricted, restricted.owner)
    restricted.refresh_from_db()
    assert restricted.restricted_at is None and not DataRequest.objects.waiting().exists()
    again = submit_request(restricted, restricted.owner, kind=DataRequest.Kind.RESTRICT)
    answer_request(again, rina, outcome="refused", answer="Pasal 15: statistik")
    assert Business.objects.get(pk=restricted.pk).restricted_at is None
    third = submit_request(Business.objects.get(pk=restricted.pk), restricted.owner, kind=DataRequest.Kind.RESTRICT)
    answer_request(third, rina, outcome="done")
    assert Business.objects.get(pk=restricted.pk).restricted_at is not None
    erase_business(Business.objects.get(pk=restricted.pk), rina)
    assert Business.objects.get(pk=restricted.pk).restricted_at is None


def test_the_owner_restricts_and_lifts_on_the_phone(business: Business, phone: Client) -> None:
    assert "Batasi sekarang" in phone.get("/saya/hak/batasi/").text
    assert phone.post("/saya/hak/batasi/", {"text": ""}).status_code == 302
    page = phone.get("/saya/hak/").text
    assert "hanya disimpan" in page and "Cabut pembatasan" in page
    assert phone.get("/saya/").status_code == 200
    phone.post("/saya/hak/batasi/cabut/")
    business.refresh_from_db()
    assert business.restricted_at is None


def test_each_row_about_one_ikm_is_known_as_such() -> None:
    """The search for the kind: models with a foreign key to an IKM, straight or through rows of one."""
    known = {label for label in REACH if path_to_business(apps.get_model(label)) is not None}
    direct = {
        model._meta.label
        for model in apps.get_models()
        if any(isinstance(field, models.ForeignKey) and field.related_model is Business for field in model._meta.fields)
    }
    # These may name an IKM, and are of a visit, an action or a council.
    assert direct - known == {"visits.Visit", "intake.Received", "intake.Conflict", "actions.ActionEvent"} & direct
    assert {"registry.Business", "production.ReportLine", "facilitation.ApplicationEvent"} <= known
    assert set().union(*ROLE_VERBS.values()) >= set(ALLOWED_VERBS) and all(ALLOWED_VERBS.values())


def test_a_council_says_who_answers_for_the_data(
    sleman: Council, bantul: Council, member: Callable[..., Person], rina: Person, client: Client, phone: Client
) -> None:
    wati = member("Wati", sleman, Role.ADMINISTRATOR)
    assert "belum mengisi" in client.get("/privasi/").text
    client.force_login(rina)
    assert client.get(f"/privasi/dewan/{sleman.pk}/").status_code == 403
    client.force_login(wati)
    assert client.get(f"/privasi/dewan/{bantul.pk}/").status_code == 404
    page = client.get(f"/privasi/dewan/{sleman.pk}/")
    assert "Dekranasda Sleman" in page.text and "Risiko:" in page.text
    sent = {
        "controller": "Dekranasda Kabupaten Sleman",
        "address": "Jalan Parasamya 1",
        "contact": "0274-868405",
        "data_protection_officer": "Bagian Hukum",
        "recipients": "Dinas Perindustrian: daftar sentra",
        "processors": "Diskominfo: server, perjanjian 12/2026",
        "complaints": "Surat ke sekretariat",
        "assessed_on": "2026-11-01",
    }
    assert "Tulis ringkasannya" in client.post(f"/privasi/dewan/{sleman.pk}/", sent).text
    assert client.post(f"/privasi/dewan/{sleman.pk}/", {**sent, "assessment": "Risiko rendah"}).status_code == 302
    client.logout()
    for reader, path in ((client, "/privasi/"), (phone, "/saya/hak/")):
        text = reader.get(path).text
        wanted = [*sent.values(), "Risiko rendah", "1 November 2026"]
        assert [value for value in wanted if value not in text] == ["2026-11-01"]
    change_statement(sleman, wati, data=StatementData("Dinas", "Jalan", "021", "Tidak ada", "Kantor"))
    assert PrivacyStatement.objects.get().controller == "Dinas"
