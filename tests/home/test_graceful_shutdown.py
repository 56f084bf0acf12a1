"""`sambang serve` completes running requests when it is stopped."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.ports import spare_port


def ask(address: str, content: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, str, bytes]:
    request = urllib.request.Request(address, data=content, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers.get("Set-Cookie", ""), answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, "", refused.read()


@pytest.mark.slow
def test_a_slow_request_is_answered_after_sigterm(tmp_path: Path) -> None:
    words = {name: value for name, value in os.environ.items() if not name.startswith(("SAMBANG_", "DATABASE_URL"))}
    words |= {"SAMBANG_DATA": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    line, port = [sys.executable, "-m", "sambang"], spare_port()
    subprocess.run([*line, "migrate", "--verbosity", "0"], env=words, check=True)
    with (tmp_path / "server.log").open("w") as log:
        server = subprocess.Popen([*line, "serve", "--port", str(port)], env=words, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        cookie, token = first_page(f"{address}/masuk/", server)
        writer = sqlite3.connect(tmp_path / "sambang.sqlite3", isolation_level=None, check_same_thread=False)
        writer.execute("BEGIN IMMEDIATE")  # a wrong password is counted in the database: that waits for this lock
        content = f"csrfmiddlewaretoken={token}&username=sari@contoh.test&password=keliru".encode()
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(ask, f"{address}/masuk/", content, {"Cookie": cookie, "Referer": f"{address}/masuk/"})
            time.sleep(2)
            assert not sent.done(), "the request was to be slow"
            server.send_signal(signal.SIGTERM)
            time.sleep(1)
            assert not sent.done() and server.poll() is None, "it waits for the request at work"
            writer.execute("ROLLBACK")
            writer.close()
            status, _cookie, page = sent.result(timeout=60)
        assert status in {200, 422} and b"Sambang" in page
        assert server.wait(timeout=30) == 0
    finally:
        server.kill()
    with sqlite3.connect(tmp_path / "sambang.sqlite3") as after:
        assert after.execute("SELECT COUNT(*) FROM axes_accessattempt").fetchone() == (1,)


def first_page(address: str, server: subprocess.Popen[bytes]) -> tuple[str, str]:
    """(cookie, CSRF token) of the sign-in page, as soon as it answers."""
    last = time.monotonic() + 240
    while time.monotonic() < last and server.poll() is None:
        try:
            _status, cookie, page = ask(address)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
            continue
        text = page.decode()
        return cookie.split(";")[0], text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    raise TimeoutError(address)
