"""What a phone may send, up to the limit and one beyond: numbers of workers, texts, lists, chunks of a file."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.core.exceptions import ValidationError

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
