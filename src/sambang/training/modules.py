"""The learning modules: one TOML file each with its pictures, in one folder. A new file is a new module."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

QUESTIONS = 3  # of each module
MIN_ANSWERS = 2
MODULES_FOLDER = Path(__file__).parent / "static" / "training" / "modules"


class ModuleFileError(Exception):
    """A file of a module that cannot be used: name, error, correction."""


@dataclass(frozen=True)
class ModuleStep:
    """`picture` is the name of an SVG file beside the module; `picture_text` describes it."""

    heading: str
    picture: str
    picture_text: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class ModuleQuestion:
    """A question asked before and after the lesson. `right` is the position of the right answer, from 1."""

    text: str
    answers: tuple[str, ...]
    right: int


@dataclass(frozen=True)
class LearningModule:
    """`slug` is the name of the file without its ending; files are ordered by it."""

    slug: str
    title: str
    title_en: str
    goal: str
    practice: str
    steps: tuple[ModuleStep, ...]
    questions: tuple[ModuleQuestion, ...]

    @property
    def localized_title(self) -> str:
        return self.title_en if get_language() == "en" else self.title


@cache
def learning_modules() -> dict[str, LearningModule]:
    """Every module by its slug, in order. Read once in a process."""
    return {path.stem: read_module(path) for path in sorted(MODULES_FOLDER.glob("*.toml"))}


def read_module(path: Path) -> LearningModule:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        details = {"file": path.name, "why": error}
        raise ModuleFileError(_("%(file)s bukan TOML yang sah: %(why)s.") % details) from error
    steps = data.get("steps")
    if not isinstance(steps, list) or not steps or not all(isinstance(step, dict) for step in steps):
        raise ModuleFileError(_("%(file)s tidak berisi langkah: tambahkan [[steps]].") % {"file": path.name})
    texts = {name: _text(data, name, path) for name in ("title", "title_en", "goal", "practice")}
    questions = tuple(_question(row, path) for row in data.get("questions", ()))
    if len(questions) != QUESTIONS:
        raise ModuleFileError(
            _("%(file)s: tulis tepat %(count)d pertanyaan ([[questions]]).") % {"file": path.name, "count": QUESTIONS}
        )
    return LearningModule(
        slug=path.stem, steps=tuple(_step(step, path) for step in steps), questions=questions, **texts
    )


def _question(data: Any, path: Path) -> ModuleQuestion:
    answers = data.get("answers") if isinstance(data, dict) else None
    right = data.get("right") if isinstance(data, dict) else None
    if (
        not isinstance(answers, list)
        or not all(isinstance(answer, str) and answer.strip() for answer in answers)
        or len(set(answers)) < MIN_ANSWERS
        or not isinstance(right, int)
        or not 1 <= right <= len(answers)
    ):
        raise ModuleFileError(
            _("%(file)s: pertanyaan memerlukan dua jawaban (answers) atau lebih, dan nomor yang benar (right).")
            % {"file": path.name}
        )
    return ModuleQuestion(_text(data, "text", path), tuple(answers), right)


def _step(data: dict[str, Any], path: Path) -> ModuleStep:
    sentences = data.get("sentences")
    if not isinstance(sentences, list) or not sentences or not all(isinstance(one, str) for one in sentences):
        raise ModuleFileError(_("%(file)s: sebuah langkah tidak berisi kalimat (sentences).") % {"file": path.name})
    texts = {name: _text(data, name, path) for name in ("heading", "picture", "picture_text")}
    if Path(texts["picture"]).name != texts["picture"] or not (path.parent / texts["picture"]).is_file():
        details = {"file": path.name, "picture": texts["picture"]}
        raise ModuleFileError(_("%(file)s: gambar %(picture)s tidak ada di folder yang sama.") % details)
    return ModuleStep(sentences=tuple(sentences), **texts)


def _text(data: dict[str, Any], name: str, path: Path) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ModuleFileError(_("%(file)s: %(name)s belum diisi.") % {"file": path.name, "name": name})
    return value
