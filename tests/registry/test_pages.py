"""The pages of the register: each for the one who may, the one who may not, and the one who must not see."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from sambang.access.models import Council, Membership, Person, Role
from sambang.registry.encryption import digest, encrypt_nik
from sambang.registry.industry_field import IndustryField
from sambang.registry.load_industries import load_industries
from sambang.registry.models import Business, Cluster, Group, Industry, Permit, ProductLine, Region
from sambang.registry.operations import form_group, name_group_officer

pytestmark = pytest.mark.django_db
NIK = "3404072502869997"
Enter = Callable[[Person], Client]


def sealed(business: Business) -> Business:
    business.nik_encrypted, business.nik_digest = encrypt_nik(NIK), digest(NIK)
    business.address = "Joho RT 02 Rahasia"
    business.save(update_fields=["nik_encrypted", "nik_digest", "address"])
    return business


def test_list_of_clusters(signed_in: Enter, sari: Person, citra: Person, business: Business) -> None:
    page = signed_in(sari).get(reverse("registry:cluster_list"), {"cari": "joho kon", "kecamatan": "340407"})
    assert "Sentra Joho Rahasia" in page.text
    assert "Sentra Joho Rahasia" not in signed_in(sari).get(reverse("registry:cluster_list"), {"cari": "batik"}).text
    assert "Rahasia" not in signed_in(citra).get(reverse("registry:cluster_list")).text


def test_a_cluster_says_which_definitions_it_meets(
    signed_in: Enter, budi: Person, citra: Person, make_business: Callable[..., Business], cluster: Cluster
) -> None:
    for number in range(5):
        make_business(f"IKM {number}", workers=2)
    make_business("Sudah tutup", status="closed", closed_on=date(2020, 1, 1))
    page = signed_in(budi).get(reverse("registry:cluster_detail", args=[cluster.pk]))
    assert [criterion.met for criterion in page.context["criteria"]] == [True, False, None]
    assert page.context["people"].total == 10
    assert "Daftarkan IKM" not in page.text
    assert signed_in(citra).get(reverse("registry:cluster_detail", args=[cluster.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_at_any_length(
    signed_in: Enter,
    sari: Person,
    make_business: Callable[..., Business],
    cluster: Cluster,
    rows: int,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(rows):
        make_business(f"IKM {number}")
    client = signed_in(sari)
    with django_assert_max_num_queries(16):
        client.get(reverse("registry:business_list"))
    with django_assert_max_num_queries(45):
        client.get(reverse("registry:cluster_detail", args=[cluster.pk]))
    with django_assert_max_num_queries(14):
        client.get(reverse("registry:cluster_list"))


def test_an_ikm_outside_any_sentra(
    signed_in: Enter, rina: Person, budi: Person, citra: Person, sleman: Council
) -> None:
    load_industries()
    address = reverse("registry:business_create_outside")
    assert signed_in(budi).get(address).status_code == 403
    client = signed_in(rina)
    assert address in client.get(reverse("registry:business_list")).text
    assert "?desa=3404072003" in client.get(address, {"cari": "condong"}).text
    there = f"{address}?desa=3404072003"
    said = {"name": "Tahu Ayu", "owner_name": "Ayu", "status": "producing", "industry": "10392 (2020)"}
    assert client.post(there, said).status_code == 302
    made = Business.objects.get(name="Tahu Ayu")
    assert (made.cluster, made.region_id, str(made.industry)[:5]) == (None, "3404072003", "10392")
    assert signed_in(citra).get(there).status_code == 200
    assert "Daftarkan" not in signed_in(citra).get(there).text.split("<h1>")[1][:60]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("16291 (2020)", "16291"), ("KBLI 2025 16291", "16291"), ("konveksi tekstil 2020", "14111"), ("", None)],
)
def test_a_kbli_is_found_by_code_or_words(db: None, typed: str, code: str | None) -> None:
    load_industries()
    found = IndustryField().clean(typed)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(("typed", "said"), [("16291", "16291 .2025.*16291 .2020"), ("99999", "tidak ada")])
def test_a_kbli_that_is_not_one_is_asked_about(db: None, typed: str, said: str) -> None:
    load_industries()
    with pytest.raises(ValidationError, match=said):
        IndustryField().clean(typed)


def test_registering_a_cluster_without_script(signed_in: Enter, rina: Person, sari: Person, sleman: Council) -> None:
    Region.objects.create(code="3404072002", name="Maguwoharjo", level="village", parent_id="340407", source="uji")
    address = reverse("registry:cluster_create")
    assert signed_in(sari).get(address).status_code == 403
    client = signed_in(rina)
    found = client.get(address, {"cari": "condong, depok"})
    assert "Condongcatur" in found.text
    assert "Maguwoharjo" not in found.text
    assert "Maguwoharjo" in client.get(address, {"kecamatan": "340407"}).text
    assert "Palbapang" not in client.get(address, {"cari": "palbapang"}).text.replace('value="palbapang"', "")
    there = f"{address}?desa=3404072003"
    wrong = client.post(there, {"name": "", "basis": "none"})
    assert wrong.status_code == 422
    said = {"name": "Sentra Joho", "basis": "none", "head_name": "Supriyanto"}
    assert client.post(there, said).status_code == 302
    assert client.post(there, said).status_code == 422  # the second press of the button
    [made] = Cluster.objects.all()
    assert (made.region_id, str(made.head)) == ("3404072003", "Supriyanto")


def test_list_of_businesses_searches_filters_and_exports(
    signed_in: Enter, sari: Person, yogyakarta: Council, member: Any, make_business: Callable[..., Business]
) -> None:
    make_business("Mekar", commodity="Bordir")
    make_business("Layu", status="paused")
    client = signed_in(sari)
    listed = reverse("registry:business_list")

    def names(**wanted: str) -> list[str]:
        return [row.name for row in client.get(listed, wanted).context["page"]]

    assert names() == ["Layu", "Mekar"]
    assert names(cari="bord") == ["Mekar"]
    assert names(keadaan="paused") == ["Layu"]
    assert names(kbli="2020-14111") == ["Layu", "Mekar"]
    assert names(kbli="2025-14111") == []
    assert names(sentra="bukan-id") == []

    def exported(person: Person) -> list[list[Any]]:
        content = signed_in(person).get(listed, {"format": "xlsx"}).content
        return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()

    assert [row[0] for row in exported(sari)] == ["Nama usaha", "Layu", "Mekar"]
    assert exported(sari)[1][5] == "+6281200000001"
    province = member("Dewi", yogyakarta, Role.STAFF)
    assert [(row[1], row[5], row[6]) for row in exported(province)[1:]] == [("", "", ""), ("", "", "")]


def test_the_list_as_csv_of_any_length_keeps_the_same_secrets(
    signed_in: Enter, sari: Person, yogyakarta: Council, member: Any, make_business: Callable[..., Business]
) -> None:
    make_business("=Mekar()", commodity="Bordir")
    listed = reverse("registry:business_list")

    def exported(person: Person, **wanted: str) -> list[dict[str, str]]:
        parts = signed_in(person).get(listed, {"format": "csv", **wanted})
        return list(csv.DictReader(io.StringIO(b"".join(parts).decode("utf-8-sig"))))

    [ours] = exported(sari)
    assert (ours["Nama usaha"], ours["Nomor HP/WA"], ours["Keadaan"]) == ("'=Mekar()", "+6281200000001", "berproduksi")
    [theirs] = exported(member("Dewi", yogyakarta, Role.STAFF))
    assert (theirs["Nama usaha"], theirs["Pemilik"], theirs["Nomor HP/WA"]) == ("'=Mekar()", "", "")
    assert exported(sari, cari="tidak ada") == []


def test_a_list_too_long_for_excel_is_refused_with_a_sentence(
    signed_in: Enter, sari: Person, make_business: Callable[..., Business], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_business("Mekar")
    make_business("Layu")
    client, listed = signed_in(sari), reverse("registry:business_list")
    monkeypatch.setattr("sambang.lib.lists.MAX_EXPORT_ROWS", 2)
    assert client.get(listed, {"format": "xlsx"}).status_code == 200
    monkeypatch.setattr("sambang.lib.lists.MAX_EXPORT_ROWS", 1)
    answer = client.get(listed, {"format": "xlsx"}, follow=True)
    assert "terlalu panjang untuk Excel" in answer.text
    assert answer.redirect_chain == [(listed, 302)]


def test_a_nik_is_searched_by_post_and_kept_out_of_addresses(
    signed_in: Enter, sari: Person, budi: Person, citra: Person, yogyakarta: Council, member: Any, business: Business
) -> None:
    sealed(business)
    client = signed_in(sari)
    kept_out = client.get(reverse("registry:business_list"), {"cari": "3404 0725 0286 9997"})
    assert kept_out["Location"] == reverse("registry:business_list")
    found = client.post(reverse("registry:business_find_nik"), {"nik": "3404.0725.0286.9997"})
    assert found["Location"] == reverse("registry:business_detail", args=[business.pk])
    assert client.post(reverse("registry:business_find_nik"), {"nik": "123"}).status_code == 422
    assert client.get(reverse("registry:business_find_nik")).status_code == 405
    # Who may not read a NIK learns nothing by trying one.
    for person in (citra, budi, member("Dewi", yogyakarta, Role.STAFF)):
        other = signed_in(person).post(reverse("registry:business_find_nik"), {"nik": NIK})
        assert other["Location"] == reverse("registry:business_list")


def test_guarded_fields_are_shown_only_to_those_who_may(
    signed_in: Enter, sari: Person, budi: Person, citra: Person, yogyakarta: Council, member: Any, business: Business
) -> None:
    sealed(business)
    address = reverse("registry:business_detail", args=[business.pk])
    seen = {person.name: signed_in(person).get(address).text for person in (sari, budi)}
    province = member("Dewi", yogyakarta, Role.STAFF)
    seen["Dewi"] = signed_in(province).get(address).text
    contact, identity = "+6281200000001", NIK
    shown = {name: (contact in page, "RT 02 Rahasia" in page, identity in page) for name, page in seen.items()}
    assert shown == {"Sari": (True, True, False), "Budi": (True, True, False), "Dewi": (False, False, False)}
    asked = {person.name: signed_in(person).post(f"{address}identitas/") for person in (sari, budi, province)}
    assert {name: answer.status_code for name, answer in asked.items()} == {"Sari": 200, "Budi": 403, "Dewi": 403}
    assert NIK in asked["Sari"].text
    assert signed_in(citra).get(address).status_code == 404


def test_a_business_page_shows_sizes_changes_permits_and_history(
    signed_in: Enter, sari: Person, business: Business
) -> None:
    load_industries()
    business.industry = Industry.objects.get(version="2020", code="13912")
    business.workers, business.investment = 3, 45_000_000
    business.save(update_fields=["industry", "workers", "investment"])
    today = timezone.localdate()
    for number, days in (("LAMA", -1), ("SEGERA", 30), ("JAUH", 400)):
        Permit.objects.create(business=business, kind="halal", number=number, valid_until=today + timedelta(days=days))
    client = signed_in(sari)
    client.post(reverse("registry:permit_create", args=[business.pk]), {"kind": "nib", "number": "X"})
    client.post(reverse("registry:permit_create", args=[business.pk]), {"kind": "pirt", "number": "P"})
    page = client.get(reverse("registry:business_detail", args=[business.pk]))
    assert {state.permit.number: str(state.label) for state in page.context["permits"]} == {
        "LAMA": "sudah habis",
        "SEGERA": "segera habis",
        "JAUH": "berlaku",
        "X": "tanpa batas waktu",
        "P": "masa berlaku belum dicatat",
    }
    assert [str(size.label) for size in page.context["sizes"]] == ["industri kecil", "mikro", "mikro", "industri kecil"]
    assert "jasa bordir" in page.text
    assert [str(line.label) for line in page.context["history"]] == ["izin ditambahkan"] * 2


def test_closing_opening_and_lines(signed_in: Enter, rina: Person, sari: Person, business: Business) -> None:
    close = reverse("registry:business_close", args=[business.pk])
    assert signed_in(sari).get(close).status_code == 403
    client = signed_in(rina)
    assert client.post(close, {"day": "kapan"}).status_code == 422
    assert client.post(close, {"day": "2021-05-01"}).status_code == 302
    assert client.post(close, {"day": "2021-05-01"}).status_code == 422
    assert client.get(reverse("registry:business_change", args=[business.pk])).status_code == 200
    client.post(reverse("registry:business_reopen", args=[business.pk]))
    business.refresh_from_db()
    assert business.status == "producing"
    line = ProductLine.objects.get()
    end = reverse("registry:product_line_end", args=[line.pk])
    assert client.post(end, {"day": "2017-01-01"}).status_code == 422
    assert client.post(end, {"day": "2022-01-01"}).status_code == 302
    add = reverse("registry:product_line_create", args=[business.pk])
    assert client.post(add, {"name": "Seragam", "unit": "stel"}).status_code == 422
    assert client.post(add, {"name": "Kaos", "unit": "kodi", "capacity": "1.200"}).status_code == 302
    assert ProductLine.objects.get(name="Kaos").capacity == 1200


def test_groups(signed_in: Enter, rina: Person, sari: Person, citra: Person, business: Business) -> None:
    assert business.cluster is not None
    form = reverse("registry:group_create", args=[business.cluster.pk])
    assert signed_in(sari).get(form).status_code == 403
    assert signed_in(rina).post(form, {"name": "Sekar Joho"}).status_code == 302
    [group] = Group.objects.all()
    address = reverse("registry:group_detail", args=[group.pk])
    assert signed_in(citra).get(address).status_code == 404
    assert signed_in(sari).post(address, {"business": business.pk, "office": "chair"}).status_code == 403
    client = signed_in(rina)
    assert client.post(address, {"business": business.pk, "office": "raja"}).status_code == 422
    assert client.post(address, {"business": business.pk, "office": "chair"}).status_code == 302
    [member] = group.members.all()
    leave = reverse("registry:group_member_remove", args=[member.pk])
    assert signed_in(citra).post(leave).status_code == 404
    assert signed_in(rina).post(leave).status_code == 302
    assert not group.members.exists()


def test_naming_the_head(signed_in: Enter, rina: Person, sari: Person, business: Business) -> None:
    assert business.cluster is not None
    address = reverse("registry:cluster_name_head", args=[business.cluster.pk])
    assert signed_in(sari).get(address).status_code == 403
    client = signed_in(rina)
    assert client.post(address, {"business": business.pk, "name": "Lain"}).status_code == 422
    assert client.post(address, {"business": business.pk, "name": ""}).status_code == 302
    assert Cluster.objects.get().head == business.owner
    change = reverse("registry:cluster_change", args=[business.cluster.pk])
    data = {"name": "Sentra Joho", "commodity": "Bordir", "basis": "pp29", "since": "1985"}
    assert client.post(change, data).status_code == 302
    assert Cluster.objects.get().commodity == "Bordir"


def test_merging_on_a_page(
    signed_in: Enter, rina: Person, sari: Person, citra: Person, make_business: Callable[..., Business]
) -> None:
    kept, double = make_business("Jahit A", marketing="Pasar"), make_business("Jahit A", established=1999)
    choose = reverse("registry:business_duplicates", args=[kept.pk])
    merge = reverse("registry:business_merge", args=[kept.pk, double.pk])
    assert signed_in(sari).get(choose).status_code == 403
    assert signed_in(citra).get(merge).status_code == 404
    client = signed_in(rina)
    assert [row.pk for row in client.get(choose).context["others"]] == [double.pk]
    assert "1999" in client.get(merge).text
    assert Business.objects.count() == 2
    assert client.post(merge).status_code == 302
    assert client.post(merge).status_code == 404
    [left] = Business.objects.all()
    assert (left.pk, left.marketing, left.established) == (kept.pk, "Pasar", 1999)


def test_merging_asks_for_the_permission_on_both_rows(
    signed_in: Enter,
    rina: Person,
    bantul: Council,
    places: dict[str, Region],
    make_business: Callable[..., Business],
) -> None:
    """Staff of Sleman may merge there; as an officer of Bantul the same person sees its IKM and may not."""
    Membership.objects.create(person=rina, council=bantul, role=Role.OFFICER)
    here = make_business("Jahit A")
    there = make_business("Jahit A", within=Cluster.objects.create(name="Sentra B", region=places["3402082001"]))
    client = signed_in(rina)
    assert client.get(reverse("registry:business_detail", args=[there.pk])).status_code == 200
    for kept, other in ((here, there), (there, here)):
        address = reverse("registry:business_merge", args=[kept.pk, other.pk])
        assert (client.get(address).status_code, client.post(address).status_code) == (403, 403)
    assert Business.objects.count() == 2


def test_a_member_of_a_group_is_listed_by_office(
    signed_in: Enter, budi: Person, rina: Person, make_business: Callable[..., Business], cluster: Cluster
) -> None:
    group = form_group(cluster, rina, name="Sekar")
    for name, office in (("A", "member"), ("B", "treasurer"), ("C", "chair")):
        name_group_officer(group, rina, business=make_business(name), office=office)
    page = signed_in(budi).get(reverse("registry:group_detail", args=[group.pk]))
    assert [member.business.name for member in page.context["members"]] == ["C", "B", "A"]


def test_a_province_reads_no_owners_name(
    signed_in: Enter, sari: Person, yogyakarta: Council, member: Any, business: Business
) -> None:
    pages = ("/daftar/ikm/", f"/daftar/{business.cluster_id}/", f"/daftar/ikm/{business.pk}/")
    own = signed_in(sari)
    shown = [page for page in pages if business.owner.name in own.get(page).text]
    assert len(shown) >= 2
    province = signed_in(member("Dewi", yogyakarta, Role.LEADER))
    for page in shown:
        answer = province.get(page)
        assert answer.status_code == 200
        assert business.owner.name not in answer.text
