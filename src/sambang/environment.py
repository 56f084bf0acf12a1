"""Reading and checking of environment variables. An unset variable means the safe choice."""

import os
import re
import secrets
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from sambang.disk import flush_folders, write_once

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(\.(?!-)[A-Za-z0-9-]{1,63})*|\[[0-9A-Fa-f:]+\]")
EXAMPLE = re.compile(r"(?i)insecure|changeme|change-me|example|contoh|rahasia|password|secret|1234567890")
AGE_IDENTITY = re.compile(r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}")
LOCAL_HOSTS = frozenset({"", "localhost", "127.0.0.1", "::1"})  # of a database; '' is a socket
VERIFIED_SSLMODES = frozenset({"verify-ca", "verify-full"})


def folder() -> Path:
    """The folder of the embedded database, the uploads and the keys (SAMBANG_DATA)."""
    home = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
    return Path(os.environ.get("SAMBANG_DATA", home / "sambang")).resolve()


def backups(default: Path) -> Path:
    """The folder of backups (SAMBANG_BACKUPS); better on another disk than the data."""
    return Path(os.environ.get("SAMBANG_BACKUPS") or default).resolve()


def switch(variable: str, *, unset: bool = False) -> bool:
    """True for 1, yes, true and on. Any other value is an error, so that a typing error disables no protection."""
    word = os.environ.get(variable, "").strip().lower()
    if word in {"1", "yes", "true", "on"}:
        return True
    if word in {"0", "no", "false", "off"}:
        return False
    if not word:
        return unset
    raise ImproperlyConfigured(f"{variable}={word!r}: tulis 1 atau 0.")


def comma_separated(variable: str) -> list[str]:
    return [word.strip() for word in os.environ.get(variable, "").split(",") if word.strip()]


def command(variable: str) -> list[str]:
    """A program of this machine with its options; [] where unset. Raises ImproperlyConfigured for an unknown program:
    a typing error must not disable the scanner."""
    arguments = shlex.split(os.environ.get(variable, ""))
    if not arguments:
        return []
    program = shutil.which(arguments[0])
    if program is None:
        raise ImproperlyConfigured(f"{variable}: program {arguments[0]!r} tidak ada di komputer ini.")
    return [program, *arguments[1:]]


def hosts(variable: str, *, https: bool, debug: bool) -> list[str]:
    """The host names of the site. Raises ImproperlyConfigured for a wildcard, without TLS, and with SAMBANG_DEBUG."""
    names = comma_separated(variable)
    if names and not https:
        raise ImproperlyConfigured(
            f"{variable} membuka Sambang ke jaringan: pasang TLS di depannya lalu setel SAMBANG_HTTPS=1."
        )
    if debug and (names or https):
        raise ImproperlyConfigured("SAMBANG_DEBUG memperlihatkan isi program: matikan di server (SAMBANG_DEBUG=0).")
    for name in names:
        if not HOST.fullmatch(name):
            raise ImproperlyConfigured(f"{variable}={name!r}: tulis nama lengkap, misalnya sambang.kabupaten.go.id.")
    return names


def secret(variable: str, file: Path) -> str:
    """The secret from the environment, else from the file, which is created once with mode 0600."""
    return _from_variable_or_file(variable, file, lambda: secrets.token_urlsafe(48), _refuse_weak)


def age_identity(variable: str, file: Path) -> str:
    """An age identity (a private key in text form), from the environment or a file like a secret."""

    def make() -> str:
        from pyrage import x25519

        return str(x25519.Identity.generate())

    return _from_variable_or_file(variable, file, make, _require_age_identity)


def _from_variable_or_file(
    variable: str, file: Path, make: Callable[[], str], refuse: Callable[[str, str], None]
) -> str:
    if text := os.environ.get(variable, ""):
        refuse(variable, text)
        return text
    if not file.exists():
        missing = [folder for folder in file.parents if not folder.exists()]
        for folder in reversed(missing):  # keys/ and SAMBANG_DATA are for the owner alone; folders above are not ours
            folder.mkdir(exist_ok=True, mode=0o700 if folder in {file.parent, file.parent.parent} else 0o777)
        flush_folders(*(folder.parent for folder in missing))
        write_once(file, make())
    if os.name == "posix" and file.stat().st_mode & 0o077:
        raise ImproperlyConfigured(f"{file} dapat dibaca pengguna lain: jalankan chmod 600 {file}")
    stored = file.read_text()
    if not stored:
        raise ImproperlyConfigured(f"{file} kosong: kembalikan dari salinan kunci yang disimpan terpisah.")
    refuse(str(file), stored)
    return stored


def token(variable: str) -> str:
    """A bearer token; '' where unset. Raises ImproperlyConfigured for one that can be guessed."""
    text = os.environ.get(variable, "")
    if text:
        _refuse_weak(variable, text)
    return text


def api_address(variable: str, *, unset: str) -> str:
    """An address to send to: HTTPS, or HTTP on this machine. Raises ImproperlyConfigured."""
    address = (os.environ.get(variable, "").strip() or unset).rstrip("/")
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL_HOSTS):
        raise ImproperlyConfigured(f"{variable}={address!r}: tulis alamat https://.")
    return address


def required_with(variable: str, other: str) -> str:
    """A value without which another (a token, a host) is useless. Raises ImproperlyConfigured where only the other is
    set."""
    text = os.environ.get(variable, "").strip()
    if other and not text:
        raise ImproperlyConfigured(f"{variable} kosong, padahal yang memerlukannya disetel.")
    return text


def mail_options(host: str) -> dict[str, Any]:
    """Options of Django's SMTP backend. Raises ImproperlyConfigured for an invalid value, and for mail that would leave
    this machine unencrypted."""
    encryption = os.environ.get("SAMBANG_EMAIL_ENCRYPTION", "").strip().lower() or "starttls"
    if encryption not in {"starttls", "tls", "none"}:
        raise ImproperlyConfigured("SAMBANG_EMAIL_ENCRYPTION harus starttls, tls, atau none.")
    if encryption == "none" and host not in LOCAL_HOSTS:
        raise ImproperlyConfigured("SAMBANG_EMAIL_ENCRYPTION=none hanya untuk server surat di mesin ini.")
    port = os.environ.get("SAMBANG_EMAIL_PORT", "").strip() or "587"
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise ImproperlyConfigured("SAMBANG_EMAIL_PORT harus nomor port 1 sampai 65535.")
    return {
        "host": host,
        "port": int(port),
        "username": os.environ.get("SAMBANG_EMAIL_USER", ""),
        "password": os.environ.get("SAMBANG_EMAIL_PASSWORD", ""),
        "use_tls": encryption == "starttls",
        "use_ssl": encryption == "tls",
        "timeout": 30,
    }


def _refuse_weak(name: str, text: str) -> None:
    if len(text) < 32:
        raise ImproperlyConfigured(f"{name} terlalu pendek: sedikitnya 32 huruf acak.")
    if len(set(text)) < 12 or EXAMPLE.search(text):
        raise ImproperlyConfigured(f"{name} mudah ditebak: buat yang acak, misalnya dengan openssl rand -base64 48.")


def _require_age_identity(name: str, text: str) -> None:
    if not AGE_IDENTITY.fullmatch(text):
        raise ImproperlyConfigured(f"{name} bukan identitas age (AGE-SECRET-KEY-1…): buat dengan age-keygen.")


def day_of_month(variable: str, *, unset: int) -> int:
    """A day from 1 to 28, which every month has."""
    text = os.environ.get(variable, "").strip() or str(unset)
    if not text.isdecimal() or not 1 <= int(text) <= 28:
        raise ImproperlyConfigured(f"{variable} harus tanggal 1 sampai 28.")
    return int(text)


def require_distinct_secrets(*secrets_in_use: str) -> None:
    """Raises ImproperlyConfigured for one secret with two purposes: a leaked key must be useless elsewhere."""
    text = [secret for secret in secrets_in_use if secret]
    if len(set(text)) < len(text):
        raise ImproperlyConfigured("Satu rahasia dipakai untuk dua keperluan: tiap SAMBANG_…_KEY harus berbeda.")


CONNECTION_SECONDS = 60  # how long a thread keeps its connection to the database


def _refuse_unescaped_password(parts: SplitResult) -> None:
    if parts.fragment or "@" in parts.path + parts.query or parts.netloc.count("@") > 1:
        raise ImproperlyConfigured(
            "DATABASE_URL: kata sandinya memuat @, /, ? atau #. Tulis sebagai %40, %2F, %3F, %23, atau pakai soket."
        )


PREPARED_AFTER = 3  # executions of a statement on a connection
# Row-security policies raise the planner's cost estimates: jit would compile for seconds to answer a page of fifty
# rows, and a lookup by key would seem dearer than reading a whole table if pages were read from a spinning disk.
PLANNER_SETTINGS = "-c jit=off -c random_page_cost=1.1"


def database(url: str, embedded: Path) -> dict[str, Any]:
    """Django's DATABASES entry: PostgreSQL by DATABASE_URL, else the embedded SQLite.

    synchronous=FULL is required: a phone deletes its copy of an acknowledged row, so the row must survive a power cut
    (docs/decisions/0002-databases.md).
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": embedded,
            # Opening it for each request costs a tenth of the request, and the last close checkpoints the whole log.
            "CONN_MAX_AGE": CONNECTION_SECONDS,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA secure_delete=ON;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL: tulis postgresql://pengguna:sandi@alamat:port/nama.")
    _refuse_unescaped_password(parts)
    options = dict(parse_qsl(parts.query))
    host = options.get("host", parts.hostname or "")
    if host not in LOCAL_HOSTS and not host.startswith("/") and options.get("sslmode") not in VERIFIED_SSLMODES:
        raise ImproperlyConfigured(
            "DATABASE_URL menunjuk mesin lain tanpa TLS yang diperiksa: tambahkan "
            "?sslmode=verify-full&sslrootcert=BERKAS."
        )
    return {
        "ENGINE": "sambang.lib.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        # Prepared statements: the policies of row security make planning dearer than executing.
        "OPTIONS": options
        | {
            "server_side_binding": True,
            "prepare_threshold": PREPARED_AFTER,
            "options": f"{PLANNER_SETTINGS} {options.get('options', '')}".strip(),
        },
        "CONN_MAX_AGE": CONNECTION_SECONDS,
        "CONN_HEALTH_CHECKS": True,  # after a restart of the database no request gets a broken connection
    }
