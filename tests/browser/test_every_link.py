"""Every link that a page offers to a reader is answered: no page, file or form behind a link is refused or missing."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import APIRequestContext, Page

from tests.browser.test_every_page import shape

pytestmark = pytest.mark.browser
LINK = re.compile(r"""<a\s[^>]*?href=["']([^"'#]+)""", re.DOTALL)
SIGNS_OUT = re.compile(r"/keluar/")


def refused_links(client: APIRequestContext, start: str) -> list[str]:
    """The links that are not answered, each with the page that offers it. One link of each shape is followed."""
    waiting, seen, refused = deque([(start, "")]), {shape(start)}, []
    while waiting:
        address, offered_by = waiting.popleft()
        answer = client.get(address, max_redirects=0)
        if answer.status not in {200, 302}:
            refused.append(f"{answer.status}: {address} on {offered_by}")
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        for link in LINK.findall(answer.text()):
            full = urljoin(address, link.replace("&amp;", "&"))
            inside = urlsplit(full).netloc == urlsplit(start).netloc and not SIGNS_OUT.search(full)
            if inside and shape(full) not in seen:
                seen.add(shape(full))
                waiting.append((full, address))
    assert len(seen) >= 10, f"only {len(seen)} links found from {start}"
    return refused


@pytest.mark.parametrize("who", ["petugas", "pengurus", "pimpinan", "pengelola", "pimpinan.diy", ""])
def test_every_link_is_answered(open_page: Callable[..., Page], site: object, who: str) -> None:
    refused = refused_links(open_page(who).request, site.address + "/")  # type: ignore[attr-defined]
    assert not refused, "\n".join(refused)
