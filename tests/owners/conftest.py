"""Pak Wir, the owner of one IKM, on his phone; Bu Nur, the owner of another of the same sentra."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from sambang.access.models import Person
from sambang.owners.operations import NewLink, make_link
from sambang.registry.models import Business
from tests.owner_client import OwnerClient


@pytest.fixture
def neighbour(make_business: Callable[..., Business]) -> Business:
    return make_business("Bordir Tetangga")


@pytest.fixture
def fresh(business: Business, rina: Person) -> NewLink:
    return make_link(business, rina)


@pytest.fixture
def phone(fresh: NewLink) -> Client:
    """A phone on which the link was opened."""
    phone = OwnerClient(fresh.link.business)
    assert phone.get(f"/saya/{fresh.token}/").status_code == 302
    return phone
