"""The columns of a model for raw SQL."""

from __future__ import annotations

from django.db import models


def column_list(model: type[models.Model], table: str = "") -> str:
    """The columns by name. `SELECT *` is prepared with the columns of its time: once a migration of a newer version
    adds one, PostgreSQL refuses the statement on every connection of the server that still runs."""
    prefix = f'"{table}".' if table else ""
    return ", ".join(f'{prefix}"{field.column}"' for field in model._meta.concrete_fields)
