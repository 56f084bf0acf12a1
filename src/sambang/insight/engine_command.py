"""The engine's own commands as `sambang` commands: they read and write files and need no database."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from sambang_stats import PanelError
from sambang_stats.commands import COMMANDS
from sambang_stats.messages import sentence


class EngineCommand(BaseCommand):
    """``name`` is a key of the engine's COMMANDS."""

    name: str
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        COMMANDS[self.name][0](parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            COMMANDS[self.name][1](argparse.Namespace(**options))
        except PanelError as error:
            raise CommandError(sentence(error, gettext), returncode=2) from None
