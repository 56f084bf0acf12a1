"""The guides: public pages without data, and the same as PDF."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from sambang.access.permissions import public
from sambang.home.guides import Guide, guide_pdf, guides
from sambang.lib.documents import document_response

GUIDES_ARE_PUBLIC = "guides without data of any person"


@public(reason=GUIDES_ARE_PUBLIC)
def guide_list(request: HttpRequest) -> HttpResponse:
    return render(request, "home/guide_list.html", {"guides": guides().values()})


@public(reason=GUIDES_ARE_PUBLIC)
def guide_detail(request: HttpRequest, guide: str) -> HttpResponse:
    return render(request, "home/guide_detail.html", {"guide": _guide(guide)})


@public(reason=GUIDES_ARE_PUBLIC)
def guide_paper(request: HttpRequest, guide: str) -> HttpResponse:
    guide_content = _guide(guide)
    return document_response(guide_pdf(guide_content), f"petunjuk-{guide_content.slug}.pdf")


def _guide(slug: str) -> Guide:
    try:
        return guides()[slug]
    except KeyError:
        raise Http404 from None
