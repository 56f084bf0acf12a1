"""The list of commands is complete, and says of each whether it acts in somebody's name."""

from __future__ import annotations

from importlib import import_module
from inspect import getsource
from pathlib import Path

from django.core.management import get_commands
from tools import reach_page

from tests.reach.commands import COMMANDS


def ours() -> dict[str, str]:
    return {name: app for name, app in get_commands().items() if app.startswith("sambang.")}


def test_every_command_is_listed_with_its_reason() -> None:
    assert len(ours()) > 20
    assert set(ours()) == set(COMMANDS)
    assert all(COMMANDS.values())


def test_every_command_states_its_actor() -> None:
    for name, app in ours().items():
        source = getsource(import_module(f"{app}.management.commands.{name}"))
        assert ("system_person()" in source) == COMMANDS[name].startswith("the system"), name
        assert COMMANDS[name].startswith(("the system", "none:", "the made-up people")), name


def test_the_page_is_what_the_tables_say() -> None:
    written = Path(reach_page.PAGE).read_text(encoding="utf-8")
    assert written == reach_page.page(), "docs/reach.md is old: run `make docs`"
