"""What is sealed opens as it was, or not at all."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sambang.ops import encrypted_stream
from sambang.ops.encrypted_stream import MAGIC, SALT, TAG, SealBrokenError, SealingWriter, UnsealingReader

KEY = "kunci-peraga-yang-panjangnya-cukup-untuk-uji"
SMALL = 16  # bytes a chunk in these tests
HEAD = len(MAGIC) + SALT


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encrypted_stream, "CHUNK", SMALL)


def seal(content: bytes, key: str = KEY) -> bytes:
    target = io.BytesIO()
    with SealingWriter(target, key) as writer:
        for start in range(0, len(content), 7):
            writer.write(content[start : start + 7])
    return target.getvalue()


def unseal(content: bytes, key: str = KEY) -> bytes:
    return UnsealingReader(io.BytesIO(content), key).readall()


def chunks(content: bytes) -> list[bytes]:
    return [content[start : start + SMALL + TAG] for start in range(HEAD, len(content), SMALL + TAG)]


@pytest.mark.parametrize("length", [0, 1, SMALL - 1, SMALL, SMALL + 1, 3 * SMALL, 50])
def test_it_opens_as_it_was(length: int) -> None:
    content = bytes(number % 251 for number in range(length))
    written = seal(content)
    assert unseal(written) == content
    assert len(chunks(written)) == max(1, -(-length // SMALL))
    assert content[:8] not in written or length < 8
    assert seal(content) != written, "two sealings of one content differ"


@given(st.data())
def test_no_changed_byte_passes(data: st.DataObject) -> None:
    written = bytearray(seal(b"seratus dua puluh kodi seragam, dibuat-buat untuk uji"))
    place = data.draw(st.integers(0, len(written) - 1))
    written[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealBrokenError):
        unseal(bytes(written))


def test_a_cut_anywhere_is_found() -> None:
    written = seal(bytes(5 * SMALL))
    for length in range(len(written)):
        with pytest.raises(SealBrokenError):
            unseal(written[:length])


def test_chunks_swapped_repeated_left_out_or_added_are_found() -> None:
    written = seal(bytes(range(64)))
    head, [one, two, three, four] = written[:HEAD], chunks(written)
    for order in ([two, one, three, four], [one, one, three, four], [one, three, four], [one, two, three, four, four]):
        with pytest.raises(SealBrokenError):
            unseal(head + b"".join(order))
    foreign = chunks(seal(bytes(range(64))))
    with pytest.raises(SealBrokenError):
        unseal(head + one + foreign[1] + three + four)


def test_another_key_does_not_open() -> None:
    with pytest.raises(SealBrokenError, match="kuncinya"):
        unseal(seal(b"isi"), key="kunci-lain-yang-panjangnya-cukup-untuk-uji")


def test_what_was_not_closed_does_not_open() -> None:
    target = io.BytesIO()
    writer = SealingWriter(target, KEY)
    writer.write(bytes(4 * SMALL))
    with pytest.raises(SealBrokenError):
        unseal(target.getvalue())
