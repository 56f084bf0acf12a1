"""The stages of an application and the transitions between them."""

from __future__ import annotations

from sambang.facilitation.models import Application

Stage = Application.Stage

STAGE_TRANSITIONS: dict[str, frozenset[str]] = {
    Stage.OFFERED: frozenset({Stage.REQUESTED, Stage.WITHDRAWN}),
    Stage.REQUESTED: frozenset({Stage.SUBMITTED, Stage.WITHDRAWN}),
    Stage.SUBMITTED: frozenset({Stage.RETURNED, Stage.ISSUED, Stage.REFUSED, Stage.WITHDRAWN}),
    Stage.RETURNED: frozenset({Stage.SUBMITTED, Stage.REFUSED, Stage.WITHDRAWN}),
    Stage.REFUSED: frozenset({Stage.SUBMITTED}),
    Stage.WITHDRAWN: frozenset({Stage.REQUESTED}),
    Stage.ISSUED: frozenset(),
}
# Stages that count against the quota.
HOLDS_PLACE = frozenset({Stage.REQUESTED, Stage.SUBMITTED, Stage.RETURNED, Stage.ISSUED})
