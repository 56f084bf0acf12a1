"""Writes docs/guide.md from the guides of sambang/home/reference/guides."""

from __future__ import annotations

from pathlib import Path

from sambang.home.guides import guide_markdown

PAGE = Path(__file__).resolve().parent.parent / "docs" / "guide.md"

if __name__ == "__main__":
    PAGE.write_text(guide_markdown(), encoding="utf-8")
