"""Rules that find the rows whose retention period (fields.py) has ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q
from django.utils import timezone

from sambang.accounts.models import FailedVerification, Invitation, PasswordLink, RememberedBrowser
from sambang.assignments.models import AssignmentLink
from sambang.audit.models import IdempotencyKey
from sambang.imports.models import ImportBatch
from sambang.intake.models import ReceivedFile
from sambang.intake.uploads import unreferenced
from sambang.owners.models import FailedAttempt, PersonalLink
from sambang.privacy.fields import RETENTIONS
from sambang.registry.models import Business, MergeRecord


@dataclass(frozen=True)
class RetentionRule:
    """`retention`: a key of RETENTIONS. `past`: condition on rows of `tables` whose period ended before a time."""

    retention: str
    past: Callable[[datetime], Q]
    tables: tuple[type[models.Model], ...]

    def rows(self, model: type[models.Model], now: datetime) -> models.QuerySet[Any]:
        """Rows of one model whose period has ended at `now`."""
        days = RETENTIONS[self.retention].days
        assert days is not None
        return model._base_manager.filter(self.past(now - timedelta(days=days)))


def _before(column: str) -> Callable[[datetime], Q]:
    return lambda moment: Q(**{f"{column}__lt": moment})


def _closed_before(day: date) -> Q:
    return Q(status=Business.Status.CLOSED, closed_on__lt=day, erased_at=None)


RETENTION_RULES: dict[str, RetentionRule] = {
    "failed_tries": RetentionRule("days", _before("at"), (FailedAttempt, FailedVerification, IdempotencyKey)),
    "sessions": RetentionRule("session", _before("expire_date"), (Session,)),
    "browsers": RetentionRule("session", _before("expires_at"), (RememberedBrowser,)),
    "workbooks": RetentionRule("month", _before("uploaded_at"), (ImportBatch,)),
    "merges": RetentionRule("month", _before("merged_at"), (MergeRecord,)),
    "phones_files": RetentionRule("carried", lambda moment: unreferenced(begun_before=moment), (ReceivedFile,)),
    "invitations": RetentionRule("season", _before("expires_at"), (Invitation, PasswordLink)),
    "sign_in_traces": RetentionRule("season", _before("attempt_time"), (AccessAttempt, AccessFailureLog, AccessLog)),
    "personal_links": RetentionRule(
        "year", lambda moment: Q(expires_at__lt=moment) | Q(revoked_at__lt=moment), (PersonalLink, AssignmentLink)
    ),
    "closed_businesses": RetentionRule(
        "active", lambda moment: _closed_before(timezone.localdate(moment)), (Business,)
    ),
}


@dataclass(frozen=True)
class DueRows:
    """The number of rows of one model that a rule would delete."""

    rule: str
    model: type[models.Model]
    period: Any
    count: int


def due(now: datetime) -> list[DueRows]:
    return [
        DueRows(name, model, RETENTIONS[rule.retention].label, rule.rows(model, now).count())
        for name, rule in RETENTION_RULES.items()
        for model in rule.tables
    ]
