"""Codes of a second factor: those that an app makes every half minute (TOTP, RFC 6238), and ten on paper.

Pure but for `new_key` and `new_codes`, which draw chance: the time is an argument.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings

STEP = 30  # seconds
DIGITS = 6
KEY_BYTES = 20
ISSUER = "Sambang"
CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another on paper
CODE_LENGTH = 10  # 49 bits, behind a slow hash and a limit of tries
COST = 2**14  # of scrypt: 16 MiB, some 50 ms


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def _totp(key: bytes) -> TOTP:
    # What every app understands; HMAC does not need collisions to be hard.
    return TOTP(key, DIGITS, SHA1(), STEP)  # noqa: S303


def step_at(seconds: float) -> int:
    return int(seconds // STEP)


def code_at(key: bytes, step: int) -> str:
    return _totp(key).generate(step * STEP).decode()


def step_of(key: bytes, code: str, *, seconds: float) -> int | None:
    """The step whose code this is: of now, of the half minute before or of the one after, for clocks that go wrong.
    The same work whether and wherever it matches."""
    found = None
    for step in range(step_at(seconds) - 1, step_at(seconds) + 2):
        if bytes_eq(code_at(key, step).encode(), code.encode()):
            found = step
    return found


def address_of(key: bytes, account: str) -> str:
    """The otpauth:// address that an app reads from the picture."""
    return _totp(key).get_provisioning_uri(account, ISSUER)


def spelled(key: bytes) -> str:
    """The key as people type it, in groups of four."""
    text = base64.b32encode(key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _seal() -> Fernet:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"sambang team code app")
    return Fernet(base64.urlsafe_b64encode(derive.derive(settings.SECRET_KEY.encode())))


def seal_key(key: bytes) -> bytes:
    return _seal().encrypt(key)


def unseal_key(encrypted: bytes | memoryview | str) -> bytes | None:
    """The key again; None where SAMBANG_SECRET_KEY is no longer the one that sealed it."""
    try:
        return _seal().decrypt(encrypted if isinstance(encrypted, str) else bytes(encrypted))
    except InvalidToken:
        return None


def new_codes() -> list[str]:
    """Ten codes as they are printed: `abcde-23456`."""
    drawn = ["".join(secrets.choice(LETTERS) for _letter in range(CODE_LENGTH)) for _code in range(CODES)]
    return [f"{code[:5]}-{code[5:]}" for code in drawn]


def bare(code: str) -> str:
    """As typed by whomever: without spaces, hyphens and capitals."""
    return "".join(letter for letter in code.lower() if letter.isalnum())


def digest_of_code(code: str, person_id: UUID) -> str:
    """Slow on purpose: a stolen table must not tell codes that people can type. One salt a person, so that a try costs
    one hash for all ten."""
    return hashlib.scrypt(bare(code).encode(), salt=person_id.bytes, n=COST, r=8, p=1).hex()
