"""Writes docs/privacy.md from src/sambang/privacy/reference/. Run by `make docs`; a test compares."""

import os
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "privacy.md"
HAND = "## Field by field"  # what stands above it is written by hand


def page() -> str:
    """The page's text. Requires `django.setup()`."""
    from django.utils import translation

    from sambang.privacy.fields import personal_fields
    from sambang.privacy.law import articles

    with translation.override("id"):
        above = PAGE.read_text(encoding="utf-8").split(HAND)[0]
        lines = [above + HAND, "Written by `make docs` from `src/sambang/privacy/reference/`: change it there.", ""]
        lines += ["| field | holds | purpose | basis | sensitivity | kept | when erased | sealed |"]
        lines += ["|---|---|---|:-:|---|---|---|:-:|"]
        lines += [
            f"| `{field.model}.{field.field}` | {field.title} | {field.why.label} | {field.why.basis} | "
            f"{field.sensitivity} | {field.retention_period.label} | {field.erasure_label} | "
            f"{'●' if field.encrypted else ''} |"
            for field in personal_fields()
        ]
        lines += ["", "## Articles", "", "| article | about | hours | read in |", "|---|---|---|---|"]
        lines += [
            f"| {article} | {article.about} | {article.hours or '–'} | {article.source} |"
            for article in articles().values()
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
    import django

    django.setup()
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
