"""The `sambang` command: Django's management commands; an embedded database is migrated before they run."""

import os
import sys
from pathlib import Path

from sambang import __version__
from sambang.command_list import ENGINE_COMMANDS, listing
from sambang.without_pandas import keep_pandas_out

# Commands that need no migrated database, or migrate it themselves.
UNPREPARED = frozenset(
    {
        "migrate",
        "makemigrations",
        "showmigrations",
        "sqlmigrate",
        "check",
        "help",
        "--help",
        "makemessages",
        "compilemessages",
        "collectstatic",
        "test",
        "prepare",
        "diffsettings",
        "backup",
        "restore",
        "drill",
    }
)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in {"version", "--version"}:
        print(__version__)
        return
    if command in {"help", "--help", "-h"}:
        if not sys.argv[2:]:
            print(listing())
            return
        sys.argv = [word for word in sys.argv if word != "--all"]
    if command in ENGINE_COMMANDS:
        if "spark" not in sys.argv:
            keep_pandas_out()
        from sambang.insight.engine_command import main as run_engine

        sys.exit(run_engine(sys.argv[1:]))
    if command == "demo":  # the demo must not use the folder of an installation
        os.environ.setdefault("SAMBANG_DATA", str(Path.cwd() / ".sambang" / "demo"))
    import django
    from django.core.management import execute_from_command_line

    from sambang.lib.db_scope import default_to_system_scope

    default_to_system_scope()  # of commands; wsgi.py sets the anonymous scope for a server's workers

    if command not in UNPREPARED and not {"--help", "-h"} & set(sys.argv):
        django.setup()
        from sambang.ops.prepare import prepare_database

        prepare_database(announce=sys.stderr.write)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
