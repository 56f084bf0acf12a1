"""The engine's own commands. They read and write files, and need neither Django nor a database."""

from sambang_stats.commands import main

__all__ = ["main"]
