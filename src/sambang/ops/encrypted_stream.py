"""A stream sealed in chunks: what a backup file is (docs/decisions/0021-never-lost.md).

    MAGIC · salt (32 bytes) · chunks of CHUNK bytes and a tag of 16, the last one shorter (never absent)

AES-256-GCM with a key of this file alone: HKDF-SHA256 of the backup key and the salt. A chunk's nonce is its number (11
bytes) and one byte that is 1 on the last chunk, so that a cut, a repeated, a swapped or a foreign chunk does not open
(the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
"""

from __future__ import annotations

import io
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"sambang backup 1\n"
SALT, TAG, CHUNK = 32, 16, 1 << 20


class SealBrokenError(Exception):
    """Not a backup, damaged, cut off, or sealed with another key; the sentence says what is known."""


def _cipher(key: str, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=MAGIC).derive(key.encode()))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


class SealingWriter(io.RawIOBase):
    """Writes sealed chunks to `target`. `close` writes the last one: a stream that was not closed does not open."""

    def __init__(self, target: BinaryIO, key: str) -> None:
        salt = os.urandom(SALT)
        self._target, self._cipher, self._number, self._waiting = target, _cipher(key, salt), 0, bytearray()
        target.write(MAGIC + salt)

    def writable(self) -> bool:
        return True

    def write(self, content: bytes | memoryview) -> int:  # type: ignore[override]
        self._waiting += content
        while len(self._waiting) > CHUNK:  # the last chunk may be full: it waits until it is known to be the last
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(content)

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), chunk, MAGIC))
        self._number += 1

    def close(self) -> None:
        if not self.closed:
            self._seal(bytes(self._waiting), last=True)
        super().close()


class UnsealingReader(io.RawIOBase):
    """Reads what SealingWriter wrote. Raises SealBrokenError at the first chunk that is not as it was written."""

    def __init__(self, source: BinaryIO, key: str) -> None:
        if source.read(len(MAGIC)) != MAGIC:
            raise SealBrokenError("Berkas ini bukan cadangan Sambang.")
        salt = source.read(SALT)
        self._source, self._cipher, self._number = source, _cipher(key, salt), 0
        self._next, self._open = source.read(CHUNK + TAG), b""
        if len(self._next) < TAG:
            raise SealBrokenError("Cadangan terpotong.")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if not self._open and self._next:
            self._unseal()
        count = min(len(buffer), len(self._open))
        buffer[:count], self._open = self._open[:count], self._open[count:]
        return count

    def _unseal(self) -> None:
        sealed, self._next = self._next, self._source.read(CHUNK + TAG)
        try:
            self._open = self._cipher.decrypt(_nonce(self._number, last=not self._next), sealed, MAGIC)
        except InvalidTag:
            broken = "kuncinya bukan yang menyegelnya, atau berkasnya" if self._number == 0 else "berkasnya"
            raise SealBrokenError(f"Cadangan tidak dapat dibuka: {broken} rusak atau terpotong.") from None
        self._number += 1
