"""The papers of a visit (naskah dinas) as blocks, from its minutes.

They are always in Indonesian: they go into an Indonesian file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from enum import StrEnum

from sambang.lib.number_words import date_to_words, format_long_date, format_short_date, number_to_words
from sambang.papers.blocks import (
    BLANK_LINE,
    Block,
    Heading,
    Items,
    Labels,
    PaperContent,
    Pictures,
    SignatureBlock,
    Signatures,
    TableBlock,
    Text,
)
from sambang.visits.minutes import Attendee, Minutes, RecordedAspiration
from sambang.visits.models import median_pulse

ROW_HEIGHT = 6  # millimetres: room to sign
BLANK_ROWS = 3  # of an attendance list printed before the visit
ALSO_TOUCHES_LABEL = "\nDialami juga oleh: "


class Paper(StrEnum):
    UNDANGAN = "undangan"
    SURAT_TUGAS = "surat-tugas"
    DAFTAR_HADIR = "daftar-hadir"
    NOTULEN = "notulen"
    BERITA_ACARA = "berita-acara"
    LAPORAN = "laporan"


PAPER_TITLES = {
    Paper.UNDANGAN: "Undangan",
    Paper.SURAT_TUGAS: "Surat Tugas",
    Paper.DAFTAR_HADIR: "Daftar Hadir",
    Paper.NOTULEN: "Notulen Kunjungan",
    Paper.BERITA_ACARA: "Berita Acara Kunjungan",
    Paper.LAPORAN: "Laporan Perjalanan Dinas",
}
BEFORE_THE_VISIT = frozenset({Paper.UNDANGAN, Paper.SURAT_TUGAS, Paper.DAFTAR_HADIR})
WITHOUT_NUMBER = frozenset({Paper.DAFTAR_HADIR})
WITH_PICTURES = frozenset({Paper.LAPORAN})


def paper_content(paper: Paper, minutes: Minutes) -> PaperContent:
    visit = minutes.visit
    return PaperContent(
        title=PAPER_TITLES[paper],
        letterhead=minutes.letterhead,
        subject=f"{visit.cluster}, {format_short_date(visit.day)}",
        blocks=CONTENTS[paper](minutes),
        dated_at=visit.signed_at or datetime.combine(visit.day, time(), UTC),
        number=None if paper in WITHOUT_NUMBER else minutes.number,
        has_title=paper != Paper.UNDANGAN,
        is_simulated=visit.is_simulated,
    )


def _invitation(minutes: Minutes) -> list[Block]:
    visit = minutes.visit
    return [
        Text(_place_and_date(minutes), is_at_right=True),
        Labels((("Nomor", minutes.number or BLANK_LINE), ("Sifat", "Biasa"), ("Lampiran", "–"), ("Hal", "Undangan"))),
        Text(f"Yth. Ketua dan anggota {visit.cluster}\ndi tempat"),
        Text("Dengan hormat,"),
        Text(f"{minutes.letterhead.council} mengundang Bapak/Ibu untuk hadir pada:"),
        Labels((*_when(minutes), ("Tempat", _place(minutes)), ("Acara", visit.purpose))),
        Text("Kehadiran Bapak/Ibu sangat kami harapkan. Atas perhatiannya kami ucapkan terima kasih."),
        Signatures("", (None, minutes.signature("Hormat kami,"))),
    ]


def _assignment(minutes: Minutes) -> list[Block]:
    visit, signer = minutes.visit, minutes.signature("Yang memberi tugas,")
    return [
        Text("Yang bertanda tangan di bawah ini:"),
        Labels((("Nama", signer.name or BLANK_LINE), ("Jabatan", signer.note or BLANK_LINE))),
        Text("memberi tugas kepada:"),
        TableBlock(
            ("No", "Nama", "Sebagai"),
            tuple(
                (str(number), name, "ketua tim" if name == minutes.leader else "anggota tim")
                for number, name in enumerate(minutes.team, start=1)
            )
            or (("1", "", ""),),
            (1, 8, 5),
        ),
        Text("untuk melaksanakan:"),
        Labels(
            (
                ("Kegiatan", visit.purpose),
                *_when(minutes),
                ("Tempat", _place(minutes)),
                ("Yang dikunjungi", visit.cluster),
            )
        ),
        Text("Surat tugas ini dilaksanakan dengan penuh tanggung jawab, dan hasilnya dilaporkan secara tertulis."),
        Signatures(_place_and_date(minutes), (None, signer)),
    ]


def _minutes(minutes: Minutes) -> list[Block]:
    visit = minutes.visit
    guests: list[Block] = []
    if minutes.guests:
        guests = [
            Heading("Tamu"),
            Items(tuple(", ".join(filter(None, (one.name, one.office))) for one in minutes.guests), numbered=True),
        ]
    return [
        Labels(
            (
                *_when(minutes),
                ("Tempat", _place(minutes)),
                ("IKM" if visit.is_outside else "Sentra", visit.cluster),
                ("Acara", visit.purpose),
                ("Dasar", f"Surat Tugas Nomor {visit.assignment or BLANK_LINE}"),
                ("Pimpinan", minutes.leader or BLANK_LINE),
                ("Tim", _people(minutes.team)),
                ("Peserta", _presence(minutes)),
            )
        ),
        *guests,
        Heading("Pokok Bahasan"),
        Text(visit.summary or _blank_lines()),
        *_pulse(minutes),
        Heading("Yang Disampaikan IKM"),
        *_aspirations_by_difficulty(minutes.aspirations),
        Heading("Kesimpulan"),
        Text(visit.conclusion or _blank_lines()),
        Heading("Tindak Lanjut"),
        _follow_up(minutes),
        Signatures(
            _place_and_date(minutes),
            (
                minutes.signature("Mengetahui,", note="Pimpinan"),
                *([_head_signature(minutes, "Menyetujui,")] if minutes.head else []),
                SignatureBlock("", visit.signed_by, "Notulis"),
            ),
        ),
    ]


def _statement(minutes: Minutes) -> list[Block]:
    visit, council = minutes.visit, minutes.letterhead.council
    grouped = _by_difficulty(minutes.aspirations)
    assignment = f", berdasarkan Surat Tugas Nomor {visit.assignment}" if visit.assignment else ""
    results = [f"{_presence(minutes)} Daftar hadir terlampir dan menjadi bagian berita acara ini."]
    results += [block.text for block in _pulse(minutes)]
    if grouped:
        topics = [f"{difficulty} ({len(rows)})" for difficulty, rows in grouped]
        results.append(
            f"Pihak Pertama menerima {len(minutes.aspirations)} aspirasi, tantangan, dan kendala, yaitu tentang "
            f"{_listed(topics)}. Kata-kata lengkapnya tercantum dalam notulen."
        )
    if visit.conclusion:
        results.append(f"Kesimpulan: {visit.conclusion}")
    if minutes.promises:
        results.append("Pihak Pertama menyanggupi tindak lanjut di bawah ini.")
    return [
        Text(
            f"Pada hari ini, {date_to_words(visit.day)}, bertempat di {_place(minutes).replace(chr(10), ', ')}, telah "
            f"dilaksanakan kunjungan {council} ke {visit.cluster} oleh para pihak:"
        ),
        Labels(
            (
                ("Pihak Pertama", f"Tim {council}{assignment}:\n{_people(minutes.team)}"),
                ("Pihak Kedua", f"{visit.cluster}, diwakili {visit.represented_by}: {visit.head or BLANK_LINE}"),
            )
        ),
        Text(f"Kunjungan bermaksud: {_sentence(visit.purpose)}"),
        Text("Hasil kunjungan adalah sebagai berikut."),
        Items(tuple(results), numbered=True),
        *([_follow_up(minutes)] if minutes.promises else []),
        Text(
            "Tindak lanjut baru dinyatakan selesai sesudah IKM yang menyampaikannya membenarkan bahwa soalnya teratasi."
        ),
        Signatures(
            _place_and_date(minutes),
            (
                _head_signature(minutes, "Pihak Kedua,"),
                SignatureBlock("Pihak Pertama,", minutes.leader, f"Tim {council}"),
            ),
            above="Demikian berita acara ini dibuat dengan sebenarnya untuk dipergunakan sebagaimana mestinya.",
            below=minutes.signature("Mengetahui,", note=BLANK_LINE),
        ),
    ]


def _attendance_list(minutes: Minutes) -> list[Block]:
    people = [_attendee_cells(one) for one in minutes.listed_attendees]
    people += [(name, minutes.letterhead.council, "", "") for name in minutes.team]
    people += [(one.name, one.office, "", "") for one in minutes.guests]
    people += [("", "", "", "")] * (0 if minutes.visit.held_on else BLANK_ROWS)
    # The numbers beside which people sign alternate between left and right.
    rows = tuple(
        (str(number), *cells, f"{number}." if number % 2 else f"{chr(8195) * 5}{number}.")
        for number, cells in enumerate(people, start=1)
    )
    headings = ("No", "Nama", "Usaha / Alamat", "No. HP", "L/P", "Tanda tangan")
    return [
        Labels((("Acara", f"Kunjungan ke {minutes.visit.cluster}"), *_when(minutes), ("Tempat", _place(minutes)))),
        TableBlock(headings, rows, (9, 34, 40, 28, 10, 30), row_height=ROW_HEIGHT),
        Signatures(_place_and_date(minutes), (None, minutes.signature("Mengetahui,", note="Pimpinan"))),
    ]


def _attendee_cells(one: Attendee) -> tuple[str, str, str, str]:
    name = f"{one.represented_by}\nmewakili {one.owner}" if one.represented_by else one.owner
    return name, "\n".join(filter(None, (one.business, one.address))), one.phone, one.sex


def _report(minutes: Minutes) -> list[Block]:
    visit = minutes.visit
    aspirations = tuple(
        (
            f"“{one.text}”" + (f"{ALSO_TOUCHES_LABEL}{one.also_touches}" if one.also_touches else ""),
            f"{difficulty}\n{one.speaker}",
        )
        for difficulty, rows in _by_difficulty(minutes.aspirations)
        for one in rows
    )
    table: list[Block] = []
    if aspirations:
        numbered = tuple((str(number), *cells) for number, cells in enumerate(aspirations, start=1))
        headings = ("No", "Yang disampaikan, dengan kata-katanya sendiri", "Kesulitan, oleh")
        table = [TableBlock(headings, numbered, (1, 9, 5))]
    pictures: list[Block] = []
    if minutes.pictures:
        captioned = tuple(
            (one.jpeg, f"{number}. {one.caption or 'Foto kunjungan'}")
            for number, one in enumerate(minutes.pictures, start=1)
        )
        pictures = [Heading("VI. Dokumentasi Foto"), Pictures(captioned)]
    return [
        Heading("I. Dasar"),
        Text(f"Surat Tugas Nomor {visit.assignment or BLANK_LINE}."),
        Heading("II. Maksud dan Tujuan"),
        Text(_sentence(visit.purpose)),
        Heading("III. Waktu dan Tempat"),
        Labels(
            (
                *_when(minutes),
                ("Tempat", _place(minutes)),
                ("IKM" if visit.is_outside else "Sentra", visit.cluster),
                ("Pelaksana", _people(minutes.team)),
            )
        ),
        Heading("IV. Hasil"),
        Text(_presence(minutes)),
        *_pulse(minutes),
        Text(visit.summary),
        *table,
        Heading("V. Kesimpulan dan Saran"),
        Text(visit.conclusion or _blank_lines()),
        Text("Tindak lanjut yang dijanjikan pada kunjungan:"),
        _follow_up(minutes),
        Signatures(
            _place_and_date(minutes),
            (
                minutes.signature("Mengetahui,", note="Atasan langsung"),
                SignatureBlock("Yang melaksanakan tugas,", minutes.leader),
            ),
        ),
        *pictures,
    ]


CONTENTS: dict[Paper, Callable[[Minutes], list[Block]]] = {
    Paper.UNDANGAN: _invitation,
    Paper.SURAT_TUGAS: _assignment,
    Paper.DAFTAR_HADIR: _attendance_list,
    Paper.NOTULEN: _minutes,
    Paper.BERITA_ACARA: _statement,
    Paper.LAPORAN: _report,
}


def _when(minutes: Minutes) -> tuple[tuple[str, str], ...]:
    visit = minutes.visit
    days = format_long_date(visit.day)
    if visit.held_on is None and visit.planned_until:
        days += f" sampai {format_long_date(visit.planned_until)}"
    if visit.starts_at is None:
        return (("Hari, tanggal", days), *((("Waktu", f"pukul {BLANK_LINE}"),) if visit.held_on is None else ()))
    until = f"pukul {visit.ends_at:%H.%M}" if visit.ends_at else "selesai"
    return (("Hari, tanggal", days), ("Waktu", f"pukul {visit.starts_at:%H.%M} {visit.zone} sampai {until}"))


def _place(minutes: Minutes) -> str:
    return "\n".join(filter(None, (minutes.visit.place or BLANK_LINE, minutes.visit.village)))


def _place_and_date(minutes: Minutes) -> str:
    day: date | None = minutes.dated_on or minutes.visit.held_on
    return f"{minutes.letterhead.town or BLANK_LINE}, {format_short_date(day) if day else BLANK_LINE}"


def _people(names: Sequence[str]) -> str:
    if len(names) < 2:
        return names[0] if names else BLANK_LINE
    return "\n".join(f"{number}. {name}" for number, name in enumerate(names, start=1))


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} dan {parts[-1]}"


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _blank_lines() -> str:
    return f"{BLANK_LINE * 3}\n{BLANK_LINE * 3}"


def _presence(minutes: Minutes) -> str:
    present = sum(bool(one.present) for one in minutes.attendees)
    guests = f", {len(minutes.guests)} tamu" if minutes.guests else ""
    team = f", dan tim {len(minutes.team)} orang" if minutes.team else ""
    return f"Hadir {present} ({number_to_words(present)}) dari {len(minutes.attendees)} IKM sentra{guests}{team}."


def _pulse(minutes: Minutes) -> list[Text]:
    """Production in per cent of a normal month; nothing when too few owners reported one."""
    pulses = [(one.owner_id, one.pulse) for one in minutes.attendees if one.present and one.pulse is not None]
    middle = median_pulse(pulses)
    if middle is None:
        return []
    return [Text(f"Produksi bulan ini menurut {len(pulses)} IKM: nilai tengah {middle}% dari bulan biasa.")]


def _by_difficulty(aspirations: Sequence[RecordedAspiration]) -> list[tuple[str, list[RecordedAspiration]]]:
    """The aspirations grouped by difficulty, the most frequent first."""
    counts = Counter(one.difficulty for one in aspirations).most_common()
    return [(difficulty, [one for one in aspirations if one.difficulty == difficulty]) for difficulty, _ in counts]


def _aspirations_by_difficulty(aspirations: Sequence[RecordedAspiration]) -> list[Block]:
    if not aspirations:
        return [Text("Tidak ada perkataan yang dicatat satu per satu.")]
    blocks: list[Block] = []
    for difficulty, rows in _by_difficulty(aspirations):
        items = (
            f"“{one.text}” — {one.speaker}"
            + (f"; dialami juga oleh {one.also_touches}" if one.also_touches else "")
            + f" ({one.kind})"
            for one in rows
        )
        blocks += [Heading(f"{difficulty[:1].upper()}{difficulty[1:]} ({len(rows)})", level=2), Items(tuple(items))]
    return blocks


def _follow_up(minutes: Minutes) -> Block:
    if not minutes.promises:
        return Text("Belum ada tindak lanjut yang dijanjikan pada kunjungan ini.")
    rows = tuple(
        (
            str(number),
            one.title + (f"\nuntuk: {one.matter}" if one.matter else ""),
            one.responsible,
            format_short_date(one.due_on),
        )
        for number, one in enumerate(minutes.promises, start=1)
    )
    return TableBlock(("No", "Tindak lanjut", "Penanggung jawab", "Tenggat"), rows, (1, 8, 4, 3))


def _head_signature(minutes: Minutes, role: str) -> SignatureBlock:
    """The head of the sentra: as it signed on the officer's phone, or a blank for signing on paper."""
    if minutes.head is None:
        return SignatureBlock(role, minutes.visit.head, minutes.visit.head_office)
    return SignatureBlock(
        role, minutes.head.name, minutes.head.office or minutes.visit.head_office, image=minutes.head.jpeg
    )
