from __future__ import annotations

from collections.abc import Callable

import pytest

from sambang.access.models import Council, Person, Role
from sambang.accounts import totp


@pytest.fixture(autouse=True)
def _quick_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totp, "SCRYPT_COST", 2**4)


@pytest.fixture
def wati(member: Callable[..., Person], sleman: Council) -> Person:
    """Administrator of Sleman."""
    return member("Wati", sleman, Role.ADMINISTRATOR)


@pytest.fixture
def joko(member: Callable[..., Person], bantul: Council) -> Person:
    """Administrator of Bantul."""
    return member("Joko", bantul, Role.ADMINISTRATOR)
