"""Encryption at rest with AES-256-GCM, and keyed digests by which equal values are found.

Every key is derived from SAMBANG_IDENTITY_KEY; without it nothing can be decrypted or searched. A NIK is never logged,
never in a URL and never in an audit entry.
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

FORMAT_VERSION = b"\x01"  # of the format: version, 12 bytes nonce, AES-256-GCM ciphertext with its tag
NONCE_LENGTH = 12  # bytes
NIK = b"sambang registry nik"
DEVICE_KEY = b"sambang field device key"


class DecryptionError(Exception):
    """The ciphertext was changed, or was encrypted with another key or for another purpose."""


def _key(use: bytes, secret: str = "") -> bytes:
    return _derived(use, secret or settings.SAMBANG_IDENTITY_KEY)


@lru_cache(maxsize=8)
def _derived(use: bytes, secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=use).derive(secret.encode())


def encrypt(content: bytes, *, purpose: bytes) -> bytes:
    """Two encryptions of one content differ. `purpose` is authenticated: a ciphertext made for one purpose does not
    decrypt for another."""
    nonce = os.urandom(NONCE_LENGTH)
    return FORMAT_VERSION + nonce + AESGCM(_key(b"seal")).encrypt(nonce, content, purpose)


def decrypt(ciphertext: bytes | memoryview, *, purpose: bytes, secret: str = "") -> bytes:
    """Raises DecryptionError. `secret`: a former SAMBANG_IDENTITY_KEY instead of the current one."""
    content = bytes(ciphertext)
    if content[:1] != FORMAT_VERSION:
        raise DecryptionError("versi enkripsi tidak dikenal")
    nonce, text = content[1 : 1 + NONCE_LENGTH], content[1 + NONCE_LENGTH :]
    try:
        return AESGCM(_key(b"seal", secret)).decrypt(nonce, text, purpose)
    except InvalidTag:
        raise DecryptionError("data terenkripsi rusak, atau SAMBANG_IDENTITY_KEY bukan kuncinya") from None


def encrypt_nik(nik: str) -> bytes:
    return encrypt(nik.encode(), purpose=NIK)


def decrypt_nik(ciphertext: bytes | memoryview | None, *, secret: str = "") -> str:
    """'' where there is no NIK. Raises DecryptionError."""
    return decrypt(ciphertext, purpose=NIK, secret=secret).decode() if ciphertext else ""


def digest(text: str) -> str:
    """64 hex digits, equal for equal texts and useless without the key; '' for an empty text."""
    return hmac.new(_key(b"digest"), text.encode(), "sha256").hexdigest() if text else ""
