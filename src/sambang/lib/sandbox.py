"""Work on strangers' files in a process apart, with little memory and little time, and without our secrets.

A kilobyte of XLSX can name the last cell of a sheet: the library that reads it asks for all cells before, and the
system ends the process that asks. It must not be the one that serves the office.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

MEGABYTE = 1024 * 1024
# Python's own limits, set before the script is read: -I keeps it from any path or variable of ours.
BEGIN = """import runpy, sys
memory, seconds = int(sys.argv[1]), int(sys.argv[2])
try:
    import resource
except ImportError:  # no such limits on this system: the clock of the parent remains
    pass
else:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
runpy.run_path(sys.argv[3], run_name="__main__")
"""


class Failure(Enum):
    TOO_MUCH = 1  # of memory or time
    BROKEN = 2


class ApartError(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.name)
        self.failure = failure


@dataclass(frozen=True)
class Limits:
    megabytes: int
    seconds: int  # of the processor; three times as long by the clock


def run_apart(script: Path, content: bytes, limits: Limits) -> bytes:
    """What `script` writes of `content`, which it reads from its standard input. Raises ApartError."""
    line = [sys.executable, "-I", "-c", BEGIN, str(limits.megabytes * MEGABYTE), str(limits.seconds), str(script)]
    try:
        done = subprocess.run(  # noqa: S603 our own script; the file is its input, never a word of its command
            line, input=content, capture_output=True, timeout=3 * limits.seconds, check=False, env={"LANG": "C.UTF-8"}
        )
    except subprocess.TimeoutExpired:
        raise ApartError(Failure.TOO_MUCH) from None
    if done.returncode == 0:
        return done.stdout
    # Ended by the system (a negative code), or Python itself ran out of memory.
    too_much = done.returncode < 0 or b"MemoryError" in done.stderr[-2000:]
    raise ApartError(Failure.TOO_MUCH if too_much else Failure.BROKEN)
