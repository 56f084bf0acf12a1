"""Rules of the local content of small industry (TKDN-IK): `reference/tkdn_rules.csv`, with date and source.

A rule of another ministerial regulation is a new row. A stored sheet keeps the version by which it was estimated.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

TKDN_RULES_FILE = Path(__file__).parent / "reference" / "tkdn_rules.csv"


@dataclass(frozen=True)
class TkdnRule:
    """`covers`: the kinds of cost (costing.CostItem.Kind) over which the weighted TKDN is taken."""

    version: str
    regulation: str
    valid_from: date
    covers: frozenset[str]
    source: str


@cache
def rules() -> dict[str, TkdnRule]:
    with TKDN_RULES_FILE.open(encoding="utf-8", newline="") as file:
        rules = [
            TkdnRule(
                row["version"],
                row["regulation"],
                date.fromisoformat(row["valid_from"]),
                frozenset(row["covers"].split()),
                row["source"],
            )
            for row in csv.DictReader(file)
        ]
    return {rule.version: rule for rule in rules}


def tkdn_rule(version: str) -> TkdnRule | None:
    """The rule of a stored version; None for "", which a sheet of a day without a rule has."""
    return rules().get(version)


def tkdn_rule_in_force(today: date) -> TkdnRule | None:
    started = [rule for rule in rules().values() if rule.valid_from <= today]
    return max(started, key=lambda rule: rule.valid_from, default=None)
