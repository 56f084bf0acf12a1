"""The data folder of a server that a test starts: migrated, with its static files gathered.

Both take six seconds of CPU, so they are done once for a schema (tests/schema.py), in SAMBANG_DATA, and copied.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from tests.schema import schema_hash

SOURCE = Path(__file__).parents[1] / "src"
PREPARE = """
import django; django.setup()
from django.core.management import call_command
from sambang.lib.static_files import gather_static
call_command("migrate", verbosity=0)
gather_static()
"""


def environment_of(folder: Path) -> dict[str, str]:
    """Of a process whose data lies in `folder`, on SQLite."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("SAMBANG_", "DATABASE_URL"))}
    return ours | {"SAMBANG_DATA": str(folder), "PYTHONPATH": str(SOURCE), "DJANGO_SETTINGS_MODULE": "sambang.settings"}


def prepared_data() -> Path:
    """To be copied. The processes of one run wait for the first, which makes it."""
    folder = Path(settings.SAMBANG_DATA)
    prepared, unfinished = folder / f"server-{schema_hash()}", folder / "server.unfinished"
    with (folder / "server.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not prepared.exists():
            for old in (unfinished, *folder.glob("server-*")):
                shutil.rmtree(old, ignore_errors=True)
            unfinished.mkdir()
            if (stored := folder / f"schema-{schema_hash()}.sqlite3").exists():  # `migrate` finds nothing to apply
                shutil.copy(stored, unfinished / "sambang.sqlite3")
            subprocess.run([sys.executable, "-c", PREPARE], env=environment_of(unfinished), check=True)
            unfinished.rename(prepared)
    return prepared
