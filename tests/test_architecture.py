"""What import-linter cannot see of the architecture: string keys between apps, and the lists that must be complete."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from tools import messages

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["id"]: contract for contract in PYPROJECT["tool"]["importlinter"]["contracts"]}


def depth_of_apps(layers: list[str]) -> dict[str, int]:
    """How far down the flow each module stands: the top is 0, siblings share a number."""
    return {name.strip(" ()"): depth for depth, layer in enumerate(layers) for name in layer.split("|")}


def our_apps() -> set[str]:
    return {config.label for config in apps.get_app_configs() if config.name.startswith("sambang.")}


def keys_between_apps() -> list[tuple[str, str, str]]:
    """(field, its app, the app it points to) for each key from one of our apps to another, through tables included."""
    return [
        (str(field), field.model._meta.app_label, field.related_model._meta.app_label)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        if model._meta.app_label in our_apps()
        if field.related_model._meta.app_label in our_apps() - {model._meta.app_label}
    ]


def against_the_flow(keys: list[tuple[str, str, str]]) -> list[str]:
    depth = depth_of_apps(CONTRACTS["flow"]["layers"])
    return [field for field, app, target in keys if depth[target] <= depth[app]]


def test_no_key_points_downstream() -> None:
    keys = keys_between_apps()
    assert len(keys) > 20, "too few keys were collected for this test to mean anything"
    assert against_the_flow(keys) == []


@pytest.mark.parametrize(
    ("app", "target", "allowed"),
    [("visits", "registry", True), ("registry", "visits", False), ("market", "production", False)],
)
def test_the_flow_test_sees_a_key_that_points_downstream_or_sideways(app: str, target: str, allowed: bool) -> None:
    assert (against_the_flow([("key", app, target)]) == []) is allowed


def test_slice_contract_names_every_app() -> None:
    assert set(CONTRACTS["slice"]["containers"]) == {f"sambang.{label}" for label in our_apps()}


def test_every_dependency_has_its_page_of_reasons() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "decisions").glob("*.md")).lower()
    names = [
        requirement.split("[")[0].split(">")[0].split("<")[0].split("=")[0].strip()
        for requirement in [*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["dev"]]
    ]
    assert names
    assert [name for name in names if name.lower() not in pages] == []


def test_every_word_of_the_templates_passes_through_gettext() -> None:
    pages = messages.templates()
    assert len(pages) > 5
    assert [error for page in pages for error in messages.outside_gettext(page)] == []


@pytest.mark.parametrize(
    ("template", "outside"),
    [
        ('<p class="x">{% translate "Kunjungan" %}</p>', False),
        ("<p>{% blocktranslate %}Kunjungan {{ n }}{% endblocktranslate %}</p>", False),
        ("{# Kunjungan #}<!-- Kunjungan -->{% comment %}Kunjungan{% endcomment %}", False),
        ("<p>Kunjungan</p>", True),
        ('<input\n placeholder="Nama pemilik">', True),
        ('{% if a %}<img alt="{% translate "foto" %}">{% else %}Foto{% endif %}', True),
    ],
)
def test_words_outside_gettext_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: str, outside: bool
) -> None:
    page = tmp_path / "page.html"
    page.write_text(template, encoding="utf-8")
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    assert bool(messages.outside_gettext(page)) is outside


@pytest.mark.slow
def test_english_catalogue_is_complete_and_compiled() -> None:
    assert len(list(messages.source_messages())) > 100
    assert messages.catalogue_errors() == []


def test_locked_files_name_no_registry() -> None:
    for name in ("requirements.lock", "tools/engine.txt", "tools/uv.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        assert any("--hash=sha256:" in line for line in lines)
        assert [line for line in lines if "://" in line or line.startswith("-")] == []


def test_every_app_is_installed() -> None:
    folders = {path.parent.name for path in (ROOT / "src" / "sambang").glob("*/apps.py")}
    installed: list[Any] = settings.INSTALLED_APPS
    assert folders == {name.removeprefix("sambang.") for name in installed if name.startswith("sambang.")}


def test_one_clock_which_only_the_demo_stops() -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in (ROOT / "src" / "sambang").rglob("*.py")}
    assert len(sources) > 300
    reading = re.compile(r"timezone\.now|localdate\(\)|localtime\(\)|date\.today|datetime\.now\(\)")
    own = {path for path, text in sources.items() if reading.search(text) and "migrations" not in path.parts}
    stopping = {path for path, text in sources.items() if "stopped_at(" in text}
    assert {path.relative_to(ROOT).as_posix() for path in own} == {"src/sambang/lib/clock.py"}
    assert {path.relative_to(ROOT).as_posix() for path in stopping} == {
        "src/sambang/lib/clock.py",
        "src/sambang/home/demo/clock.py",
    }
