"""A row of every model of REACH, for each household of a small made-up world: new models come in by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models.query import QuerySet

from sambang.access.models import Council, Membership, Person, Role
from sambang.access.reach import REACH
from sambang.registry.models import Business, Cluster, Industry, Region

numbers = count(1)
NOW = datetime(2026, 3, 31, 9, tzinfo=UTC)


@contextmanager
def without_checks() -> Iterator[None]:
    """What a row says does not matter here, only whose it is. Rolled back with the test."""
    connection.check_constraints()  # nothing may wait behind a table that is altered
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute(
                "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0"
                " AND connamespace = 'public'::regnamespace"
            )
            for table, name in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


class Household:
    """One business, its owner, its sentra and its council, and one row of everything that hangs on them."""

    def __init__(self, council: Council, cluster: Cluster, officer: Person, industry: Industry) -> None:
        self.region, self.officer = cluster.region, officer
        self.owner = Person.objects.create_user(None, name="Pemilik Peraga")
        business = Business.objects.create(
            name="Usaha Rahasia", owner=self.owner, cluster=cluster, region=self.region, industry=industry
        )
        known = (council, cluster, self.region, industry, business)
        self.rows: dict[type[models.Model], Any] = {type(row): row for row in known}
        self.failed: dict[str, str] = {}
        for label in REACH:
            self.row_of(apps.get_model(label))

    def row_of(self, model: type[models.Model]) -> Any:
        if model is Person:
            return self.officer
        if model not in self.rows:
            self.rows[model] = None  # self-reference while being created
            row = model(**{field.attname: self.value(field) for field in model._meta.concrete_fields if wanted(field)})
            try:
                with transaction.atomic():  # past every `save` of our own: whatever it would refuse or fill in
                    QuerySet(model)._insert(
                        [row],
                        model._meta.concrete_fields
                        if row.pk
                        else [f for f in model._meta.concrete_fields if not f.primary_key],
                        using="default",
                        returning_fields=None,
                    )
                    if row.pk is None:
                        row = model._base_manager.order_by("-pk").first()
                self.rows[model] = row
            except IntegrityError as refused:
                self.failed[model._meta.label] = str(refused)
        return self.rows[model]

    def value(self, field: Any) -> Any:
        if field.remote_field:
            if field.related_model is Person:
                return (
                    self.owner if "owner" in REACH_OF_PEOPLE.get((field.model, field.name), "") else self.officer
                ).pk
            row = self.row_of(field.related_model)
            return None if row is None else getattr(row, field.target_field.attname)
        if field.name == "region_code":
            return self.region.pk[: field.max_length]
        return made_up(field)


# Whose row it is, where a path of REACH ends in the model itself: "owner" or "head".
REACH_OF_PEOPLE = {
    (apps.get_model(label), path): kind
    for label, reach in REACH.items()
    for kind, path in (("owner", reach.owner), ("head", reach.head))
    if path and "__" not in path
}


def wanted(field: Any) -> bool:
    return not (field.primary_key and isinstance(field, models.AutoField)) and not field.generated


# The first kind that a field is of; each value another one, for whatever is unique.
MADE_UP: tuple[tuple[type[models.Field[Any, Any]], Callable[[int], Any]], ...] = (
    (models.UUIDField, lambda _number: uuid4()),
    (models.DateTimeField, lambda number: NOW + timedelta(seconds=number)),
    (models.DateField, lambda number: date(2020, 1, 1) + timedelta(days=number)),
    (models.TimeField, lambda _number: time(9)),
    (models.BooleanField, lambda _number: False),
    (models.DecimalField, lambda _number: Decimal(1)),
    (models.FloatField, float),
    (models.IntegerField, int),
    (models.BinaryField, lambda number: f"{number}".encode()),
    (models.JSONField, lambda _number: {}),
)


def made_up(field: Any) -> Any:
    number = next(numbers)
    for kind, make in MADE_UP:
        if isinstance(field, kind):
            return make(number)
    return field.choices[0][0] if field.choices else f"{number:04d}"[-(field.max_length or 9) :]


class World:
    """Two households of one sentra in Sleman, one in Bantul, and everybody who might read about them."""

    def __init__(self, places: dict[str, Region], industry: Industry) -> None:
        councils = {
            code: Council.objects.create(name=f"Dewan {code or 'nasional'}", region_code=code)
            for code in ("3404", "3402", "34", "")
        }
        self.readers: dict[str, Person] = {
            f"officer of {code or 'the nation'}": self.member(council) for code, council in councils.items()
        }
        both = self.member(councils["3404"])
        Membership.objects.create(person=both, council=councils["3402"], role=Role.LEADER)
        self.readers |= {"of both regencies": both, "stranger": Person.objects.create_user(None, name="Orang Lain")}
        clusters = {
            code: Cluster.objects.create(
                name=f"Sentra {code}",
                region=places[village],
                commodity="Konveksi",
                head=Person.objects.create_user(None, name="Ketua Peraga"),
            )
            for code, village in (("3404", "3404072003"), ("3402", "3402082001"))
        }
        with without_checks():
            self.households = [
                Household(councils[code], clusters[code], self.readers[f"officer of {code}"], industry)
                for code in ("3404", "3404", "3402")
            ]
        first, second, other = self.households
        assert (first.failed, other.failed) == ({}, {}), "a model of REACH of which no row could be made up"
        self.readers |= {"first owner": first.owner, "second owner": second.owner, "owner in Bantul": other.owner}
        self.readers |= {f"head in {code}": cluster.head for code, cluster in clusters.items() if cluster.head}

    @staticmethod
    def member(council: Council) -> Person:
        person = Person.objects.create_user(f"anggota{next(numbers)}@contoh.test", "rahasia-sekali", name="Anggota")
        Membership.objects.create(person=person, council=council, role=Role.STAFF)
        return person


def every(model: type[models.Model]) -> set[Any]:
    """Whatever the database hands out here, asked without any condition."""
    return set(model._base_manager.values_list("pk", flat=True))


def scoped_models() -> dict[str, type[models.Model]]:
    return {label: apps.get_model(label) for label in REACH}
