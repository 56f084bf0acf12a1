"""An owner's phone on which the personal link was opened."""

from __future__ import annotations

import pytest

from sambang.access.models import Person
from sambang.owners.operations import make_link
from sambang.registry.models import Business
from tests.owner_client import OwnerClient


@pytest.fixture
def phone(business: Business, rina: Person) -> OwnerClient:
    phone = OwnerClient(business)
    assert phone.get(f"/saya/{make_link(business, rina).token}/").status_code == 302
    return phone
