"""The letter in which the office certifies an IKM's size and coaching for a programme (surat keterangan), such as the
one that the lower fee of a trade mark asks for. Always in Indonesian."""

from __future__ import annotations

from datetime import UTC, datetime, time

from sambang.access.models import Council
from sambang.facilitation.models import Application
from sambang.lib import clock
from sambang.lib.number_words import format_short_date
from sambang.lib.numbers import format_grouped
from sambang.papers.blocks import BLANK_LINE, Block, Labels, PaperContent, Signatures, Text
from sambang.papers.queries import letterhead_content, number_of, signature_of
from sambang.registry.models import Business
from sambang.registry.size_classes import Law, size_by

LETTER = "surat-keterangan"  # of PaperNumber.paper
LETTER_TITLE = "Surat Keterangan"


def letter_content(application: Application, council: Council) -> PaperContent:
    """`application.business` has `owner`, `industry` and `region__parent` selected. The caller records the read of
    contact and finances."""
    entry = number_of(LETTER, application.pk)
    letterhead = letterhead_content(council, application.business.region_id)
    signature = signature_of(entry.signer if entry else None)
    day = entry.dated_on if entry else None
    blocks: list[Block] = [
        Text("Yang bertanda tangan di bawah ini:"),
        Labels((("Nama", signature.name or BLANK_LINE), ("Jabatan", signature.note or BLANK_LINE))),
        Text("menerangkan bahwa:"),
        Labels(_facts(application.business)),
        Text(_statement(application, letterhead.council)),
        Text(
            "Surat keterangan ini dibuat berdasarkan data yang disampaikan pemilik usaha, untuk dipergunakan dalam "
            f"program tersebut pada tahun {application.programme.year}."
        ),
        Signatures(
            f"{letterhead.town or BLANK_LINE}, {format_short_date(day) if day else BLANK_LINE}", (None, signature)
        ),
    ]
    return PaperContent(
        title=LETTER_TITLE,
        letterhead=letterhead,
        subject=f"{application.business.name}, {application.programme}",
        blocks=blocks,
        dated_at=datetime.combine(day or clock.today(), time(), UTC),
        number=entry.number if entry else "",
        is_simulated=application.business.is_simulated,
    )


def _facts(business: Business) -> tuple[tuple[str, str], ...]:
    village = ", ".join(str(region) for region in (business.region, business.region.parent) if region)
    return (
        ("Nama usaha", business.name),
        ("Pemilik", business.owner.name),
        ("Alamat", "\n".join(filter(None, (business.address, village)))),
        ("NIB", business.nib or BLANK_LINE),
        ("Jenis usaha", str(business.industry or business.commodity or BLANK_LINE)),
        ("Tenaga kerja", BLANK_LINE if business.workers is None else f"{format_grouped(business.workers)} orang"),
        ("Skala usaha", _size(business)),
    )


def _size(business: Business) -> str:
    size = size_by(
        Law.UMKM, workers=business.workers, investment=business.investment, annual_sales=business.annual_sales
    )
    return f"usaha {size.label} ({size.source.regulation})" if size.label else BLANK_LINE


def _statement(application: Application, council: str) -> str:
    programme = application.programme
    source = f" ({programme.source})" if programme.source else ""
    return f"adalah industri kecil dan menengah binaan {council}, dan mengikuti program {programme.name}{source}."
