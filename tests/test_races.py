"""Operations that count or look before they write, run at the same moment in threads, on SQLite and on PostgreSQL."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from sambang.access.models import Council, Membership, Person, Role
from sambang.accounts.models import PasswordLink
from sambang.accounts.operations import deactivate, invite, leave, make_password_link, withdraw_role
from sambang.actions.models import ActionEvent, Confirmation
from sambang.actions.operations import claim_action, commit_action, confirm_action, promise_action
from sambang.aspirations.models import Aspiration
from sambang.aspirations.operations import group_aspirations, propose_idea
from sambang.audit.models import Entry
from sambang.imports.models import ImportBatch
from sambang.imports.operations import import_batch, upload_workbook
from sambang.imports.sheets import read_register
from sambang.market.models import Consent
from sambang.market.operations import give_consent
from sambang.owners.models import PersonalLink
from sambang.owners.operations import make_link
from sambang.privacy.models import DataRequest
from sambang.privacy.operations import erase_business, submit_request
from sambang.registry.load_industries import load_industries
from sambang.registry.models import Business, Cluster, FormerKey, Region
from sambang.registry.operations import merge_businesses
from sambang.visits.models import Visit
from tests.conftest import Together
from tests.test_writes import SOURCE, functions

pytestmark = pytest.mark.slow

DUE = date(2026, 12, 1)
TWINS = 6
JOHO = Path(__file__).parents[1] / "src/sambang/home/demo/ikm-joho.xlsx"
LOOKS = {"exists", "count", "first"}
LOCKS = {"lock", "_lock", "lock_row", "lock_visit", "lock_open_visit", "select_for_update", "_lock_together"}
# Operations that look before they write without a lock, and what guards them.
GUARDED_OTHERWISE: dict[str, str] = {
    "odk.operations.store_submission": "constraints submission_is_kept_once and sent_file_is_kept_once",
    "operations.businesses.register_business": "the id is the primary key",
}


def outcome(job: Callable[[], object]) -> Callable[[], str]:
    """The job, answering "done" or the name of the refusal."""

    def run() -> str:
        try:
            job()
        except (ValidationError, PermissionDenied) as refusal:
            return type(refusal).__name__
        return "done"

    return run


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def called_names(function: ast.AST) -> set[str]:
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}


def calls_within(module: dict[str, ast.FunctionDef], name: str) -> set[str]:
    """What a function calls, and what those of its module that it calls do, and so on."""
    seen: set[str] = set()
    left, found = [name], set[str]()
    while left:
        current = left.pop()
        if current not in seen and current in module:
            seen.add(current)
            found |= called_names(module[current])
            left += called_names(module[current])
    return found


def test_every_operation_that_looks_before_it_writes_locks_first() -> None:
    """The search for the kind: `exists`, `count` or `first` in an operation, or in a function of its module that it
    calls, needs a lock, or a reason here."""
    found = {}
    for file in SOURCE.rglob("*.py"):
        if "migrations" in file.parts or "sambang_stats" in file.parts:
            continue
        module = {
            function.name: function
            for function in functions(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(function, ast.FunctionDef)
        }
        for name, function in module.items():
            marks = [ast.unparse(mark) for mark in function.decorator_list]
            if not any(mark.startswith("operation(") for mark in marks):
                continue
            called = calls_within(module, name)
            if called & LOOKS and not (any("lock=True" in mark for mark in marks) or called & LOCKS):
                found[f"{file.parent.name}.{file.stem}.{name}"] = called & LOOKS
    assert sorted(found) == sorted(GUARDED_OTHERWISE)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    @pytest.mark.parametrize("how", ["withdraw", "leave", "deactivate"])
    def test_a_council_keeps_an_administrator(
        self, how: str, member: Callable[..., Person], sleman: Council, together: Together
    ) -> None:
        people = [member(name, sleman, Role.ADMINISTRATOR) for name in ("Wati", "Joko", "Tini")]

        def council() -> Council:
            return Council.objects.get(pk=sleman.pk)

        after = dict(zip(people, people[1:] + people[:1], strict=True))
        jobs = {
            "withdraw": lambda by: withdraw_role(council(), by, person=by, role="administrator"),
            "leave": lambda by: leave(council(), by, person=by),
            "deactivate": lambda by: deactivate(fresh(after[by]), by),
        }
        together([outcome(partial(jobs[how], by)) for by in map(fresh, people)])

        def left() -> int:
            rows = Membership.objects.filter(council=sleman, role="administrator", person__is_active=True)
            return rows.count()

        assert together([left])[0] >= 1

    def test_an_answer_is_recorded_once(
        self,
        cluster: Cluster,
        make_business: Callable[..., Business],
        sari: Person,
        rina: Person,
        together: Together,
    ) -> None:
        raisers = [make_business(name) for name in ("Jahit Asri", "Jahit Barokah")]
        voices = [
            Aspiration.objects.create(
                business=one, kind="constraint", text="Pasar sepi", difficulty="marketing", noted_by=sari
            )
            for one in raisers
        ]
        matter = group_aspirations(cluster, rina, aspirations=voices, title="Pasar", difficulty="marketing")
        idea = propose_idea(matter, sari, proposal="Etalase")
        action = commit_action(idea, rina, title="Etalase", responsible_name="Bidang", due_on=DUE)
        claim_action(action, rina, claim="Etalase berdiri")
        key, owner = action.confirmations.get(business=raisers[0]).pk, raisers[0].owner
        asked = [Confirmation.objects.select_related("action").get(pk=key) for _twin in range(TWINS)]
        answers = together([outcome(partial(confirm_action, one, owner)) for one in asked])
        assert Counter(answers) == {"done": 1, "ValidationError": TWINS - 1}
        events = ActionEvent.objects.filter(action=action, kind=ActionEvent.Kind.CONFIRMED)
        assert together([events.count, Entry.objects.filter(verb="actions.confirm").count]) == [1, 1]

    def test_one_link_one_promise_one_request_one_erasure(
        self,
        business: Business,
        cluster: Cluster,
        member: Callable[..., Person],
        sleman: Council,
        sari: Person,
        rina: Person,
        together: Together,
    ) -> None:
        wati, owner = member("Wati", sleman, Role.ADMINISTRATOR), business.owner
        visit = Visit.objects.create(
            region=cluster.region,
            cluster=cluster,
            planned_for=date(2022, 3, 31),
            held_on=date(2022, 3, 31),
            state="held",
            planned_by=sari,
        )

        def twins(job: Callable[[], object]) -> Counter[str]:
            return Counter(together([outcome(job)] * TWINS))

        def again() -> Business:
            return Business.objects.get(pk=business.pk)

        def promise() -> object:
            there = Visit.objects.get(pk=visit.pk)
            return promise_action(there, sari, title="Pajangan", responsible_name="Dewan", due_on=DUE)

        assert twins(promise)["done"] == 1
        twins(lambda: make_link(again(), rina))
        twins(lambda: make_password_link(fresh(sari), wati))
        twins(lambda: invite(sleman, wati, name="Kawan", email="kawan@contoh.test", role="officer"))
        twins(lambda: give_consent(again(), owner, purpose=Consent.Purpose.CATALOGUE, how=Consent.How.LINK))
        twins(lambda: submit_request(again(), owner, kind=DataRequest.Kind.ERASE))
        links = PersonalLink.objects.filter(business=business, revoked_at=None)
        passwords = PasswordLink.objects.filter(person=sari, used_at=None, expires_at__gt=timezone.now())
        invitations = sleman.invitations.filter(expires_at__gt=timezone.now())
        given = Consent.objects.filter(business=business, kind=Consent.Kind.GIVEN)
        requests = DataRequest.objects.filter(business=business)
        counted = [links.count, passwords.count, invitations.count, given.count, requests.count]
        assert together(counted) == [1, 1, 1, 1, 1]
        assert twins(lambda: erase_business(again(), rina))["done"] == 1

    def test_two_merges_of_the_same_ikm_end_as_one(
        self, make_business: Callable[..., Business], rina: Person, together: Together
    ) -> None:
        one, other = make_business("Jahit Asri"), make_business("Jahit Barokah")

        def merge(kept: Business, duplicate: Business) -> Callable[[], str]:
            rows = Business.objects.in_bulk([kept.pk, duplicate.pk])
            return outcome(lambda: merge_businesses(rows[kept.pk], rina, duplicate=rows[duplicate.pk]))

        answers = together([merge(one, other), merge(other, one), merge(one, other), merge(other, one)])
        assert Counter(answers) == {"done": 1, "ValidationError": 3}
        keys = [one.pk, other.pk]
        assert together([Business.objects.filter(pk__in=keys).count, FormerKey.objects.filter(pk__in=keys).count]) == [
            1,
            1,
        ]

    def test_one_workbook_uploaded_twice_is_imported_once(
        self, sleman: Council, places: dict[str, Region], rina: Person, together: Together
    ) -> None:
        load_industries()
        content = JOHO.read_bytes()
        sheet = read_register(JOHO)

        def upload() -> ImportBatch:
            return upload_workbook(
                sleman,
                rina,
                content=content,
                sheet=sheet,
                filename="joho.xlsx",
                region=places["3404072003"],
                cluster_name="Sentra Joho",
            )

        batches = [upload(), upload(), upload()]
        answers = together([outcome(partial(import_batch, batch, rina, decisions={})) for batch in batches])
        assert set(answers) == {"done"}
        assert together([Business.objects.count, Cluster.objects.filter(name="Sentra Joho").count]) == [36, 1]
