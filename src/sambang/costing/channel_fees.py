"""Fees of sales channels: `reference/channel_fees.csv`, with the effective date and the source.
A fee is a default of the form: channels change fees several times a year, so the owner can type another one."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

FEES_FILE = Path(__file__).parent / "reference" / "channel_fees.csv"


@dataclass(frozen=True)
class ChannelFee:
    channel: str
    percent: Decimal  # per cent of the price
    fixed: Decimal  # rupiah for each order
    valid_from: date
    source: str


@cache
def _rows() -> list[ChannelFee]:
    with FEES_FILE.open(encoding="utf-8", newline="") as file:
        return [
            ChannelFee(
                row["channel"],
                Decimal(row["percent"]),
                Decimal(row["fixed"]),
                date.fromisoformat(row["valid_from"]),
                row["source"],
            )
            for row in csv.DictReader(file)
        ]


def channel_fees(today: date) -> list[ChannelFee]:
    """The fee of each channel in force on this date, in the order of the table."""
    current: dict[str, ChannelFee] = {}
    for row in sorted(_rows(), key=lambda row: row.valid_from):
        if row.valid_from <= today:
            current[row.channel] = row
    return [current[channel] for channel in dict.fromkeys(row.channel for row in _rows()) if channel in current]
