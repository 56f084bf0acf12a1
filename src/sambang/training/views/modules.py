"""The learning modules: public pages that need neither an account nor JavaScript."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sambang.access.permissions import public
from sambang.lib.documents import document_response
from sambang.training.module_paper import module_pdf
from sambang.training.modules import LearningModule, learning_modules

LESSONS_ARE_PUBLIC = "learning material without data of any person"


@public(reason=LESSONS_ARE_PUBLIC)
def module_list(request: HttpRequest) -> HttpResponse:
    return render(request, "training/module_list.html", {"modules": learning_modules().values()})


@public(reason=LESSONS_ARE_PUBLIC)
def module_detail(request: HttpRequest, module: str) -> HttpResponse:
    learning_module = _module(module)
    slugs = list(learning_modules())
    after = slugs[slugs.index(learning_module.slug) + 1 :]
    context = {
        "module": learning_module,
        "next": learning_modules()[after[0]] if after else None,
        "from_link": "tautan" in request.GET,  # an owner came from the personal link, and goes back there
    }
    return render(request, "training/module_detail.html", context)


@public(reason=LESSONS_ARE_PUBLIC)
def module_paper(request: HttpRequest, module: str) -> HttpResponse:
    learning_module = _module(module)
    address = request.build_absolute_uri(reverse("training:module_detail", args=[learning_module.slug]))
    return document_response(module_pdf(learning_module, address=address), f"modul-{learning_module.slug}.pdf")


def _module(slug: str) -> LearningModule:
    try:
        return learning_modules()[slug]
    except KeyError:
        raise Http404 from None
