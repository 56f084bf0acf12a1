"""Each rule stands in one module: no second copy in Python, JavaScript, SQL, templates or XLSForms.

Numbers and units have their own test in lib/test_one_reader.py, region codes in lib/test_region_code.py, guarded
columns in access/test_reader.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from sambang.visits.models import MIN_PULSES
from sambang_stats.disclosure import MIN_OWNERS

SOURCE = Path(__file__).resolve().parent.parent / "src"
SUFFIXES = {".py", ".js", ".sql", ".html", ".typ"}


@dataclass(frozen=True)
class Rule:
    """`pattern` finds a copy of the rule; `home` may hold it; `others` may too, each for its reason; `copies` are
    texts that the pattern has to find."""

    home: str
    pattern: str
    copies: tuple[str, ...]
    others: dict[str, str]


RULES = {
    "when an IKM reports": Rule(
        "sambang/registry/reporting_period.py",
        r"(?:closed_on|established|started_on|ended_on)__(?:l|g)te?\b"
        r"|\b(?:closed_on|established|started_on|ended_on)\b *(?:<=?|>=?) *[%:$?\w.]*month",
        ("Q(closed_on__gt=month)", "where=Q(established__lte=year)", "WHERE closed_on > month", "ended_on >= $month"),
        {
            "sambang/privacy/retention.py": "how long a closed IKM's data are kept, which no report depends on",
        },
    ),
    "a visit took place": Rule(
        "sambang/visits/models.py",
        r"(?i)\[[^\]]*\bheld\b[^\]]*\bsigned\b[^\]]*\]|\([^()]*\bheld['\"]?, *(?:State\.)?['\"]?signed\b[^()]*\)"
        r"|\{[^{}]*\bheld['\"]?, *(?:State\.)?['\"]?signed\b[^{}]*\}",
        ('state__in=["held", "signed"]', "(State.HELD, State.SIGNED)", "state IN ('held', 'signed')"),
        {"sambang/visits/states.py": "which states a visit may move to"},
    ),
    "which report counts for its month": Rule(
        "sambang/production/models.py",
        r"replaced_by(?:_id)?(?:__isnull)?\b *(?:=|is) *(?:None|True)|replaced_by_id +IS +NULL",
        ("report__replaced_by=None", "replaced_by__isnull=True", "r.replaced_by_id IS NULL", "replaced_by_id is None"),
        {
            "sambang/production/history.py": "SQL that is read at every report",
        },
    ),
    "which IKM may be processed": Rule(
        "sambang/registry/models.py",
        r"restricted_at['\"]?\]?\)?(?:__isnull)? *[=:] *(?:None|True)|restricted_at +IS +NULL",
        (
            "business__restricted_at=None",
            '"restricted_at": None',
            "restricted_at__isnull=True",
            "restricted_at IS NULL",
        ),
        {
            "sambang/access/reader.py": "guarded columns, also of a closed IKM",
            "sambang/home/visit_minutes.py": "photographs of a past visit, also to an IKM that closed since",
            "sambang/owners/queries.py": "an IKM is expected to report a month before it closed",
            "sambang/production/contracted_work.py": "work that was done before the contractor closed",
            "sambang/privacy/operations.py": "erasure ends the restriction",
        },
    ),
    "whom to visit": Rule(
        "sambang/visits/queries.py",
        r"\bDUE_AFTER\b *=|\bWEAK_PULSE\b *=|(?:held_on|met_on|last_visit\w*)\b.*(?:months|days) *[=:] *\d",
        ("DUE_AFTER = 6", "held_on < today - relativedelta(months=6)", "last_visited < now - timedelta(days=183)"),
        {},
    ),
    "volume at a fixed price": Rule(
        "sambang_stats/volume.py",
        r"(?i)\bfloor\([^()]*\*[^()]*\+ *(?:0?\.5|1 */ *2)|Math\.round\([^()]*quantity *\*"
        r"|\bround\([^()]*(?:quantity|volume) *\* *price",
        ("np.floor(quantity * price + 0.5)", "FLOOR(q * p + .5)", "Math.round(quantity * price)"),
        {"sambang/home/demo/simulation.py": "the simulated value of a report, not its volume"},
    ),
    "price from value and quantity": Rule(
        "sambang_stats/prices.py",
        r"(?i)\bvalue\)? */ *(?:\w+\.)?quantity\b",
        ("line.value / line.quantity", "SUM(value) / quantity"),
        {
            "sambang/production/plausibility.py": "the price of one report, which is only asked about",
            "sambang/field/static/field/plausibility.js": "the same on the phone; a test compares",
        },
    ),
}


def found_in(rule: Rule) -> set[str]:
    pattern = re.compile(rule.pattern)
    files = [path for path in SOURCE.rglob("*") if path.suffix in SUFFIXES and "migrations" not in path.parts]
    assert len(files) > 500
    return {path.relative_to(SOURCE).as_posix() for path in files if pattern.search(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_no_second_copy(name: str) -> None:
    rule = RULES[name]
    assert found_in(rule) == {rule.home, *rule.others}


@pytest.mark.parametrize("name", RULES)
def test_the_search_finds_a_copy(name: str) -> None:
    rule = RULES[name]
    assert [copy for copy in rule.copies if not re.search(rule.pattern, copy)] == []


def test_a_pulse_is_published_of_as_many_owners_as_a_figure() -> None:
    """`visits` may not import the engine (pyproject.toml, contract *caller*)."""
    assert MIN_PULSES == MIN_OWNERS
