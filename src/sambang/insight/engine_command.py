"""The engine's own commands: they read and write files, and start neither Django nor a database."""

from sambang_stats.commands import main

__all__ = ["main"]
