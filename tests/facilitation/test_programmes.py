"""Operations and pages of facilitation programmes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from sambang.access.models import Council, Person
from sambang.audit.models import Entry
from sambang.facilitation import operations
from sambang.facilitation.models import Application, Programme, Rule
from sambang.facilitation.rule_files import rule_files
from sambang.facilitation.stages import STAGE_TRANSITIONS, Stage
from sambang.papers.operations import add_signer
from sambang.registry.models import Business, Permit
from tests.conftest import Together

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
SignIn = Callable[[Person], Client]


@pytest.fixture
def programme(sleman: Council, rina: Person) -> Programme:
    file = rule_files()["merek"]
    return operations.plan_programme(sleman, rina, name="Merek", year=2026, quota=2, rule_file=file)


@pytest.fixture
def application(programme: Programme, rina: Person, business: Business) -> Application:
    return operations.offer(programme, rina, business=business, happened_on=DAY)


def advance(application: Application, by: Person, *stages: str, on: date = DAY) -> Application:
    for stage in stages:
        number = "IDM000123" if stage == Stage.ISSUED else ""
        operations.advance(application, by, stage=stage, happened_on=on, document_number=number)
    return application


class TestOperations:
    def test_a_programme_begins_from_a_rule_file(self, programme: Programme) -> None:
        assert (programme.permit_kind, programme.source) == ("brand", "PP 28/2019; dgip.go.id")
        assert programme.rules.count() == len(rule_files()["merek"].rules)
        assert set(programme.rules.filter(kind="lacks_permit").values_list("value", flat=True)) == {"brand"}

    def test_only_the_office_plans_and_advances(
        self, programme: Programme, application: Application, sari: Person, citra: Person, sleman: Council
    ) -> None:
        for person in (sari, citra):
            with pytest.raises(PermissionDenied):
                operations.plan_programme(sleman, person, name="P-IRT", year=2026)
            with pytest.raises(PermissionDenied):
                advance(application, person, Stage.REQUESTED)

    @pytest.mark.parametrize(("before", "after"), list(product(Stage, Stage)))
    def test_only_the_transitions_of_the_table(
        self, application: Application, rina: Person, before: Stage, after: Stage
    ) -> None:
        Application.objects.filter(pk=application.pk).update(stage=before)
        if after in STAGE_TRANSITIONS[before]:
            assert advance(application, rina, after).stage == after
        else:
            with pytest.raises(ValidationError, match="tidak dapat menjadi"):
                advance(application, rina, after)
            assert application.events.count() == 1

    def test_a_certificate_becomes_a_permit_of_the_ikm(self, application: Application, rina: Person) -> None:
        advance(application, rina, Stage.REQUESTED, Stage.SUBMITTED)
        with pytest.raises(ValidationError) as refused:
            operations.advance(application, rina, stage=Stage.ISSUED, happened_on=DAY)
        assert list(refused.value.message_dict) == ["document_number"]
        operations.advance(
            application,
            rina,
            stage=Stage.ISSUED,
            happened_on=DAY,
            document_number="IDM000123",
            valid_until=date(2036, 3, 2),
        )
        permit = Permit.objects.get(business=application.business, kind="brand")
        assert (permit.number, permit.issued_on, permit.valid_until) == ("IDM000123", DAY, date(2036, 3, 2))
        application.refresh_from_db()
        assert application.permit == permit

    def test_a_day_before_the_newest_stage_is_refused(self, application: Application, rina: Person) -> None:
        with pytest.raises(ValidationError, match="lebih awal"):
            advance(application, rina, Stage.REQUESTED, on=DAY - timedelta(days=1))

    def test_the_quota_is_enforced_and_freed(
        self, programme: Programme, rina: Person, make_business: Callable[..., Business]
    ) -> None:
        rows = [
            operations.offer(programme, rina, business=make_business(f"Jahit {number}"), happened_on=DAY)
            for number in range(3)
        ]
        advance(rows[0], rina, Stage.REQUESTED)
        advance(rows[1], rina, Stage.REQUESTED)
        with pytest.raises(ValidationError, match="sudah penuh: 2 IKM"):
            advance(rows[2], rina, Stage.REQUESTED)
        advance(rows[0], rina, Stage.WITHDRAWN)
        assert advance(rows[2], rina, Stage.REQUESTED).stage == Stage.REQUESTED

    def test_offered_twice_is_one_application(
        self, programme: Programme, application: Application, rina: Person, business: Business
    ) -> None:
        assert operations.offer(programme, rina, business=business, happened_on=DAY) == application
        assert application.events.count() == 1

    def test_an_ikm_of_another_council_is_not_offered(self, bantul: Council, citra: Person, business: Business) -> None:
        other = operations.plan_programme(bantul, citra, name="P-IRT", year=2026)
        with pytest.raises(ValidationError, match="bukan binaan"):
            operations.offer(other, citra, business=business, happened_on=DAY)

    def test_only_statements_and_documents_are_answered(
        self, programme: Programme, sari: Person, business: Business
    ) -> None:
        with pytest.raises(ValidationError, match="dihitung dari data"):
            operations.answer_rule(programme.rules.get(kind="size_umkm"), sari, business=business, is_met=True)
        statement = programme.rules.get(kind="statement")
        operations.answer_rule(statement, sari, business=business, is_met=False)
        assert operations.answer_rule(statement, sari, business=business, is_met=True).is_met is True
        assert statement.answers.count() == 1

    def test_an_answered_rule_is_not_removed(self, programme: Programme, rina: Person, business: Business) -> None:
        statement, size = programme.rules.get(kind="statement"), programme.rules.get(kind="size_umkm")
        operations.answer_rule(statement, rina, business=business, is_met=True)
        with pytest.raises(ValidationError, match="sudah dijawab"):
            operations.remove_rule(statement, rina)
        operations.remove_rule(size, rina)
        assert not Rule.objects.filter(pk=size.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_two_cannot_take_the_last_place_at_once(
    sleman: Council, rina: Person, make_business: Callable[..., Business], together: Together
) -> None:
    programme = operations.plan_programme(sleman, rina, name="Merek", year=2026, quota=1)
    keys = [
        operations.offer(programme, rina, business=make_business(f"Jahit {number}"), happened_on=DAY).pk
        for number in range(4)
    ]

    def request(key: object) -> str:
        by = Person.objects.get(pk=rina.pk)
        try:
            operations.advance(Application.objects.get(pk=key), by, stage=Stage.REQUESTED, happened_on=DAY)
        except ValidationError:
            return "full"
        return "taken"

    answers = together([lambda key=key: request(key) for key in keys])  # type: ignore[misc]
    assert sorted(answers) == ["full"] * 3 + ["taken"]


class TestPages:
    def test_from_the_first_page_to_the_certificate(
        self, signed_in: SignIn, rina: Person, sleman: Council, business: Business
    ) -> None:
        business.annual_sales, business.nib = 300_000_000, "1234567890123"
        business.save()
        office = signed_in(rina)
        assert "Belum ada program" in office.get("/fasilitasi/").content.decode()
        answer = office.post(
            "/fasilitasi/baru/",
            {"council": sleman.pk, "rule_file": "merek", "name": "Merek Sleman", "year": "2026", "quota": "10"},
        )
        programme = Programme.objects.get()
        assert answer.headers["Location"] == f"/fasilitasi/{programme.pk}/"
        assert "etiket merek" in office.get(answer.headers["Location"]).content.decode()
        page = f"/fasilitasi/{programme.pk}/ikm/{business.pk}/"
        assert "etiket merek" in (shown := office.get(page).text) and "belum ada" in shown
        answers = {str(row.pk): "ya" for row in programme.rules.filter(kind__in=["statement", "document"])}
        office.post(f"{page}jawaban/", answers)
        assert "memenuhi" in office.get(f"/fasilitasi/{programme.pk}/calon/?hasil=eligible").content.decode()
        office.post(f"/fasilitasi/{programme.pk}/tawarkan/", {"businesses": [str(business.pk)]})
        application = Application.objects.get()
        today = timezone.localdate().isoformat()
        for stage, number in (("requested", ""), ("submitted", ""), ("issued", "IDM000777")):
            sent = {"stage": stage, "happened_on": today, "document_number": number}
            assert office.post(f"/fasilitasi/permohonan/{application.pk}/", sent).status_code == 302
        assert "IDM000777" in office.get(page).content.decode()
        assert business.permits.get().kind == "brand"
        table = load_workbook(BytesIO(office.get(f"/fasilitasi/{programme.pk}/?format=xlsx").content)).active
        assert [cell.value for cell in table[2]][:4] == [
            "Jahit Rahasia",
            "Sentra Joho Rahasia",
            "Condongcatur",
            "terbit",
        ]

    def test_a_refused_stage_says_why_at_its_field(
        self, signed_in: SignIn, rina: Person, application: Application
    ) -> None:
        answer = signed_in(rina).post(
            f"/fasilitasi/permohonan/{application.pk}/", {"stage": "requested", "happened_on": "2026-03-01"}
        )
        assert answer.status_code == 422
        assert "tanggal ini lebih awal" in answer.content.decode()

    @pytest.mark.parametrize("keys", [[], ["bukan-kunci"]])
    def test_an_offer_to_nobody_says_so(
        self, signed_in: SignIn, rina: Person, programme: Programme, keys: list[str]
    ) -> None:
        answer = signed_in(rina).post(f"/fasilitasi/{programme.pk}/tawarkan/", {"businesses": keys}, follow=True)
        assert "Belum ada IKM yang dipilih" in answer.content.decode()
        assert not Application.objects.exists()

    def test_a_wrong_value_of_a_rule_is_explained(self, signed_in: SignIn, rina: Person, programme: Programme) -> None:
        answer = signed_in(rina).post(f"/fasilitasi/{programme.pk}/syarat/", {"kind": "max_sales", "value": "banyak"})
        assert answer.status_code == 422
        assert "tulis rupiah: 15 miliar" in answer.content.decode()

    def test_whoever_may_not_read_finances_does_not_see_who_qualifies(
        self, signed_in: SignIn, programme: Programme, yogyakarta: Council, citra: Person, member: Callable[..., Person]
    ) -> None:
        province = member("Dewi", yogyakarta, "staff")
        assert signed_in(citra).get(f"/fasilitasi/{programme.pk}/calon/").status_code == 404
        assert signed_in(province).get(f"/fasilitasi/{programme.pk}/").status_code == 200
        assert signed_in(province).get(f"/fasilitasi/{programme.pk}/calon/").status_code == 403

    def test_reading_adds_one_entry_to_the_audit_log(
        self, signed_in: SignIn, rina: Person, programme: Programme, business: Business
    ) -> None:
        office = signed_in(rina)
        for _time in range(2):
            office.get(f"/fasilitasi/{programme.pk}/calon/")
        assert Entry.objects.filter(verb="registry.see_finances", by=rina).count() == 1

    def test_queries_do_not_grow_with_the_register(
        self, signed_in: SignIn, rina: Person, programme: Programme, make_business: Callable[..., Business]
    ) -> None:
        office = signed_in(rina)

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                office.get(f"/fasilitasi/{programme.pk}/calon/")
            return len(captured)

        make_business("Jahit awal")
        queries()
        few = queries()
        for number in range(12):
            make_business(f"Jahit {number}")
        assert queries() == few


@pytest.mark.parametrize("extension", ["pdf", "docx"])
def test_the_letter_has_the_facts_its_number_and_its_signer(
    signed_in: SignIn, rina: Person, sleman: Council, application: Application, extension: str
) -> None:
    Business.objects.filter(pk=application.business_id).update(nib="1234567890123", address="Jalan Kaliurang 7")
    application.business.annual_sales = 200_000_000
    application.business.save(update_fields=["annual_sales"])
    number = "196801011990032001"
    signer = add_signer(sleman, rina, name="Dra. Sri Peraga", position="Ketua Harian", employee_number=number)
    client, address = signed_in(rina), f"/fasilitasi/permohonan/{application.pk}/surat"
    assert client.post(
        f"{address}/nomor/", {"number": "500.9/001/2026", "dated_on": "2026-03-05", "signer": str(signer.pk)}
    )["Location"].endswith(f"/ikm/{application.business_id}/")
    file = client.get(f"{address}.{extension}").content
    if extension == "pdf":
        text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(file)).pages)
    else:
        text = "\n".join(node.text or "" for node in Document(BytesIO(file)).element.body.iter() if node.text)
    for said in (
        "Nomor: 500.9/001/2026",
        application.business.name,
        "1234567890123",
        "Jalan Kaliurang 7",
        "usaha mikro (PP 7/2021 pasal 35)",
        "5 Maret 2026",
        "Dra. Sri Peraga",
        "NIP 19680101 199003 2 001",
    ):
        assert said in text
    page = client.get(f"/fasilitasi/{application.programme_id}/ikm/{application.business_id}/").text
    assert "500.9/001/2026" in page and f"{address}.{extension}" in page


def test_only_the_office_writes_the_letter(
    signed_in: SignIn, sari: Person, citra: Person, application: Application
) -> None:
    address = f"/fasilitasi/permohonan/{application.pk}/surat.pdf"
    assert signed_in(sari).get(address).status_code == 403
    assert signed_in(citra).get(address).status_code == 404
