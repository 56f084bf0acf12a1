"""The metadata of the published tables by Peraturan BPS 5/2020: a page, JSON and XLSX."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.text import slugify

from sambang.access.requests import PersonRequest
from sambang.insight.statistical_metadata import METADATA_REGULATION, metadata_forms
from sambang.insight.views.results import chosen_council
from sambang.lib.exports import workbook_response

JSON_KEYS = {"MS-Keg": "kegiatan", "MS-Var": "variabel", "MS-Ind": "indikator"}


def metadata_detail(request: PersonRequest) -> HttpResponse:
    """The forms are in Indonesian, whatever the language of the page."""
    council = chosen_council(request)
    with translation.override(settings.LANGUAGE_CODE):
        forms = metadata_forms(council, request.user)
    name = f"metadata-{slugify(council.name)}"
    if request.GET.get("format") == "xlsx":
        rows = [[form.form, form.name, item, value] for form in forms for item, value in form.items.items()]
        return workbook_response(name, ["Formulir", "Nama", "Rincian", "Isian"], rows)
    if request.GET.get("format") == "json":
        content: dict[str, object] = {
            "dasar": METADATA_REGULATION,
            "dewan": council.name,
            "kode_wilayah": council.region_code,
        }
        for code, key in JSON_KEYS.items():
            content[key] = [form.items for form in forms if form.form == code]
        response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
        response["Content-Disposition"] = f'attachment; filename="{name}.json"'
        return response
    return render(request, "insight/metadata_detail.html", {"council": council, "forms": forms})
