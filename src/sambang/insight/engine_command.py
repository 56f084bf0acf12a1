"""The engine's own commands as `sambang` commands: they read and write files and need no database."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sambang_stats import PanelError
from sambang_stats.commands import COMMANDS


class EngineCommand(BaseCommand):
    """``name`` is a key of the engine's COMMANDS."""

    name: str
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        COMMANDS[self.name][0](parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            COMMANDS[self.name][1](argparse.Namespace(**options))
        except PanelError as trouble:
            raise CommandError(str(trouble), returncode=2) from None
