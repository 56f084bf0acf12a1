"""What every item says of itself, whatever its kind (docs/decisions/0018-field-protocol.md)."""

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
    """What every item says of itself. `sequence` counts the items of one device from 1; None where nothing counts."""

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
