"""Which modules an execution enters, in order: the numbers of docs/flow.md."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import FrameType
from typing import Any

import sambang

SOURCE = Path(sambang.__file__).parents[1]
FLOW = SOURCE.parent / "docs" / "flow.md"
NOT_COUNTED = re.compile(
    # Permissions, and what every request or every encrypted column passes.
    r"sambang/(lib|access|accounts)/|sambang/settings|sambang/registry/encrypt"
    r"|sambang/\w+/(change_cache|idempotency|unavailable)\.py"
    # What the steps of the engine hand on, and how an input's columns are decoded.
    r"|sambang_stats/(months|panel|results|input_table|partitions|volume|distributions|errors)\.py"
)


class Walk:
    """The modules of some packages that calls enter from another module, in order. With `once` a call from one module
    to the same function of another counts the first time only, and reading a property does not count."""

    def __init__(self, packages: tuple[str, ...], *, once: bool) -> None:
        self.packages, self.once = packages, once
        self.calls: list[tuple[str | None, str, str]] = []  # caller, module, function

    def __call__(self, frame: FrameType, event: str, _argument: Any) -> None:
        code = frame.f_code
        module = self._module_of(frame)
        if event != "call" or module is None or code.co_name in {"<module>", "<lambda>", "<genexpr>"}:
            return
        caller = frame.f_back
        while caller is not None and self._module_of(caller) is None:
            caller = caller.f_back
        call = (caller and self._module_of(caller), module, code.co_qualname)
        if call[0] != module and not (self.once and (call in self.calls or is_property(frame))):
            self.calls.append(call)

    def _module_of(self, frame: FrameType) -> str | None:
        file = frame.f_code.co_filename
        name = file.removeprefix(f"{SOURCE}/")
        return None if name == file or not name.startswith(self.packages) or NOT_COUNTED.match(name) else name

    @contextmanager
    def traced(self) -> Iterator[None]:
        sys.setprofile(self)
        try:
            yield
        finally:
            sys.setprofile(None)

    @property
    def modules(self) -> int:
        return len({module for _caller, module, _function in self.calls})


def is_property(frame: FrameType) -> bool:
    owner = type(frame.f_locals.get("self"))
    return isinstance(inspect.getattr_static(owner, frame.f_code.co_name, None), property | cached_property)


def documented(heading: str) -> tuple[int, int, int]:
    """Visits, modules and returns to an earlier module that docs/flow.md states of one walk."""
    text = FLOW.read_text(encoding="utf-8")
    sentence = re.search(rf"{heading}: (\d+) visits to (\d+) modules, (\d+) returns", text)
    assert sentence, heading
    visits, modules, returns = map(int, sentence.groups())
    return visits, modules, returns
