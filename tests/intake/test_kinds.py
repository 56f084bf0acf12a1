"""A new kind of item is one new module in the package of kinds, and nothing else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sambang.aspirations.models import Aspiration
from sambang.intake import kinds as package
from sambang.intake.display import kind_label, submitted_fields
from sambang.intake.models import Received
from sambang.registry.models import Business
from sambang.visits.models import Visit
from tests.intake.conftest import Phone

MODULE = """
from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import models

from sambang.aspirations.operations import note_aspiration
from sambang.intake.kinds.base import ItemKind, ReceivedSubmission, business_of, visit_of_submission
from sambang.intake.schema import Name


@dataclass(frozen=True)
class WishItem:
    visit: UUID
    business: UUID
    wish: Name


def apply(submission: ReceivedSubmission, body: WishItem) -> models.Model:
    return note_aspiration.within(
                    submission.entries, business_of(submission, body.business),
        submission.actor,
        id=submission.item.envelope.id,
        visit=visit_of_submission(submission),
        kind="aspiration",
        text=body.wish,
        difficulty="capital",
        also_touches="",
        raised_at=submission.at,
    )


KIND = ItemKind(name="wish", title="keinginan", schema=WishItem, apply=apply, field_titles={"wish": "yang diinginkan"})
"""


@pytest.fixture
def with_wishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A kind that is only a file in a folder of the package's path."""
    (tmp_path / "wish.py").write_text(MODULE)
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    package.kinds.cache_clear()
    yield
    package.kinds.cache_clear()
    sys.modules.pop("sambang.intake.kinds.wish", None)


@pytest.mark.django_db
@pytest.mark.usefixtures("with_wishes")
def test_a_module_in_the_package_is_a_kind(phone: Phone, visit: Visit, business: Business) -> None:
    receipt = phone.say("wish", visit=visit.pk, business=business.pk, wish="Mesin obras")
    assert receipt.outcome == "stored", receipt.reason
    assert Aspiration.objects.get().text == "Mesin obras"
    row = Received.objects.get()
    assert (kind_label(row.kind), row.visit, row.business) == ("keinginan", visit, business)
    refused = phone.say("wish", visit=visit.pk, business=business.pk, wish="x" * 121)
    assert refused.outcome == "refused" and "wish" in refused.reason
    assert submitted_fields(row) == [("yang diinginkan", "Mesin obras")]


@pytest.mark.django_db
def test_without_its_module_the_kind_is_unknown(phone: Phone, visit: Visit, business: Business) -> None:
    receipt = phone.say("wish", visit=visit.pk, business=business.pk, wish="Mesin obras")
    assert receipt.outcome == "refused" and "wish" in receipt.reason


def test_every_kind_either_adds_a_row_or_merges() -> None:
    found = package.kinds()
    assert len(found) == 10
    for name, kind in found.items():
        assert name == kind.name
        assert (kind.apply is None) != (kind.submitted_value is None), name
        assert kind.title and kind.field_titles
