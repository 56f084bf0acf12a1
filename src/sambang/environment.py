"""What the environment says: the only place where variables are read. Unset means the safe choice."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def folder() -> Path:
    """Where the embedded database, the uploads and the keys live (SAMBANG_DATA)."""
    home = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
    return Path(os.environ.get("SAMBANG_DATA", home / "sambang")).resolve()


def backups(otherwise: Path) -> Path:
    """Where backups are kept (SAMBANG_BACKUPS); better on another disk than the data."""
    return Path(os.environ.get("SAMBANG_BACKUPS") or otherwise).resolve()


def switch(variable: str) -> bool:
    """True for 1, yes, true and on; an unknown word is an error, so a typing slip cannot open a door."""
    word = os.environ.get(variable, "").strip().lower()
    if word in {"1", "yes", "true", "on"}:
        return True
    if word in {"", "0", "no", "false", "off"}:
        return False
    raise ImproperlyConfigured(f"{variable}={word!r}: tulis 1 atau 0.")


def listed(variable: str) -> list[str]:
    return [word.strip() for word in os.environ.get(variable, "").split(",") if word.strip()]


def secret(variable: str, keep: Path) -> str:
    """The secret from the environment, or one made once for this installation and kept readable to its owner only."""
    if given := token(variable):
        return given
    if not keep.exists():
        keep.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with os.fdopen(os.open(keep, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:  # another process was first: its secret is the one
            pass
    return keep.read_text()


def token(variable: str) -> str:
    """A secret that opens something when it is given; '' opens nothing. A short one is an error."""
    given = os.environ.get(variable, "")
    if given and len(given) < 32:
        raise ImproperlyConfigured(f"{variable} terlalu pendek: sedikitnya 32 huruf acak.")
    return given


def database(url: str, embedded: Path) -> dict[str, Any]:
    """Django's database entry: PostgreSQL by one DATABASE_URL, else the embedded SQLite.

    synchronous=FULL is not a matter of taste: a phone deletes its copy on our word, so an acknowledged row must survive
    a power cut (docs/decisions/0002-sqlite-first.md).
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": embedded,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL: tulis postgresql://pengguna:sandi@alamat:port/nama.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
    }
