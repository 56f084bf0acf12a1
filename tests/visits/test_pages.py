"""The pages of visits as Sari (may), Budi (may not) and Citra (another council) meet them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sambang.access.models import Person
from sambang.aspirations.models import Aspiration
from sambang.registry.models import Business, Cluster
from sambang.visits import operations
from sambang.visits.models import Attendance, Guest, Photo, Visit

In = Callable[[Person], Client]


def test_sari_plans_on_the_page(
    signed_in: In, cluster: Cluster, business: Business, sari: Person, rina: Person
) -> None:
    client = signed_in(sari)
    page = client.get(reverse("visits:visit_plan"), {"sentra": str(cluster.pk)})
    assert "belum pernah ditemui" in page.text and business.name in page.text
    facts = {"cluster": cluster.pk, "planned_for": "2022-03-31", "purpose": "Mendengar", "team": [rina.pk]}
    for _again in range(2):
        answer = client.post(reverse("visits:visit_plan"), facts)
    visit = Visit.objects.get()
    assert answer.url == reverse("visits:visit_detail", args=[visit.pk])
    assert list(visit.team.all()) == [rina]


def test_a_plan_without_a_day_is_told_so(signed_in: In, cluster: Cluster, sari: Person) -> None:
    answer = signed_in(sari).post(reverse("visits:visit_plan"), {"cluster": cluster.pk, "purpose": "Mendengar"})
    assert answer.status_code == 422
    assert not Visit.objects.exists()


def test_the_surat_tugas_comes_later(signed_in: In, planned: Visit, sari: Person, budi: Person) -> None:
    address = reverse("visits:visit_change", args=[planned.pk])
    facts = {"planned_for": "2022-03-31", "purpose": planned.purpose, "assignment": "090/99", "team": [str(sari.pk)]}
    assert signed_in(budi).post(address, facts).status_code == 403
    assert signed_in(sari).post(address, facts).status_code == 302
    planned.refresh_from_db()
    assert planned.assignment == "090/99"


def test_another_councils_cluster_or_person_cannot_be_chosen(
    signed_in: In, cluster: Cluster, citra: Person, sari: Person
) -> None:
    facts = {"cluster": cluster.pk, "planned_for": "2022-03-31", "purpose": "Mendengar"}
    assert signed_in(citra).post(reverse("visits:visit_plan"), facts).status_code == 422
    assert signed_in(sari).post(reverse("visits:visit_plan"), {**facts, "team": [citra.pk]}).status_code == 422
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "visit_detail",
        "visit_change",
        "visit_conduct",
        "visit_attendance",
        "photo_add",
        "visit_cancel",
        "visit_sign_off",
    ],
)
def test_another_council_meets_nothing(signed_in: In, held: Visit, citra: Person, budi: Person, name: str) -> None:
    address = reverse(f"visits:{name}", args=[held.pk])
    assert signed_in(citra).get(address).status_code == 404
    assert signed_in(citra).post(address, {}).status_code == 404
    assert signed_in(budi).get(address).status_code == 200


def test_the_leader_reads_but_writes_nothing(
    signed_in: In, held: Visit, business: Business, budi: Person, photo_file: Callable[..., SimpleUploadedFile]
) -> None:
    client = signed_in(budi)
    page = client.get(reverse("visits:visit_detail", args=[held.pk])).text
    assert "Isi daftar hadir" not in page and "Tambah foto" not in page and "Pemasaran rahasia" in page
    roll = client.post(reverse("visits:visit_attendance", args=[held.pk]), {f"hadir-{business.pk}": "yes"})
    guest = client.post(reverse("visits:guest_add", args=[held.pk]), {"name": "Tamu"})
    photo = client.post(reverse("visits:photo_add", args=[held.pk]), {"image": photo_file()})
    hold = client.post(reverse("visits:visit_conduct", args=[held.pk]), {"held_on": "2022-03-31"})
    sign = client.post(reverse("visits:visit_sign_off", args=[held.pk]))
    assert [answer.status_code for answer in (roll, guest, photo, hold, sign)] == [403] * 5
    assert not Attendance.objects.exists() and not Guest.objects.exists() and not Photo.objects.exists()


def test_the_roll_of_the_whole_sentra_in_one_form(
    signed_in: In, held: Visit, make_business: Callable[..., Business], sari: Person
) -> None:
    rows = [make_business(f"Jahit {number:02}") for number in range(36)]
    marks = {f"hadir-{row.pk}": "yes" if number % 3 else "no" for number, row in enumerate(rows[:30])}
    client = signed_in(sari)
    for _again in range(2):
        assert client.post(reverse("visits:visit_attendance", args=[held.pk]), marks).status_code == 302
    assert Attendance.objects.filter(present=True).count() == 20
    assert Attendance.objects.filter(present=False).count() == 10
    page = client.get(reverse("visits:visit_attendance", args=[held.pk])).text
    assert "<strong>20</strong> hadir · 10 tidak hadir · 6 belum dicatat" in page


def test_signed_off_refuses_on_the_page(signed_in: In, signed: Visit, business: Business, sari: Person) -> None:
    client = signed_in(sari)
    answer = client.post(reverse("visits:visit_attendance", args=[signed.pk]), {f"hadir-{business.pk}": "no"})
    assert answer.status_code == 422 and "sudah disahkan" in answer.text
    answer = client.post(
        reverse("aspirations:visit_record", args=[signed.pk, business.pk]),
        {"present": "no", "text": "Terlambat", "kind": "aspiration", "difficulty": "other"},
    )
    assert answer.status_code == 422 and "sudah disahkan" in answer.text
    assert Attendance.objects.get().present and not Aspiration.objects.exists()


def test_a_photo_is_served_only_within_reach(
    signed_in: In,
    held: Visit,
    sari: Person,
    budi: Person,
    citra: Person,
    photo_file: Callable[..., SimpleUploadedFile],
    client: Client,
) -> None:
    address = reverse("visits:photo_add", args=[held.pk])
    assert signed_in(sari).post(address, {"image": photo_file(), "caption": "Sambutan"}).status_code == 302
    photo = Photo.objects.get()
    for name in ("photo_image", "photo_thumbnail"):
        address = reverse(f"visits:{name}", args=[photo.pk])
        answer = signed_in(budi).get(address)
        assert (answer.status_code, answer["Content-Type"], answer.content[:2]) == (200, "image/jpeg", b"\xff\xd8")
        assert answer["Cache-Control"].startswith("private")
        assert signed_in(citra).get(address).status_code == 404
        client.logout()
        assert client.get(address).status_code == 302
    assert client.get(f"/media/{photo.image.name}").status_code == 404


def test_a_foreign_file_is_refused_with_a_sentence(signed_in: In, held: Visit, sari: Person) -> None:
    wrong = SimpleUploadedFile("virus.jpg", b"MZ\x90\x00", "image/jpeg")
    answer = signed_in(sari).post(reverse("visits:photo_add", args=[held.pk]), {"image": wrong})
    assert answer.status_code == 422 and "bukan foto yang dapat dibaca" in answer.text
    assert not Photo.objects.exists()


def test_photo_does_not_lead_to_a_strangers_page(
    signed_in: In, held: Visit, sari: Person, photo_file: Callable[..., SimpleUploadedFile]
) -> None:
    facts = {"image": photo_file(), "next": "https://contoh.test/"}
    answer = signed_in(sari).post(reverse("visits:photo_add", args=[held.pk]), facts)
    assert answer.url == reverse("visits:visit_detail", args=[held.pk])


def test_one_ikm_is_recorded_in_one_form_and_sent_twice_is_once(
    signed_in: In, held: Visit, business: Business, sari: Person
) -> None:
    client = signed_in(sari)
    address = reverse("aspirations:visit_record", args=[held.pk, business.pk])
    facts = {
        "present": "yes",
        "pulse": "75",
        "workers_seen": "4",
        "text": "Modal kurang",
        "kind": "constraint",
        "difficulty": "capital",
        "also_touches": "tetangga",
        "id": str(uuid4()),
    }
    for _again in range(2):
        assert client.post(address, facts).status_code == 302
    [row], [said] = Attendance.objects.all(), Aspiration.objects.all()
    assert (row.present, row.pulse, row.workers_seen) == (True, 75, 4)
    assert (said.text, said.difficulty, said.also_touches, said.visit) == ("Modal kurang", "capital", "tetangga", held)
    assert client.post(address, {**facts, "text": "Bahan mahal", "id": str(uuid4())}).status_code == 302
    page = client.get(reverse("aspirations:visit_aspirations", args=[held.pk])).text
    assert "Modal kurang" in page and "Bahan mahal" in page


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"text": "Modal kurang"}, "Pilih jenisnya"),
        ({"text": "Modal kurang", "kind": "constraint"}, "Pilih kesulitannya"),
        ({"kind": "constraint"}, "Tulis kata-katanya"),
        ({"other_pulse": "5000"}, "1000"),
        ({"present": "mungkin"}, "mungkin"),
    ],
)
def test_a_wrong_record_changes_nothing(
    signed_in: In, held: Visit, business: Business, sari: Person, facts: dict[str, Any], sentence: str
) -> None:
    address = reverse("aspirations:visit_record", args=[held.pk, business.pk])
    answer = signed_in(sari).post(address, {"present": "yes", **facts})
    assert answer.status_code == 422 and sentence in answer.text
    assert not Attendance.objects.exists() and not Aspiration.objects.exists()


def test_record_and_heard_are_closed_to_others(
    signed_in: In, held: Visit, business: Business, budi: Person, citra: Person
) -> None:
    record, heard = (
        reverse("aspirations:visit_record", args=[held.pk, business.pk]),
        reverse("aspirations:visit_aspirations", args=[held.pk]),
    )
    for address in (record, heard):
        assert signed_in(citra).get(address).status_code == 404
        assert signed_in(budi).get(address).status_code == 200
    assert signed_in(budi).post(record, {"present": "yes"}).status_code == 403
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("address", ["visits:visit_list", "home:visit_priority_list"])
def test_lists_are_narrowed_and_downloaded(
    signed_in: In, held: Visit, business: Business, sari: Person, citra: Person, address: str
) -> None:
    url = reverse(address)
    assert held.cluster.name in signed_in(sari).get(url).text
    assert signed_in(sari).get(url, {"format": "xlsx"}).content[:2] == b"PK"
    assert held.cluster.name not in signed_in(citra).get(url).text
    assert signed_in(sari).get(url, {"sentra": "bukan-id", "keadaan": "entah"}).status_code in {200, 404}


def test_the_list_costs_the_same_at_any_length(
    signed_in: In, held: Visit, sari: Person, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(sari)
    client.get(reverse("visits:visit_list"))
    for number in range(3):
        operations.plan_visit(held.cluster, sari, planned_for=held.planned_for, purpose=f"Lagi {number}")
    with django_assert_max_num_queries(13):
        client.get(reverse("visits:visit_list"))


def test_a_photo_of_one_business_leads_back_to_it(
    signed_in: In, held: Visit, business: Business, sari: Person, photo_file: Callable[..., SimpleUploadedFile]
) -> None:
    there = reverse("aspirations:visit_record", args=[held.pk, business.pk])
    address = reverse("visits:photo_add", args=[held.pk])
    client = signed_in(sari)
    assert f'name="next" value="{there}"' in client.get(address, {"ikm": business.pk, "next": there}).text
    answer = client.post(address, {"image": photo_file(), "business": business.pk, "next": there})
    assert answer["Location"] == there
