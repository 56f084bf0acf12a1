"""The guides for clerks, officers, heads and leaders: one TOML file each. Page, PDF and docs/guide.md show the same."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from django.utils.translation import get_language
from PIL import Image

from sambang.papers.blocks import Block, Chart, Heading, Items, LetterheadContent, PaperContent, Text
from sambang.papers.pdf import render_pdf

GUIDES_FOLDER = Path(__file__).parent / "reference" / "guides"
PICTURES = Path(__file__).parent / "static" / "home" / "pictures"
EDITION = datetime(2026, 11, 29, tzinfo=UTC)  # date of the PDF files


@dataclass(frozen=True)
class GuideSection:
    """`picture`: name of a file in PICTURES, "" without one; tests/browser/test_pictures.py takes them."""

    heading: str
    sentences: tuple[str, ...]
    picture: str = ""

    @property
    def picture_path(self) -> str:
        """Of the static file."""
        return f"home/pictures/{self.picture}.png"

    @property
    def picture_text(self) -> str:
        return f"{self.heading}, data peragaan"


@dataclass(frozen=True)
class Guide:
    slug: str
    title: str
    title_en: str
    purpose: str
    sections: tuple[GuideSection, ...]

    @property
    def localized_title(self) -> str:
        return self.title_en if get_language() == "en" else self.title


@cache
def guides() -> dict[str, Guide]:
    """Every guide by its slug, in the order of the files. Read once in a process."""
    by_name = {}
    for path in sorted(GUIDES_FOLDER.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        sections = tuple(
            GuideSection(row["heading"], tuple(row["sentences"]), row.get("picture", "")) for row in data["sections"]
        )
        slug = path.stem.partition("-")[2]
        by_name[slug] = Guide(slug, data["title"], data["title_en"], data["purpose"], sections)
    return by_name


def guide_pdf(guide: Guide) -> bytes:
    blocks: list[Block] = [Text(guide.purpose)]
    for section in guide.sections:
        blocks += [Heading(section.heading), Items(section.sentences, numbered=True)]
        if section.picture:
            blocks.append(Chart(_jpeg(section.picture), section.picture_text, width=70))
    content = PaperContent(
        title=guide.title,
        letterhead=LetterheadContent("Sambang"),
        subject=guide.purpose,
        blocks=blocks,
        dated_at=EDITION,
    )
    return render_pdf(content)


@cache
def _jpeg(picture: str) -> bytes:
    output = BytesIO()
    with Image.open(PICTURES / f"{picture}.png") as image:
        image.convert("RGB").save(output, "JPEG", quality=80)
    return output.getvalue()


def guide_markdown() -> str:
    """docs/guide.md, with the pictures of the documentation."""
    lines = ["# Petunjuk", "", "Juga di dalam Sambang, di `/petunjuk/`, dan di sana sebagai PDF.", ""]
    for guide in guides().values():
        lines += [f"## {guide.title}", "", guide.purpose, ""]
        for section in guide.sections:
            lines += [f"### {section.heading}", ""]
            lines += [f"{number}. {sentence}" for number, sentence in enumerate(section.sentences, 1)]
            lines += ["", f"![{section.picture_text}](pictures/{section.picture}.png)"] * bool(section.picture)
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"
