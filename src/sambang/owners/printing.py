"""PDF documents for owners: cards with the QR code of each personal link, and the poster of a sentra."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format

from sambang.lib.qr_codes import qr_svg
from sambang.lib.typesetting import accessible_pdf
from sambang.owners.link_tokens import token_of
from sambang.owners.message_texts import link_path
from sambang.owners.models import PersonalLink
from sambang.owners.queries import code_of, valid_numbers

OWNER_PAPERS = Path(__file__).parent / "papers"
CARDS_ON_A_PAGE = 8


@dataclass(frozen=True)
class Card:
    """`qr` is SVG. `codes`: the owner's valid six-digit codes, in the order of their use."""

    business: str
    owner: str
    qr: str
    codes: tuple[str, ...]
    valid_until: str


@translation.override(settings.LANGUAGE_CODE)
def cards_of(links: Sequence[PersonalLink], absolute: Callable[[str], str]) -> list[Card]:
    """The cards of active links, their business, owner and used codes fetched. `absolute` makes a path an address.
    A link made under another secret key has no card: its token cannot be derived."""
    return [
        Card(
            business=link.business.name,
            owner=link.business.owner.name,
            qr=qr_svg(absolute(link_path(token))),
            codes=tuple(
                f"{digits[:3]} {digits[3:]}"
                for number in valid_numbers({used.number for used in link.used_codes.all()})
                for digits in [code_of(link, number)]
            ),
            valid_until=date_format(timezone.localtime(link.expires_at), "j F Y"),
        )
        for link in links
        if (token := token_of(link))
    ]


def cards_pdf(cards: Sequence[Card], *, council: str, place: str) -> bytes:
    data = {"council": council, "place": place, "cards": [asdict(card) for card in cards]}
    return _pdf("cards.typ", {**data, "cards_on_a_page": CARDS_ON_A_PAGE})


def poster_pdf(*, council: str, place: str, address: str) -> bytes:
    """`address`: the owner's home page, which opens on a phone on which the personal link was opened before."""
    return _pdf("poster.typ", {"council": council, "place": place, "address": address, "qr": qr_svg(address)})


def _pdf(template: str, data: dict[str, Any]) -> bytes:
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return accessible_pdf(OWNER_PAPERS / template, root=OWNER_PAPERS, ignore_system_fonts=True, sys_inputs=inputs)
