"""What UU 27/2022 says of time, from `reference/articles.csv`: each article with its source. Another law is another
version."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files

VERSION = "UU 27/2022"  # the version that holds; older ones stay in the table


@dataclass(frozen=True)
class Article:
    version: str
    article: str
    about: str
    hours: int | None  # within which it must be done; None: the law names no time
    source: str

    def __str__(self) -> str:
        return f"{self.version} Pasal {self.article}"

    @property
    def within(self) -> timedelta | None:
        return None if self.hours is None else timedelta(hours=self.hours)


def rows_of(name: str) -> list[dict[str, str]]:
    text = (files("sambang.privacy") / "reference" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def articles(version: str = VERSION) -> dict[str, Article]:
    """By what each is about."""
    found = [
        Article(
            row["version"], row["article"], row["about"], int(row["hours"]) if row["hours"] else None, row["source"]
        )
        for row in rows_of("articles.csv")
    ]
    return {article.about: article for article in found if article.version == version}
