"""The content of an official paper, as blocks. `pdf.py` and `word.py` set the same blocks; neither reads the database.

In every text a line feed begins a new line. In table cells and list items the lines after the first are set smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

BLANK = "." * 40  # to be written by hand


@dataclass(frozen=True)
class LetterheadContent:
    """`region` is the council's own, as on its letters: Kabupaten Sleman. `town` is printed before the date."""

    council: str
    region: str = ""
    town: str = ""
    authority: str = ""  # the line above the council: Pemerintah Kabupaten Sleman
    address: str = ""
    contact: str = ""
    logo: bytes = b""  # JPEG


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 1  # 1 or 2


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Labels:
    """Lines of label, colon and value."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Items:
    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class TableBlock:
    """`widths` are shares of the line; `row_height` in millimetres is the least one, with room to sign."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    row_height: int = 0


@dataclass(frozen=True)
class Signature:
    """`role` and `note` stand above the name; `below` are the lines under it: rank, NIP."""

    role: str
    name: str = ""
    note: str = ""
    below: str = ""
    image: bytes = b""  # JPEG; empty: room to sign by hand


@dataclass(frozen=True)
class Signatures:
    """Signatures side by side (None: an empty column). They are never torn from each other, from the text `above`
    them or from the end of the block before them, so that no page holds signatures alone."""

    place_and_date: str
    signatures: tuple[Signature | None, ...]
    above: str = ""
    below: Signature | None = None


@dataclass(frozen=True)
class Pictures:
    pictures: tuple[tuple[bytes, str], ...]  # JPEG and caption


@dataclass(frozen=True)
class Chart:
    """A drawing across the line; `alt` says in words what it shows."""

    picture: bytes  # JPEG
    alt: str


type Block = Heading | Text | Labels | Items | TableBlock | Signatures | Pictures | Chart


@dataclass(frozen=True)
class PaperContent:
    """`number` is None on a paper that takes none, and empty until it is given. `dated_at` enters the file, so that
    the same content gives the same bytes."""

    title: str
    letterhead: LetterheadContent
    subject: str
    blocks: Sequence[Block]
    dated_at: datetime
    number: str | None = None
    has_title: bool = True  # a letter (undangan) has none
    is_simulated: bool = False

    @property
    def footer(self) -> str:
        simulated = " · data peragaan, dibuat-buat" if self.is_simulated else ""
        return f"{self.title} · {self.subject}{simulated}"
