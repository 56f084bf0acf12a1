"""The order in which items arrive, and how often, means nothing; every value that was said can be found again."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from sambang.access.models import Council, Person, Role
from sambang.actions.models import Confirmation
from sambang.aspirations.models import Aspiration
from sambang.intake.models import Conflict, Received
from sambang.intake.receiving import receive_item
from sambang.owners.operations import make_link
from sambang.owners.queries import codes_of
from sambang.production.models import Report
from sambang.registry.dto import business_data
from sambang.registry.models import Business, Cluster
from sambang.registry.operations import change_business
from sambang.visits.models import Attendance, Visit
from sambang.visits.operations import record_attendance
from tests.intake.conftest import Phone

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NAMES = UUID("00000000-0000-4000-8000-000000000000")
NEW, NEW_LINE = uuid5(NAMES, "business"), uuid5(NAMES, "line")

type Sentence = tuple[int, int, str, int]  # which phone, how many minutes after noon, which kind, which of its sayings


def items_by_kind(visit: Visit, business: Business, cluster: Cluster, claimed: Confirmation) -> dict[str, list[Any]]:
    """What can be said, by kind; several of a kind are about one thing."""
    [line] = business.product_lines.all()
    here, there = {"visit": visit.pk, "business": business.pk}, {"visit": visit.pk, "business": NEW}
    answer = {"business": business.pk, "action": claimed.action_id}
    return {
        "attend": [
            {**here, "present": True, "pulse": 60},
            {**here, "present": False},
            {**here, "present": True, "represented_by": "Istri"},
            {**there, "present": True},
        ],
        "visit": [
            {"visit": visit.pk, "held_on": "2022-03-31", "summary": "Pemasaran"},
            {"visit": visit.pk, "held_on": "2022-03-31", "conclusion": "Dibantu"},
            {"visit": visit.pk, "held_on": "2022-03-30", "summary": "Modal"},
        ],
        "report": [
            {"business": business.pk, "month": "2022-02", "amounts": [{"line": line.pk, "amount": amount}]}
            for amount in ("3 kodi", "60", "70")
        ]
        + [{"business": NEW, "month": "2022-02", "amounts": [{"line": NEW_LINE, "amount": "5"}]}],
        "profile": [
            {"business": business.pk, "field": "commodity", "base": base, "value": value}
            for base, value in (("", "batik"), ("", "bordir"), ("batik", "tenun"), ("lain", "anyam"))
        ],
        "aspiration": [
            {**here, "kind": "aspiration", "text": words, "difficulty": "capital"} for words in ("Modal", "Mesin")
        ],
        "confirm": [{**answer, "solved": True}, {**answer, "solved": False, "text": "Belum"}],
        "business": [
            {
                "business": NEW,
                "cluster": cluster.pk,
                "name": "Baru",
                "owner_name": "Bu Baru",
                "lines": [{"line": NEW_LINE, "name": "Kaos", "unit": "potong"}],
            },
        ],
    }


SENTENCES = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 30),
        st.sampled_from(
            ["attend", "attend", "visit", "report", "report", "profile", "profile", "aspiration", "confirm", "business"]
        ),
        st.integers(0, 3),
    ),
    min_size=2,
    max_size=7,
)


def state(business: Business) -> dict[str, Any]:
    rows = Report.objects.filter(replaced_by=None).order_by("business")
    return {
        "attendance": list(
            Attendance.objects.order_by("business").values_list(
                "business", "present", "pulse", "represented_by", "noted_by", "noted_at"
            )
        ),
        "visit": list(Visit.objects.values_list("state", "held_on", "summary", "conclusion")),
        "reports": [
            (
                row.business_id,
                list(row.lines.order_by("product_line").values_list("product_line", "quantity")),
            )
            for row in rows
        ],
        "business": list(Business.objects.order_by("pk").values_list("pk", "name", "commodity")),
        "aspirations": set(Aspiration.objects.values_list("pk", "text", "raised_at")),
        "answers": list(Confirmation.objects.values_list("answer", "answered_at")),
        "conflicts": set(Conflict.objects.values_list("merge_key", "decided_at")),
        "texts": {row.text for row in Received.objects.all()},
        "refused": set(Received.objects.exclude(outcome="stored").values_list("pk", flat=True)),
    }


@pytest.fixture
def team(new_phone: Callable[..., Phone], sari: Person, rina: Person, member: Any, sleman: Council) -> list[Phone]:
    people = [sari, rina, member("Tono", sleman, Role.OFFICER)]
    return [new_phone(person, uuid5(NAMES, person.name)) for person in people]


type Sending = tuple[Phone, list[bytes]]


def readable_businesses(told: list[tuple[Phone, bytes]]) -> list[Sending]:
    return [(phone, [text]) for phone, text in told]


def as_phones_send(told: list[tuple[Phone, bytes]], chance: Any) -> list[Sending]:
    """Each phone what it has, in one sending or several, the phones in any order; doubles may meet in one sending."""
    sendings = []
    for phone in {id(phone): phone for phone, _text in told}.values():
        texts = [text for other, text in told if other is phone]
        cut = chance.randint(0, len(texts))
        sendings += [(phone, part) for part in (texts[:cut], texts[cut:]) if part]
    chance.shuffle(sendings)
    return sendings


# The new IKM's attendance reaches the office before or after the owner's answer: who is asked must not depend on that.
ATTENDANCE_AROUND_AN_ANSWER: list[Sentence] = [
    (1, 28, "attend", 1),
    (0, 16, "confirm", 0),
    (2, 0, "report", 1),
    (0, 6, "attend", 3),
    (1, 30, "attend", 1),
    (2, 24, "business", 0),
    (0, 19, "aspiration", 0),
]


@example(told=ATTENDANCE_AROUND_AN_ANSWER, chance=random.Random(1))
@example(told=ATTENDANCE_AROUND_AN_ANSWER, chance=random.Random(2))
@example(told=ATTENDANCE_AROUND_AN_ANSWER, chance=random.Random(3))
@given(told=SENTENCES, chance=st.randoms(use_true_random=False))
@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],  # shrinking a state of the database takes minutes
)
def test_any_order_and_any_doubling_end_in_the_same_state(
    team: list[Phone],
    visit: Visit,
    business: Business,
    cluster: Cluster,
    claimed: Confirmation,
    rina: Person,
    told: list[Sentence],
    chance: Any,
) -> None:
    before = transaction.savepoint_create()
    codes = iter(codes_of(make_link(business, rina).link))
    said = items_by_kind(visit, business, cluster, claimed)
    texts = []
    for number, (which, minutes, kind, one) in enumerate(told):
        body = said[kind][one % len(said[kind])]
        if kind == "confirm":  # more than the owner has codes for: a wrong one
            body = {**body, "code": next(codes, "x")}
        key = uuid5(NAMES, f"{number}")
        texts.append((team[which], team[which].write(kind, id=key, minutes=minutes, **body)))
    shuffled = [*texts, *chance.choices(texts, k=3)]
    chance.shuffle(shuffled)
    ends = []
    for order in (readable_businesses(texts), readable_businesses(shuffled), as_phones_send(shuffled, chance)):
        point = transaction.savepoint_create()
        for phone, sent in order:
            phone.send_all(sent)
        for phone, text in texts:  # a phone offers again what was refused
            receive_item(text, by=phone.person, device=phone.device)
        ends.append(state(business))
        transaction.savepoint_rollback(point)
    transaction.savepoint_rollback(before)
    assert ends[0] == ends[1]
    assert ends[0] == ends[2]
    assert ends[0]["texts"] == {text for _phone, text in texts}


def values_kept() -> str:
    return " ".join(bytes(row.text).decode() + json.dumps(row.office_value) for row in Received.objects.all())


def test_what_the_web_said_before_is_kept_beside_it(
    team: list[Phone], visit: Visit, business: Business, rina: Person
) -> None:
    record_attendance(
        visit, rina, business=business, present=True, represented_by="Kata Kantor"
    )  # noted now, after the phone
    receipt = team[0].say("attend", visit=visit.pk, business=business.pk, present=False, represented_by="Kata HP")
    assert receipt.outcome == "stored"
    assert Attendance.objects.get().represented_by == "Kata Kantor"
    assert Conflict.objects.count() == 1
    assert "Kata HP" in values_kept() and "Kata Kantor" in values_kept()


def test_a_profile_changed_at_the_office_since_is_left_and_asked_about(
    team: list[Phone], business: Business, rina: Person
) -> None:
    from dataclasses import replace

    business = Business.objects.get(pk=business.pk)
    change_business(business, rina, data=replace(business_data(business), commodity="Kata Kantor"))
    assert team[0].say("profile", business=business.pk, field="commodity", base="", value="Kata HP").outcome == "stored"
    business.refresh_from_db()
    assert business.commodity == "Kata Kantor"
    assert Conflict.objects.count() == 1
    assert "Kata HP" in values_kept() and "Kata Kantor" in values_kept()


def test_own_correction_causes_no_conflict(team: list[Phone], visit: Visit, business: Business) -> None:
    for minutes, present in ((1, True), (2, False)):
        team[0].say("attend", minutes=minutes, visit=visit.pk, business=business.pk, present=present)
    assert not Attendance.objects.get().present
    assert not Conflict.objects.exists()


def test_a_month_told_otherwise_is_a_new_version_and_a_question(
    team: list[Phone], business: Business, report_february: Report
) -> None:
    [line] = business.product_lines.all()
    team[1].say("report", business=business.pk, month="2022-02", amounts=[{"line": line.pk, "amount": "3 kodi"}])
    # What the office holds was written today, after what the phone recorded: it stands.
    assert Report.objects.get(replaced_by=None) == report_february
    assert Conflict.objects.get().kind == "report"
