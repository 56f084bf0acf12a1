"""Nothing here opens an address: no module has the means, and nothing that runs in these tests goes beyond this
machine.

The second half is tests/conftest.py's: an audit hook over the whole suite.
"""

from __future__ import annotations

import ast
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import sambang
import sambang_stats

ROOTS = (Path(sambang.__file__).parent, Path(sambang_stats.__file__).parent)
CLIENTS = {
    "aiohttp",
    "asyncio",
    "ftplib",
    "grpc",
    "http.client",
    "httplib2",
    "httpx",
    "imaplib",
    "paramiko",
    "poplib",
    "pycurl",
    "requests",
    "smtplib",
    "socket",
    "ssl",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "websockets",
    "xmlrpc",
    "django.core.mail",
}
ALLOWED: dict[str, tuple[set[str], str]] = {
    "sambang/notices/letters.py": (
        {"django.core.mail"},
        "sends the weekly letter, only where the office has set its own mail server",
    ),
    "sambang/owners/whatsapp_api.py": (
        {"urllib.request"},
        "sends an owner's link by WhatsApp's API, only where the office has set its own token",
    ),
    "sambang/ops/server.py": (
        {"socket"},
        "looks for a port of this machine that nobody listens on; it connects nowhere",
    ),
    "sambang/ops/restore.py": (
        {"socket", "urllib.request"},
        "the drill opens pages of the restored site, which it serves itself on 127.0.0.1",
    ),
}


def imported(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {client for client in CLIENTS for name in found if name == client or name.startswith(f"{client}.")}


def test_no_module_has_the_means() -> None:
    files = [file for root in ROOTS for file in root.rglob("*.py")]
    assert len(files) > 300
    found = {
        file.relative_to(file.parents[len(file.relative_to(root).parts)]).as_posix(): means
        for root in ROOTS
        for file in root.rglob("*.py")
        if (means := imported(file.read_text(encoding="utf-8")))
    }
    assert found == {name: means for name, (means, _reason) in ALLOWED.items()}


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("import requests", True),
        ("from urllib.request import urlopen", True),
        ("from urllib import request", True),
        ("def late():\n    import http.client", True),
        ("from urllib.parse import quote", False),
        ("from http import HTTPStatus", False),
    ],
)
def test_the_means_are_seen(source: str, seen: bool) -> None:
    assert bool(imported(source)) is seen


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 443), ("169.254.169.254", 80)])
def test_the_suites_hook_ends_a_connection_beyond_this_machine(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as tried, pytest.raises(PermissionError, match="beyond this machine"):
        tried.connect(address)
    with pytest.raises((PermissionError, urllib.error.URLError)):
        urllib.request.urlopen("http://sambang.example/", timeout=5)


def test_drawings_fetch_nothing() -> None:
    """A listener of our own is asked by a drawing that names its address, and hears nothing."""
    from sambang.insight import charts

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(2)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/data.json"

        class Chart:
            def to_dict(self) -> dict[str, object]:
                return {
                    "data": {"url": address},
                    "mark": "point",
                    "encoding": {"x": {"field": "a", "type": "quantitative"}},
                    "config": {"legend": {}},
                }

        look = next(iter(charts.CHART_LAYOUTS.values()))
        original, charts.styled = charts.styled, lambda chart, _look: chart
        try:
            charts.as_svg(Chart(), look)
        except ValueError:
            pass  # refusing is as good as leaving it out
        finally:
            charts.styled = original
        with pytest.raises(TimeoutError):
            listener.accept()
