"""Hooks around writes to businesses, for later apps that this one must not import.

A hook is a context manager: entered before a business is written, left after it, inside the same transaction. What it
raises undoes the write. An app registers its hook in `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager

from sambang.registry.models import Business

type BusinessHook = Callable[[Sequence[Business], str], AbstractContextManager[None]]
"""Called with the businesses about to be written and the verb."""

HOOKS: list[BusinessHook] = []


def register_hook(hook: BusinessHook) -> None:
    HOOKS.append(hook)


@contextmanager
def business_hooks(businesses: Sequence[Business], verb: str) -> Iterator[None]:
    """Wrap a write that closes, opens, moves or merges businesses. Hooks read the rows as stored before the write."""
    with ExitStack() as stack:
        for hook in HOOKS:
            stack.enter_context(hook(businesses, verb))
        yield
