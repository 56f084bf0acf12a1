"""The councils' parts of the public privacy notice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sambang.access.councils import nearest_councils
from sambang.access.models import Council
from sambang.access.row_security import bypass_row_security
from sambang.privacy.models import PrivacyStatement


@dataclass(frozen=True)
class CouncilStatement:
    """`statement` is None until the council has filled it in."""

    council: Council
    statement: PrivacyStatement | None


@bypass_row_security(__name__)
def every_statement() -> list[CouncilStatement]:
    """Every council by name. The nation's row exists on every server (`system_person`), so it is listed only once it is
    filled in."""
    statements = _with_statements(Council.objects.order_by("name"))
    return [row for row in statements if row.statement or row.council.region_code]


@bypass_row_security(__name__)
def statements_for(region_code: str) -> list[CouncilStatement]:
    return _with_statements(nearest_councils(region_code))


def _with_statements(councils: Iterable[Council]) -> list[CouncilStatement]:
    councils = list(councils)
    filled = {row.council_id: row for row in PrivacyStatement.objects.filter(council__in=councils)}
    return [CouncilStatement(council, filled.get(council.pk)) for council in councils]
