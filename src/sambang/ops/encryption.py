"""Encryption of a backup file in the age format, by pyrage (docs/decisions/0021-audit-log-and-backups.md).

The key is an age identity, so `age --decrypt -i keys/backup-identity FILE | tar xz` opens a backup without Sambang.
"""

from __future__ import annotations

from typing import BinaryIO

import pyrage
from pyrage import x25519

HEADER = b"age-encryption.org/v1\n"


class BackupDecryptionError(Exception):
    """Not a backup, damaged, cut off, or encrypted for another key; the Indonesian sentence says which if it is
    known."""


def encrypt_stream(source: BinaryIO, target: BinaryIO, identity: str) -> None:
    pyrage.encrypt_io(source, target, [x25519.Identity.from_str(identity).to_public()])


def decrypt_stream(source: BinaryIO, target: BinaryIO, identity: str) -> None:
    """Write the content of `source` to `target`. Raises DecryptionError; what `target` holds then is not to be used."""
    if source.read(len(HEADER)) != HEADER:
        raise BackupDecryptionError("Berkas ini bukan cadangan Sambang, atau awalnya rusak.")
    source.seek(0)
    try:
        pyrage.decrypt_io(source, target, [x25519.Identity.from_str(identity)])
    except pyrage.DecryptError as refused:
        raise BackupDecryptionError(
            "Cadangan tidak dapat dibuka: kuncinya bukan yang mengenkripsinya, atau berkasnya rusak atau terpotong."
        ) from refused
    except OSError as failed:
        if failed.errno is not None:  # the disk, not the content
            raise
        raise BackupDecryptionError("Cadangan tidak dapat dibuka: berkasnya rusak atau terpotong.") from failed
