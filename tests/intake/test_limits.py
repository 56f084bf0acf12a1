"""What a phone may send, up to the limit and one beyond: numbers of workers, texts, lists, chunks of a file."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from sambang.access.models import Person
from sambang.field.views.phone import decompressed
from sambang.intake.devices import MAX_COUNT, device_of, record_contact
from sambang.intake.items import loaded
from sambang.intake.kinds.profile import profile_value
from sambang.intake.schema import Code, ItemError, LongText, Name, ShortText, Text, read_dataclass
from sambang.intake.uploads import ChunkError, parse_chunk
from sambang.lib.pictures import MAX_UPLOAD_SIZE

MEGABYTE = 1024 * 1024
LAST = MAX_UPLOAD_SIZE - 1  # byte of the largest file


@pytest.mark.parametrize(("value", "stored"), [(0, 0), (1, 1), (100_000, 100_000), ("", None), (None, None)])
def test_a_number_of_workers_up_to_the_limit(value: object, stored: int | None) -> None:
    assert profile_value("workers_male", value) == stored  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [-1, 100_001, "7", 1.5])
def test_no_number_of_workers_beyond_the_limit(value: object) -> None:
    with pytest.raises(ValidationError):
        profile_value("workers_male", value)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Texts:
    code: Code = ""
    name: Name = ""
    short: ShortText = ""
    text: Text = ""
    long: LongText = ""
    listed: tuple[int, ...] = ()


@pytest.mark.parametrize(
    ("field", "longest"), [("code", 20), ("name", 120), ("short", 200), ("text", 2000), ("long", 6000)]
)
def test_a_text_has_its_greatest_length_and_no_letter_more(field: str, longest: int) -> None:
    assert len(getattr(read_dataclass(Texts, {field: " " + "é" * longest + " "}), field)) == longest
    with pytest.raises(ItemError):
        read_dataclass(Texts, {field: "é" * (longest + 1)})


def test_a_list_has_at_most_200_parts() -> None:
    assert len(read_dataclass(Texts, {"listed": [1] * 200}).listed) == 200
    with pytest.raises(ItemError):
        read_dataclass(Texts, {"listed": [1] * 201})


def test_an_item_has_at_most_64_kilobytes() -> None:
    assert loaded(b"{}".ljust(64 * 1024)) == {}
    with pytest.raises(ItemError, match="64 KB"):
        loaded(b"{}".ljust(64 * 1024 + 1))


def test_a_sending_has_at_most_512_kilobytes_and_its_end() -> None:
    for length, decompressed_length in ((2**19, 2**19), (2**19 + 1, 2**19 + 1), (2**19 + 2, 2**19 + 1)):
        assert len(decompressed(gzip.compress(b" " * length))) == decompressed_length
    for length in (100, 2**19):
        with pytest.raises(zlib.error):
            decompressed(gzip.compress(b" " * length)[:-1])


@pytest.mark.parametrize(
    ("reported", "stored"),
    [(0, 0), (2**53, 2**53), (2**53 + 1, None), (-1, None), (1.5, 1), (True, None), ("7", None), (None, None)],
)
@pytest.mark.django_db
def test_a_phones_count_of_itself_is_a_number_that_it_can_hold(
    sari: Person, reported: object, stored: int | None
) -> None:
    device = device_of(sari, uuid4())
    record_contact(device, sari, {"waiting": reported, "storage": {"used": reported}})
    device.refresh_from_db()
    assert (device.made, device.waiting) == (0, min(stored or 0, MAX_COUNT))
    assert device.storage_used == stored


@pytest.mark.parametrize(
    ("header", "length"),
    [
        (f"bytes 0-{MEGABYTE - 1}/{MEGABYTE}", MEGABYTE),
        (f"bytes {MAX_UPLOAD_SIZE - 1}-{MAX_UPLOAD_SIZE - 1}/{MAX_UPLOAD_SIZE}", 1),
    ],
)
def test_a_chunk_of_one_megabyte_of_a_file_of_the_greatest_size(header: str, length: int) -> None:
    assert len(parse_chunk(header, b"x" * length).content) == length


@pytest.mark.parametrize(
    ("header", "length"),
    [
        (f"bytes 0-{MEGABYTE}/{2 * MEGABYTE}", MEGABYTE + 1),
        (f"bytes 0-0/{MAX_UPLOAD_SIZE + 1}", 1),
        ("bytes 0-1/2", 1),
        ("bytes 0-1/2", 3),
        ("bytes 1-2/2", 2),
    ],
)
def test_no_larger_chunk_and_none_of_another_length_than_it_states(header: str, length: int) -> None:
    with pytest.raises(ChunkError):
        parse_chunk(header, b"x" * length)
