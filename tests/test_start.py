"""Sambang refuses to start with unsafe settings; each refusal is one sentence with the remedy."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from sambang import environment
from sambang.access.models import Council
from sambang.ops.start_checks import require_safe_database

pytestmark = pytest.mark.slow

SOURCE = Path(environment.__file__).parent.parent
GOOD = secrets.token_urlsafe(48)
REFUSED = {
    "a network without TLS": ({"SAMBANG_HOSTS": "sambang.example"}, "SAMBANG_HTTPS=1"),
    "errors shown to a network": (
        {"SAMBANG_HOSTS": "a.example", "SAMBANG_HTTPS": "1", "SAMBANG_DEBUG": "1"},
        "SAMBANG_DEBUG=0",
    ),
    "errors shown behind TLS": ({"SAMBANG_HTTPS": "1", "SAMBANG_DEBUG": "yes"}, "SAMBANG_DEBUG=0"),
    "every host": ({"SAMBANG_HOSTS": "*", "SAMBANG_HTTPS": "1"}, "nama lengkap"),
    "every host below": ({"SAMBANG_HOSTS": ".example", "SAMBANG_HTTPS": "1"}, "nama lengkap"),
    "an address for a host": ({"SAMBANG_HOSTS": "https://a.example/", "SAMBANG_HTTPS": "1"}, "nama lengkap"),
    "a short secret": ({"SAMBANG_SECRET_KEY": "Zq8-kurang"}, "terlalu pendek"),
    "one letter many times": ({"SAMBANG_SECRET_KEY": "a" * 64}, "mudah ditebak"),
    "a copied example": ({"SAMBANG_IDENTITY_KEY": "django-insecure-0123456789abcdefghijklmnop"}, "mudah ditebak"),
    "a guessable token": ({"SAMBANG_METRICS_TOKEN": "ChangeMe-ChangeMe-ChangeMe-0123456789"}, "mudah ditebak"),
    "one key for two doors": ({"SAMBANG_SECRET_KEY": GOOD, "SAMBANG_IDENTITY_KEY": GOOD}, "dua keperluan"),
    "a backup key that is no age identity": ({"SAMBANG_BACKUP_KEY": GOOD}, "age-keygen"),
    "an unknown word": ({"SAMBANG_HTTPS": "perhaps"}, "tulis 1 atau 0"),
    "another database": ({"DATABASE_URL": "mysql://a:b@c/d"}, "postgresql://"),
    "a password with @": ({"DATABASE_URL": "postgresql://a:p@ss@localhost/d"}, "%40"),
    "a password with /": ({"DATABASE_URL": "postgresql://a:p/s@localhost/d"}, "%2F"),
    "a password with #": ({"DATABASE_URL": "postgresql://a:p#s@localhost/d"}, "%23"),
    "a password with ?": ({"DATABASE_URL": "postgresql://a:p?s@localhost/d"}, "%3F"),
    "a database elsewhere in the clear": ({"DATABASE_URL": "postgresql://a:b@db.example/d"}, "sslmode=verify-full"),
    "a database elsewhere unproved": (
        {"DATABASE_URL": "postgresql://a:b@db.example/d?sslmode=require"},
        "sslmode=verify-full",
    ),
}
TAKEN = {
    "nothing said": {},
    "behind TLS": {"SAMBANG_HOSTS": "a.example, b.example", "SAMBANG_HTTPS": "1", "SAMBANG_SECRET_KEY": GOOD},
    "a password written with %": {"DATABASE_URL": "postgresql://a:p%40%2F%23@localhost/d"},
    "a database by its socket": {"DATABASE_URL": "postgresql:///d?host=/run/postgresql"},
    "a database elsewhere, proved": {
        "DATABASE_URL": "postgresql://a:b@db.example/d?sslmode=verify-full&sslrootcert=system"
    },
}


def started(folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE), "SAMBANG_DATA": str(folder), **variables}
    line = [sys.executable, "-c", "import sambang.settings"]
    return subprocess.run(line, env=given, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("why", REFUSED)
def test_it_does_not_start(tmp_path: Path, why: str) -> None:
    variables, words = REFUSED[why]
    done = started(tmp_path, variables)
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode != 0
    assert last.startswith("django.core.exceptions.ImproperlyConfigured: ") and words in last
    assert not any(value in last for name, value in variables.items() if name.endswith("KEY"))


@pytest.mark.parametrize("how", TAKEN)
def test_it_starts(tmp_path: Path, how: str) -> None:
    done = started(tmp_path, TAKEN[how])
    assert done.returncode == 0, done.stderr
    kept = sorted((tmp_path / "keys").iterdir())
    assert all(key.stat().st_mode & 0o077 == 0 and len(key.read_text()) >= 48 for key in kept)
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0


def test_a_key_that_others_can_read(tmp_path: Path) -> None:
    assert started(tmp_path, {}).returncode == 0
    (tmp_path / "keys" / "identity").chmod(0o644)
    done = started(tmp_path, {})
    assert done.returncode != 0 and "chmod 600" in done.stderr
    (tmp_path / "keys" / "identity").chmod(0o600)
    (tmp_path / "keys" / "identity").write_text("")
    assert "kosong: kembalikan" in started(tmp_path, {}).stderr  # it is not made anew: what it sealed needs the old one


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "kantor.example"])
def test_it_serves_no_network_without_tls(host: str) -> None:
    with pytest.raises(CommandError, match="SAMBANG_HTTPS=1"):
        call_command("serve", host=host)


def test_a_switch_that_is_on_unless_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.switch("SAMBANG_HSTS_SUBDOMAINS", unset=True)
    monkeypatch.setenv("SAMBANG_HSTS_SUBDOMAINS", "0")
    assert not environment.switch("SAMBANG_HSTS_SUBDOMAINS", unset=True)
    monkeypatch.setenv("SAMBANG_HSTS_SUBDOMAINS", "mungkin")
    with pytest.raises(ImproperlyConfigured):
        environment.switch("SAMBANG_HSTS_SUBDOMAINS", unset=True)


def test_the_embedded_database_is_its_owners_alone(tmp_path: Path) -> None:
    """Whatever the umask says; and where it lay open before, and others made the folder."""

    def modes() -> set[str]:
        return {f"{place.stat().st_mode & 0o777:o}" for place in folder.glob("sambang.sqlite3*")}

    folder = tmp_path / "above" / "data"
    given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE), "SAMBANG_DATA": str(folder)}
    touched = """import os
os.umask(0o022)
os.environ["DJANGO_SETTINGS_MODULE"] = "sambang.settings"
import django
django.setup()
from django.db import connection
connection.cursor().execute("CREATE TABLE IF NOT EXISTS word (word)")
connection.cursor().execute("INSERT INTO word VALUES (1)")
os._exit(0)  # killed: what lies beside the database stays
"""
    subprocess.run([sys.executable, "-c", touched], env=given, check=True)
    assert f"{folder.stat().st_mode & 0o777:o}" == "700" and folder.parent.stat().st_mode & 0o055
    assert len(list(folder.glob("sambang.sqlite3*"))) == 3 and modes() == {"600"}
    folder.chmod(0o755)
    for place in folder.glob("sambang.sqlite3*"):
        place.chmod(0o644)
    subprocess.run([sys.executable, "-c", touched], env=given, check=True)
    assert modes() == {"600"}


@pytest.mark.django_db
def test_a_simulated_council_is_served_under_no_host_name(settings: Any, sleman: Council) -> None:
    settings.ALLOWED_HOSTS = [*environment.LOOPBACK, "sambang.example"]
    require_safe_database()
    Council.objects.filter(pk=sleman.pk).update(is_simulated=True)
    with pytest.raises(ImproperlyConfigured, match=r"Dekranasda Sleman berisi data peragaan.*sambang\.example"):
        require_safe_database()
    with pytest.raises(CommandError, match="data peragaan"):
        call_command("serve")
    settings.ALLOWED_HOSTS = [*environment.LOOPBACK]
    require_safe_database()
