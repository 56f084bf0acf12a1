"""Runs a script on an untrusted file in a subprocess with limited memory and time and an empty environment.

One kilobyte of XLSX can declare its last cell far away: the parser then allocates every cell before it and the kernel
kills the process, which must not be the server.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

MEGABYTE = 1024 * 1024
# Limits are set before the script is loaded; -I isolates it from our paths and environment.
CHILD_SCRIPT = """import runpy, sys
memory, seconds = int(sys.argv[1]), int(sys.argv[2])
try:
    import resource
except ImportError:  # not available on this system: only the timeout of the parent applies
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


class SandboxError(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.name)
        self.failure = failure


@dataclass(frozen=True)
class Limits:
    megabytes: int
    seconds: int  # of CPU time; three times as much wall-clock time


def run_sandboxed(script: Path, content: bytes, limits: Limits) -> bytes:
    """The standard output of `script`, which reads `content` from its standard input. Raises SandboxError."""
    line = [
        sys.executable,
        "-I",
        "-c",
        CHILD_SCRIPT,
        str(limits.megabytes * MEGABYTE),
        str(limits.seconds),
        str(script),
    ]
    try:
        done = subprocess.run(  # noqa: S603 the command is ours; the untrusted file is its input only
            line, input=content, capture_output=True, timeout=3 * limits.seconds, check=False, env={"LANG": "C.UTF-8"}
        )
    except subprocess.TimeoutExpired:
        raise SandboxError(Failure.TOO_MUCH) from None
    if done.returncode == 0:
        return done.stdout
    # Killed by a signal (a negative code), or MemoryError in Python.
    too_much = done.returncode < 0 or b"MemoryError" in done.stderr[-2000:]
    raise SandboxError(Failure.TOO_MUCH if too_much else Failure.BROKEN)
