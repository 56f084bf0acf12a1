"""The content of an official paper, as blocks. `pdf.py` and `word.py` render the same blocks; neither reads the
database.
A line feed begins a new line in every text. In table cells and list items the following lines are smaller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

BLANK_LINE = "." * 40  # a line to fill in by hand


@dataclass(frozen=True)
class LetterheadContent:
    """`region` is the council's region as on its letters: Kabupaten Sleman. `town` precedes the date."""

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
    is_at_right: bool = False


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
    """`widths` are relative column widths; `row_height` is the minimum in millimetres, which leaves room to sign."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    row_height: int = 0


@dataclass(frozen=True)
class SignatureBlock:
    """`role` and `note` are printed above the name; `below` are the lines under it: rank, NIP."""

    role: str
    name: str = ""
    note: str = ""
    below: str = ""
    image: bytes = b""  # JPEG; empty: room to sign by hand


@dataclass(frozen=True)
class Signatures:
    """Signatures side by side (None: an empty column); `place_and_date` is empty where it stands above. They stay on
    one page with each other, with the text `above` and with the end of the preceding block, so that no page contains
    only signatures."""

    place_and_date: str
    signatures: tuple[SignatureBlock | None, ...]
    above: str = ""
    below: SignatureBlock | None = None


@dataclass(frozen=True)
class Pictures:
    pictures: tuple[tuple[bytes, str], ...]  # JPEG and caption


@dataclass(frozen=True)
class Chart:
    """A drawing; `alt`: text alternative."""

    picture: bytes  # JPEG
    alt: str
    width: int = 100  # percent of the line


type Block = Heading | Text | Labels | Items | TableBlock | Signatures | Pictures | Chart


@dataclass(frozen=True)
class PaperContent:
    """`number` is None for a paper without a number, and empty until a number is assigned. `dated_at` becomes the
    file's date, so that the same content gives the same bytes."""

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
