"""The expectations of contract.py and contract_submissions.py hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sambang.access.models import Council, Membership, Person, Role
from sambang.odk.models import OdkForm
from sambang.odk.operations import NewKey, make_key, offer_form, revoke_key, withdraw_form
from sambang.registry.models import Business
from sambang.visits.models import Visit
from tests.odk import contract, contract_submissions
from tests.odk.conftest import CollectHere
from tests.odk.contract import Office
from tests.odk.test_own_forms import form_workbook

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.slow]
HEADINGS = ("form_id", "form_title", "version")
PLAIN = [("type", "name", "label"), ("text", "a", "A"), ("image", "foto", "Foto")]
HELPERS = {"answers", "message", "statuses", "Office"}
EXPECTATIONS: list[Callable[[Office], None]] = [
    check
    for module in (contract, contract_submissions)
    for name, check in vars(module).items()
    if callable(check) and getattr(check, "__module__", "") == module.__name__ and name not in HELPERS
]
WITH_LIST = [*PLAIN, ("select_one_from_file kecamatan.csv", "kec", "Kecamatan")]


@pytest.fixture
def office(
    phone: CollectHere,
    key: NewKey,
    collect_of: Callable[[NewKey], CollectHere],
    sleman: Council,
    bantul: Council,
    planned: Visit,
    business: Business,
    sari: Person,
    rina: Person,
) -> Office:
    def offer(version: str) -> None:
        survey = PLAIN if version == "tanpa berkas" else WITH_LIST
        media = {} if version == "tanpa berkas" else {"kecamatan.csv": b"name,label\n1,Gamping\n"}
        settings = [HEADINGS, ("pasar", "Survei pasar", version)]
        offer_form(sleman, rina, xlsform=form_workbook(survey, settings), media=media)

    def withdraw() -> None:
        withdraw_form(OdkForm.objects.offered().get(), rina)

    elsewhere = Person.objects.create_user("wati@contoh.test", "rahasia-sekali", name="Wati")
    Membership.objects.create(person=elsewhere, council=bantul, role=Role.OFFICER)
    stranger = collect_of(make_key(bantul, elsewhere, phone="HP Wati"))
    offer("1")
    return Office(
        phone, stranger, offer, withdraw, lambda: revoke_key(key.key, sari) and None, lambda: [str(business.pk)]
    )


@pytest.mark.parametrize("expectation", EXPECTATIONS, ids=lambda check: check.__name__)
def test_contract(office: Office, expectation: Callable[[Office], None]) -> None:
    expectation(office)


def test_there_are_as_many_as_were_found() -> None:
    assert len(EXPECTATIONS) >= 65
