"""Pages of production, walked by the three people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from sambang.access.models import Council, Person, Role
from sambang.lib.exports import workbook_bytes
from sambang.production.models import Report, ReportLine
from sambang.production.workbooks import WORKBOOK_HEADINGS, template_rows
from sambang.registry.models import Business, ProductLine
from tests.production.conftest import Reporter

SignedIn = Callable[[Person], Client]
MARCH = date(2022, 3, 1)


def only_line(business: Business) -> ProductLine:
    [line] = business.product_lines.all()
    return line


def test_the_month_says_who_has_reported(
    signed_in: SignedIn, sari: Person, business: Business, make_business: Any, report: Reporter
) -> None:
    make_business("Jahit Diam")
    report(business, 2022, 3, 1234)
    page = signed_in(sari).get("/produksi/?bulan=2022-03").content.decode()
    assert "1.234 stel" in page
    assert page.count("Tidak berproduksi (0)") == 1
    silent = signed_in(sari).get("/produksi/?bulan=2022-03&keadaan=belum").content.decode()
    assert "Jahit Diam" in silent
    assert "Jahit Rahasia" not in silent
    assert signed_in(sari).get("/produksi/?bulan=apa&sentra=bukan").status_code == 200


def test_other_council_and_province_see_no_business(
    signed_in: SignedIn, citra: Person, member: Any, yogyakarta: Council, business: Business, report: Reporter
) -> None:
    kept = report(business, 2022, 3, 400)
    leader = member("Dewi", yogyakarta, Role.LEADER)
    for person in (citra, leader):
        client = signed_in(person)
        assert "Rahasia" not in client.get("/produksi/?bulan=2022-03").content.decode()
        for path in (
            f"ikm/{business.pk}/",
            f"ikm/{business.pk}/2022-04/",
            f"laporan/{kept.pk}/",
            f"laporan/{kept.pk}/betulkan/",
        ):
            assert client.get(f"/produksi/{path}").status_code == 404
        assert client.post(f"/produksi/ikm/{business.pk}/2022-04/nol/").status_code == 404
    assert "Sleman" in signed_in(leader).get("/produksi/?bulan=2022-03").content.decode()
    assert Report.objects.count() == 1


def test_a_report_is_entered_with_the_last_figure_beside(
    signed_in: SignedIn, sari: Person, business: Business, report: Reporter
) -> None:
    report(business, 2022, 2, 60)
    client = signed_in(sari)
    address = f"/produksi/ikm/{business.pk}/2022-03/"
    assert "60 stel" in client.get(address).content.decode()
    line = only_line(business)
    assert client.post(address, {"note": ""}).status_code == 422
    bad = client.post(address, {f"quantity-{line.pk}": "banyak"})
    assert bad.status_code == 422
    assert "tidak terbaca" in bad.content.decode()
    asked = client.post(address, {f"quantity-{line.pk}": "600"})
    assert asked.status_code == 422
    assert "maksudnya 60 stel" in asked.content.decode()
    assert Report.objects.count() == 1
    answered = client.post(address, {f"quantity-{line.pk}": "600", "checked": "on"})
    assert answered.status_code == 302
    assert [str(row.quantity) for row in ReportLine.objects.filter(report__month="2022-03-01")] == ["600.000"]
    again = client.post(address, {f"quantity-{line.pk}": "600", "checked": "on"}, follow=True)
    assert "laporan bulan ini sudah ada" in again.content.decode()
    other = client.post(address, {f"quantity-{line.pk}": "70"})
    assert other.status_code == 422
    assert "simpan sebagai pembetulan" in other.content.decode()
    assert 'value="70"' in other.content.decode()
    assert Report.objects.count() == 2


def test_zero_by_one_tap_and_correction(signed_in: SignedIn, sari: Person, budi: Person, business: Business) -> None:
    client = signed_in(sari)
    client.post(f"/produksi/ikm/{business.pk}/2022-03/nol/")
    client.post(f"/produksi/ikm/{business.pk}/2022-03/nol/")
    [zero] = Report.objects.all()
    assert [line.quantity for line in zero.lines.all()] == [0]
    line = only_line(business)
    facts = {f"quantity-{line.pk}": "3 kodi", f"value-{line.pk}": "1,2 juta"}
    assert client.post(f"/produksi/laporan/{zero.pk}/betulkan/", facts).status_code == 302
    [new] = Report.objects.latest_version()
    assert [(row.quantity, row.value, row.entered) for row in new.lines.all()] == [(60, 1_200_000, "3 kodi")]
    page = client.get(f"/produksi/laporan/{new.pk}/").content.decode()
    assert "Versi lama" in page
    reader = signed_in(budi)
    assert "Betulkan" not in reader.get(f"/produksi/laporan/{new.pk}/").content.decode()
    assert reader.post(f"/produksi/laporan/{new.pk}/betulkan/", {f"quantity-{line.pk}": "9"}).status_code == 403
    assert [row.pk for row in Report.objects.latest_version()] == [new.pk]


def filled(person: Person, quantity: object, **changes: object) -> bytes:
    """The blank workbook of March 2022 with Jumlah filled and other columns changed."""
    rows = []
    for row in template_rows(person, MARCH, MARCH):
        named = dict(zip(WORKBOOK_HEADINGS, row, strict=True)) | {"Jumlah": quantity} | changes
        rows.append(list(named.values()))
    return workbook_bytes(WORKBOOK_HEADINGS, rows)


def upload(client: Client, content: bytes, **facts: str) -> Any:
    return client.post("/produksi/buku-kerja/", {"workbook": SimpleUploadedFile("laporan.xlsx", content), **facts})


def test_a_workbook_comes_in_whole_and_once(
    signed_in: SignedIn, sari: Person, business: Business, make_business: Any
) -> None:
    make_business("Jahit Kedua")
    client = signed_in(sari)
    assert client.get("/produksi/buku-kerja/kosong/?first=2022-03&last=2022-03").status_code == 200
    content = filled(sari, "3 kodi 5 stel", **{"Nilai (Rp)": 1_000_000})
    assert upload(client, content).status_code == 302
    assert upload(client, content).status_code == 302
    assert {(line.quantity, line.value) for line in ReportLine.objects.all()} == {(65, 1_000_000)}
    assert Report.objects.filter(source="workbook").count() == 2


def test_a_workbook_with_one_fault_changes_nothing(
    signed_in: SignedIn, sari: Person, business: Business, make_business: Any
) -> None:
    make_business("Jahit Kedua")
    client = signed_in(sari)
    codes = [str(line.pk) for line in ProductLine.objects.order_by("business__name")]
    rows = [
        ["2022-03", 400, codes[0]],
        ["2022-13", 300, codes[1]],
        ["2022-04", "1,5", codes[1]],
        ["2022-04", 5, "asing"],
    ]
    answer = upload(client, workbook_bytes(["Bulan", "Jumlah", "Kode produk"], rows))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert '<th scope="row">A3</th>' in page
    assert '<th scope="row">B4</th>' in page
    assert '<th scope="row">C5</th>' in page
    assert Report.objects.count() == 0
    assert upload(client, b"bukan buku kerja").status_code == 422
    assert upload(client, workbook_bytes(["Nama"], [["x"]])).status_code == 422


@pytest.mark.parametrize("month", ["2022-03", "03/2022", "1/3/2022", "Maret 2022", "mar 2022", MARCH])
def test_months_and_numbers_as_offices_write_them(
    signed_in: SignedIn, sari: Person, business: Business, month: object
) -> None:
    line = only_line(business)
    line.unit = "kg"
    line.save(update_fields=["unit"])
    table = [[month, business.name.upper(), line.name, 1.234, "Rp 90.000,-"]]
    answer = upload(signed_in(sari), workbook_bytes(["Bulan", "Nama IKM", "Produk", "Jumlah", "Nilai"], table))
    assert answer.status_code == 302
    [row] = ReportLine.objects.select_related("report")
    assert (row.report.month, str(row.quantity), row.value) == (MARCH, "1.234", 90_000)


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "2022-13", "apa"])
def test_months_that_are_none(signed_in: SignedIn, sari: Person, business: Business, month: str) -> None:
    client = signed_in(sari)
    assert client.get(f"/produksi/?bulan={month}&cari=%00a").status_code == 200
    assert client.get(f"/produksi/ikm/{business.pk}/{month}/").status_code == 404
    assert client.get(f"/produksi/buku-kerja/kosong/?first={month}&last={month}").status_code == 302
    table = workbook_bytes(["Bulan", "Jumlah", "Kode produk"], [[month, 5, str(only_line(business).pk)]])
    assert upload(client, table).status_code == 422


def test_the_unit_and_the_names_of_a_row_are_held_against_its_code(
    signed_in: SignedIn, sari: Person, business: Business, make_business: Any
) -> None:
    client, line = signed_in(sari), only_line(business)
    heads = ["Bulan", "IKM", "Produk", "Satuan", "Jumlah", "Kode produk"]
    wrong = [["2022-03", "IKM Lain", line.name, line.unit, 12, str(line.pk)]]
    assert "IKM Lain" in upload(client, workbook_bytes(heads, wrong)).text
    assert not Report.objects.exists()
    right = [["2022-03", business.name, line.name, "kodi", 12, str(line.pk)]]
    assert upload(client, workbook_bytes(heads, right)).status_code == 302
    assert [row.quantity for row in ReportLine.objects.all()] == [240]


@pytest.mark.parametrize(
    ("heads", "row", "said"),
    [
        ("Bulan,IKM,Produk,Satuan,Jumlah,Nilai", "{month},{ikm},{product},{unit},1,500,3,000,000", "lebih panjang"),
        ("Bulan,IKM,Produk,Satuan,Jumlah,Nilai", "{month},{ikm},{product},{unit},,5000", "Jumlah kosong"),
        ("Bulan,IKM,Produk,Satuan,Jumlah,Produksi", "{month},{ikm},{product},{unit},5,6", "berarti sama"),
        ("Bulan,IKM,Produk,Satuan,Jumlah,Nilai (Rp 000)", "{month},{ikm},{product},{unit},5,6", "rupiah penuh"),
    ],
)
def test_doubtful_rows_and_headings_are_complained_of(
    signed_in: SignedIn, sari: Person, business: Business, heads: str, row: str, said: str
) -> None:
    line = only_line(business)
    filled_in = row.format(month="2022-03", ikm=business.name, product=line.name, unit=line.unit)
    file = SimpleUploadedFile("laporan.csv", f"{heads}\n{filled_in}\n".encode())
    answer = signed_in(sari).post("/produksi/buku-kerja/", {"workbook": file})
    assert said in answer.text
    assert not Report.objects.exists()


def test_a_workbook_replaces_only_if_chosen(
    signed_in: SignedIn, sari: Person, business: Business, report: Reporter
) -> None:
    content = filled(sari, 60)
    old = report(business, 2022, 3, 50)
    client = signed_in(sari)
    assert upload(client, content).status_code == 422
    assert list(Report.objects.all()) == [old]
    assert upload(client, content, replace="on").status_code == 302
    [new] = Report.objects.latest_version()
    assert [line.quantity for line in new.lines.all()] == [60]


def test_a_workbook_is_for_those_who_may(
    signed_in: SignedIn, sari: Person, budi: Person, citra: Person, business: Business
) -> None:
    content = filled(sari, 60)
    assert upload(signed_in(budi), content).status_code == 403
    assert upload(signed_in(citra), content).status_code == 422
    assert list(template_rows(citra, MARCH, MARCH)) == []
    assert Report.objects.count() == 0


def test_the_command_says_what_came(tmp_path: Any, sari: Person, business: Business, capsys: Any) -> None:
    path = tmp_path / "laporan.xlsx"
    path.write_bytes(filled(sari, 60))
    call_command("import_reports", str(path), by=sari.email)
    assert "1 laporan masuk" in capsys.readouterr().out
    call_command("import_reports", str(path), as_json=True)
    assert '"unchanged": 1' in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("import_reports", str(tmp_path / "tidak-ada.xlsx"))


@pytest.mark.parametrize("businesses", [1, 3])
def test_the_month_costs_the_same_at_any_length(
    signed_in: SignedIn,
    sari: Person,
    make_business: Any,
    report: Reporter,
    businesses: int,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(businesses):
        report(make_business(f"Jahit {number}"), 2022, 3, 400)
    client = signed_in(sari)
    with django_assert_max_num_queries(18):
        client.get("/produksi/?bulan=2022-03")
