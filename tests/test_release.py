"""What a release consists of: one version, a container file, a workflow and issue templates that fit the repository."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands, load_command_class

import sambang

ROOT = Path(__file__).resolve().parent.parent
CONTAINER = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} (.+)$", CONTAINER, re.M)


def test_the_version_is_written_once() -> None:
    assert PYPROJECT["project"]["dynamic"] == ["version"] and "version" not in PYPROJECT["project"]
    assert PYPROJECT["tool"]["hatch"]["version"]["path"] == "src/sambang/__init__.py"
    line = [sys.executable, "-m", "sambang", "version"]
    assert subprocess.run(line, check=True, capture_output=True, text=True).stdout.strip() == sambang.__version__


def test_the_changelog_has_this_version_for_offices_and_for_developers() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    [section] = re.findall(rf"^## {re.escape(sambang.__version__)}\b.*?(?=^## |\Z)", changelog, re.M | re.S)
    assert re.findall(r"^### (.+)$", section, re.M) == ["For offices", "For developers"]


def test_the_container_copies_what_exists_and_what_the_build_needs() -> None:
    copied = [path for line in instructions("COPY") if not line.startswith("--from") for path in line.split()[:-1]]
    assert len(copied) >= 6
    assert [path for path in copied if not (ROOT / path).exists()] == []
    # The prerequisites of `make setup`, and what the build backend reads.
    prerequisites = re.search(r"^\.venv/ready: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert prerequisites is not None
    needed = [*prerequisites[1].split(), PYPROJECT["project"]["readme"], *PYPROJECT["project"]["license-files"], "src"]
    assert [path for path in needed if not any(Path(path).is_relative_to(place) for place in copied)] == []


def test_the_container_runs_as_nobody_special_and_serves_by_a_command_of_ours() -> None:
    [user] = instructions("USER")
    assert int(user) > 0
    assert CONTAINER.index("\nUSER ") < CONTAINER.index("\nCMD ")
    [command] = instructions("CMD")
    program, name, *options = [str(word) for word in yaml.safe_load(command)]
    assert program in PYPROJECT["project"]["scripts"]
    parser = load_command_class(get_commands()[name], name).create_parser("sambang", name)
    assert parser.parse_args(options).port == int(instructions("EXPOSE")[0])


def test_the_container_makes_what_the_makefile_can_make() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    made = [shlex.split(line)[1] for line in instructions("RUN") if line.startswith("make ")]
    assert made and set(made) <= targets


def test_the_container_takes_python_of_the_lock() -> None:
    wanted = (ROOT / ".python-version").read_text(encoding="utf-8").strip()
    bases = instructions("FROM")
    assert bases and all(base.split(":")[1].startswith(f"{wanted}-") for base in bases)


def test_the_workflow_runs_what_ci_runs() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert any(step.get("run") == ".ci/run" for step in steps)
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert workflow["permissions"] == {"contents": "read"}


@pytest.mark.parametrize(
    "file", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")), ids=lambda file: file.name
)
def test_an_issue_template_can_be_read(file: Path) -> None:
    template = yaml.safe_load(file.read_text(encoding="utf-8"))
    if file.name == "config.yml":
        assert template["blank_issues_enabled"] is False
        return
    assert {"name", "description", "body"} <= set(template)
    named = [field["id"] for field in template["body"] if field["type"] != "markdown"]
    assert named and len(set(named)) == len(named)
