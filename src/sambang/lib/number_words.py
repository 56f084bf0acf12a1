"""Numbers and dates in Indonesian words, for official documents; independent of the page's language."""

from __future__ import annotations

from datetime import date

ONES = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
WEEKDAY_NAMES = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTH_NAMES = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
POWERS_OF_TEN = ((1000, "ribu", "seribu"), (100, "ratus", "seratus"), (10, "puluh", "sepuluh"))


def number_to_words(number: int) -> str:
    """2022 → dua ribu dua puluh dua. For 0 to 999.999; raises ValueError beyond."""
    if not 0 <= number < 1_000_000:
        raise ValueError(number)
    if number < len(ONES):
        return ONES[number]
    if number < 20:
        return f"{ONES[number - 10]} belas"
    size, many, one = next(step for step in POWERS_OF_TEN if number >= step[0])
    quotient, rest = divmod(number, size)
    head = one if quotient == 1 else f"{number_to_words(quotient)} {many}"
    return head if rest == 0 else f"{head} {number_to_words(rest)}"


def date_to_words(day: date) -> str:
    """Kamis, tanggal tiga puluh satu, bulan Maret, tahun dua ribu dua puluh dua."""
    weekday, month = WEEKDAY_NAMES[day.weekday()], MONTH_NAMES[day.month - 1]
    return f"{weekday}, tanggal {number_to_words(day.day)}, bulan {month}, tahun {number_to_words(day.year)}"


def format_long_date(day: date) -> str:
    """Kamis, 31 Maret 2022."""
    return f"{WEEKDAY_NAMES[day.weekday()]}, {format_short_date(day)}"


def format_short_date(day: date) -> str:
    """31 Maret 2022."""
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"
