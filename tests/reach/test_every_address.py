"""Every address of the URLconf, asked for by every reader with every method, answers as the table says, tells nobody of
a family that is not theirs to know, and writes down who was shown a telephone, an NIK or finances."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby

import pytest
from django.db import connection
from django.test import Client
from django.urls import resolve

from sambang.access.roles import GUARDED_COLUMNS
from sambang.lib.ask_first import ANSWER
from tests.reach.addresses import Address, addresses
from tests.reach.readers import Reader, forbidden, of_two_councils
from tests.reach.table import METHODS, TableError, answer_to, read
from tests.reach.visiting import Response, Visitor, visit
from tests.reach.world import World

pytestmark = pytest.mark.django_db

# Where the name of an IKM stands before everybody: its owner agreed to the catalogue.
SHOP = {
    "home:front_page",
    "market:catalogue_list",
    "market:catalogue_cluster_list",
    "market:catalogue_cluster",
    "market:catalogue_item",
    "market:catalogue_feed",
    "market:catalogue_feed_meta",
}
REFUSALS = {"302", "login", "403", "404", "401", "405", "410"}
TABLE = read()
ALL = addresses()
BY_STEP = {step: list(found) for step, found in groupby(ALL, key=lambda address: address.name.partition(":")[0])}


FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
FILE_INPUT = 'type="file"'


def test_every_address_has_its_row_and_every_row_its_address() -> None:
    names = [address.name for address in ALL if not address.variant]
    assert len(names) > 200
    assert sorted({name for name in names if name not in TABLE}) == []
    assert sorted(set(TABLE) - set(names)) == []
    assert len(names) == len(set(names))


def test_a_table_with_a_slip_is_refused() -> None:
    for slip in (
        "home:front_page GET 200 200",
        "home:front_page GET 299",
        "home:front_page GO 200",
        "a GET 200\na BOTH 200",
    ):
        with pytest.raises(TableError):
            read(slip)


@pytest.mark.slow
@pytest.mark.parametrize("step", sorted(BY_STEP))
def test_every_reader_is_answered_as_the_table_says(
    step: str, world: World, visitor: Visitor, crowd: list[Reader], record_property: Callable[[str, object], None]
) -> None:
    asked, wrong = 0, []
    for address in BY_STEP[step]:
        for method in METHODS:
            for reader in crowd:
                if not tells_more(address, method, reader):
                    continue
                came = visit(visitor, world, reader, address, method)
                asked += 1
                wrong += [
                    f"{method} {address.name}, {reader.name}: {what}"
                    for what in status_errors(address, method, reader, came)
                ]
                wrong += [
                    f"{method} {address.name} tells {reader.name}: {word}"
                    for word in leaked_words(world, reader, address, came)
                ]
                wrong += [
                    f"{method} {address.name} shows {reader.name}, and keeps no line: {word}"
                    for word in unaudited(world, reader, came)
                ]
                for form in came.offers if method == "GET" else ():
                    book = visit(visitor, world, reader, address, method, f"format={form}")
                    asked += 1
                    wrong += [
                        f"{address.name} as {form} tells {reader.name}: {word}"
                        for word in leaked_words(world, reader, address, book)
                    ]
                    wrong += [
                        f"{address.name} as {form} shows {reader.name}, and keeps no line: {word}"
                        for word in unaudited(world, reader, book)
                    ]
    record_property("requests", asked)
    assert wrong == []


def tells_more(address: Address, method: str, reader: Reader) -> bool:
    """Row security can only hide rows: who is refused on SQLite, where `visible_to` alone decides, is refused on
    PostgreSQL. There the requests are repeated that are answered with a page or a write, a page that GET and POST show
    alike by GET."""
    if connection.vendor == "sqlite":
        return True
    rows = TABLE[address.name]
    allowed = answer_to(rows, method, reader.column, reader.like)
    is_alike = len(rows) == len(METHODS) and rows["GET"].cells == rows["POST"].cells
    return not allowed <= REFUSALS and not (method == "POST" and is_alike and allowed == {"200"})


def status_errors(address: Address, method: str, reader: Reader, came: Response) -> Iterator[str]:
    allowed = answer_to(TABLE[address.name], method, reader.column, reader.like)
    if came.word not in allowed:
        yield f"{came.word}, not {' or '.join(sorted(allowed))}"
    elif came.written and came.word != "done":
        yield f"{came.word}, and wrote {came.written}"
    if method == "POST" and came.written and came.is_page:
        yield "a page that loading it again repeats: redirect to it"
    if FILE_INPUT in came.text and any(
        FILE_INPUT in form and 'enctype="multipart/form-data"' not in form for form in FORM.findall(came.text)
    ):
        yield "a browser would not send the file of a form without enctype"


@pytest.mark.slow
def test_a_question_is_asked_of_whoever_may_and_writes_nothing(
    world: World, visitor: Visitor, crowd: list[Reader]
) -> None:
    asking = [address for address in ALL if getattr(resolve(path_of(address, world)).func, "asks_first", False)]
    assert len(asking) >= 17
    wrong, asked = [], 0
    for address in asking:
        for reader in crowd:
            came = visit(visitor, world, reader, address, "POST", sure=False)
            is_question = came.is_page and f'name="{ANSWER}"' in came.text
            asked += is_question
            word = "done" if is_question else came.word
            if came.written or word not in answer_to(TABLE[address.name], "POST", reader.column, reader.like):
                wrong.append(f"{address.name}, {reader.name}: {word} {came.written}")
    assert wrong == []
    assert asked >= len(asking)


def path_of(address: Address, world: World) -> str:
    return address.of(world.here).partition("?")[0]


def is_shown(word: str, text: str) -> bool:
    """A canary of digits stands alone: within a longer number, such as free bytes of a disk, it is a coincidence."""
    if word not in text:
        return False
    return not word.isdigit() or re.search(rf"(?<!\d){word}(?!\d)", text) is not None


def unaudited(world: World, reader: Reader, came: Response) -> Iterator[str]:
    """Guarded values in the answer without an entry of the read audit. What owners read of themselves needs none."""
    if not came.text:
        return
    for place in world.places:
        for one in place.families:
            phone = one.columns["registry.Business.phone"]
            position = one.columns["maps.BusinessPosition.latitude"]
            guarded = {"see_contact": phone | position, "see_identity": one.identity, "see_finances": one.finances}
            for verb, words in guarded.items():
                if one is not reader.family and f"registry.{verb}" not in came.looks:
                    yield from (word for word in words if is_shown(word, came.text))


def leaked_words(world: World, reader: Reader, address: Address, came: Response) -> set[str]:
    """What stands in the answer and must not. A phone's key is its officer's, whoever holds it."""
    if address.name.startswith("odk_phone:") or not came.text:
        return set()
    agreed = {place.families[0].name for place in world.places} if address.name in SHOP else set()
    return {word for word in forbidden(reader, world) - agreed if is_shown(word, came.text)}


@pytest.mark.slow
def test_every_guarded_column_has_its_canary(world: World) -> None:
    """A column that is newly guarded is looked for too."""
    guarded = {f"{model}.{column}" for model, columns in GUARDED_COLUMNS.items() for column in columns}
    for place in world.places:
        for one in place.families:
            assert guarded == set(one.columns) | {"registry.Cluster.head"} and all(one.columns.values())
    canaries = [word for place in world.places for one in place.families for word in one.contact | one.finances]
    assert len(canaries) == len(set(canaries))


@pytest.mark.slow
def test_who_belongs_to_two_councils_reads_of_each_what_it_opens(world: World, visitor: Visitor) -> None:
    """Staff of a regency and of its province, at every address of the regency beside theirs, with all its files."""
    reader, wrong = of_two_councils(world), []
    reader.complete_sign_in(Client())
    for address in ALL:
        came = visit(visitor, world, reader, address, "GET")
        books = [visit(visitor, world, reader, address, "GET", f"format={form}") for form in came.offers]
        for page in (came, *books):
            assert page.word != "500"
            wrong += [f"{address.name} tells {word}" for word in leaked_words(world, reader, address, page)]
            wrong += [f"{address.name} shows {word}, and keeps no line" for word in unaudited(world, reader, page)]
    assert wrong == []


@pytest.mark.slow
@pytest.mark.once
def test_no_other_method_writes(world: World, visitor: Visitor, crowd: list[Reader]) -> None:
    """PUT, PATCH and DELETE as administrator and anonymously."""
    for reader in crowd:
        if reader.column in {"admin", "anonymous"}:
            for address in ALL:
                for method in ("PUT", "PATCH", "DELETE"):
                    came = visit(visitor, world, reader, address, method)
                    assert came.written == (), (address.name, method, reader.name)
                    assert came.word != "500"


@pytest.mark.slow
def test_every_canary_is_readable_by_its_own_officer(world: World, visitor: Visitor, crowd: list[Reader]) -> None:
    """What is looked for does stand on the pages of those who may read it: the search finds what is there."""
    [staff] = [reader for reader in crowd if reader.name == "staff here"]
    pages = {
        "registry:business_detail",
        "registry:owner_detail_list",
        "registry:cluster_detail",
        "production:business_reports",
        "aspirations:visit_record",
        "training:course_detail",
        "actions:action_detail",
        "visits:visit_detail",
        "visits:attendance_record",
        "maps:business_position",
        "market:business_detail",
    }
    asked = [(one, "GET") for one in ALL if one.name in pages] + [
        (one, "POST") for one in ALL if one.name == "registry:business_identity"
    ]
    seen = " ".join(visit(visitor, world, staff, one, method).text for one, method in asked)
    own = world.here.families[0]
    unseen = {name for name, words in own.columns.items() if not any(word in seen for word in words)}
    assert unseen == {"registry.Business.phone_digest", "registry.Business.nik_digest"}  # which nobody is shown
    plain = own.words | world.here.head_words | {own.name, own.value}
    assert {word for word in plain if word not in seen} == set()
