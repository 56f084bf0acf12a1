from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.template import Context, Template
from django.test import RequestFactory

from sambang.lib.addresses import rate_limit_address, strip_nul


@pytest.mark.parametrize("query", ["cari=ka%00in", "cari=ka%%0000in", "%00cari=kain%00", "cari=kain"])
def test_no_page_hears_of_a_nul(query: str) -> None:
    heard: list[str] = []

    def respond(request: object) -> HttpResponse:
        heard.append(request.GET["cari"])  # type: ignore[attr-defined]
        return HttpResponse()

    strip_nul(respond)(RequestFactory().get(f"/pasar/katalog/?{query}"))
    assert heard == ["kain"]


@pytest.mark.parametrize(
    ("given", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_who_has_a_network_is_counted_once(given: str, counted: str) -> None:
    assert rate_limit_address(RequestFactory().get("/", REMOTE_ADDR=given)) == counted


def test_paging_keeps_every_part_of_the_query() -> None:
    request = RequestFactory().get("/?aspirasi=a&aspirasi=b&cari=x+y&halaman=1")
    query = Template("{% with_query halaman=2 %}").render(Context({"request": request}))
    assert query == "?aspirasi=a&amp;aspirasi=b&amp;cari=x+y&amp;halaman=2"
