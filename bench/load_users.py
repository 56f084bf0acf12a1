"""The users of `bench/load.py`: officers, owners who report, readers of the catalogue, and the baseline. A locustfile;
`bench/load.py` passes the users and their number in the environment.

Each owner comes once, each reader's request is made once: who has nothing left to do goes. An answer that is not the
one expected is a failure, and so is a page on which something was not found.
"""

from __future__ import annotations

import json
import os
import random
import re
from datetime import datetime, timedelta
from itertools import count
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bench.world import PASSWORD, month_before, token_of
from locust import FastHttpUser, constant_pacing, constant_throughput, task
from locust.exception import StopUser

SAID = json.loads(os.environ.get("CROWD", "{}") or "{}")
SECONDS = float(SAID.get("seconds", 60))
OFFICERS, OWNERS, READS = (int(SAID.get(name, 1)) for name in ("officers", "owners", "reads"))
OWNER_SLOTS, READER_SLOTS, BARE_SLOTS = (int(SAID.get(f"{who}_slots", 1)) for who in ("owner", "reader", "bare"))
OFFICER_ROUNDS = 2  # of a day's pages, each
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
CLUSTER = re.compile(r'<option value="([0-9a-f-]{36})"')
AMOUNTS = re.compile(r'name="(quantity-[0-9a-f-]+)"')
BUSINESS = re.compile(r'href="(/daftar/ikm/[0-9a-f-]{36}/)"')
ITEM = re.compile(r'href="(/pasar/katalog/[0-9a-f-]{36}/)"')
chance = random.Random(2026)
owners, reads, officers = count(), count(), count()
TODAY = datetime.now(ZoneInfo("Asia/Jakarta")).date()
MONTH = month_before(TODAY, 1)


class Visitor(FastHttpUser):
    abstract = True
    host = SAID.get("address", "http://127.0.0.1:8000")
    network_timeout = connection_timeout = 120.0

    def page(self, path: str, name: str, *, status: int = 200) -> str:
        with self.client.get(path, name=name, allow_redirects=False, catch_response=True) as answer:
            if answer.status_code == status:
                answer.success()
            else:
                answer.failure(f"{answer.status_code} instead of {status}")
            return answer.text or ""

    def send(self, path: str, name: str, facts: dict[str, str], page: str) -> None:
        found = TOKEN.search(page)
        if found is None:
            self.environment.events.request.fire(
                request_type="POST",
                name=name,
                response_time=0,
                response_length=0,
                exception=ValueError("no form"),
                context={},
            )
            return
        said = urlencode({"csrfmiddlewaretoken": found[1], **facts})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"{self.host}{path}"}
        with self.client.post(
            path, data=said, headers=headers, name=name, allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code == 302:
                answer.success()
            else:
                answer.failure(f"{answer.status_code} instead of 302")


class Officer(Visitor):
    """Signs in, looks around, plans a visit; each for himself, all day."""

    fixed_count = OFFICERS
    wait_time = constant_pacing(SECONDS / OFFICER_ROUNDS / 10)

    def on_start(self) -> None:
        self.number, self.step = next(officers), 0
        self.steps = [
            self.front,
            self.search,
            self.business,
            self.visits,
            self.plan,
            self.actions,
            self.matters,
            self.reports,
        ]

    @task
    def work(self) -> None:
        if self.step == 0:
            self.sign_in()
        elif self.step <= OFFICER_ROUNDS * len(self.steps):
            self.steps[(self.step - 1) % len(self.steps)]()
        else:
            raise StopUser
        self.step += 1

    def sign_in(self) -> None:
        page = self.page("/masuk/", "officer: sign-in page")
        facts = {"username": f"officer{self.number}@bench.test", "password": PASSWORD}
        self.send("/masuk/", "officer: sign in", facts, page)

    def front(self) -> None:
        self.page("/", "officer: front")

    def search(self) -> None:
        listed = self.page(
            f"/daftar/ikm/?cari={chance.choice(('Jaya', 'Makmur', 'Siti', 'Batik'))}", "officer: search IKM"
        )
        self.found = BUSINESS.findall(listed)

    def business(self) -> None:
        if self.found:
            self.page(chance.choice(self.found), "officer: one IKM")

    def visits(self) -> None:
        self.page("/kunjungan/", "officer: visits")

    def plan(self) -> None:
        page = self.page("/kunjungan/rencana/", "officer: visit form")
        clusters = CLUSTER.findall(page)
        day = TODAY + timedelta(chance.randrange(1, 60))
        facts = {
            "cluster": chance.choice(clusters) if clusters else "",
            "purpose": f"uji {self.number} {self.step}",
            "planned_for": day.isoformat(),
        }
        self.send("/kunjungan/rencana/", "officer: plan a visit", facts, page)

    def actions(self) -> None:
        self.page("/tindakan/", "officer: actions")

    def matters(self) -> None:
        self.page("/aspirasi/", "officer: matters")

    def reports(self) -> None:
        self.page("/produksi/", "officer: who reported")


class Owner(Visitor):
    """Opens the personal link, reports the month, sees that it came; the next owner takes the place."""

    fixed_count = OWNER_SLOTS
    wait_time = constant_pacing(SECONDS / max(1, OWNERS / OWNER_SLOTS))

    @task
    def report(self) -> None:
        number = next(owners)
        if number >= OWNERS:
            raise StopUser
        self.client.cookiejar.clear()
        self.page(f"/saya/{token_of(number)}/", "owner: open link", status=302)
        self.page("/saya/", "owner: home")
        path = f"/saya/lapor/{MONTH:%Y-%m}/"
        page = self.page(path, "owner: report form")
        fields = AMOUNTS.findall(page)
        pieces = {name: str(chance.randrange(20, 400)) for name in fields}
        self.send(path, "owner: report", {"checked": "on", **pieces}, page)
        self.page("/saya/", "owner: home after it")


class Reader(Visitor):
    """A stranger in the catalogue."""

    fixed_count = READER_SLOTS
    wait_time = constant_throughput(READS / READER_SLOTS / SECONDS)

    def on_start(self) -> None:
        self.shown: list[str] = []

    @task
    def read(self) -> None:
        if (number := next(reads)) >= READS:
            raise StopUser
        if number % 3 == 0 or not self.shown:
            self.shown = ITEM.findall(
                self.page(f"/pasar/katalog/?halaman={chance.randrange(1, 20)}", "reader: catalogue")
            )
        else:
            self.page(chance.choice(self.shown), "reader: one item")


class Bare(Visitor):
    """Somebody at a bare Django view, on the same server with the same options."""

    fixed_count = BARE_SLOTS
    host = SAID.get("bare", "http://127.0.0.1:8001")
    wait_time = constant_throughput(2)

    @task
    def hello(self) -> None:
        self.page("/", "bare Django view")
