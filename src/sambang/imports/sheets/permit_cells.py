"""Reads a cell that names several permits: "NIB 1234567890123, P-IRT 2063471010203-25 (s.d. 31/12/2026), Halal belum".

Nothing is guessed: where a cell denies a permit ("belum"), another one that it only names may be denied too, and is an
error, as is everything that is no permit, number, day or usual word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from sambang.imports.sheets import detail_values, values
from sambang.imports.sheets.grid import CellValue, text_of
from sambang.imports.sheets.results import PermitCells
from sambang.registry.id_numbers import strip_invisible
from sambang.registry.permit_kinds import PERMIT_WORDS, PermitKind

# Headings of such cells: "Legalitas Usaha", "Izin yang dimiliki", "NIB/P-IRT/Halal", "SIUP".
GENERAL = "legalitas|perizinan|perijinan|izin|ijin|sertifikat|sertifikasi"
BESIDE = (
    r"no|nomor|jenis|dokumen|kelengkapan|data|surat|kepemilikan|dan|atau|usaha|ikm|produk|industri|edar|yang|yg|telah"
    r"|sudah|memiliki|dimiliki|punya|dipunyai|lain|lainnya|dll"
)
ONE_KIND = (
    r"(nib|(spp )?p ?irt|halal|sni|tkdn|svlk|b ?pom( ri)?+( m[dl])*+|(merek|merk|hki|haki)( (merek|merk|hki|haki))*+)"
)
WORDS = rf"(({GENERAL}|{BESIDE}|{ONE_KIND}) )*"
SEVERAL_PERMITS = (
    rf"^(.*> )?((?=[^>]*\b({GENERAL})\b)({GENERAL}|{BESIDE}| )+|({GENERAL}) > (no|nomor|jenis|lain|lainnya)"
    rf"|{WORDS}{ONE_KIND} {WORDS}{ONE_KIND}( ({GENERAL}|{BESIDE}))*)$"
    r"|^(?!.*(nama|tanggal|tgl|tahun|status)).*\b(siup|tdp|tdi|iumk)\b"
)

MAX_TEXT_LENGTH = 500  # characters; the patterns below take the square of it
NPWP = "npwp"  # no permit, but often named among them
PERMITS_NAMED = {**{kind.value: pattern for kind, pattern in PERMIT_WORDS.items()}, NPWP: "npwp"}
MENTION = re.compile(
    "|".join(rf"(?P<{kind}>(?<![^\W\d_])({pattern})(?![^\W\d_]))" for kind, pattern in PERMITS_NAMED.items()), re.I
)
NUMBER_SHAPES = (  # a number that says by itself of what it is
    ("pirt", r"\d{12,15}-\d{2}"),
    ("halal", r"ID\d{14,20}"),
    ("brand", r"IDM\d{9}"),
    ("nib", r"\d{13}"),
    (NPWP, r"[\d.]{12}-[\d.]{7}"),
)
NUMBER_SHAPE = re.compile("|".join(rf"(?P<{kind}>(?<!\w){shape}(?!\w))" for kind, shape in NUMBER_SHAPES), re.I)
FILE_NUMBER = re.compile(
    r"(?=(?:\D*\d){5})(?!\d{1,2}/\d{1,2}/\d{2,4}$)(?:no\.? ?)?((?:AHU|\d)[\w.-]*(?:/[\w.-]+)+)", re.I
)  # 503/22/IUI
ITEM_END = re.compile(r"[;,\n|+&•]|\s(?:dan|serta)\s|(?:^|\s)\d{1,2}[.)]\s+(?=[^\W\d])", re.I)
DAY_TEXT = r"\d{1,2}[-/. ]+\w+[-/. ]+\d{2,4}|\d{4}-\d\d-\d\d"
CONTINUES = re.compile(  # a part of a text that says the day of the part before it
    r"\W*(?:s ?[./]? ?d\b|sampai|hingga|berlaku|masa|exp|kada?lu|berakhir|terbit|tgl|tanggal"
    rf"|({DAY_TEXT})\W*$)",
    re.I,
)
DENYING = re.compile(
    r"\b(?:belum|blm|tidak|tdk|tanpa|non|pengajuan|mengurus|pengurusan|((masih|sedang|dalam|baru) )*(di)?proses)\b",
    re.I,
)
AFFIRMING = re.compile(
    r"\b(?:ada|sudah|sdh|punya|memiliki|lengkap|ya|terdaftar|bersertifikat)\b|[√✓✔]|(?<!\w)v(?!\w)", re.I
)
USUAL_WORDS = re.compile(
    r"\b(?:no|nomor|nomer|izin|ijin|sertifikat|sertifikasi|surat|usaha|produk|punya|memiliki|ada|lagi|ri|mui|bpjph|dari"
    r"|self declare|reguler|kemenkumham|djki|dinkes|oss|rba|berlaku|masih|seumur hidup|selamanya)\b|[\W_]",
    re.I,
)
BEFORE_NUMBER = re.compile(r"^(?:\W|(?:no|nomor|nomer|sertifikat|izin|terdaftar|sudah|ada|ri|mui|bpjph)\b)*", re.I)
AFTER_NUMBER = re.compile(r"(?:\W|\b(?:no|nomor|sertifikat|izin|surat|sudah|ada))*$", re.I)
ISSUED_ON = re.compile(rf"[\s(,;]+(?:terbit|tgl\.?|tanggal)[\s.:]*({DAY_TEXT})\)?", re.I)


@dataclass
class PermitsRead:
    """The permits of one cell; `unread` names what is left to ask about."""

    permits: list[PermitCells] = field(default_factory=list)
    npwp: str | None = None
    unread: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Named:
    """One permit as it is named: its word, what stands after it, and whether the text says that there is one."""

    kind: str
    word: str
    rest: str
    affirmed: bool
    denied: bool


def permits_in(cell: CellValue, heading: str = "") -> PermitsRead | None:
    """None for a cell that names no permit. `heading` says which permit it is where the cell does not, and the heading
    names one: "SIUP"."""
    text = _text(cell)
    if len(text) > MAX_TEXT_LENGTH:
        return PermitsRead(unread=[f"{text[:60]}…"])
    if not MENTION.search(text):
        if values.is_absent(cell):
            return None
        text = _with_kind_of(heading, text)
    return _permits_of(text)


def _permits_of(text: str) -> PermitsRead | None:
    read = PermitsRead()
    named = [part for item in _items(text, read) for part in _named(item)]
    doubtful = any(part.denied and not part.rest.lstrip().startswith("(") for part in named)
    for part in named:
        if not part.denied:
            _read_permit(part, read, doubtful=doubtful)
    return read if read.permits or read.npwp or read.unread else None


def _text(cell: CellValue) -> str:
    """In one line, its lines separated by semicolons."""
    text = cell if isinstance(cell, str) else text_of(cell)
    return " ".join(strip_invisible(text).replace("\n", "; ").split())


def _with_kind_of(heading: str, text: str) -> str:
    kinds = {match.lastgroup: match[0] for match in MENTION.finditer(heading)}
    return f"{next(iter(kinds.values()))} {text}" if len(kinds) == 1 and not NUMBER_SHAPE.search(text) else text


def _items(text: str, read: PermitsRead) -> list[str]:
    """The parts of a text, each with at least one permit or number of one; a day belongs to the part before it."""
    items: list[str] = []
    for part in filter(str.strip, ITEM_END.split(text)):
        number = FILE_NUMBER.fullmatch(part.strip())
        if NUMBER_SHAPE.search(part) or (MENTION.search(part) and not number):
            items.append(part)
        elif items and (CONTINUES.match(part) or DENYING.search(part)):
            items[-1] += f" {part.strip()}"
        elif number:
            read.permits.append(PermitCells(PermitKind.OTHER.value, number[1][:60]))
        elif USUAL_WORDS.sub("", AFFIRMING.sub("", DENYING.sub("", part))):
            read.unread.append(part.strip(" ,;:.()"))
    return items


def _named(item: str) -> list[_Named]:
    """The permits of a part. Words before the first say whether they all are there: "belum ada NIB"."""
    matches = list(MENTION.finditer(item)) or list(NUMBER_SHAPE.finditer(item))
    lead = item[: matches[0].start()]
    parts = []
    for at, match in enumerate(matches):
        end = matches[at + 1].start() if at + 1 < len(matches) else len(item)
        is_number = match.re is NUMBER_SHAPE
        rest = item[match.start() if is_number else match.end() : end]
        says = lead if DENYING.search(lead) or AFFIRMING.search(lead) else rest
        before = "" if USUAL_WORDS.sub("", AFFIRMING.sub("", DENYING.sub("", lead))) == "" or at else lead
        parts.append(
            _Named(
                match.lastgroup or "",
                "" if is_number else match[0],
                f"{rest} {before}".rstrip(),
                bool(AFFIRMING.search(says)),
                bool(DENYING.search(says)) and not _digits(rest) >= values.MIN_PERMIT_DIGITS,
            )
        )
    return _joined(parts)


def _joined(parts: list[_Named]) -> list[_Named]:
    """ "Sertifikat Halal MUI … Halal": a permit named twice with nothing between is named once."""
    joined: list[_Named] = []
    for part in parts:
        if joined and joined[-1].kind == part.kind != PermitKind.OTHER and not USUAL_WORDS.sub("", joined[-1].rest):
            joined.pop()
        joined.append(part)
    return joined


def _read_permit(part: _Named, read: PermitsRead, *, doubtful: bool) -> None:
    rest, issued = _without_day(part.rest, ISSUED_ON, read)
    number, term = values.permit_and_term(rest)
    until = _day(term, read) if term else ""
    number = AFTER_NUMBER.sub("", BEFORE_NUMBER.sub("", number))
    if _digits(number) < values.MIN_PERMIT_DIGITS:
        left = USUAL_WORDS.sub("", AFFIRMING.sub("", number))
        if left:
            read.unread.append(f"{part.word} {number}".strip())
        elif doubtful and not part.affirmed and not until:
            read.unread.append(part.word)
            return
        number = ""
    _add(part, number, (issued, until), read)


def _add(part: _Named, number: str, days: tuple[str, str], read: PermitsRead) -> None:
    try:
        if part.kind == NPWP:
            read.npwp = read.npwp or values.npwp(number)
            return
        if part.kind == PermitKind.NIB and number:
            number = values.nib(number) or ""
    except ValueError:
        read.unread.append(f"{part.word} {number}".strip())
        return
    if part.kind == PermitKind.OTHER:
        number = f"{part.word} {number}".strip()
    issued, until = days if not (all(days) and days[1] < days[0]) else (days[0], "")
    permit = PermitCells(part.kind, number[:60], issued, until)
    if permit not in read.permits:
        read.permits.append(permit)


def _digits(text: str) -> int:
    return sum(mark.isdigit() for mark in text)


def _without_day(text: str, pattern: re.Pattern[str], read: PermitsRead) -> tuple[str, str]:
    match = pattern.search(text)
    return (text[: match.start()] + text[match.end() :], _day(match[1], read)) if match else (text, "")


def _day(text: str, read: PermitsRead) -> str:
    try:
        day: date | None = detail_values.day(text)
    except ValueError:
        read.unread.append(text)
        return ""
    return day.isoformat() if day else ""
