"""Writes docs/asvs.md from docs/asvs.csv: OWASP ASVS 5.0.0, levels 1 and 2. Run by `make docs`; a test compares.

A row: number | level | state | how | proofs; a proof is a path or path::name of a test. The requirements' text is
OWASP's and is not repeated; the file contains our answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA, PAGE = ROOT / "docs" / "asvs.csv", ROOT / "docs" / "asvs.md"
STATES = {"yes": "holds", "part": "in part", "open": "open", "no": "does not apply"}
CHAPTERS = {
    1: "Encoding and sanitization",
    2: "Validation and business logic",
    3: "Web frontend",
    4: "API and web service",
    5: "Files",
    6: "Authentication",
    7: "Sessions",
    8: "Authorization",
    9: "Self-contained tokens",
    10: "OAuth and OIDC",
    11: "Cryptography",
    12: "Secure communication",
    13: "Configuration",
    14: "Data protection",
    15: "Secure coding",
    16: "Logging and errors",
    17: "WebRTC",
}


@dataclass(frozen=True)
class Line:
    number: str
    level: int
    state: str
    how: str
    proofs: tuple[str, ...]

    @property
    def chapter(self) -> int:
        return int(self.number.partition(".")[0])


def lines() -> list[Line]:
    found = []
    for row in DATA.read_text(encoding="utf-8").splitlines():
        number, level, state, how, proofs = row.split("|")
        found.append(Line(number, int(level), state, how, tuple(proofs.split())))
    return found


def violations(found: list[Line]) -> list[str]:
    """Sentences about unknown states, requirements without proof, and proofs that do not exist."""
    wrong = [f"{line.number}: state {line.state}" for line in found if line.state not in STATES]
    wrong += [f"{line.number}: holds without proof" for line in found if line.state == "yes" and not line.proofs]
    wrong += [f"{line.number}: no word how" for line in found if not line.how.strip()]
    return wrong + [violation for line in found for violation in _missing_proofs(line)]


def _missing_proofs(line: Line) -> Iterator[str]:
    for proof in line.proofs:
        path, _colons, name = proof.partition("::")
        file = ROOT / path
        if not file.exists():
            yield f"{line.number}: {path} is not there"
        elif name and f"def {name}(" not in file.read_text(encoding="utf-8"):
            yield f"{line.number}: no test {name} in {path}"


def page() -> str:
    found = lines()
    counted = Counter(line.state for line in found)
    said = [
        "# OWASP ASVS 5.0.0, levels 1 and 2",
        "",
        (
            "Written by `make docs` from `docs/asvs.csv`: change it there. The numbers are the standard's; its "
            "text stands at OWASP. Checked by"
        ),
        "ourselves, by nobody else. A test holds that each number stands here once and that each proof exists.",
        "",
        f"{len(found)} requirements ({sum(line.level == 1 for line in found)} of level 1): "
        + ", ".join(f"{STATES[state]} {counted[state]}" for state in STATES)
        + ".",
    ]
    for chapter, of_chapter in groupby(found, key=lambda line: line.chapter):
        said += [
            "",
            f"## V{chapter} {CHAPTERS[chapter]}",
            "",
            "| number | level | | how | proof |",
            "|---|:-:|---|---|---|",
        ]
        said += [
            f"| {line.number} | {line.level} | {STATES[line.state]} | {line.how} "
            f"| {' '.join(f'`{proof}`' for proof in line.proofs)} |"
            for line in of_chapter
        ]
    return "\n".join(said) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"docs/{PAGE.name} written")
