"""The `sambang` command: Django's management commands, with an embedded database that prepares itself."""

import os
import sys
from pathlib import Path

from sambang import __version__
from sambang.command_list import ENGINE_COMMANDS, listing

# Commands that make or inspect the database themselves, or need none.
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
        from sambang.insight.engine_command import main as run_engine

        sys.exit(run_engine(sys.argv[1:]))
    if command == "demo":  # a demo never touches an installation's own folder
        os.environ.setdefault("SAMBANG_DATA", str(Path.cwd() / ".sambang" / "demo"))
    import django
    from django.core.management import execute_from_command_line

    from sambang.lib.db_scope import default_to_system_scope

    default_to_system_scope()  # a terminal is the office's own; a server's worker says otherwise (wsgi.py)

    if command not in UNPREPARED and not {"--help", "-h"} & set(sys.argv):
        django.setup()
        from sambang.ops.prepare import prepare_database

        prepare_database(announce=sys.stderr.write)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
