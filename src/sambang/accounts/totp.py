"""One-time codes of an authenticator app (TOTP, RFC 6238), and recovery codes on paper.

All functions are pure except `new_key` and `new_codes`, which draw random values: the time is an argument.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from uuid import UUID

from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from sambang.lib.sealing import cipher

STEP_SECONDS = 30  # seconds
DIGITS = 6
KEY_BYTES = 20
ISSUER = "Sambang"
AUTHENTICATOR_KEY = b"sambang team code app"
RECOVERY_CODES = 10
CODE_CHARACTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without characters that look alike in print
CODE_LENGTH = 10  # 49 bits, protected by scrypt and a limit of attempts
SCRYPT_COST = 2**14  # scrypt parameter n: 16 MiB, some 50 ms


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def _totp(key: bytes) -> TOTP:
    # Every app supports SHA-1; HMAC does not depend on collision resistance.
    return TOTP(key, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303


def step_at(seconds: float) -> int:
    return int(seconds // STEP_SECONDS)


def code_at(key: bytes, step: int) -> str:
    return _totp(key).generate(step * STEP_SECONDS).decode()


def matching_step(key: bytes, code: str, *, seconds: float) -> int | None:
    """The time step to which the code belongs: the current, the previous or the next one, which allows for clock drift;
    None if it matches none. Takes the same time whether or where it matches."""
    matching = None
    for step in range(step_at(seconds) - 1, step_at(seconds) + 2):
        if bytes_eq(code_at(key, step).encode(), code.encode()):
            matching = step
    return matching


def provisioning_uri(key: bytes, account: str) -> str:
    """The otpauth:// URI for the QR code."""
    return _totp(key).get_provisioning_uri(account, ISSUER)


def grouped_key(key: bytes) -> str:
    """The key in Base32 in groups of four, for typing it into an app."""
    text = base64.b32encode(key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def encrypt_key(key: bytes) -> bytes:
    return cipher(AUTHENTICATOR_KEY).encrypt(key)


def decrypt_key(encrypted: bytes | memoryview | str) -> bytes | None:
    """The decrypted key; None if it was encrypted under another SAMBANG_SECRET_KEY."""
    try:
        return cipher(AUTHENTICATOR_KEY).decrypt(encrypted if isinstance(encrypted, str) else bytes(encrypted))
    except InvalidToken:
        return None


def new_codes() -> list[str]:
    """Ten recovery codes as they are printed: `abcde-23456`."""
    drawn = [
        "".join(secrets.choice(CODE_CHARACTERS) for _letter in range(CODE_LENGTH)) for _code in range(RECOVERY_CODES)
    ]
    return [f"{code[:5]}-{code[5:]}" for code in drawn]


def normalise_code(code: str) -> str:
    """The submitted code in lower case, without spaces and hyphens."""
    return "".join(letter for letter in code.lower() if letter.isalnum())


def digest_of_code(code: str, person_id: UUID) -> str:
    """An scrypt digest: codes are short enough to type, so a fast digest in a stolen table could be reversed. One salt
    per person, so that one attempt costs one digest for all ten codes."""
    return hashlib.scrypt(normalise_code(code).encode(), salt=person_id.bytes, n=SCRYPT_COST, r=8, p=1).hex()
