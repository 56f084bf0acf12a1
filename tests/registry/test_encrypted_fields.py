"""Telephone, NPWP and finances are encrypted in the database and decrypted for permitted readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.core.management import call_command
from django.db import connection

from sambang.access.models import Person
from sambang.registry.dto import business_data
from sambang.registry.encrypted_fields import Ciphertext
from sambang.registry.encryption import DecryptionError
from sambang.registry.models import Business
from sambang.registry.operations import change_business
from sambang.registry.queries import likely_duplicates

PHONE, SALES = "+6281200000001", 87_654_321


def everything_in(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return " ".join(
            str(bytes(value)) if isinstance(value, bytes | memoryview) else str(value)
            for row in cursor.fetchall()
            for value in row
        )


def test_the_database_does_not_tell_them(make_business: Callable[..., Business]) -> None:
    business = make_business(annual_sales=SALES, investment=12_345_678, npwp="3404072502869997")
    lies_there = everything_in("registry_business")
    assert business.name in lies_there
    assert not any(word in lies_there for word in (PHONE, PHONE[3:], str(SALES), "12345678", "3404072502869997"))
    again = Business.objects.get()
    assert (again.phone, again.annual_sales, again.investment, again.npwp) == (PHONE, SALES, 12_345_678, business.npwp)
    assert again.investment_land is None


def test_unsealed_only_when_looked_at(make_business: Callable[..., Business]) -> None:
    make_business(annual_sales=SALES)
    row = Business.objects.get()
    before = row.__dict__["annual_sales"]
    assert isinstance(before, Ciphertext)
    row.save(update_fields=["name"])
    assert row.__dict__["annual_sales"] is before
    assert row.annual_sales == SALES
    assert row.__dict__["annual_sales"] == SALES


def test_nothing_but_presence_can_be_asked_of_them(make_business: Callable[..., Business]) -> None:
    make_business(annual_sales=SALES)
    assert Business.objects.filter(annual_sales__isnull=False, investment__isnull=True).count() == 1
    for lookup in ({"phone": PHONE}, {"phone__contains": "812"}, {"annual_sales__gte": 1}):
        with pytest.raises(FieldError):
            Business.objects.filter(**lookup).count()


def test_the_digest_follows_the_telephone(make_business: Callable[..., Business], sari: Person) -> None:
    first, second = make_business("Satu"), make_business("Dua")
    assert first.phone_digest == second.phone_digest != ""
    assert likely_duplicates(first, sari) == [second]
    change_business(second, sari, data=replace(business_data(second), phone="+6281299999999"))
    second.refresh_from_db()
    assert second.phone == "+6281299999999"
    assert second.phone_digest not in {"", first.phone_digest}
    assert likely_duplicates(first, sari) == []
    change_business(second, sari, data=replace(business_data(second), phone=""))
    second.refresh_from_db()
    assert (second.phone, second.phone_digest) == ("", "")


@pytest.mark.parametrize("wrong", [{"annual_sales": -1}, {"investment": 2**63}, {"phone": "+62" + "8" * 20}])
def test_what_is_sealed_is_checked_before(business: Business, wrong: dict[str, Any]) -> None:
    for name, value in wrong.items():
        setattr(business, name, value)
    with pytest.raises(ValidationError):
        business.full_clean()


def test_keys_are_rotated_for_all_of_them(
    make_business: Callable[..., Business], settings: Any, tmp_path: Path
) -> None:
    business = make_business(annual_sales=SALES)
    line = business.product_lines.get()
    line.annual_value = 5_000_000
    line.save(update_fields=["annual_value"])
    digest_before = business.phone_digest
    former = tmp_path / "former"
    former.write_text(settings.SAMBANG_IDENTITY_KEY)
    settings.SAMBANG_IDENTITY_KEY = "baru" * 10
    with pytest.raises(DecryptionError):
        _ = Business.objects.get().phone
    call_command("rotate_keys", former=former, stdout=StringIO())
    row = Business.objects.get()
    assert (row.phone, row.annual_sales, row.product_lines.get().annual_value) == (PHONE, SALES, 5_000_000)
    assert row.phone_digest not in {"", digest_before}
