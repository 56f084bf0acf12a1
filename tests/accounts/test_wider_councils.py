"""A province gives roles in a regency's council only with the consent of that council's own administrator."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from sambang.access.models import Council, Membership, Person, Role
from sambang.access.permissions import may
from sambang.access.reader import forget_reader
from sambang.accounts.models import PendingMembership
from sambang.accounts.operations import (
    accept_invitation,
    confirm_membership,
    grant_role,
    invite,
    make_password_link,
    remove_factor,
    set_link_days,
)
from sambang.registry.models import Business

PASSWORD = "rahasia-sekali"


@pytest.fixture
def above(db: None) -> Person:
    """The administrator of the province."""
    province = Council.objects.create(name="Dewan Provinsi", region_code="34")
    person = Person.objects.create_user("provinsi@contoh.test", PASSWORD, name="Pengelola Provinsi")
    Membership.objects.create(person=person, council=province, role=Role.ADMINISTRATOR)
    return person


def sees_contact(person: Person, business: Business) -> bool:
    forget_reader(person)
    return may(person, "registry.see_contact", business)


def test_a_role_given_from_above_waits_for_the_regency(
    above: Person, wati: Person, sleman: Council, business: Business
) -> None:
    own_address = Person.objects.create_user("lain@contoh.test", PASSWORD, name="Alamat Sendiri")
    pending = grant_role(sleman, above, person=own_address, role="staff")
    assert isinstance(pending, PendingMembership) and not own_address.memberships.exists()
    assert not sees_contact(own_address, business)
    assert grant_role(sleman, above, person=own_address, role="staff") == pending
    with pytest.raises(PermissionDenied):
        confirm_membership(pending, above)
    assert confirm_membership(pending, wati).role == "staff"
    assert sees_contact(own_address, business) and not PendingMembership.objects.exists()


def test_an_invitation_from_above_waits_too(above: Person, wati: Person, sleman: Council) -> None:
    fresh = invite(sleman, above, name="Tono", email="tono@contoh.test", role="administrator")
    person = accept_invitation(fresh.invitation, above, password="kata sandi panjang 12")
    assert not person.memberships.exists() and person.pending_memberships.count() == 1


def test_nobody_above_takes_over_an_account_of_the_regency(
    above: Person, wati: Person, sari: Person, sleman: Council
) -> None:
    for operation in (make_password_link, remove_factor):
        with pytest.raises(PermissionDenied):
            operation(sari, above)
    assert make_password_link(sari, wati).token


def test_a_council_without_an_administrator_gets_its_first_from_above(above: Person, sleman: Council) -> None:
    Membership.objects.filter(council=sleman).delete()
    first = Person.objects.create_user("pertama@contoh.test", PASSWORD, name="Pertama")
    assert isinstance(grant_role(sleman, above, person=first, role="administrator"), Membership)


def test_the_page_of_the_council_confirms_and_refuses(above: Person, wati: Person, sleman: Council) -> None:
    one, two = (Person.objects.create_user(f"{n}@contoh.test", PASSWORD, name=f"Orang {n}") for n in "ab")
    first, second = (grant_role(sleman, above, person=person, role="officer") for person in (one, two))
    province, own = Client(), Client()
    province.force_login(above)
    own.force_login(wati)
    page = province.get(f"/masuk/tim/{sleman.pk}/").text
    assert "Menunggu konfirmasi" in page and "Benarkan" not in page
    assert province.post(f"/masuk/tim/menunggu/{first.pk}/benarkan/").status_code == 403
    assert "Benarkan" in own.get(f"/masuk/tim/{sleman.pk}/").text
    assert own.post(f"/masuk/tim/menunggu/{first.pk}/benarkan/").status_code == 302
    assert own.post(f"/masuk/tim/menunggu/{second.pk}/tolak/").status_code == 302
    assert (one.memberships.count(), two.memberships.count(), PendingMembership.objects.count()) == (1, 0, 0)


def test_the_council_sets_how_long_links_live(wati: Person, sleman: Council) -> None:
    client = Client()
    client.force_login(wati)
    client.post(f"/masuk/tim/{sleman.pk}/masa-tautan/", {"days": "90"})
    sleman.refresh_from_db()
    assert sleman.link_days == 90
    client.post(f"/masuk/tim/{sleman.pk}/masa-tautan/", {"days": "401"})
    sleman.refresh_from_db()
    assert sleman.link_days == 90
    with pytest.raises(ValidationError):
        set_link_days(sleman, wati, days=0)
