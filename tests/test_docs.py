"""Generated pages of docs/ are up to date, and documents name existing things."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.core.management import get_commands
from tools import access_page

import sambang
from sambang.access.reach import REACH
from sambang.access.roles import ROLE_VERBS
from sambang.command_list import ENGINE_COMMANDS


def test_access_page_is_what_the_tables_say() -> None:
    written = access_page.PAGE.read_text(encoding="utf-8")
    assert written == access_page.page(), "docs/access.md is old: run `make docs`"
    assert all(f"| {verb} |" in written for verbs in ROLE_VERBS.values() for verb in verbs)
    assert all(f"| {label} |" in written for label in REACH)


def page(name: str) -> str:
    return (access_page.PAGE.parent / name).read_text(encoding="utf-8")


def test_every_setting_is_described_and_nothing_else() -> None:
    source = Path(sambang.__file__).parent
    read = set()
    for file in (source / "settings.py", source / "environment.py"):
        read |= set(re.findall(r'"(SAMBANG_[A-Z_]+|DATABASE_URL)"', file.read_text(encoding="utf-8")))
    described = set(re.findall(r"^\| `([A-Z_]+)` \|", page("operate.md"), re.M))
    assert len(read) >= 7
    assert described == read


def test_every_command_is_described_and_nothing_else() -> None:
    ours = {name for name, app in get_commands().items() if str(app).startswith("sambang.")} | set(ENGINE_COMMANDS)
    described = set(re.findall(r"^\| `sambang ([a-z_]+)", page("operate.md"), re.M))
    assert len(ours) >= 5
    assert described == ours


def test_every_model_is_in_the_glossary() -> None:
    terms = set(re.findall(r"^\| [^|]+ \| `(?:\w+\.)?(\w+)", page("glossary.md"), re.M))
    models = {model.__name__ for model in apps.get_models() if model.__module__.startswith("sambang.")}
    models = {name for name in models if "_" not in name}  # the tables between many and many have no name of their own
    assert len(models) > 25
    assert models <= terms, f"not in docs/glossary.md: {sorted(models - terms)}"


def test_every_place_that_the_flow_names_exists() -> None:
    source = Path(sambang.__file__).parent
    table = page("flow.md").split("# Usual changes")[0]
    rows = re.findall(r"^\| (?!to change|-)[^|]+\| (.+) \|$", table, re.M)
    places = [place for row in rows for place in re.findall(r"`([^`]+)`", row)]
    assert len(rows) >= 30 and all("`" in row for row in rows)
    roots = (source, source.parent, source.parent.parent)
    missing = [place for place in places if not any((root / place).exists() for root in roots)]
    assert [place for place in missing if place != "templates/"] == []


def test_each_usual_change_has_one_place_that_its_name_leads_to() -> None:
    section = page("flow.md").split("# Usual changes")[1].split("\n# ")[0]
    places = re.findall(r"\| `([\w/.]+)::(\w+)` \|$", section, re.M)
    assert len(places) == 30
    source = Path(sambang.__file__).parents[1]
    definitions: dict[str, set[str]] = defaultdict(set)
    for path in source.rglob("*.py"):
        for name in top_level_names(ast.parse(path.read_text(encoding="utf-8"))):
            definitions[name].add(path.relative_to(source).as_posix().removeprefix("sambang/"))
    assert {name: definitions[name] for _file, name in places} == {name: {file} for file, name in places}


def top_level_names(module: ast.Module) -> Iterator[str]:
    for node in module.body:
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def test_every_page_that_the_code_names_exists() -> None:
    root = Path(sambang.__file__).parents[2]
    files = [file for folder in ("src", "tools", "bench") for file in (root / folder).rglob("*.py")]
    named = {name for file in files for name in re.findall(r"docs/[\w/-]+\.md", file.read_text(encoding="utf-8"))}
    assert len(named) > 15
    assert sorted(name for name in named if not (root / name).exists()) == []


NAMING_DOCUMENTS = ("../CONTRIBUTING.md", "../SECURITY.md", "flow.md", "decisions/*.md")
# Names that a document mentions because they are gone, or that belong to Django or PostgreSQL.
NAMES_OF_OTHERS = {"0025-batch-transactions.md": {"unit_of_work"}, "0027-row-security.md": {"ATOMIC_REQUESTS"}}


def test_each_name_in_the_documents_for_developers_exists() -> None:
    root = access_page.PAGE.parents[1]
    source = [
        path.read_text(encoding="utf-8")
        for folder in ("src", "tests", "tools", "bench")
        for path in (root / folder).rglob("*")
        if path.suffix in {".py", ".js", ".html", ".css", ".csv", ".toml", ".typ", ".sh", ""} and path.is_file()
    ]
    existing = set(re.findall(r"\w+", "\n".join([*source, (root / "pyproject.toml").read_text(encoding="utf-8")])))
    existing |= {path.stem for folder in ("src", "tests", "tools", "bench") for path in (root / folder).rglob("*.py")}
    documents = [path for pattern in NAMING_DOCUMENTS for path in access_page.PAGE.parent.glob(pattern)]
    assert len(documents) > 30 and len(existing) > 10_000
    missing = {
        (path.name, name)
        for path in documents
        if path.name != "0032-standard-terms.md"  # a table of former names
        for code in re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S))
        for name in re.findall(r"\w+", code)
        if ("_" in name or re.search(r"[a-z][A-Z]", name))
        and name not in existing | NAMES_OF_OTHERS.get(path.name, set())
    }
    assert missing == set()


def test_each_term_of_the_glossary_has_one_row() -> None:
    rows = re.findall(r"^\| (?!Indonesian \||-)([^|]+) \| ([^|]+) \|", page("glossary.md"), re.M)
    assert len(rows) > 140
    for column in zip(*rows, strict=True):
        terms = [term.strip(" `").lower() for cell in column for term in cell.split(",")]
        assert sorted(term for term in set(terms) if terms.count(term) > 1) == []
