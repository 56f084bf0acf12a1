"""Corrections of a visit before it is signed off: a photo or a guest is deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sambang.access.models import Person
from sambang.audit.models import Entry
from sambang.registry.models import Business
from sambang.visits import operations
from sambang.visits.models import Guest, Photo, Visit

type In = Callable[[Person], Client]


@pytest.fixture
def photo(held: Visit, sari: Person, photo_file: Callable[..., SimpleUploadedFile]) -> Photo:
    return operations.add_photo(held, sari, image=photo_file(), caption="Foto rahasia")


@pytest.fixture
def guest(held: Visit, sari: Person) -> Guest:
    return operations.add_guest(held, sari, name="Tamu Rahasia", office="Kecamatan")


def test_a_wrong_photo_goes_with_its_file(photo: Photo, sari: Person, django_capture_on_commit_callbacks: Any) -> None:
    storage, name, written = photo.image.storage, str(photo.image.name), f"visits.Photo:{photo.pk}"
    with django_capture_on_commit_callbacks(execute=True):
        operations.delete_photo(photo, sari)
        assert storage.exists(name)  # until it is sure
    assert not storage.exists(name) and not Photo.objects.exists()
    assert Entry.objects.get(verb="visits.delete_record").subject == written


def test_nothing_is_taken_away_after_the_signature(
    held: Visit, photo: Photo, guest: Guest, business: Business, sari: Person, rina: Person
) -> None:
    operations.record_attendance(held, sari, business=business, present=True)
    operations.sign_off(Visit.objects.get(pk=held.pk), rina)
    with pytest.raises(ValidationError, match="sudah disahkan"):
        operations.delete_photo(photo, sari)
    with pytest.raises(ValidationError, match="sudah disahkan"):
        operations.delete_guest(guest, sari)
    assert Photo.objects.exists() and Guest.objects.exists()
    assert photo.image.storage.exists(str(photo.image.name))


def test_who_may_not_take_away(photo: Photo, guest: Guest, budi: Person, citra: Person) -> None:
    for stranger in (budi, citra):
        with pytest.raises(PermissionDenied):
            operations.delete_photo(photo, stranger)
        with pytest.raises(PermissionDenied):
            operations.delete_guest(guest, stranger)
    assert Photo.objects.exists() and Guest.objects.exists()


def test_pages_ask_first_and_are_closed_to_others(
    signed_in: In, held: Visit, photo: Photo, guest: Guest, sari: Person, budi: Person, citra: Person
) -> None:
    addresses = [
        reverse("visits:photo_delete", args=[photo.pk]),
        reverse("visits:guest_delete", args=[guest.pk]),
    ]
    page = reverse("visits:visit_detail", args=[held.pk])
    for address in addresses:
        assert signed_in(citra).post(address).status_code == 404
        assert signed_in(budi).post(address).status_code == 403
        assert address not in signed_in(budi).get(page).text
        client = signed_in(sari)
        assert address in client.get(page).text
        assert client.get(address).status_code == 200
    assert Photo.objects.exists() and Guest.objects.exists()
    for address in addresses:
        answer = client.post(address, follow=True)
        assert answer.redirect_chain == [(page, 302)] and "dihapus" in answer.text
        assert client.post(address).status_code == 404
    assert not Photo.objects.exists() and not Guest.objects.exists()


def test_the_page_refuses_after_the_signature(
    signed_in: In, held: Visit, photo: Photo, business: Business, sari: Person, rina: Person
) -> None:
    operations.record_attendance(held, sari, business=business, present=True)
    operations.sign_off(held, rina)
    answer = signed_in(sari).post(reverse("visits:photo_delete", args=[photo.pk]))
    assert answer.status_code == 422 and "sudah disahkan" in answer.text
    assert "/hapus/" not in signed_in(sari).get(reverse("visits:visit_detail", args=[held.pk])).text
