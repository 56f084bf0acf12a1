"""Rows of a workbook as BusinessData: regions and KBLI codes looked up, values cut to the size of their columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils.translation import gettext as _

from sambang.imports.names import normalised_name
from sambang.imports.region_lookup import named_in_title, without_kind
from sambang.imports.sheets import PermitCells, ProductCells, RegisterRow
from sambang.lib.region_code import RegionCode, in_region
from sambang.registry.dto import BusinessData, OwnerDetailData, PermitData, ProductLineData
from sambang.registry.kbli_versions import KbliVersion
from sambang.registry.models import Business, Industry, Permit, ProductLine, Region
from sambang.registry.owner_details import OwnerDetail

MAX_NAME_WORDS = 3  # of a region's name
NO_REGION_AFTER = frozenset(
    ["jl", "jln", "jalan", "gg", "gang", "perum", "perumahan", "dusun", "dsn", "padukuhan", "pasar", "kampung", "kp"]
)
CURRENT_LEVELS = (Region.Level.REGENCY, Region.Level.DISTRICT, Region.Level.VILLAGE)


@dataclass(frozen=True)
class RowNotice:
    """Something that a rule decided about a row and that the clerk should know."""

    row: RegisterRow
    text: str


class ElsewhereError(ValueError):
    """The IKM is in another regency; the message is a sentence for the clerk."""


class RegionIndex:
    """The regencies, districts and villages of an import's region, by name."""

    def __init__(self, region: Region) -> None:
        code = RegionCode(region.code)
        self.region = region
        self.by_name: dict[tuple[str, ...], Region | None] = {}
        scope = in_region("code", code.regency if code.is_within_regency else code if code.level else "")
        rows = Region.objects.filter(scope, level__in=CURRENT_LEVELS).select_related("parent__parent")
        self.regency = region
        for place in rows:
            if place.code == code.regency:
                self.regency = place
            self._index(place)

    def _index(self, place: Region) -> None:
        names = [region_key(place.name)]
        above = place.parent
        while above is not None and RegionCode(above.code).is_within_regency:
            names.append(region_key(above.name))
            above = above.parent
        for length in range(1, len(names) + 1):
            path = (place.level, *names[:length])
            # Two regions of one name are found only together with the name of their parent.
            self.by_name[path] = None if path in self.by_name else place

    def find(self, level: str, *names: str | None) -> Region | None:
        return self.by_name.get((level, *[region_key(name) for name in names if name]))

    def village_in(self, address: str) -> Region | None:
        """The village that ends an address or a part of it, before its district and regency: "Joho RT 2 Condongcatur,
        Depok, Sleman"."""
        district: tuple[str, ...] = ()
        for part in reversed(re.split(r"[,;]", address)):
            terms = re.findall(r"[^\s.:]+", part)
            for level in (Region.Level.REGENCY, Region.Level.DISTRICT):
                wider, start = self._at_end(level, terms)
                if wider is not None:
                    terms = terms[:start]
                    district = (wider.name,) if level == Region.Level.DISTRICT else district
            village, _start = self._at_end(Region.Level.VILLAGE, terms, *district)
            if village is not None:
                return village
        return None

    def _at_end(self, level: str, terms: list[str], *above: str) -> tuple[Region | None, int]:
        """The region that the last words name, the most of them first, and where its name begins; the name of a road or
        a hamlet is none."""
        for start in range(max(0, len(terms) - MAX_NAME_WORDS), len(terms)):
            place = self.find(level, " ".join(terms[start:]), *above)
            if place is not None and not (start and terms[start - 1].lower() in NO_REGION_AFTER):
                return place, start
        return None, 0

    def close_to(self, level: str, name: str) -> str:
        """The most similar name of a region of that level; '' for none."""
        names = {path[1]: place.name for path, place in self.by_name.items() if path[0] == level and place}
        spaceless = {spelling.replace(" ", ""): title for spelling, title in names.items()}
        close = get_close_matches(region_key(name).replace(" ", ""), list(spaceless), 1, 0.8)
        return spaceless[close[0]] if close else ""


def region_key(name: str | None) -> str:
    return normalised_name(without_kind(name))


class BusinessDataReader:
    """Reads rows as BusinessData. `default`: the region of rows that name none, or None for the council's region."""

    def __init__(self, region: Region, notices: list[RowNotice], default: Region | None) -> None:
        self.notices, self.default = notices, default
        self.industries = {(row.version, row.code): row for row in Industry.objects.all()}
        self.places = RegionIndex(region)

    def business_data(self, row: RegisterRow) -> BusinessData:
        """Raises ElsewhereError for an IKM of another regency."""
        region = self._region(row)
        self.notices += [RowNotice(row, remark) for remark in row.remarks]
        workers = row.workers
        if row.workers_male is not None and row.workers_female is not None:
            workers = row.workers_male + row.workers_female
        return BusinessData(
            name=self._short(row, Business, "name", row.name),
            owner_name=self._short(row, Business, "name", row.owner or _("Pemilik belum diketahui")),
            owner_sex=row.gender or "",
            nik=row.nik or "",
            nib=row.nib or "",
            npwp=row.npwp or "",
            phone=row.phone or "",
            address=self._short(row, Business, "address", row.address),
            region=region,
            industry=self._industry(row),
            commodity=self._short(row, Business, "commodity", row.commodity),
            workers_male=self._small(row, Business, "workers_male", row.workers_male),
            workers_female=self._small(row, Business, "workers_female", row.workers_female),
            workers=self._small(row, Business, "workers", workers),
            investment=self._small(row, Business, "investment", row.investment),
            investment_land=self._small(row, Business, "investment_land", row.investment_land),
            annual_sales=self._small(row, Business, "annual_sales", _sales(row)),
            marketing=self._short(row, Business, "marketing", row.marketing),
            established=self._small(row, Business, "established", row.established),
            product_lines=self._lines(row),
            permits=tuple(self._permit(row, cells) for cells in row.permits),
            owner_details=_owner_details(row),
        )

    def _permit(self, row: RegisterRow, cells: PermitCells) -> PermitData:
        issued_on, valid_until = (date.fromisoformat(text) if text else None for text in cells[2:])
        return PermitData(cells.kind, self._short(row, Permit, "number", cells.number), issued_on, valid_until)

    def _lines(self, row: RegisterRow) -> tuple[ProductLineData, ...]:
        first = ProductCells(row.product or row.commodity or "", row.unit, row.capacity, row.annual_value)
        lines: dict[tuple[str, str], ProductLineData] = {}
        for cells in (first, *row.more_products):
            if not (cells.name or cells.capacity is not None):
                if cells.unit:
                    self._notify(row, _("Satuan “%(unit)s” tanpa produk: tidak dicatat.") % {"unit": cells.unit})
                continue
            line = self._line(row, cells)
            if lines.setdefault((line.name.casefold(), line.unit.casefold()), line) is not line:
                self._notify(row, _("Produk %(name)s tertulis dua kali: yang pertama dicatat.") % {"name": line.name})
        return tuple(lines.values())

    def _line(self, row: RegisterRow, cells: ProductCells) -> ProductLineData:
        if not cells.unit:
            self._notify(row, _("Satuan produknya tidak disebut: dicatat sebagai “unit”."))
        name = self._short(row, ProductLine, "name", cells.name or _("produk utama"))
        unit = self._short(row, ProductLine, "unit", (cells.unit or "unit").lower())
        capacity = self._small(row, ProductLine, "capacity", cells.capacity)
        return ProductLineData(name, unit, capacity, self._small(row, ProductLine, "annual_value", cells.annual_value))

    def _notify(self, row: RegisterRow, text: str) -> None:
        self.notices.append(RowNotice(row, text))

    def _short(self, row: RegisterRow, model: type[Any], column: str, text: str | None) -> str:
        longest = model._meta.get_field(column).max_length
        text = " ".join((text or "").split())
        if len(text) > longest:
            self._notify(row, _("Terlalu panjang, dipotong: “%(text)s…”") % {"text": text[:40]})
            return f"{text[: longest - 1]}…"
        return text

    def _small(self, row: RegisterRow, model: type[Any], column: str, number: int | None) -> int | None:
        if number is None:
            return None
        # The narrowest database decides, so that one workbook gives one register on SQLite and on PostgreSQL.
        ranges = BaseDatabaseOperations.integer_field_ranges
        low, high = ranges.get(model._meta.get_field(column).get_internal_type(), ranges["BigIntegerField"])
        if not max(low, 0) <= number <= high:
            self._notify(row, _("Angka %(number)d tidak masuk akal: dikosongkan.") % {"number": number})
            return None
        return number

    def _region(self, row: RegisterRow) -> Region:
        """The village that the row names; else the smallest region that it names, with a notice."""
        regency = self._regency(row)
        district = self._district(row, regency)
        village = self._village(row, regency, district)
        if row.district and district is None:
            self._notify(row, _("Kecamatan/kapanewon “%(name)s” tidak ada di tabel wilayah.") % {"name": row.district})
        if village is not None:
            return village
        wider = district or regency or self.places.regency
        if row.village:
            self._notify(row, self._unknown_village(row.village, district))
            return wider
        return self._village_of_address(row, wider) or self._default_region(row, district) or wider

    def _village_of_address(self, row: RegisterRow, wider: Region) -> Region | None:
        """With a notice, unless it is where the row would be recorded anyway."""
        named = self.places.village_in(row.address or "")
        if named is None or named == self.default or not RegionCode(wider.code).contains(named.code):
            return None
        self._notify(row, _("Desa/kalurahan menurut alamatnya: %(name)s.") % {"name": named.name})
        return named

    def _default_region(self, row: RegisterRow, district: Region | None) -> Region | None:
        """The region of rows that name none, unless the row names a district that is not its own."""
        names_other = (
            bool(row.district) if district is None else getattr(self.default, "parent_id", "") != district.code
        )
        return None if names_other else self.default

    def _regency(self, row: RegisterRow) -> Region | None:
        regency = self.places.find(Region.Level.REGENCY, row.regency) if row.regency else None
        if row.regency and regency is None:
            raise ElsewhereError(
                _("“%(place)s” di luar wilayah impor ini (%(here)s): IKM ini tidak dicatat.")
                % {"place": row.regency, "here": self.places.regency.name}
            )
        return regency

    def _district(self, row: RegisterRow, regency: Region | None) -> Region | None:
        """From its column, else from the title of the table or the name of the sheet."""
        names = (row.district,) if row.district else (named_in_title(Region.Level.DISTRICT, row.title), row.sheet)
        above = regency.name if regency else None
        return next(
            filter(None, (self.places.find(Region.Level.DISTRICT, name, above) for name in names if name)), None
        )

    def _village(self, row: RegisterRow, regency: Region | None, district: Region | None) -> Region | None:
        """From its column, else from the title of the table or the name of the sheet."""
        above = [place.name for place in (district, regency) if place] if district else []
        names = (row.village,) if row.village else (named_in_title(Region.Level.VILLAGE, row.title), row.sheet)
        villages = (self.places.find(Region.Level.VILLAGE, name, *above) for name in names if name)
        return next(filter(None, villages), None)

    def _unknown_village(self, name: str, district: Region | None) -> str:
        close = self.places.close_to(Region.Level.VILLAGE, name)
        where = district.name if district else self.places.regency.name
        text = _("Desa/kalurahan “%(name)s” tidak ada di %(where)s: IKM ini dicatat di %(where)s.")
        hint = _(" Mungkin maksudnya %(close)s.") % {"close": close} if close else ""
        return text % {"name": name, "where": where} + hint

    def _industry(self, row: RegisterRow) -> Industry | None:
        """Without a version: KBLI 2020, which lists before 2026 used, else 2025. An unknown code becomes an unsaved
        Industry, which `operations.importing` saves."""
        if not row.kbli or not re.fullmatch(r"\d{5}", row.kbli):
            return None
        versions = [row.kbli_version] if row.kbli_version else KbliVersion.values
        for version in versions:
            if industry := self.industries.get((version, row.kbli)):
                return industry
        unknown = Industry(
            version=versions[0],
            code=row.kbli,
            title=_("Kode dari buku kerja; judulnya belum dicatat"),
            source=row.sheet[:120],
        )
        self.industries[versions[0], row.kbli] = unknown
        self._notify(row, _("KBLI %(code)s belum ada di tabel acuan.") % {"code": row.kbli})
        return unknown


def _sales(row: RegisterRow) -> int | None:
    """The value of all products."""
    values = [row.annual_value, *(product.annual_value for product in row.more_products)]
    stated = [value for value in values if value is not None]
    return sum(stated) if stated else None


def _owner_details(row: RegisterRow) -> tuple[OwnerDetailData, ...]:
    values = ((OwnerDetail.Kind.EDUCATION, row.education), (OwnerDetail.Kind.DISABILITY, row.disability))
    return tuple(OwnerDetailData(kind, value) for kind, value in values if value)
