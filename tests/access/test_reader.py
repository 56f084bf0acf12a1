"""`Reader` decides for pages, exports, searches and names; one table maps guarded columns to verbs."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

import sambang
from sambang.access.models import Council, Membership, Person, Role
from sambang.access.permissions import may
from sambang.access.reach import REACH
from sambang.access.reach_filters import own_region_column
from sambang.access.reader import hidden_columns, reader_for
from sambang.access.roles import GUARDED_COLUMNS, READ_VERBS, REGENCY_ONLY
from sambang.odk.entities import business_entities, offered_visits, visits_list
from sambang.production.models import Report
from sambang.registry.models import Business, Cluster, Region
from sambang.visits.models import Visit

pytestmark = pytest.mark.django_db
SOURCE = Path(sambang.__file__).parent
COLUMNS = [(model, column) for model, columns in GUARDED_COLUMNS.items() for column in columns]


@pytest.fixture
def both(citra: Person, yogyakarta: Council) -> Person:
    """Staff of Bantul and of the province above it, to which Sleman belongs too."""
    Membership.objects.create(person=citra, council=yogyakarta, role=Role.STAFF)
    return citra


@pytest.fixture
def in_bantul(places: dict[str, Region], make_business: Callable[..., Business]) -> Business:
    cluster = Cluster.objects.create(name="Sentra Gerabah Bantul", region=places["3402082001"])
    return make_business("Gerabah Terbuka", within=cluster)


@pytest.mark.parametrize(("model", "column"), COLUMNS)
def test_every_guarded_column_exists_and_its_verb_is_kept_to_the_regency(model: str, column: str) -> None:
    assert apps.get_model(model)._meta.get_field(column)
    verb = GUARDED_COLUMNS[model][column]
    assert verb in REGENCY_ONLY
    assert verb in READ_VERBS


def test_no_second_copy_of_the_guarded_columns() -> None:
    """A collection that spells three guarded columns of one verb is a copy of the table."""
    by_verb: dict[str, set[str]] = {}
    for column, verb in GUARDED_COLUMNS["registry.Business"].items():
        by_verb.setdefault(verb, set()).add(column)
    copies = set()
    for file in SOURCE.rglob("*.py"):
        if file == SOURCE / "access" / "roles.py" or "migrations" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Dict) and any(
                isinstance(key, ast.Constant) and key.value in by_verb for key in node.keys
            ):
                spelled = {leaf.value for leaf in ast.walk(node) if isinstance(leaf, ast.Constant)}
                if any(spelled & columns for columns in by_verb.values()):
                    copies.add(f"{file.relative_to(SOURCE)}:{node.lineno}")
    assert copies == set()


def test_reading_by_keys_and_reading_a_row_agree(
    business: Business, in_bantul: Business, both: Person, sari: Person, budi: Person, rina: Person
) -> None:
    head = business.cluster.head if business.cluster else None
    assert head is not None
    for person in (both, sari, budi, rina, head, business.owner, in_bantul.owner):
        for verb in sorted(set(GUARDED_COLUMNS["registry.Business"].values())):
            for row in (business, in_bantul):
                by_row = may(person, verb, row)
                assert reader_for(person).reads_business(verb, row) is by_row, (person, verb, row)
                listed = Business.objects.filter(reader_for(person).allowed(verb, Business), pk=row.pk)
                assert listed.exists() is by_row, (person, verb, row)


def test_who_belongs_to_both_reads_names_in_the_own_regency_only(
    business: Business, in_bantul: Business, both: Person
) -> None:
    reader = reader_for(both)
    assert list(Business.objects.visible_to(both).order_by("name")) == [in_bantul, business]
    assert reader.open_verbs(in_bantul) >= {"registry.see_contact", "registry.see_finances"}
    assert reader.open_verbs(business) == frozenset()
    assert reader.open_verbs(in_bantul, business) == frozenset(), "both rows, or none"
    assert hidden_columns("registry.Business", reader.open_verbs(business)) == set(GUARDED_COLUMNS["registry.Business"])


def test_merging_asks_for_the_second_row_too(
    client: Client, business: Business, in_bantul: Business, both: Person
) -> None:
    """Bantul's row is hers, Sleman's only the province's: neither shown beside it nor taken into it."""
    client.force_login(both)
    for first, second in ((in_bantul, business), (business, in_bantul)):
        address = f"/daftar/ikm/{first.pk}/gabung/{second.pk}/"
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403
    assert Business.objects.count() == 2


def test_an_export_names_owners_of_the_own_regency_only(
    client: Client, business: Business, in_bantul: Business, both: Person
) -> None:
    client.force_login(both)
    answer = client.get("/daftar/ikm/?format=xlsx")
    content = answer.getvalue() if answer.streaming else answer.content
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    by_name = {row[0]: row for row in rows}
    assert in_bantul.owner.name in by_name["Gerabah Terbuka"]
    assert business.owner.name not in by_name["Jahit Rahasia"]
    assert "+6281200000001" not in by_name["Jahit Rahasia"]


def test_a_phone_with_collect_carries_no_names_of_other_regencies(
    business: Business, in_bantul: Business, both: Person, rina: Person
) -> None:
    for row in (business, in_bantul):
        Visit.objects.create(
            region=row.cluster.region,
            cluster=row.cluster,
            planned_for=date(2026, 4, 1),
            purpose="Sambang",
            planned_by=rina,
        )
    assert [visit.cluster for visit in offered_visits(both)] == [in_bantul.cluster]
    carried = repr([list(visits_list(both)[1]), list(business_entities(both)[1])])
    assert in_bantul.owner.name in carried
    assert business.owner.name not in carried
    assert str(business.cluster_id) not in carried


def queries_of(do: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        do()
    return [query["sql"] for query in asked.captured_queries]


def test_memberships_ownership_and_headship_are_asked_once(business: Business, sari: Person) -> None:
    person = Person.objects.get(pk=sari.pk)

    def read() -> None:
        list(Business.objects.visible_to(person))
        list(Report.objects.visible_to(person))
        may(person, "registry.see_contact", business)
        reader_for(person).reads_business("registry.see_identity", business)

    asked = queries_of(read)
    assert sum("access_membership" in sql for sql in asked) == 1
    assert len(asked) == 3  # memberships and two lists; the row itself says its region


def test_a_way_that_a_person_does_not_have_is_not_asked(business: Business, sari: Person) -> None:
    [of_member] = queries_of(lambda: list(Report.objects.visible_to(sari)))[1:]
    assert "UNION" not in of_member
    assert "owner_id" not in of_member
    assert "head_id" not in of_member
    stranger = Person.objects.create_user(f"{uuid4()}@contoh.test", "rahasia-sekali", name="Orang Asing")
    assert list(Business.objects.visible_to(stranger)) == []
    assert business.cluster is not None
    assert business.cluster.head is not None
    for person in (business.owner, business.cluster.head):
        assert list(Business.objects.visible_to(person)) == [business]


def test_a_member_who_also_owns_an_ikm_elsewhere_reaches_both(
    business: Business, in_bantul: Business, sari: Person
) -> None:
    Business.objects.filter(pk=in_bantul.pk).update(owner=sari)
    assert set(Business.objects.visible_to(sari)) == {business, in_bantul}
    assert may(sari, "registry.see_finances", Business.objects.get(pk=in_bantul.pk))


@pytest.mark.parametrize(
    ("label", "column"),
    [
        ("access.Council", "region_code"),
        ("registry.Business", "region_id"),
        ("accounts.Invitation", ""),
        ("visits.Visit", "region_id"),
        ("visits.Guest", ""),
        ("access.Person", ""),
    ],
)
def test_a_row_says_its_region_itself_only_where_its_own_column_is_the_code(label: str, column: str) -> None:
    assert own_region_column(apps.get_model(label), REACH[label].region) == column


def test_no_template_names_the_verb_of_a_guarded_column() -> None:
    """A page asks the reader which columns it shows: `shows.Business.phone`, `{% guarded … %}`."""
    verbs = {verb.partition(".")[2] for columns in GUARDED_COLUMNS.values() for verb in columns.values()}
    templates = list(SOURCE.glob("*/templates/**/*.html"))
    assert len(templates) > 200 and len(verbs) >= 4
    named = {
        f"{file.relative_to(SOURCE)}: {verb}"
        for file in templates
        for verb in verbs
        if re.search(rf"\b{verb}\b", file.read_text(encoding="utf-8"))
    }
    assert named == set()


def test_every_column_that_a_template_asks_for_is_guarded() -> None:
    """`shows.Business.fone` would be false for everybody, and no page would say so."""
    guarded = {f"{model.partition('.')[2]}.{column}" for model, column in COLUMNS}
    asked = {
        name
        for file in SOURCE.glob("*/templates/**/*.html")
        for name in re.findall(r"\bshows\.(\w+\.\w+)", file.read_text(encoding="utf-8"))
    }
    assert len(asked) > 8
    assert asked <= guarded


def test_a_page_shows_each_column_to_those_with_its_verb(
    business: Business, sari: Person, citra: Person, budi: Person, yogyakarta: Council
) -> None:
    for person in (sari, citra, budi, business.owner):
        shows = reader_for(person).visible_columns(business)
        for model, column in COLUMNS:
            allowed = may(person, GUARDED_COLUMNS[model][column], business)
            assert shows[model.partition(".")[2]][column] is allowed, (person, model, column)
            assert reader_for(person).shows(business, f"{model}.{column}") is allowed, (person, model, column)
