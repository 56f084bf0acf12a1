"""Who follows what becomes of an IKM: later steps of the work, which this one must not import.

A follower is entered before a business is written and left after, inside the same transaction: what it raises undoes the
write. It says so once, when its app is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager

from sambang.registry.models import Business

type Follower = Callable[[Sequence[Business], str], AbstractContextManager[None]]
"""Called with the businesses about to be written, and the verb."""

FOLLOWERS: list[Follower] = []


def follow(follower: Follower) -> None:
    FOLLOWERS.append(follower)


@contextmanager
def followed(businesses: Sequence[Business], verb: str) -> Iterator[None]:
    """Wrap a write that closes, opens, moves or joins businesses; the rows as stored are what they were before."""
    with ExitStack() as stack:
        for follower in FOLLOWERS:
            stack.enter_context(follower(businesses, verb))
        yield
