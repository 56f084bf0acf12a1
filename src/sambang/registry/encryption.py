"""The NIK at rest: sealed so that a stolen database does not tell it, findable by a keyed digest. The keys of phones too.

Both keys come from SAMBANG_IDENTITY_KEY; without it the NIKs cannot be read or searched. A NIK is never logged, never
in a URL, and never in a journal line.
"""

from __future__ import annotations

import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = b"\x01"  # of the format: version, 12 bytes nonce, AES-256-GCM text with its tag
NONCE = 12
WHAT = b"sambang registry nik"
DEVICE_KEY = b"sambang field device key"


class SealBrokenError(Exception):
    """The sealed bytes were changed, or were sealed with another key."""


def _key(purpose: bytes, secret: str = "") -> bytes:
    return _derived(purpose, secret or settings.SAMBANG_IDENTITY_KEY)


@lru_cache(maxsize=8)
def _derived(purpose: bytes, material: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(material.encode())


def seal(nik: str) -> bytes:
    """The NIK as bytes that say nothing without the key; two sealings of one NIK differ."""
    return seal_bytes(nik.encode(), what=WHAT)


def seal_bytes(content: bytes, *, what: bytes) -> bytes:
    """`what` it is goes into the seal: the sealed one is not taken for something else."""
    nonce = os.urandom(NONCE)
    return VERSION + nonce + AESGCM(_key(b"seal")).encrypt(nonce, content, what)


def unseal(sealed: bytes | memoryview | None, *, secret: str = "") -> str:
    """The NIK again, '' where there is none. Raises SealBrokenError. `secret`: a former SAMBANG_IDENTITY_KEY."""
    return unseal_bytes(sealed, what=WHAT, secret=secret).decode() if sealed else ""


def unseal_bytes(sealed: bytes | memoryview, *, what: bytes, secret: str = "") -> bytes:
    """What was sealed as `what`. Raises SealBrokenError."""
    content = bytes(sealed)
    if content[:1] != VERSION:
        raise SealBrokenError("versi segel tidak dikenal")
    nonce, text = content[1 : 1 + NONCE], content[1 + NONCE :]
    try:
        return AESGCM(_key(b"seal", secret)).decrypt(nonce, text, what)
    except InvalidTag:
        raise SealBrokenError("segel rusak, atau SAMBANG_IDENTITY_KEY bukan yang menyegelnya") from None


def digest(nik: str) -> str:
    """64 hex digits by which equal NIKs are found; '' for an empty NIK. Useless to guess from without the key."""
    return hmac.new(_key(b"digest"), nik.encode(), "sha256").hexdigest() if nik else ""
