"""Pages of the codes of difficulties, which an office names, adds and retires."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sambang.access.models import Council
from sambang.access.requests import PersonRequest, own_council
from sambang.aspirations.difficulties import DifficultyCode, DifficultyVersion, difficulty_codes
from sambang.aspirations.difficulty_operations import keepers_of_list, other_user_of_list, set_difficulty
from sambang.aspirations.forms import DifficultyForm
from sambang.aspirations.models import Aspiration
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation

SET_DIFFICULTY = "aspirations.set_difficulty"


@dataclass(frozen=True)
class DifficultyRow:
    """A code with the number of aspirations that carry it; `added_by`: the name of the council, "" for a standard
    code."""

    code: DifficultyCode
    used: int
    versions: list[DifficultyVersion]
    added_by: str
    may_change: bool


def difficulty_list(request: PersonRequest, council_id: UUID) -> HttpResponse:
    """Every code with its use and its versions."""
    council = own_council(request, council_id, SET_DIFFICULTY)
    used = Counter(Aspiration.objects.visible_to(request.user).values_list("difficulty", flat=True))
    versions: dict[str, list[DifficultyVersion]] = {}
    for version in DifficultyVersion.objects.all():
        versions.setdefault(version.code, []).append(version)
    codes, other = difficulty_codes().values(), other_user_of_list(council)
    adders = Council.objects.in_bulk([code.added_by for code in codes if code.added_by])
    rows = [
        DifficultyRow(
            code,
            used[code.code],
            versions.get(code.code, []),
            adders[code.added_by].name if code.added_by else "",
            may_change=other is None or code.added_by == council.pk,
        )
        for code in codes
    ]
    context = {"council": council, "rows": rows, "other_user": other, "keepers": keepers_of_list() if other else []}
    return render(request, "aspirations/difficulty_list.html", context)


def difficulty_create(request: PersonRequest, council_id: UUID) -> HttpResponse:
    return _edit(request, own_council(request, council_id, SET_DIFFICULTY), "")


def difficulty_change(request: PersonRequest, council_id: UUID, code: str) -> HttpResponse:
    return _edit(request, own_council(request, council_id, SET_DIFFICULTY), code)


def _edit(request: PersonRequest, council: Council, code: str) -> HttpResponse:
    """Add a code, or give `code` a new version."""
    stored = difficulty_codes().get(code)
    if code and stored is None:
        raise Http404(code)
    initial = {"label": stored.label, "is_offered": stored.is_offered} if stored else {"is_offered": True}
    form = DifficultyForm(request.POST or None, initial=initial)
    if run_operation(form, lambda: set_difficulty(council, request.user, code=code, **form.cleaned_data)):
        messages.success(request, _("Tersimpan; berlaku mulai sekarang. Naskah hari-hari sebelumnya tetap."))
        return redirect("aspirations:difficulty_list", council.pk)
    back = (reverse("aspirations:difficulty_list", args=[council.pk]), _("Kode kesulitan"))
    title = _("Ubah kesulitan “%(label)s”") % {"label": stored.label} if stored else _("Kesulitan baru")
    return form_page(request, form, title=title, back=back)
