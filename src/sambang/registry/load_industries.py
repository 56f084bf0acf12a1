"""Loads KBLI codes and their changes from the old to the new version from reference/ into the tables."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files

from sambang.registry.kbli_versions import NEW_VERSION, OLD_VERSION, REGULATIONS, KbliVersion
from sambang.registry.models import Industry, IndustryChange


def load_industries() -> int:
    """Insert missing rows; existing ones stay, as an administrator may have corrected them. Returns the number of
    codes."""
    crafts = [Industry(source=REGULATIONS[KbliVersion(row["version"])], **row) for row in _rows("industries.csv")]
    every = [
        Industry(version=version, code=row["code"], title=row["title"], source=source)
        for version, source in REGULATIONS.items()
        for row in _rows(f"kbli_{version}.csv")
    ]
    Industry.objects.bulk_create([*crafts, *every], ignore_conflicts=True)  # the hand-written titles take precedence
    existing = {(industry.version, industry.code): industry for industry in Industry.objects.all()}
    IndustryChange.objects.bulk_create(
        [
            IndustryChange(
                old=existing[OLD_VERSION, row["old"]], new=existing[NEW_VERSION, row["new"]], question=row["question"]
            )
            for row in _rows("industry_changes.csv")
        ],
        ignore_conflicts=True,
    )
    return len(existing)


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("sambang.registry") / "reference" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines(), delimiter=";")
