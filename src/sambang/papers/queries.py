"""The office's data for a paper: letterhead, signer, number."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from sambang.access.councils import nearest_councils
from sambang.access.models import Council
from sambang.lib.pictures import stored_bytes
from sambang.lib.region_code import RegionCode
from sambang.papers.blocks import LetterheadContent, SignatureBlock
from sambang.papers.models import Letterhead, PaperNumber, Signer
from sambang.registry.models import Region

ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
DEFAULT_PATTERN = "{urut}/DEK/{bulan}/{tahun}"


def council_for_papers(region_code: str) -> Council | None:
    """The council whose letterhead is used for papers about this region: its regency's, else its province's, else the
    nation's."""
    return next(iter(nearest_councils(region_code)), None)


def letterhead_content(council: Council | None, region_code: str) -> LetterheadContent:
    """The letterhead as set by the office; empty fields are filled from the names of council and region."""
    regency = Region.objects.filter(code=RegionCode(region_code).regency).first()
    if council is None or regency is None:
        return LetterheadContent(council=str(council or "Sambang"))
    own = Region.objects.filter(code=council.region_code).first()
    chosen = Letterhead.objects.filter(council=council).first() or Letterhead()
    return LetterheadContent(
        council=chosen.name or council.name,
        region=_full_name(own) if own else "",
        town=chosen.town or regency.name.removeprefix("Kabupaten ").removeprefix("Kota "),
        authority=chosen.authority,
        address=chosen.address,
        contact=chosen.contact,
        logo=_logo(chosen),
    )


def _full_name(region: Region) -> str:
    if not RegionCode(region.code).is_regency or region.name.startswith(("Kota", "Kabupaten")):
        return region.name
    return f"Kabupaten {region.name}"


def _logo(letterhead: Letterhead) -> bytes:
    try:
        return stored_bytes(letterhead.logo) if letterhead.logo else b""
    except Http404:
        return b""


def number_of(paper: str, subject: UUID) -> PaperNumber | None:
    return PaperNumber.objects.filter(paper=paper, subject=subject).select_related("signer").first()


def suggested_number(council: Council, year: int, month: int) -> str:
    """The next number by the council's pattern: {urut} counts the numbers of the year, {bulan} is Roman."""
    pattern = Letterhead.objects.filter(council=council).values_list("number_pattern", flat=True).first()
    given = PaperNumber.objects.filter(council=council, dated_on__year=year)
    used_numbers = set(given.values_list("number", flat=True))
    sequence = len(used_numbers) + 1
    while (number := _numbered(pattern or DEFAULT_PATTERN, sequence, year, month)) in used_numbers:
        sequence += 1
    return number


def _numbered(pattern: str, sequence: int, year: int, month: int) -> str:
    values = {"{urut}": f"{sequence:03}", "{bulan}": ROMAN_MONTHS[month - 1], "{tahun}": str(year)}
    for token, value in values.items():
        pattern = pattern.replace(token, value)
    return pattern


def signature_of(signer: Signer | None) -> SignatureBlock:
    """A signature block with room to sign above the signer's name; without a signer the name is left blank."""
    if signer is None:
        return SignatureBlock("")
    number = signer.employee_number
    grouped = " ".join((number[:8], number[8:14], number[14:15], number[15:]))
    below = [signer.rank, f"NIP {grouped}" if number else ""]
    return SignatureBlock("", signer.name, signer.position, "\n".join(filter(None, below)))
