"""Every column is known: either what it holds of a person, or that it holds nothing of one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.test import Client
from tools import privacy_page

from sambang.access.reach import REACH
from sambang.privacy.erasing import ABOUT_BUSINESS
from sambang.privacy.fields import (
    BASES,
    ERASURES,
    PURPOSES,
    RETENTIONS,
    SENSITIVITIES,
    personal_fields,
)
from sambang.privacy.law import articles, read_reference
from sambang.privacy.retention import RETENTION_RULES
from sambang.registry.encrypted_fields import EncryptedField

TELLING = re.compile(
    r"name|phone|address|email|nik|nib|npwp|birth|image|ip_|user_agent|words|note|summary|caption|sales|invest"
)
ERASED_OTHERWISE: set[str] = set()
# Names of things and places, not of people.
OF_THINGS = {
    ("auth.Permission", "name"),
    ("auth.Permission", "codename"),
    ("auth.Group", "name"),
    ("access.Council", "name"),
    ("privacy.PrivacyStatement", "address"),
    ("registry.Region", "name"),
    ("registry.Industry", "note"),
    ("registry.Cluster", "name"),
    ("registry.Group", "name"),
    ("facilitation.Programme", "name"),
    ("indicators.Indicator", "name"),
    ("papers.Letterhead", "name"),
    ("papers.Letterhead", "address"),  # of the office
    ("imports.ImportBatch", "cluster_name"),
    ("market.MarketplaceMapping", "name"),  # of a marketplace
    ("odk.FormMedia", "name"),  # the file name that the form itself gives
}


def impersonal_fields() -> set[tuple[str, str]]:
    """(model, field) of all others."""
    return {(row["model"], field) for row in read_reference("impersonal.csv") for field in row["fields"].split()}


def every_field() -> Iterator[tuple[str, str]]:
    """(model, field) of every column of the database that is neither a key nor points at another row."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if not (field.primary_key or field.is_relation):
                yield model._meta.label, field.name


def test_every_column_is_classified_once() -> None:
    personal = [(field.model, field.field) for field in personal_fields()]
    assert len(personal) == len(set(personal)) > 100
    assert set(personal) | impersonal_fields() == set(every_field()), "put the new field into one of the two lists"
    assert not set(personal) & impersonal_fields()


def test_no_telling_name_is_called_impersonal() -> None:
    suspects = {(model, name) for model, name in impersonal_fields() if TELLING.search(name)} - OF_THINGS
    suspects -= {(model, name) for model, name in suspects if name.endswith(("noted_at", "note_at"))}
    assert suspects == set()


def test_every_row_about_an_ikm_is_erased_with_it() -> None:
    """A model that leads to an IKM and has a column to delete, blank or anonymise is on the list of `erase_rows`."""
    erased = {field.model for field in personal_fields() if field.erasure in {"delete", "blank", "anonymise"}}
    about = {label for label, reach in REACH.items() if "business__region" in reach.region}
    assert len(erased & about) > 10
    assert (erased & about) - set(ABOUT_BUSINESS) - ERASED_OTHERWISE == set()


def test_every_word_of_the_table_has_its_meaning() -> None:
    for field in personal_fields():
        assert field.purpose in PURPOSES and field.retention in RETENTIONS, field
        assert field.sensitivity in SENSITIVITIES and field.erasure in ERASURES, field
        assert PURPOSES[field.purpose].basis in BASES
    finances = [field for field in personal_fields() if isinstance(field.definition, EncryptedField)]
    assert len(finances) >= 7
    assert all(field.encrypted for field in finances)


def test_what_ends_after_a_time_has_a_rule_that_ends_it() -> None:
    """`active` ends with its IKM; what is kept of a session goes with its row."""
    ruled = {(model._meta.label, rule.retention) for rule in RETENTION_RULES.values() for model in rule.tables}
    ruled |= {("accounts.ActiveSession", "session")}
    said = {(field.model, field.retention) for field in personal_fields() if field.retention_period.days is not None}
    assert {one for one in said if one[1] != "active"} - ruled == set()


def test_the_law_names_three_days_where_it_names_a_time() -> None:
    timed = {about: article.hours for about, article in articles().items() if article.hours}
    assert timed == dict.fromkeys(("correct", "access", "withdraw", "restrict", "breach"), 72)
    assert all(article.source for article in articles().values())


def test_the_page_of_docs_is_what_the_table_says() -> None:
    assert privacy_page.PAGE.read_text(encoding="utf-8") == privacy_page.page(), (
        "docs/privacy.md is old: run `make docs`"
    )


@pytest.mark.django_db
def test_a_stranger_reads_what_is_kept_and_why(client: Client) -> None:
    page = client.get("/privasi/")
    assert page.status_code == 200
    text = page.content.decode()
    assert all(str(PURPOSES[key].label) in text for key in {field.purpose for field in personal_fields()})
    assert "72 jam" in text
    assert client.get("/privasi/?format=xlsx").headers["Content-Type"].endswith("sheet")
