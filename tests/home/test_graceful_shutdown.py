"""`sambang serve` completes running requests when it is stopped."""

from __future__ import annotations

import shutil
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
from tests.server_data import environment_of, prepared_data


def ask(address: str, content: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, str, bytes]:
    request = urllib.request.Request(address, data=content, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers.get("Set-Cookie", ""), answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, "", refused.read()


@pytest.mark.slow
def test_a_slow_request_is_answered_after_sigterm(tmp_path: Path) -> None:
    shutil.copytree(prepared_data(), tmp_path, dirs_exist_ok=True)
    line, port = [sys.executable, "-m", "sambang", "serve"], spare_port()
    with (tmp_path / "server.log").open("w") as log:
        server = subprocess.Popen([*line, "--port", str(port)], env=environment_of(tmp_path), stdout=log, stderr=log)
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
