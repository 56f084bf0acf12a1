"""Finds the regions that a workbook or a person names."""

from __future__ import annotations

import re
from collections import Counter

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sambang.imports.sheets import RegisterSheet
from sambang.lib.region_code import UNPLACED, RegionCode, in_region
from sambang.registry.models import Region

KIND_PATTERN = re.compile(
    r"^\W*(kabupaten|kab\.?|kota|kecamatan|kec\.?|kapanewon|kemantren|distrik|desa|ds\.?|kalurahan|kal\.?"
    r"|kelurahan|kel\.?)"
    r"(?:\s*/\s*(?:kelurahan|kalurahan|kel\.?))?(?:\s+|(?<=\.)\s*|\s*:\s*)",
    re.I,
)


MAX_PAIRS = 60  # villages that are looked up to find the regency of a list


class UnknownRegionError(Exception):
    """The text names no village, or several; the message is a sentence for the user."""


def without_kind(name: str | None) -> str:
    """`KALURAHAN CONDONGCATUR` → `CONDONGCATUR`."""
    return KIND_PATTERN.sub("", (name or "").strip())


def village_by(text: str, *, within: str = "") -> Region:
    """A village by its code (34.04.07.2003 or 3404072003) or its name, optionally followed by ", district"."""
    code = text.strip()
    code = code.replace(".", "")
    if code.isdigit():
        villages = list(Region.objects.filter(in_region("code", within), code=code))
    else:
        villages = list(_villages(*[part.strip() for part in text.split(",")][:3], within=within))
    if not villages:
        raise UnknownRegionError(
            _("Desa/kalurahan “%(words)s” tidak ada di tabel wilayah: periksa ejaannya, atau tulis kodenya.")
            % {"words": text}
        )
    if len(villages) > 1:
        choices = ", ".join(f"{region.dotted} ({region.parent})" for region in villages[:5])
        raise UnknownRegionError(
            _("Ada %(count)d desa/kalurahan bernama “%(words)s”: tulis kodenya, misalnya %(choices)s.")
            % {"count": len(villages), "words": text, "choices": choices}
        )
    return villages[0]


NAMED = {
    Region.Level.VILLAGE: r"\b(?:kalurahan|kelurahan|kel\.|desa|ds\.)",
    Region.Level.DISTRICT: r"\b(?:kapanewon|kemantren|kecamatan|kec\b\.?)",
    Region.Level.REGENCY: r"\b(?:kabupaten|kab\b\.?|kota)",
}
REGION_WORDS = (
    "kalurahan|kelurahan|kel|desa|kapanewon|kemantren|kecamatan|kec|kabupaten|kab|kota|provinsi|prov|tahun|bulan"
)
NAME_PATTERN = rf"\s*([A-Za-z' ]+?)\s*(?=$|[^A-Za-z' ]|\b(?:{REGION_WORDS})\b)"


def region_named_in(sheet: RegisterSheet, *, within: str = "") -> Region | None:
    """The smallest region that a workbook's titles, region columns or addresses name unambiguously."""
    named = {level: _name_of(sheet, level) for level in NAMED}
    village, district, regency = (
        named[level] for level in (Region.Level.VILLAGE, Region.Level.DISTRICT, Region.Level.REGENCY)
    )
    candidates = [village] if village else _address_ends(sheet)
    for name in candidates:
        villages = list(_villages(name, district, regency, within=within)[:2])
        if len(villages) == 1:
            return villages[0]
    for level, name, above in ((Region.Level.DISTRICT, district, regency), (Region.Level.REGENCY, regency, "")):
        if name:
            rows = Region.objects.filter(_called("name", name), in_region("code", within), level=level)
            if above:
                rows = rows.filter(_called("parent__name", above))
            places = list(rows[:2])
            if len(places) == 1:
                return places[0]
    return None


def named_in_title(level: Region.Level, title: str) -> str:
    """The place of a level that the lines above a table name; '' for none."""
    match = re.search(NAMED[level] + NAME_PATTERN, title, re.IGNORECASE)
    return match[1].strip() if match else ""


def regency_named_in(sheet: RegisterSheet) -> Region | None:
    """The regency in which most of the named villages (with their districts) exist; None where none stands out."""
    pairs = {
        (without_kind(row.village).casefold(), without_kind(row.district).casefold())
        for row in sheet.rows
        if row.village
    }
    if not pairs:
        return None
    names = Q()
    for village, district in list(pairs)[:MAX_PAIRS]:
        names |= Q(name__iexact=village, **({"parent__name__iexact": district} if district else {}))
    codes = Region.objects.filter(names, level=Region.Level.VILLAGE).values_list("code", flat=True)
    regencies = Counter(RegionCode(code).regency for code in codes).most_common(2)
    if not regencies or (len(regencies) > 1 and regencies[1][1] == regencies[0][1]):
        return None
    return Region.objects.get(code=regencies[0][0])


def regencies_of_rows(sheet: RegisterSheet, *, within: str) -> int:
    """How many regencies of a region the rows name."""
    names = {row.regency for row in sheet.rows if row.regency}
    regencies = Region.objects.filter(in_region("code", within), level=Region.Level.REGENCY)
    return sum(regencies.filter(_called("name", name)).exists() for name in list(names)[:MAX_PAIRS])


def _name_of(sheet: RegisterSheet, level: Region.Level) -> str:
    """The name after its kind ("desa", "kecamatan") in a title, else the most frequent value of the column."""
    for title in sheet.titles:
        if match := re.search(NAMED[level] + NAME_PATTERN, title, re.IGNORECASE):
            is_city = level == Region.Level.REGENCY and match[0].casefold().startswith("kota")
            return f"kota {match[1].strip()}" if is_city else match[1].strip()
    field = {Region.Level.VILLAGE: "village", Region.Level.DISTRICT: "district"}.get(level, "regency")
    names = Counter(
        (name if field == "regency" else without_kind(name)).casefold()
        for row in sheet.rows
        if (name := getattr(row, field))
    )
    most = names.most_common(1)
    return most[0][0] if most and most[0][1] * 2 > len(sheet.rows) else ""


def _address_ends(sheet: RegisterSheet) -> list[str]:
    """The last parts of most addresses: `Joho RT 02 / RW 57, Condongcatur` → Condongcatur."""
    ends = Counter(row.address.split(",")[-1].strip().casefold() for row in sheet.rows if row.address)
    return [end for end, times in ends.most_common(2) if times * 2 > len(sheet.rows)]


def _called(field: str, name: str) -> Q:
    """The table has Kabupaten Sleman and Kota Yogyakarta; people write Sleman, so only "kota" selects the city."""
    if name.casefold().startswith("kota "):
        return Q(**{f"{field}__iexact": name})
    return Q(**{f"{field}__iexact": without_kind(name)}) | Q(**{f"{field}__iexact": f"Kabupaten {without_kind(name)}"})


def unplaced_region() -> Region:
    return Region.objects.get(code=UNPLACED)


def _villages(village: str, district: str = "", regency: str = "", *, within: str = "") -> QuerySet[Region]:
    rows = Region.objects.filter(
        in_region("code", within), level=Region.Level.VILLAGE, name__iexact=without_kind(village)
    )
    if district:
        rows = rows.filter(parent__name__iexact=without_kind(district))
    if regency:
        rows = rows.filter(_called("parent__parent__name", regency))
    return rows.select_related("parent").order_by("code")
