"""Size, width, complexity and vocabulary of Python code, for Sambang and for checkouts of other projects; of Ruby
code the lines only.

    python -m bench.code NAME=REPOSITORY:FOLDER …

Each repository is read at its HEAD through git; migrations and tests are left out. Complexity is counted as in
tools/budgets.py. Writes bench/results/code.md.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tools.budgets import complexity

RESULT = Path(__file__).parent / "results" / "code.md"
WIDE = 120
COMPLEX = 12
# Words of translated English that were found instead of technical terms (docs/decisions/0032-standard-terms.md).
VAGUE_WORDS = (
    "said",
    "words",
    "told",
    "kept",
    "held",
    "stands",
    "spoken",
    "found",
    "known",
    "shown",
    "whole",
    "taken",
    "here",
)


def git(repository: str, *words: str) -> str:
    return subprocess.run(["git", "-C", repository, *words], capture_output=True, text=True, check=True).stdout


@dataclass
class Project:
    name: str
    commit: str
    files: list[int] = field(default_factory=list)  # lines of each
    wide: int = 0
    unformatted: int = 0
    functions: list[tuple[int, int]] = field(default_factory=list)  # complexity, lines
    vague: Counter[str] = field(default_factory=Counter)
    template_lines: int = 0
    wide_template_lines: int = 0

    def add_python(self, text: str) -> None:
        lines = text.splitlines()
        self.files.append(len(lines))
        self.wide += sum(len(line) > WIDE for line in lines)
        self.unformatted += text.count("fmt: skip")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self.functions.append((complexity(node), (node.end_lineno or 0) - node.lineno + 1))
            for identifier in identifiers(node):
                self.vague.update(
                    part for part in re.split(r"_|(?<=[a-z])(?=[A-Z])", identifier) if part in VAGUE_WORDS
                )

    def add_ruby(self, text: str) -> None:
        lines = text.splitlines()
        self.files.append(len(lines))
        self.wide += sum(len(line) > WIDE for line in lines)

    def add_template(self, text: str) -> None:
        lines = text.splitlines()
        self.template_lines += len(lines)
        self.wide_template_lines += sum(len(line) > WIDE for line in lines)

    def row(self) -> str:
        complexities = sorted(complexity for complexity, _lines in self.functions) or [0]
        lengths = sorted(lines for _complexity, lines in self.functions) or [0]
        cells = [
            f"{self.name} {self.commit}",
            f"{sum(self.files):,} in {len(self.files)}",
            max(self.files),
            self.wide,
            self.unformatted,
            f"{part_of(complexities, 0.95)}, {complexities[-1]}",
            sum(value > COMPLEX for value in complexities),
            f"{part_of(lengths, 0.95)}, {lengths[-1]}",
            f"{self.template_lines:,}, {self.wide_template_lines}",
            self.vague.total(),
        ]
        if not self.functions:  # Ruby: counted by lines only
            cells[5:8], cells[9] = ["", "", ""], ""
        return "| " + " | ".join(map(str, cells)) + " |"


def identifiers(node: ast.AST) -> list[str]:
    """Names that a node defines."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return [node.name, *(argument.arg for argument in (*node.args.args, *node.args.kwonlyargs))]
        case ast.ClassDef():
            return [node.name]
        case ast.Name(ctx=ast.Store()):
            return [node.id]
    return []


def part_of(ordered: list[int], share: float) -> int:
    return ordered[int(share * (len(ordered) - 1))]


def measured(name: str, repository: str, folder: str) -> Project:
    project = Project(name, git(repository, "log", "-1", "--format=%h").strip())
    for path in git(repository, "ls-tree", "-r", "--name-only", "HEAD").splitlines():
        if not path.startswith(folder) or "/migrations/" in path or "/tests/" in path:
            continue
        if path.endswith(".py"):
            project.add_python(git(repository, "show", f"HEAD:{path}"))
        elif path.endswith(".rb"):
            project.add_ruby(git(repository, "show", f"HEAD:{path}"))
        elif path.endswith((".html", ".erb")):
            project.add_template(git(repository, "show", f"HEAD:{path}"))
    return project


def main() -> None:
    rows = []
    for word in sys.argv[1:]:
        name, _equals, place = word.partition("=")
        repository, _colon, folder = place.rpartition(":")
        rows.append(measured(name, repository, folder).row())
    RESULT.write_text(
        f"# The code, measured\n\n`python -m bench.code`, {datetime.now(UTC):%Y-%m-%d}. Python without migrations and "
        "tests; of complexity and length of functions the 95th percentile and the largest; `vague`: identifiers with "
        f"one of {', '.join(VAGUE_WORDS)}. Those left in Sambang are terms of the field: the day on which a visit was "
        "held (`held_on`), a photo taken (`taken_at`), an IKM not found, and words of a text or of a number.\n\n"
        "| project | lines in files | longest file | lines over 120 | fmt: skip | complexity | functions over 12 "
        "| lines of a function | template lines, over 120 | vague |\n|---|---|---|---|---|---|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n",
        encoding="utf-8",
    )
    print(RESULT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
