"""A thousand simultaneous requests for charts that are not cached, to a server that has just started.

    python -m bench.cold_charts [--requests 1000]

The demo is served, somebody signs in, the server is killed and the drawings on disk are deleted. Started again, its
first requests are for the drawings: those of the method page by strangers, those of the series by who signed in, all at
the same moment. Counted are the answers by status. Writes bench/results/cold_charts.md.
"""

from __future__ import annotations

import argparse
import http.client
import os
import platform
import re
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from bench.office import Office

RESULT = Path(__file__).parent / "results" / "cold_charts.md"
LAYOUTS = ("lebar", "sempit", "kertas")
LANGUAGES = ("id", "en")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PATIENCE = 300.0  # seconds


def sign_in(office: Office) -> tuple[OpenerDirector, str]:
    """A browser that is signed in as the leader, and its cookies as a header."""
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    address = f"http://127.0.0.1:{office.port}/masuk/"
    found = TOKEN.search(browser.open(address).read().decode())
    assert found is not None
    facts = {"csrfmiddlewaretoken": found[1], "username": "pimpinan@peragaan.test", "password": office.password}
    browser.open(Request(address, urlencode(facts).encode(), {"Referer": address}))
    return browser, "; ".join(f"{one.name}={one.value}" for one in jar)


def drawings(office: Office) -> list[str]:
    """Addresses of every drawing of the method page, and of every series that the leader of Sleman reads."""
    examples = office.command(
        "shell", "-v", "0", "-c", "from sambang.insight.method_examples import EXAMPLES; print(*EXAMPLES)"
    ).split()
    keys = [key for (key,) in office.rows("SELECT id FROM insight_series WHERE region_code LIKE '3404%'")]
    series = [f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}" for key in keys]
    return [
        *(f"/hasil/metode/{name}-{layout}.svg" for name in examples for layout in LAYOUTS),
        *(f"/hasil/deret/{key}/{layout}.svg" for key in series for layout in LAYOUTS),
    ]


def ask_at_once(office: Office, addresses: list[str], requests: int, cookies: str) -> Counter[str]:
    """Each request by a thread of its own, all let go at the same moment."""
    answers: Counter[str] = Counter()
    gate, lock = threading.Barrier(requests + 1), threading.Lock()

    def ask(number: int) -> None:
        headers = {"Cookie": cookies, "Accept-Language": LANGUAGES[number // len(addresses) % len(LANGUAGES)]}
        gate.wait()
        connection = http.client.HTTPConnection("127.0.0.1", office.port, timeout=PATIENCE)
        try:
            connection.request("GET", addresses[number % len(addresses)], headers=headers)
            answer = connection.getresponse()
            answer.read()
            status = str(answer.status)
        except OSError as error:
            status = type(error).__name__
        finally:
            connection.close()
        with lock:
            answers[status] += 1

    threads = [threading.Thread(target=ask, args=[number]) for number in range(requests)]
    for thread in threads:
        thread.start()
    gate.wait()
    for thread in threads:
        thread.join()
    return answers


def measure(requests: int) -> tuple[Counter[str], int, float]:
    """Answers by status, distinct drawings, and seconds from the start of the requests to the last answer."""
    with tempfile.TemporaryDirectory(prefix="sambang-cold-") as folder:
        office = Office(Path(folder) / "data", stage="measured")
        office.build()
        office.open()
        try:
            _browser, cookies = sign_in(office)
            addresses = drawings(office)
            office.kill()
            shutil.rmtree(office.folder / "cache", ignore_errors=True)
            office.open()
            began = time.monotonic()
            answers = ask_at_once(office, addresses, requests, cookies)
            return answers, len(addresses), time.monotonic() - began
        finally:
            office.kill()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--requests", type=int, default=1000)
    requests = options.parse_args().requests
    answers, drawn, seconds = measure(requests)
    failed = requests - answers["200"]
    text = (
        f"# Cold drawings\n\n`python -m bench.cold_charts --requests {requests}`: {datetime.now(UTC):%Y-%m-%d}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}. {drawn} "
        f"drawings, none on disk; {requests} requests at once, the first of a server that has just started; the last "
        f"answer after {seconds:.0f} s.\n\n| answer | requests |\n|---|---|\n"
        + "".join(f"| {status} | {count} |\n" for status, count in sorted(answers.items()))
        + f"\nOf {requests} requests {failed} were not answered with 200.\n"
    )
    RESULT.write_text(text, encoding="utf-8")
    print(text)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
