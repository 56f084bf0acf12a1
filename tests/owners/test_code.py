"""The owner's six digits, each for one answer: shown to the owner and on the slip, ended with the link, and not to
be guessed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from sambang.access.models import Person
from sambang.owners.authentication import use_code
from sambang.owners.models import PersonalLink
from sambang.owners.operations import NewLink, make_link, revoke_link
from sambang.owners.queries import CODES_AT_A_TIME, codes_of, find_code
from sambang.owners.rate_limit import CODE_LIMIT, count_wrong_code, too_many_codes
from sambang.registry.models import Business

pytestmark = pytest.mark.django_db


def test_the_owner_sees_it_on_the_own_page(phone: Client, fresh: NewLink) -> None:
    page = phone.get("/saya/").content.decode()
    codes = codes_of(fresh.link)
    assert len(codes) == CODES_AT_A_TIME
    for code in codes:
        assert re.fullmatch(r"\d{6}", code)
        assert f"{code[:3]} {code[3:]}" in page


def test_a_used_one_is_shown_no_more(phone: Client, business: Business, fresh: NewLink) -> None:
    first, *others = codes_of(fresh.link)
    found = find_code(business, first, now=timezone.now())
    assert found and not found.is_used
    use_code(found)
    page = phone.get("/saya/").content.decode()
    assert f"{first[:3]} {first[3:]}" not in page
    assert all(f"{code[:3]} {code[3:]}" in page for code in others)
    again = find_code(business, first, now=timezone.now())
    assert again and again.is_used


def test_the_slip_made_with_the_link_shows_it(client: Client, rina: Person, business: Business) -> None:
    client.force_login(rina)
    page = client.post(f"/saya/tautan/ikm/{business.pk}/buat/", follow=True).content.decode()
    assert all(code in page for code in codes_of(business.personal_links.get()))


def test_code_is_valid_for_its_business_while_the_link_is_active(
    business: Business, neighbour: Business, fresh: NewLink, rina: Person
) -> None:
    now, code = timezone.now(), codes_of(fresh.link)[0]
    other = codes_of(make_link(neighbour, rina).link)[0]
    assert other != code
    assert find_code(business, f" {code} ", now=now)
    for wrong in (other, code[:5], code + "0", "", "abcdef", "１２３４５６"):
        assert not find_code(business, wrong, now=now)
    assert not find_code(neighbour, code, now=now)
    assert not find_code(business, code, now=fresh.link.expires_at)
    revoke_link(fresh.link, rina)
    assert not find_code(business, code, now=now)


def test_a_dormant_owners_code_is_none(business: Business, fresh: NewLink) -> None:
    Person.objects.filter(pk=business.owner_id).update(is_active=False)
    assert not find_code(business, codes_of(fresh.link)[0], now=timezone.now())


def test_wrong_codes_are_counted_for_the_business(business: Business, neighbour: Business) -> None:
    now = timezone.now()
    for _try in range(CODE_LIMIT):
        assert not too_many_codes(business, now=now)
        count_wrong_code(business)
    assert too_many_codes(business, now=timezone.now())
    assert not too_many_codes(neighbour, now=timezone.now())
    assert not too_many_codes(business, now=now + timedelta(days=1, minutes=1))


def test_a_new_link_has_another_code(business: Business, fresh: NewLink, rina: Person) -> None:
    make_link(business, rina)
    assert len({codes_of(link)[0] for link in PersonalLink.objects.all()}) == 2
