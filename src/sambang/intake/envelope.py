"""The envelope: the fields that every kind of item has (docs/decisions/0018-field-protocol.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sambang.intake.schema import Code, ShortText


@dataclass(frozen=True)
class File:
    sha256: Annotated[str, 64]
    size: int
    name: ShortText = ""


@dataclass(frozen=True)
class Envelope:
    """The fields that every kind of item has. `sequence` numbers the items of one device from 1; None for senders
    without sequence numbers."""

    id: UUID
    device: UUID
    by: UUID
    schema: int
    kind: Code
    recorded_at: datetime
    body: dict[str, Any]
    sequence: int | None = None
    files: tuple[File, ...] = ()
    corrects: UUID | None = None
