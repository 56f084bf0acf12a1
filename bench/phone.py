"""A phone for the benchmarks: Chromium with its own profile and the officer's app."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

PATIENCE = 120_000  # milliseconds: the machine may be busy

# In the page: the app's own modules, by the addresses under which the app itself loaded them.
MODULE = """name => [...document.querySelectorAll("link[rel=modulepreload]")].map(link => link.href)
    .find(href => new RegExp(`/field/${name}(\\\\.[0-9a-f]+)?\\\\.js$`).test(href))"""

TAKE = """async ([sessionUrl, bundleUrl]) => {
    const { loadSession } = await import(sessionUrl);
    const { fetchOpenVisits, downloadBundle } = await import(bundleUrl);
    const visit = (await fetchOpenVisits()).find(({ businesses }) => businesses > 0).id;
    await downloadBundle(await loadSession(), [visit]);
    return visit;
}"""

READY = """async ([modules]) => {
    const { loadSession } = await import(modules.session);
    const { loadBundle } = await import(modules.offline_bundle);
    const session = await loadSession();
    return Boolean(session.person && (await loadBundle(session)));
}"""

RECORD = """async ([modules, visit, plan, seed]) => {
    const { loadSession } = await import(modules.session);
    const { loadBundle } = await import(modules.offline_bundle);
    const outbox = await import(modules.outbox);
    const { encodeCanvas } = await import(modules.images);
    const session = await loadSession();
    const { businesses } = await loadBundle(session);
    let state = seed;
    const chance = (below) => { state = (state * 48271) % 2147483647; return state % below; };
    const picture = async () => {
        const canvas = document.createElement("canvas");
        canvas.width = 320; canvas.height = 240;
        const context = canvas.getContext("2d");
        for (let spot = 0; spot < 60; spot += 1) {
            context.fillStyle = `rgb(${chance(256)},${chance(256)},${chance(256)})`;
            context.fillRect(chance(320), chance(240), 12 + chance(60), 12 + chance(60));
        }
        return encodeCanvas(canvas, "image/jpeg");
    };
    const entries = {
        attend: (business) => ({ body: { visit, business: business.id, present: chance(4) > 0 } }),
        aspiration: (business) => ({ body: { visit, business: business.id, kind: "constraint", difficulty: "material",
            text: `Kain peragaan makin mahal, kata ke-${chance(1e9)}` } }),
        report: (business) => ({ body: { business: business.id,
            month: `${2021 + chance(4)}-${String(1 + chance(12)).padStart(2, "0")}`,
            amounts: business.lines.slice(0, 1).map((line) => ({ line: line.id, amount: String(1 + chance(90)) })) } }),
        photo: async (business) => ({ body: { visit, business: business.id },
            files: [{ bytes: await picture(), name: "foto.jpg" }] }),
    };
    for (const kind of plan) {
        const business = businesses[chance(businesses.length)];
        if (kind === "report" && !business.lines.length) continue;
        const entry = await entries[kind](business);
        try {
            const [item] = await outbox.append(session, [{ kind, label: kind, ...entry }]);
            await window.stored(JSON.stringify(item));
        } catch (wrong) {
            if (!(wrong instanceof DOMException)) throw wrong; // the disk is full, or the database broke: said aloud
            await window.full();
        }
    }
}"""

LEFT = """async ([modules]) => {
    const outbox = await import(modules.outbox);
    const { waiting, quarantined } = await outbox.loadCounts();
    return [waiting, quarantined];
}"""

SEND = """async ([modules]) => { const sync = await import(modules.sync); await sync.send(); }"""

SIGNED_OUT = """async ([modules]) => {
    const { state } = await import(modules.sync);
    return Boolean(state.error && state.error.kind === "signed_out");
}"""

WHY = """async ([modules]) => {
    const { state } = await import(modules.sync);
    const outbox = await import(modules.outbox);
    const rows = (await outbox.loadRows()).filter((row) => row.state !== "received");
    return JSON.stringify([state, rows.slice(0, 3).map(
      ({ kind, state, reason, missing }) => ({ kind, state, reason, missing }))]);
}"""

REPLACE = """async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    for (let tries = 0; tries < 40; tries += 1) { // the storm may cut the worker's script too
        try { await registration.update(); break; } catch { await new Promise((done) => setTimeout(done, 300)); }
    }
    for (let tries = 0; tries < 100 && !registration.waiting; tries += 1) await new Promise((done) => setTimeout(done,
      100));
    if (registration.waiting) registration.waiting.postMessage("ganti");
    return Boolean(registration.waiting);
}"""

CLOCK = """(() => { const Real = Date; const ahead = %d * 1000;
    window.Date = class extends Real { constructor(...given) { if (given.length) super(...given); else
      super(Real.now() + ahead); }
        static now() { return Real.now() + ahead; } }; })()"""


@contextmanager
def small_disk(folder: Path, megabytes: int = 400) -> Iterator[Path]:
    """A file system in memory, as small as a cheap phone's free storage. Needs root."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


class PhoneDiedError(RuntimeError):
    """The browser was killed while it worked; switch it on again."""


@dataclass
class Phone:
    """`profile` lies on a small disk of its own (`small_disk`), which may be filled."""

    playwright: Playwright
    profile: Path
    port: int
    stored: Callable[[str], None]
    context: BrowserContext | None = None
    visit: str = ""
    ahead: int = 0  # seconds
    lost: int = 0  # how often the browser had thrown its database away
    _page: Page | None = None
    _full: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def page(self) -> Page:
        assert self._page is not None, "the phone is off"
        return self._page

    def switch_on(self, *flags: str) -> None:
        executable = os.environ.get("SAMBANG_CHROMIUM") or shutil.which("chromium")
        assert executable, "Chromium is missing: install Debian's package chromium"
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.profile),
            executable_path=executable,
            args=[*FLAGS, *flags],
            viewport={"width": 360, "height": 740},
            locale="id-ID",
            timezone_id="Asia/Jakarta",
        )
        self._page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.expose_function("stored", self.stored)
        self.page.expose_function("full", self._count_full)
        if self.ahead:
            self.context.add_init_script(CLOCK % self.ahead)
        if self.visit:
            self.open_app()

    def _count_full(self) -> None:
        self._full += 1

    def go(self, path: str) -> None:
        """Again and again: the network may be bad, the machine busy, the server just killed."""
        for _ in range(40):
            try:
                self.page.goto(f"{self.address}{path}", timeout=60_000)
            except Error:
                time.sleep(0.3)
            else:
                return
        raise TimeoutError(path)

    def open_app(self) -> None:
        for _ in range(40):  # the worker may not be there yet, and then half of the app may come
            self.go("/lapangan/")
            with suppress(Error):
                self.page.wait_for_selector("#page h1", timeout=30_000)
                if self.modules()["outbox"]:
                    return
        raise TimeoutError("the app does not open")

    def sign_in(self, email: str, password: str) -> None:
        self.go("/masuk/")
        self.page.get_by_label("surel").fill(email)
        self.page.get_by_label("sandi").fill(password)
        self.page.get_by_role("button", name="Masuk").last.click()
        self.page.wait_for_url(f"{self.address}/")
        self.open_app()
        self.page.wait_for_selector("#tabs:not([hidden])")

    def take_along(self) -> None:
        """The first visit that the office offers."""
        found = self.modules()
        self.visit = self.page.evaluate(TAKE, [found["session"], found["offline_bundle"]])
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def make_ready(self) -> None:
        """A browser that met a full disk may have thrown its database away: the app heals it at the next meeting with
        the office, and the officer takes the visit along again."""
        for _ in range(40):
            with suppress(Error):
                if self.page.evaluate(READY, [self.modules()]):
                    return
                self.lost += 1
                self.open_app()
                self.page.wait_for_selector("#tabs:not([hidden])", timeout=30_000)
                self.take_along()
        raise TimeoutError("the phone does not come back to its officer")

    def modules(self) -> dict[str, str]:
        return {name: self.address_of(name) for name in ("outbox", "session", "offline_bundle", "images", "sync")}

    def address_of(self, module: str) -> str:
        return str(self.page.evaluate(MODULE, module))

    def record(self, plan: list[str], *, seed: int, dies_after: float | None = None) -> None:
        """Store these kinds of items as fast as the phone can; `dies_after` so many seconds the browser is killed."""
        self.make_ready()
        given = [self.modules(), self.visit, plan, 1 + seed % 2_147_483_645]
        if dies_after is None:
            self.page.evaluate(RECORD, given)
            return
        with self.killed(dies_after):
            self.page.evaluate(RECORD, given)

    @contextmanager
    def killed(self, dies_after: float) -> Iterator[None]:
        """Context manager: kills the browser after `dies_after` seconds. Always raises PhoneDiedError."""
        killer = threading.Timer(dies_after, self._kill)
        killer.start()
        try:
            yield
        except Error as wrong:
            raise PhoneDiedError(str(wrong)[:100]) from None
        finally:
            killer.join()
            self._forget()
        raise PhoneDiedError("killed after its work")

    def _kill(self) -> None:
        """SIGKILL to every process of this profile."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if f"--user-data-dir={self.profile}".encode() in words:
                os.kill(int(folder.name), signal.SIGKILL)

    def _forget(self) -> None:
        if self.context is not None:
            with suppress(Error):  # killed: there is nothing left to close
                self.context.close()
        self.context = self._page = None

    def put_away(self) -> None:
        self._forget()

    def set_clock(self, ahead: int) -> None:
        if ahead != self.ahead:
            self.ahead = ahead
            self._forget()
            self.switch_on()

    def fill_up(self) -> int:
        """Record on a phone whose disk is full, to the last byte: how many entries it refused aloud. None of them may
        be called stored; whatever is, counts like every other item."""
        before = self._full
        ballast = self.profile.parent / "ballast"
        with ballast.open("wb") as file, suppress(OSError):
            while True:
                file.write(b"\0" * 65_536)
                file.flush()
        try:
            self.record(["photo", "aspiration", "photo", "attend"], seed=1 + before)
        finally:
            ballast.unlink()
        return self._full - before

    def replace_app(self) -> None:
        self.page.evaluate(REPLACE)
        self.open_app()

    def send(self) -> None:
        self.page.evaluate(SEND, [self.modules()])

    def is_signed_out(self) -> bool:
        """A browser that was killed within seconds of signing in may have lost the cookie."""
        return bool(self.page.evaluate(SIGNED_OUT, [self.modules()]))

    def _left(self) -> list[int]:
        counted: Any = self.page.evaluate(LEFT, [self.modules()])
        return list(counted)

    def waiting(self) -> int:
        return self._left()[0]

    def refused(self) -> int:
        return self._left()[1]

    def why_waiting(self) -> str:
        return str(self.page.evaluate(WHY, [self.modules()]))
