"""Where two people told one thing differently: both values, who and when, and a person's decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.models import Person
from sambang.access.permissions import may
from sambang.access.requests import PersonRequest
from sambang.intake import items, operations, queries
from sambang.intake.display import kind_name, value_in_words
from sambang.intake.kinds.base import target_of
from sambang.intake.merging import Value
from sambang.intake.models import Conflict, Received
from sambang.lib.exports import workbook_response

A_PAGE = 50
NOW, BEFORE = "sekarang", "-sebelum"


@dataclass(frozen=True)
class Choice:
    """One value that was said, for the page: `key` goes back with the decision."""

    key: str
    value: list[tuple[str, str]]
    who: str
    at: datetime | None
    where: str
    stands: bool = False


def conflict_list(request: PersonRequest) -> HttpResponse:
    rows = queries.conflicts_for(request.user)
    if request.GET.get("format") == "xlsx":
        return _workbook(rows)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("halaman"))
    return render(
        request, "intake/conflict_list.html", {"page": page, "rows": [(row, kind_name(row.kind)) for row in page]}
    )


def _workbook(rows: QuerySet[Conflict]) -> HttpResponse:
    headings = [_("Tentang"), _("IKM"), _("Kunjungan"), _("Dibuka"), _("Diputuskan"), _("Oleh"), _("Yang dikatakan")]
    table = (
        [
            kind_name(row.kind),
            str(row.business or ""),
            str(row.visit or ""),
            timezone.localtime(row.opened_at),
            row.decided_at and timezone.localtime(row.decided_at),
            row.decided_by.name if row.decided_by else "",
            " | ".join(f"{one.person}: {_one_line(row.kind, one.said)}" for one in queries.told_about(row.slot)),
        ]
        for row in rows
    )
    return workbook_response(_("beda-catatan"), headings, table)


def _one_line(kind: str, said: dict[str, Any] | None) -> str:
    pairs = value_in_words(kind, said["value"]) if said else []
    return ", ".join(f"{name} {words}".strip() for name, words in pairs)


def conflict_detail(request: PersonRequest, conflict_id: object) -> HttpResponse:
    row = get_object_or_404(queries.conflicts_for(request.user), pk=conflict_id)
    facts = {
        "conflict": row,
        "kind": kind_name(row.kind),
        "choices": choices_of(row, request.user),
        "may_decide": row.decided_at is None and may(request.user, "intake.decide", row),
    }
    return render(request, "intake/conflict_detail.html", facts)


def choices_of(conflict: Conflict, person: Person) -> list[Choice]:
    """What stands now, then every value that was said, oldest first."""
    told = list(queries.told_about(conflict.slot))
    if not told:
        return []
    item = items.parse(bytes(told[-1].text))
    slot = target_of(item, person, told[-1].recorded_at)
    held, kind = slot.held(), conflict.kind

    def choice(key: str, value: Value, row: Received, *, before: bool) -> Choice:
        by = row.before_by if before else row.person
        return Choice(
            key,
            value_in_words(kind, value),
            by.name if by else _("kantor"),
            row.before_at if before else row.recorded_at,
            _("di kantor") if before else str(row.device),
            stands=held is not None and slot.same(held.value, value),
        )

    found = []
    for row in told:
        if row.before:
            found.append(choice(f"{row.pk}{BEFORE}", row.before["value"], row, before=True))
        if row.said:
            found.append(choice(str(row.pk), row.said["value"], row, before=False))
    if held is not None and not any(one.stands for one in found):
        found.append(Choice(NOW, value_in_words(kind, held.value), _("kantor"), None, _("di kantor"), stands=True))
    return found


@require_POST
def conflict_decide(request: PersonRequest, conflict_id: object) -> HttpResponse:
    row = get_object_or_404(queries.conflicts_for(request.user), pk=conflict_id)
    key = request.POST.get("pilihan", "")
    chosen = next((one for one in queries.told_about(row.slot) if str(one.pk) == key.removesuffix(BEFORE)), None)
    try:
        if chosen is None and key != NOW:
            raise ValidationError(_("Pilih dulu mana yang benar."))
        operations.decide_conflict(row, request.user, chosen=chosen, before=key.endswith(BEFORE))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("intake:conflict_detail", row.pk)
    messages.success(request, _("Diputuskan. Semua yang dikatakan tetap tersimpan."))
    return redirect("intake:conflict_list")
