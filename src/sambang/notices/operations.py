"""Operations on one's own notification settings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sambang.access.models import Person
from sambang.access.permissions import new_id
from sambang.audit.operation import operation
from sambang.lib.tokens import digest_of
from sambang.notices.calendar_tokens import calendar_token
from sambang.notices.models import NoticeKind, NoticeSettings


def _store(person: Person, **values: Any) -> NoticeSettings:
    settings, _created = NoticeSettings.objects.update_or_create(person=person, defaults=values)
    return settings


@operation("notices.choose")
def choose_notices(
    person: Person, by: Person, /, *, wanted: Iterable[str], weekly_letter: bool = False
) -> NoticeSettings:
    """`wanted`: the kinds that reach the person; the others are muted."""
    muted = [kind for kind in NoticeKind.values if kind not in set(wanted)]
    return _store(person, muted=muted, weekly_letter=weekly_letter)


@operation("notices.choose")
def mark_read(person: Person, by: Person, /, *, until: datetime) -> NoticeSettings:
    """Everything that happened until this time is read."""
    return _store(person, read_until=until)


@operation("notices.share_calendar")
def open_calendar(person: Person, by: Person, /) -> NoticeSettings:
    """A new private address; an earlier one stops working."""
    calendar_id = new_id()
    return _store(person, calendar_id=calendar_id, calendar_digest=digest_of(calendar_token(calendar_id)))


@operation("notices.share_calendar")
def close_calendar(person: Person, by: Person, /) -> NoticeSettings:
    return _store(person, calendar_id=None, calendar_digest=None)


@operation("notices.send_letter")
def claim_letter(person: Person, by: Person, /, *, week: date) -> bool:
    """Mark the letter of this week (its Monday) as sent, before it is sent; False if another run did."""
    rows = NoticeSettings.objects.filter(person=person, weekly_letter=True).exclude(letter_week__gte=week)
    return rows.update(letter_week=week) == 1


@operation("notices.send_letter")
def release_letter(person: Person, by: Person, /) -> None:
    """The mail server refused the letter: the next run sends it."""
    NoticeSettings.objects.filter(person=person).update(letter_week=None)
