"""Lists Sambang's commands, each with one line of help from its source: `sambang help` does not start Django."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent
# Run by `sambang_stats.commands`, without Django.
ENGINE_COMMANDS = {
    "index": "Indeks produksi bulanan dari berkas laporan, dengan selangnya.",
    "adjust": "Deret bulanan dari berkas, tanpa musim dan Lebaran.",
    "effect": "Pengaruh pembinaan menurut kelompok dan waktu, dari berkas.",
    "panel": "Panel unit yang ditanya, ditarik dari daftar unit, dengan lebar selang yang dapat diharapkan.",
}


def commands() -> dict[str, str]:
    """Name and help text of every command of ours, by name."""
    files = PACKAGE.glob("*/management/commands/[a-z]*.py")
    help_by_name = {path.stem: _help_of(path.read_text(encoding="utf-8")) for path in files}
    return dict(sorted((ENGINE_COMMANDS | help_by_name).items()))


def listing() -> str:
    """The output of `sambang help`."""
    lines = commands()
    width = max(map(len, lines))
    rows = [f"  {name:<{width}}  {text}" for name, text in lines.items()]
    return "\n".join(
        [
            "sambang PERINTAH [pilihan]",
            "",
            *rows,
            "",
            "sambang PERINTAH --help        pilihan satu perintah",
            "sambang help --all             juga perintah Django",
        ]
    )


def _help_of(source: str) -> str:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "help":
            assert isinstance(node.value, ast.Constant)
            return str(node.value.value)
    return ""
