"""An encrypted backup opens as it was, or not at all."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyrage import x25519

from sambang.ops.encryption import BackupDecryptionError, decrypt_stream, encrypt_stream

KEY = str(x25519.Identity.generate())
CHUNK = 65536  # bytes that age encrypts at a time


def encrypted(content: bytes, key: str = KEY) -> bytes:
    target = io.BytesIO()
    encrypt_stream(io.BytesIO(content), target, key)
    return target.getvalue()


def decrypted(content: bytes, key: str = KEY) -> bytes:
    target = io.BytesIO()
    decrypt_stream(io.BytesIO(content), target, key)
    return target.getvalue()


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_it_opens_as_it_was(length: int) -> None:
    content = bytes(number % 251 for number in range(length))
    written = encrypted(content)
    assert decrypted(written) == content
    assert content[:8] not in written or length < 8
    assert encrypted(content) != written, "two encryptions of one content differ"


WRITTEN = encrypted(b"seratus dua puluh kodi seragam, dibuat-buat untuk uji")


@given(st.data())
def test_no_changed_byte_passes(data: st.DataObject) -> None:
    written = bytearray(WRITTEN)
    place = data.draw(st.integers(0, len(written) - 1))
    written[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BackupDecryptionError):
        decrypted(bytes(written))


def test_a_cut_anywhere_is_found() -> None:
    written = encrypted(b"seratus dua puluh kodi seragam")
    for length in range(len(written)):
        with pytest.raises(BackupDecryptionError):
            decrypted(written[:length])


def test_a_cut_between_chunks_and_chunks_in_another_order_are_found() -> None:
    written = encrypted(bytes(4 * CHUNK))
    whole = CHUNK + 16
    head, body = written[: -4 * whole], written[-4 * whole :]
    one, two, three, four = (body[start : start + whole] for start in range(0, len(body), whole))
    assert decrypted(head + one + two + three + four) == bytes(4 * CHUNK)
    for order in ([one, two, three], [two, one, three, four], [one, one, three, four], [one, two, three, four, four]):
        with pytest.raises(BackupDecryptionError):
            decrypted(head + b"".join(order))


def test_another_key_does_not_open() -> None:
    with pytest.raises(BackupDecryptionError, match="kuncinya"):
        decrypted(encrypted(b"isi"), key=str(x25519.Identity.generate()))


def test_another_file_is_no_backup() -> None:
    with pytest.raises(BackupDecryptionError, match="bukan cadangan"):
        decrypted(b"PK\x03\x04")


def test_a_full_disk_is_not_called_a_damaged_backup() -> None:
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(OSError, match="No space"):
        decrypt_stream(io.BytesIO(encrypted(bytes(3 * CHUNK))), full, KEY)
