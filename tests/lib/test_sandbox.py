"""A process apart has little memory, little time, and none of our secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from sambang.lib.sandbox import Failure, Limits, SandboxError, run_sandboxed

pytestmark = pytest.mark.slow

LITTLE = Limits(megabytes=256, seconds=2)


def script(folder: Path, text: str) -> Path:
    path = folder / "work.py"
    path.write_text(text)
    return path


def test_it_answers(tmp_path: Path) -> None:
    work = script(tmp_path, "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])")
    assert run_sandboxed(work, b"abc", LITTLE) == b"cba"


def test_it_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMBANG_SECRET_KEY", "a-secret-of-ours")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "json.py").write_text("raise SystemExit(9)")
    work = script(tmp_path, "import json, os; print(json.dumps(dict(os.environ)))")
    answer = run_sandboxed(work, b"", LITTLE)
    assert b"SAMBANG" not in answer and b"a-secret-of-ours" not in answer


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("x = bytearray(1 << 30)", Failure.TOO_MUCH),
        ("while True: pass", Failure.TOO_MUCH),
        ("import time; time.sleep(60)", Failure.TOO_MUCH),
        ("import os; os.abort()", Failure.TOO_MUCH),
        ("raise ValueError('no')", Failure.BROKEN),
    ],
)
def test_it_ends_by_itself(tmp_path: Path, text: str, failure: Failure) -> None:
    with pytest.raises(SandboxError) as ended:
        run_sandboxed(script(tmp_path, text), b"", LITTLE)
    assert ended.value.failure is failure
