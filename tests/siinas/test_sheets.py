"""SIINas sheets: what is known is filled in, what the office counts, the owner's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from sambang.access.models import Council, Person
from sambang.indicators.measures import Measure, Year, evidence_of
from sambang.lib import clock
from sambang.owners.operations import make_link
from sambang.production.models import Report, ReportLine
from sambang.registry.models import Business, Cluster, Permit, ProductLine
from sambang.siinas.models import FIGURE_FIELDS, QuarterSheet
from sambang.siinas.operations import save_sheet, set_quarter_target
from sambang.siinas.quarters import Quarter, quarter_of, quarter_to_report
from sambang.siinas.queries import prefill_sheet, reporting_businesses, reporting_count
from sambang.visits.operations import conduct_visit, plan_visit
from tests.owner_client import OwnerClient

SignIn = Callable[[Person], Client]
QUARTER = Quarter(2026, 3)


@pytest.fixture
def business(make_business: Callable[..., Business], sari: Person) -> Business:
    """A workshop with a SIINas account, one product and the reports of two of the three months."""
    row = make_business("Jahit Melati", investment=25_000_000, workers=4)
    Permit.objects.create(business=row, kind=Permit.Kind.SIINAS, number="akun-1")
    line = ProductLine.objects.create(business=row, name="Celana", unit="stel", capacity=1200)
    for month, amount in ((7, 60), (9, 45)):
        report = Report.objects.create(business=row, month=date(2026, month, 1), source="officer", by=sari)
        ReportLine.objects.create(report=report, product_line=line, quantity=Decimal(amount))
    return row


def whole(**changes: object) -> dict[str, object]:
    """All eleven items."""
    items: dict[str, object] = dict.fromkeys(FIGURE_FIELDS, "ada")
    numbers = {"investment": 25_000_000, "investment_land": 0, "workers": 4, "water": Decimal(3), "electricity": 90}
    return items | numbers | changes


class TestQuarter:
    def test_the_first_quarter_follows_the_last_of_the_year_before(self) -> None:
        assert Quarter(2026, 1).previous == Quarter(2025, 4)

    @pytest.mark.parametrize(("month", "number"), [(1, 1), (3, 1), (4, 2), (9, 3), (10, 4), (12, 4)])
    def test_of_a_month(self, month: int, number: int) -> None:
        assert quarter_of(date(2026, month, 28)) == Quarter(2026, number)

    def test_the_quarter_to_report_has_ended(self) -> None:
        assert quarter_to_report(date(2026, 11, 29)) == QUARTER
        assert quarter_to_report(date(2026, 1, 1)) == Quarter(2025, 4)

    @pytest.mark.parametrize(("year", "number"), [(2026, 0), (2026, 5), (20266, 1)])
    def test_refuses_what_is_none(self, year: int, number: int) -> None:
        with pytest.raises(ValueError, match=str(number)):
            Quarter(year, number)


@pytest.mark.django_db
class TestPrefill:
    def test_takes_register_and_monthly_reports(self, business: Business) -> None:
        known = prefill_sheet(business, QUARTER)
        assert known.values["investment"] == 25_000_000
        assert known.values["workers"] == 4
        assert known.values["capacity"] == "Celana: 1.200 stel setahun"
        assert known.values["production"] == "Celana: 105 stel"
        assert known.origins["production"] == "laporan bulanan, 2 dari 3 bulan"
        assert known.values["fuel"] is None

    def test_takes_the_rest_from_the_sheet_before(self, business: Business, sari: Person) -> None:
        save_sheet(business, sari, quarter=Quarter(2025, 4), fuel="solar 5 liter", water=Decimal(2))
        save_sheet(business, sari, quarter=Quarter(2026, 1), fuel="gas 3 tabung", investment=1)
        known = prefill_sheet(business, QUARTER)
        assert known.values["fuel"] == "gas 3 tabung"
        assert known.origins["fuel"] == "triwulan I 2026"
        assert known.values["investment"] == 25_000_000  # the register is newer than an old sheet
        assert known.values["reported_on"] is None

    def test_a_later_sheet_says_nothing_of_an_earlier_quarter(self, business: Business, sari: Person) -> None:
        save_sheet(business, sari, quarter=QUARTER, fuel="gas 3 tabung")
        assert prefill_sheet(business, Quarter(2026, 2)).values["fuel"] is None

    def test_a_saved_sheet_is_shown_as_saved(self, business: Business, sari: Person) -> None:
        save_sheet(business, sari, quarter=QUARTER, workers=6)
        known = prefill_sheet(business, QUARTER)
        assert (known.values["workers"], known.values["capacity"], known.origins) == (6, "", {})


@pytest.mark.django_db
class TestCount:
    def test_counts_accounts_complete_and_reported(
        self, business: Business, make_business: Callable[..., Business], rina: Person, sleman: Council
    ) -> None:
        other = make_business("Bordir Mawar")
        make_business("Tanpa akun")
        Permit.objects.create(business=other, kind=Permit.Kind.SIINAS, number="akun-2")
        save_sheet(business, rina, quarter=QUARTER, **whole(reported_on=date(2026, 10, 5)))
        save_sheet(other, rina, quarter=QUARTER, **whole(fuel=""))
        set_quarter_target(sleman, rina, quarter=QUARTER, businesses=60, due_on=date(2026, 10, 31))
        count = reporting_count(reporting_businesses(rina, sleman), sleman, QUARTER)
        assert (count.accounts, count.complete, count.reported) == (2, 1, 1)
        assert count.target is not None
        assert count.target.businesses == 60

    @pytest.mark.parametrize("item", FIGURE_FIELDS)
    def test_every_item_is_needed(self, item: str, business: Business, rina: Person) -> None:
        column = QuarterSheet._meta.get_field(item)
        nothing = "" if column.get_internal_type() == "CharField" else None
        sheet = save_sheet(business, rina, quarter=QUARTER, **whole(**{item: nothing}))
        assert sheet.missing == [str(column.verbose_name)]  # type: ignore[union-attr]
        assert not QuarterSheet.objects.complete().exists()

    def test_the_indicator_counts_who_reported(self, business: Business, rina: Person, sleman: Council) -> None:
        Business.objects.update(registered_at="2026-01-01T00:00:00Z")
        year = Year(rina, sleman, 2026)
        assert evidence_of(Measure.SIINAS_REPORTED, year).value == 0
        save_sheet(business, rina, quarter=QUARTER, reported_on=date(2026, 10, 5))
        assert evidence_of(Measure.SIINAS_REPORTED, year).value == 1
        assert evidence_of(Measure.SIINAS_REPORTED_SHARE, year).value == 100
        assert list(evidence_of(Measure.SIINAS_REPORTED, year).rows) == [business]


@pytest.mark.django_db
class TestPages:
    def test_the_office_fills_in_a_sheet_and_downloads_it(
        self, business: Business, rina: Person, signed_in: SignIn
    ) -> None:
        client = signed_in(rina)
        address = reverse("siinas:sheet_change", args=[business.pk, 2026, 3])
        page = client.get(address).content.decode()
        assert "25.000.000" in page
        assert "Terisi dari laporan bulanan, 2 dari 3 bulan: periksa." in page
        answer = client.post(address, {"investment": "25 juta", "workers": "4 orang", "reported_on": "2026-10-05"})
        assert answer.status_code == 302
        listed = client.get(answer["Location"]).content.decode()
        assert "dikirim 5 Oktober 2026" in listed
        book = load_workbook(BytesIO(client.get(answer["Location"] + "&format=xlsx").content))
        rows = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
        assert rows[1][0] == "Jahit Melati"
        assert 25_000_000 in rows[1]

    @pytest.mark.parametrize(("state", "shown"), [("dikirim", False), ("lengkap", True), ("belum", False)])
    def test_the_list_narrows_by_state(
        self, state: str, shown: bool, business: Business, rina: Person, signed_in: SignIn
    ) -> None:
        save_sheet(business, rina, quarter=QUARTER, **whole())
        page = signed_in(rina).get(reverse("siinas:sheet_list"), {"tahun": 2026, "triwulan": 3, "keadaan": state})
        assert ("Jahit Melati" in page.content.decode()) is shown

    def test_no_such_quarter(self, business: Business, rina: Person, signed_in: SignIn) -> None:
        assert signed_in(rina).get(reverse("siinas:sheet_change", args=[business.pk, 2026, 5])).status_code == 404

    def test_a_leader_reads_and_saves_nothing(self, business: Business, budi: Person, signed_in: SignIn) -> None:
        assert signed_in(budi).get(reverse("siinas:sheet_list")).status_code == 200
        with pytest.raises(PermissionDenied):
            save_sheet(business, budi, quarter=QUARTER, workers=1)

    def test_the_owner_adds_what_is_missing_by_the_link(self, business: Business, rina: Person) -> None:
        phone = OwnerClient(business)
        phone.get(f"/saya/{make_link(business, rina).token}/")
        assert reverse("owners:sheet_change") in phone.get("/saya/").content.decode()
        page = phone.get(reverse("owners:sheet_change")).content.decode()
        assert "25.000.000" in page
        assert phone.post(reverse("owners:sheet_change"), {"fuel": "tidak ada", "workers": "4"}).status_code == 302
        sheet = QuarterSheet.objects.get(business=business)
        assert (sheet.fuel, sheet.workers, sheet.saved_by) == ("tidak ada", 4, business.owner)
        asked = quarter_to_report(clock.today())
        assert (sheet.year, sheet.quarter) == (asked.year, asked.number)

    def test_what_lacks_is_asked_by_whatsapp_and_on_a_visit(
        self, business: Business, rina: Person, signed_in: SignIn
    ) -> None:
        client = signed_in(rina)
        asked = quarter_to_report(clock.today())
        question = reverse("owners:siinas_question_send", args=[business.pk])
        token = make_link(business, rina).token
        assert question in client.get(reverse("siinas:sheet_list")).text
        sent = unquote(client.get(question)["Location"])
        assert sent.startswith("https://wa.me/62")
        assert f"untuk {asked} belum lengkap" in sent and f"/saya/{token}/" in sent and "Lembar SIINas" in sent
        [cluster] = Cluster.objects.all()
        visit = plan_visit(cluster, rina, planned_for=clock.today(), purpose="Mendengar")
        conduct_visit(visit, rina, held_on=clock.today())
        listed = f"{reverse('siinas:sheet_list')}?sentra={business.cluster_id}&keadaan=belum"
        assert listed.replace("&", "&amp;") in client.get(f"/kunjungan/{visit.pk}/").text
        assert business.name in client.get(listed).text
        record = reverse("aspirations:visit_record", args=[visit.pk, business.pk])
        current = f"{reverse('siinas:current_sheet', args=[business.pk])}?next={record}"
        assert current in client.get(record).text
        sheet = client.get(current)["Location"]
        assert client.post(sheet, whole())["Location"] == record
        elsewhere = f"{sheet.partition('?')[0]}?next=https://jauh.example/"
        assert client.post(elsewhere, whole())["Location"].startswith("/siinas/")
        assert question not in client.get(reverse("siinas:sheet_list")).text
        assert business.name not in client.get(listed).text

    def test_the_list_narrows_by_sentra(self, business: Business, rina: Person, signed_in: SignIn) -> None:
        [own] = Cluster.objects.all()
        other = Cluster.objects.create(name="Sentra lain", region=own.region, commodity="Bordir")
        client = signed_in(rina)
        for cluster, shown in ((business.cluster_id, True), (other.pk, False)):
            page = client.get(reverse("siinas:sheet_list"), {"sentra": str(cluster)}).text
            assert (business.name in page) is shown

    def test_a_bad_number_is_said_and_nothing_is_stored(
        self, business: Business, rina: Person, signed_in: SignIn
    ) -> None:
        address = reverse("siinas:sheet_change", args=[business.pk, 2026, 3])
        answer = signed_in(rina).post(address, {"workers": "empat setengah", "fuel": "gas 1 tabung"})
        assert answer.status_code == 422
        assert "gas 1 tabung" in answer.content.decode()
        assert not QuarterSheet.objects.exists()
