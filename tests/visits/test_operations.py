"""Planning, holding, attendance and sign-off: permissions, constraints, idempotency."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from sambang.access.models import Person
from sambang.aspirations.models import Aspiration
from sambang.aspirations.operations import note_aspiration
from sambang.audit.models import Entry
from sambang.registry.models import Business, Cluster, Region
from sambang.visits import operations
from sambang.visits.models import Attendance, Guest, Photo, Visit
from tests.visits.conftest import DAY

NOTE = {"kind": "constraint", "text": "Modal kurang", "difficulty": "capital"}


def test_a_plan_sent_twice_is_one_visit(cluster: Cluster, sari: Person, rina: Person) -> None:
    facts: dict[str, Any] = {"planned_for": DAY, "purpose": "Mendengar"}
    first = operations.plan_visit(cluster, sari, team=[sari, rina], **facts)
    assert operations.plan_visit(cluster, sari, **facts) == first
    assert Visit.objects.count() == 1
    assert set(first.team.all()) == {sari, rina}
    assert (first.state, first.planned_by) == (Visit.State.PLANNED, sari)


def test_who_may_not_plan(cluster: Cluster, budi: Person, citra: Person) -> None:
    for person in (budi, citra):
        with pytest.raises(PermissionDenied):
            operations.plan_visit(cluster, person, planned_for=DAY, purpose="Mendengar")
    assert not Visit.objects.exists() and not Entry.objects.exists()


def test_the_plan_is_said_anew_but_a_held_visit_keeps_its_planned_day(
    planned: Visit, sari: Person, rina: Person
) -> None:
    facts: dict[str, Any] = {"purpose": "Menengok", "place": "Balai", "assignment": "090/77"}
    operations.change_plan(planned, sari, planned_for=date(2022, 4, 2), team=[rina], **facts)
    operations.conduct_visit(planned, sari, held_on=date(2022, 4, 2))
    operations.change_plan(planned, sari, planned_for=DAY, team=[sari, rina], **facts)
    visit = Visit.objects.get()
    assert (visit.planned_for, visit.assignment, visit.team.count()) == (date(2022, 4, 2), "090/77", 2)


def test_a_visit_is_not_held_before_its_day(planned: Visit, sari: Person) -> None:
    with pytest.raises(ValidationError, match="belum tiba"):
        operations.conduct_visit(planned, sari, held_on=timezone.localdate() + timedelta(days=1))
    planned.refresh_from_db()
    assert planned.state == Visit.State.PLANNED


def test_attendance_is_said_anew_not_doubled(held: Visit, business: Business, sari: Person) -> None:
    operations.record_attendance(held, sari, business=business, present=False)
    operations.record_attendance(
        held, sari, business=business, present=True, pulse=75, represented_by="Anaknya", workers_seen=3
    )
    [row] = Attendance.objects.all()
    assert (row.present, row.pulse, row.represented_by, row.workers_seen) == (True, 75, "Anaknya", 3)


def test_the_roll_is_called_at_once_and_keeps_what_was_known(
    held: Visit, make_business: Callable[..., Business], sari: Person
) -> None:
    one, two, three = (make_business(f"Jahit {number}") for number in range(3))
    operations.record_attendance(held, sari, business=one, present=True, pulse=40)
    operations.record_attendances(held, sari, present={one.pk: True, two.pk: False})
    assert {row.business: (row.present, row.pulse) for row in held.attendances.all()} == {
        one: (True, 40),
        two: (False, None),
    }
    assert not held.attendances.filter(business=three).exists()


def test_a_roll_with_a_stranger_changes_nothing(
    held: Visit, make_business: Callable[..., Business], places: dict[str, Region], sari: Person
) -> None:
    ours = make_business("Jahit kita")
    theirs = make_business("Jahit lain", within=Cluster.objects.create(name="Sentra lain", region=places["3404072003"]))
    with pytest.raises(ValidationError, match="bukan IKM"):
        operations.record_attendances(held, sari, present={ours.pk: True, theirs.pk: True})
    with pytest.raises(ValidationError, match="bukan IKM"):
        operations.record_attendance(held, sari, business=theirs, present=True)
    with pytest.raises(ValidationError, match="bukan IKM"):
        note_aspiration(theirs, sari, visit=held, **NOTE)
    assert not Attendance.objects.exists() and not Aspiration.objects.exists()


def test_what_a_phone_recorded_earlier_may_be_of_another_sentra_of_the_regency_only(
    held: Visit, make_business: Callable[..., Business], places: dict[str, Region], sari: Person
) -> None:
    moved, foreign = make_business("Pindah"), make_business("Tetangga")
    near = Cluster.objects.create(name="Sentra lain", region=places["3404072003"])
    far = Cluster.objects.create(name="Sentra Bantul", region=places["3402082001"])
    Business.objects.filter(pk=moved.pk).update(cluster=near, region=near.region)
    Business.objects.filter(pk=foreign.pk).update(cluster=far, region=far.region)
    moved.refresh_from_db()
    foreign.refresh_from_db()
    earlier = timezone.now() - timedelta(days=1)
    for business, recorded_at in ((moved, None), (foreign, None), (foreign, earlier)):
        with pytest.raises(ValidationError, match="bukan IKM"):
            operations.record_attendance(held, sari, business=business, present=True, noted_at=recorded_at)
    assert not Attendance.objects.exists()
    assert operations.record_attendance(held, sari, business=moved, present=True, noted_at=earlier).present


@pytest.mark.parametrize("figure", [{"pulse": 1001}, {"workers_seen": 100_001}])
def test_a_figure_beyond_the_limits_of_the_forms_is_refused(
    held: Visit, business: Business, sari: Person, figure: dict[str, int]
) -> None:
    with pytest.raises(ValidationError):
        operations.record_attendance(held, sari, business=business, present=True, **figure)
    assert not Attendance.objects.exists()


def test_nobody_present_is_not_signed_off(held: Visit, business: Business, sari: Person, rina: Person) -> None:
    operations.record_attendance(held, sari, business=business, present=False)
    with pytest.raises(ValidationError, match="Belum ada IKM yang dicatat hadir"):
        operations.sign_off(held, rina)


def test_an_officer_does_not_sign_off(held: Visit, business: Business, sari: Person, budi: Person) -> None:
    operations.record_attendance(held, sari, business=business, present=True)
    for person in (sari, budi):
        with pytest.raises(PermissionDenied):
            operations.sign_off(held, person)


def test_what_is_signed_off_never_changes(
    signed: Visit, business: Business, sari: Person, rina: Person, photo_file: Callable[..., SimpleUploadedFile]
) -> None:
    before = (signed.signed_at, Entry.objects.count())
    stale = Visit.objects.get(pk=signed.pk)
    stale.state = Visit.State.HELD  # what a page that was opened before the signature still believes
    attempts: list[Callable[[Visit], object]] = [
        lambda visit: operations.conduct_visit(visit, sari, held_on=DAY, summary="lain"),
        lambda visit: operations.change_plan(
            visit, sari, planned_for=DAY, purpose="lain", team=[], place="", assignment=""
        ),
        lambda visit: operations.record_attendance(visit, sari, business=business, present=False),
        lambda visit: operations.record_attendances(visit, sari, present={business.pk: False}),
        lambda visit: operations.add_guest(visit, sari, name="Tamu"),
        lambda visit: operations.add_photo(visit, sari, image=photo_file()),
        lambda visit: note_aspiration(business, sari, visit=visit, **NOTE),
        lambda visit: operations.sign_off(visit, rina),
        lambda visit: operations.cancel_visit(visit, rina),
    ]
    for attempt in attempts:
        for visit in (signed, stale):
            visit.state = Visit.State.HELD if visit is stale else Visit.State.SIGNED
            with pytest.raises(ValidationError, match="sudah disahkan"):
                attempt(visit)
    signed.refresh_from_db()
    assert (signed.signed_at, Entry.objects.count()) == before
    assert signed.attendances.get().present
    assert not Guest.objects.exists() and not Photo.objects.exists() and not Aspiration.objects.exists()


def test_only_a_plan_is_called_off(planned: Visit, held: Visit, rina: Person, cluster: Cluster, sari: Person) -> None:
    with pytest.raises(ValidationError, match="tidak dapat menjadi batal"):
        operations.cancel_visit(held, rina)
    other = operations.plan_visit(cluster, sari, planned_for=date(2022, 5, 1), purpose="Lagi")
    assert operations.cancel_visit(other, rina).state == Visit.State.CANCELLED
    with pytest.raises(ValidationError, match="sudah batal"):
        operations.add_guest(other, sari, name="Tamu")


def test_a_photo_keeps_no_exif_and_is_once(
    held: Visit, sari: Person, photo_file: Callable[..., SimpleUploadedFile]
) -> None:
    first = operations.add_photo(held, sari, image=photo_file(), caption="Sambutan")
    assert operations.add_photo(held, sari, image=photo_file(name="lain.jpg")) == first
    [photo] = Photo.objects.all()
    with photo.image.open("rb") as file:
        content = file.read()
    assert b"Rahasia" not in content and b"Exif" not in content
    with Image.open(io.BytesIO(content)) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (1600, 800), {})
    assert "IMG_2031" not in photo.image.name


def test_a_missing_caption_is_filled_in_and_another_caption_is_another_photo(
    held: Visit, sari: Person, photo_file: Callable[..., SimpleUploadedFile]
) -> None:
    first = operations.add_photo(held, sari, image=photo_file())
    assert operations.add_photo(held, sari, image=photo_file(), caption="Sambutan") == first
    assert operations.add_photo(held, sari, image=photo_file(), caption="Penutup") != first
    assert sorted(Photo.objects.values_list("caption", flat=True)) == ["Penutup", "Sambutan"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("foto.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("foto.gif", b"GIF89a\x01\x00\x01\x00\x00\xff\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x00;"),
        ("surat.jpg", b"%PDF-1.7 bukan foto"),
        ("rusak.jpg", b"\xff\xd8\xff\xe0"),
    ],
)
def test_what_is_no_picture_is_refused(held: Visit, sari: Person, name: str, content: bytes) -> None:
    with pytest.raises(ValidationError, match="bukan foto yang dapat dibaca"):
        operations.add_photo(held, sari, image=SimpleUploadedFile(name, content, "image/jpeg"))
    assert not Photo.objects.exists()


def test_a_photo_of_another_sentras_business_is_refused(
    held: Visit,
    make_business: Callable[..., Business],
    places: dict[str, Region],
    sari: Person,
    photo_file: Callable[..., SimpleUploadedFile],
) -> None:
    elsewhere = Cluster.objects.create(name="Sentra lain", region=places["3404072003"])
    with pytest.raises(ValidationError, match="bukan IKM Sentra Joho"):
        operations.add_photo(held, sari, image=photo_file(), business=make_business("Lain", within=elsewhere))
    assert not Photo.objects.exists()
