"""Published programmes as rule files (`reference/programmes/*.toml`): what a new programme may begin from.

A file states facts of a regulation with their source; `checked = false` marks what no source was read for. An office
corrects the rules of its programme on the page; the files are only where they begin.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "reference" / "programmes"


@dataclass(frozen=True)
class FileRule:
    kind: str
    value: str
    source: str


@dataclass(frozen=True)
class RuleFile:
    key: str
    name: str
    permit_kind: str
    source: str
    notes: str
    rules: tuple[FileRule, ...]


@cache
def rule_files() -> dict[str, RuleFile]:
    """Key (the file's name) → the file, in the order of their names."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.toml"))}


def _read(path: Path) -> RuleFile:
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    rules = tuple(_rule(row) for row in data["rules"])
    return RuleFile(path.stem, data["name"], data["permit_kind"], data["source"], data["notes"], rules)


def _rule(row: dict[str, Any]) -> FileRule:
    source = row["source"] if row.get("checked", True) else f"{row['source']} (belum diperiksa)"
    return FileRule(row["kind"], row.get("value", ""), source)
