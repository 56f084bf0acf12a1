"""Published programmes as rule files (`reference/programmes/*.toml`), the templates of new programmes.
A file contains facts of a regulation with their source; `checked = false` marks facts that were not verified in a
source. An office corrects the rules of its programme on the page, not in the files."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PROGRAMMES_FOLDER = Path(__file__).parent / "reference" / "programmes"


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
    """The rule files by file name without suffix, sorted."""
    return {path.stem: _read(path) for path in sorted(PROGRAMMES_FOLDER.glob("*.toml"))}


def _read(path: Path) -> RuleFile:
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    rules = tuple(_rule(row) for row in data["rules"])
    return RuleFile(path.stem, data["name"], data["permit_kind"], data["source"], data["notes"], rules)


def _rule(row: dict[str, Any]) -> FileRule:
    source = row["source"] if row.get("checked", True) else f"{row['source']} (belum diperiksa)"
    return FileRule(row["kind"], row.get("value", ""), source)
