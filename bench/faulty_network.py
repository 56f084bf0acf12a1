"""A proxy on the loopback that cuts, delays and duplicates requests at random.

Each request travels on a connection of its own. Chance decides, by `rng`, what becomes of it; a request that is doubled
reaches the server twice, whole, and the phone hears of the second answer only.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field

from bench.proxy import Proxy

LARGEST = 64 * 1024 * 1024  # bytes of one message


@dataclass
class FaultRates:
    """Shares of requests that meet each mishap; the rest passes. `slowest` in seconds."""

    cut_request: float = 0.15
    cut_answer: float = 0.15
    doubled: float = 0.15
    delayed: float = 0.15
    slowest: float = 0.4


FAIR = FaultRates(0, 0, 0, 0, 0)


@dataclass
class FaultyNetwork(Proxy):
    """Use as a context manager: `with FaultyNetwork(port, seed=1) as network: network.port`."""

    server_port: int
    seed: int
    rates: FaultRates = field(default_factory=FaultRates)
    port: int = 0
    worker_note: str = ""  # a comment that makes the service worker another one: the app was replaced
    met: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._rng = random.Random(self.seed)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await read_message(reader)
            if request:
                await self._pass_on(closing(request), writer)
        except (OSError, asyncio.IncompleteReadError, ValueError):
            self.met["the server did not answer"] += 1
        finally:
            writer.close()

    async def _pass_on(self, request: bytes, writer: asyncio.StreamWriter) -> None:
        await self.pass_through(request, writer)

    async def pass_through(self, request: bytes, writer: asyncio.StreamWriter) -> None:
        """What chance makes of a request."""
        mishap = self._mishap()
        self.met[mishap] += 1
        if mishap == "delayed":
            await asyncio.sleep(self._rng.random() * self.rates.slowest)
        if mishap == "cut request":
            await ask(self.server_port, request[: self._rng.randrange(len(request))], wait=False)
            return
        if mishap == "doubled":
            await ask(self.server_port, request)
        answer = await ask(self.server_port, request)
        if self.worker_note and request.startswith(b"GET /lapangan/sw.js"):
            answer = noted(answer, self.worker_note)
        if mishap == "cut answer":
            answer = answer[: self._rng.randrange(max(len(answer), 1))]
        writer.write(answer)
        await writer.drain()

    def _mishap(self) -> str:
        rates = self.rates
        names = ("cut request", "cut answer", "doubled", "delayed")
        shares = (rates.cut_request, rates.cut_answer, rates.doubled, rates.delayed)
        return self._rng.choices([*names, "passed"], [*shares, 1 - sum(shares)])[0]


async def read_message(reader: asyncio.StreamReader) -> bytes:
    """One HTTP request: its head, and the body that `Content-Length` announces."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return head + await reader.readexactly(min(int(value), LARGEST))
    return head


def closing(request: bytes) -> bytes:
    """The same request, on a connection that ends with its answer."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body


def noted(answer: bytes, note: str) -> bytes:
    """The answer with one more line in its body."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length:")]
    body += f"\n{note}\n".encode()
    return b"\r\n".join([*lines, f"Content-Length: {len(body)}".encode()]) + b"\r\n\r\n" + body


async def ask(port: int, request: bytes, *, wait: bool = True) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        await writer.drain()
        return await asyncio.wait_for(reader.read(-1), 180) if wait else b""
    finally:
        writer.close()
