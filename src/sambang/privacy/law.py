"""The deadlines of UU 27/2022, from `reference/articles.csv`: each article with its source. Another law is another
version."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files

LAW_VERSION = "UU 27/2022"  # the law in force


@dataclass(frozen=True)
class Article:
    version: str
    article: str
    about: str
    hours: int | None  # the deadline; None: the law sets none
    source: str

    def __str__(self) -> str:
        return f"{self.version} Pasal {self.article}"

    @property
    def within(self) -> timedelta | None:
        return None if self.hours is None else timedelta(hours=self.hours)


def read_reference(name: str) -> list[dict[str, str]]:
    text = (files("sambang.privacy") / "reference" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def articles(version: str = LAW_VERSION) -> dict[str, Article]:
    articles_of_law = [
        Article(
            row["version"], row["article"], row["about"], int(row["hours"]) if row["hours"] else None, row["source"]
        )
        for row in read_reference("articles.csv")
    ]
    return {article.about: article for article in articles_of_law if article.version == version}
