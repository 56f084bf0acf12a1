"""docs/look.md: colours stand in one place, and each pair of text and ground has the contrast that is promised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "sambang"
BASE = SOURCE / "lib" / "static" / "lib" / "base.css"
FIELD = SOURCE / "field" / "static" / "field" / "field.css"
TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b")
COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})\b|\brgba?\(|\bhsla?\(", re.IGNORECASE)
SUNLIGHT, TEXT, EDGE = 7.0, 4.5, 3.0


def tokens(path: Path) -> dict[str, str]:
    return dict(TOKEN.findall(path.read_text(encoding="utf-8")))


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    digits = colour.lstrip("#")
    digits = "".join(one * 2 for one in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_21_to_1() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        *[("ink", ground, SUNLIGHT) for ground in ("paper", "ground", "shade", "green-soft", "amber-soft", "red-soft")],
        *[("soft", ground, SUNLIGHT) for ground in ("paper", "ground")],
        *[("soft", "shade", TEXT), ("on-dark", "green", SUNLIGHT), ("on-dark", "green-dark", SUNLIGHT)],
        *[(one, f"{one}-soft", TEXT) for one in ("green", "amber", "red", "blue")],
        *[(one, "paper", SUNLIGHT) for one in ("green", "red", "blue")],
        *[("edge", ground, EDGE) for ground in ("paper", "ground", "shade")],
        *[("amber", ground, EDGE) for ground in ("paper", "ground", "shade")],
    ],
)
def test_contrast(text: str, ground: str, least: float) -> None:
    named = tokens(BASE)
    assert contrast(named[text], named[ground]) >= least


@pytest.mark.parametrize(
    ("text", "ground"), [("ink", "paper"), ("ink", "ground"), ("soft", "paper"), ("green", "paper")]
)
def test_contrast_of_the_offline_app(text: str, ground: str) -> None:
    named = tokens(FIELD)
    assert contrast(named[text], named[ground]) >= SUNLIGHT


def test_colours_are_named_in_one_place() -> None:
    sheets = [path for path in SOURCE.rglob("static/**/*.css") if "field" not in path.parts]
    assert BASE in sheets and len(sheets) >= 4
    elsewhere = [
        f"{path.relative_to(SOURCE)}:{number} {line.strip()}"
        for path in sheets
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if COLOUR.search(line) and not (path == BASE and TOKEN.search(line))
    ]
    assert elsewhere == []


def test_a_year_is_printed_without_a_dot() -> None:
    """Numbers in templates are grouped (2.026): a year is printed with `stringformat:"d"`."""
    grouped = re.compile(r"\{\{\s*[\w.]*(?:year|established)\s*\}\}|=[\w.]+\.(?:year|established)(?=[\s%])")
    body = re.compile(
        r"(\{% blocktranslate.*?%\}).*?\{% endblocktranslate %\}", re.DOTALL
    )  # its variables: after `with`
    found = [
        f"{path.name}: {match[0]}"
        for path in sorted(SOURCE.glob("*/templates/**/*.html"))
        for match in grouped.finditer(body.sub(r"\1", path.read_text()))
    ]
    assert found == []


def test_every_class_of_a_page_has_a_style_or_a_script() -> None:
    styles = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("static/**/*.css"))
    scripts = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("static/**/*.js"))
    classes = {
        name
        for path in SOURCE.rglob("templates/**/*.html")
        for names in re.findall(r'class="([^"{]+)"', path.read_text(encoding="utf-8"))
        for name in names.split()
    }
    assert len(classes) > 50
    styled = set(re.findall(r"\.([a-z][\w-]*)", styles))
    assert {name for name in classes - styled if name not in scripts} == set()
