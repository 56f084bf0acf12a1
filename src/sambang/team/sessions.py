"""Where sessions are kept: in a table that no reader's role may touch, or whoever reads it could be anybody."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from sambang.people.wall import beyond_reach


class SessionStore(db.SessionStore):
    """Django's own, past the wall (settings.SESSION_ENGINE)."""

    load = beyond_reach(__name__)(db.SessionStore.load)
    exists = beyond_reach(__name__)(db.SessionStore.exists)
    save = beyond_reach(__name__)(db.SessionStore.save)
    delete = beyond_reach(__name__)(db.SessionStore.delete)


@beyond_reach(__name__)
def forget_expired(now: datetime) -> None:
    """With what was kept about them."""
    Session.objects.filter(expire_date__lte=now).delete()
