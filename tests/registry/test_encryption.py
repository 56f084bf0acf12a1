"""The NIK at rest: says nothing without the key, is found by its digest, survives a change of the key."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from sambang.registry.encryption import DecryptionError, decrypt_nik, digest, encrypt_nik
from sambang.registry.models import Business

NIK = "3404072502869997"


def test_two_sealings_differ_and_open_alike() -> None:
    first, second = encrypt_nik(NIK), encrypt_nik(NIK)
    assert first != second
    assert decrypt_nik(first) == decrypt_nik(memoryview(second)) == NIK
    assert decrypt_nik(None) == ""


def test_digests_are_equal_only_for_equal_numbers(settings: Any) -> None:
    assert digest(NIK) == digest(NIK) != digest("3404072502869998")
    assert digest("") == ""
    assert len(digest(NIK)) == 64
    before = digest(NIK)
    settings.SAMBANG_IDENTITY_KEY = "k" * 40
    assert digest(NIK) != before


@pytest.mark.parametrize("place", [0, 5, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    broken = bytearray(encrypt_nik(NIK))
    broken[place] ^= 1
    with pytest.raises(DecryptionError):
        decrypt_nik(bytes(broken))


def test_another_key_does_not_open(settings: Any) -> None:
    sealed = encrypt_nik(NIK)
    settings.SAMBANG_IDENTITY_KEY = "k" * 40
    with pytest.raises(DecryptionError):
        decrypt_nik(sealed)


@pytest.mark.django_db
def test_keys_are_rotated_whole_or_not_at_all(business: Business, settings: Any, tmp_path: Path) -> None:
    business.nik_encrypted, business.nik_digest = encrypt_nik(NIK), digest(NIK)
    business.save(update_fields=["nik_encrypted", "nik_digest"])
    former = tmp_path / "former"
    former.write_text(settings.SAMBANG_IDENTITY_KEY + "\n")
    settings.SAMBANG_IDENTITY_KEY = "k" * 40
    call_command("rotate_keys", former=former, stdout=StringIO())
    business.refresh_from_db()
    assert decrypt_nik(business.nik_encrypted) == NIK
    assert business.nik_digest == digest(NIK)
    complained = StringIO()
    for path in (former, tmp_path / "tidak-ada"):
        with pytest.raises(SystemExit):
            call_command("rotate_keys", former=path, stderr=complained)
    assert NIK not in complained.getvalue()
    business.refresh_from_db()
    assert decrypt_nik(business.nik_encrypted) == NIK
