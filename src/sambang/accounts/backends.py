"""The authentication backend that loads the person of a session (settings.AUTHENTICATION_BACKENDS)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db import connection

from sambang.access.models import Person
from sambang.lib.raw_columns import column_list

# Raw SQL, since every request runs it: compiling the query in the ORM takes four times as long as executing it.
PERSON_SQL = f"SELECT {column_list(Person)} FROM access_person WHERE id = %s"  # noqa: S608  # names of our own columns


class PersonBackend(ModelBackend):
    """Django's ModelBackend with a cheaper `get_user`."""

    def get_user(self, user_id: Any) -> Person | None:
        key = Person._meta.pk.get_db_prep_value(user_id, connection)
        person = next(iter(Person.objects.raw(PERSON_SQL, [key])), None)
        return person if person and self.user_can_authenticate(person) else None
