"""Pages of conflicts: the differing values with author and time, and the decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.models import Person
from sambang.access.permissions import may
from sambang.access.requests import PersonRequest
from sambang.intake import items, operations, queries
from sambang.intake.display import kind_label, value_as_text
from sambang.intake.kinds.base import target_of
from sambang.intake.merging import Value
from sambang.intake.models import Conflict, Received
from sambang.intake.read_log import log_received_read, may_read
from sambang.lib.lists import Export, list_response

NOW, BEFORE = "sekarang", "-sebelum"


@dataclass(frozen=True)
class Choice:
    """One of the values on the page; `key` is submitted with the decision."""

    key: str
    value: list[tuple[str, str]]
    who: str
    at: datetime | None
    where: str
    is_current: bool = False


def conflict_list(request: PersonRequest) -> HttpResponseBase:
    columns = (
        (_("Tentang"), lambda row: kind_label(row.kind)),
        (_("IKM"), "business"),
        (_("Kunjungan"), "visit"),
        (_("Dibuka"), lambda row: timezone.localtime(row.opened_at)),
        (_("Diputuskan"), lambda row: row.decided_at and timezone.localtime(row.decided_at)),
        (_("Oleh"), "decided_by.name"),
        (_("Yang dikatakan"), _all_values),
    )
    rows, export = queries.conflicts_for(request.user), Export(_("beda-catatan"), columns)
    if request.GET.get("format"):  # the list page shows no values
        log_received_read(request.user, (row for row in rows if may_read(request.user, row)))
    return list_response(request, rows, "intake/conflict_list.html", export, lambda _page: {})


def _all_values(row: Conflict) -> str:
    if row.business and row.business.restricted_at is not None:
        return ""
    submissions = queries.submissions_for(row.merge_key)
    return " | ".join(f"{one.person}: {_one_line(row.kind, one.submitted)}" for one in submissions)


def _one_line(kind: str, submitted: dict[str, Any] | None) -> str:
    pairs = value_as_text(kind, submitted["value"]) if submitted else []
    return ", ".join(f"{name} {text}".strip() for name, text in pairs)


def conflict_detail(request: PersonRequest, conflict_id: object) -> HttpResponse:
    row = get_object_or_404(queries.conflicts_for(request.user), pk=conflict_id)
    readable = may_read(request.user, row)
    if readable:
        log_received_read(request.user, [row])
    context = {
        "conflict": row,
        "kind": kind_label(row.kind),
        "choices": choices_of(row, request.user) if readable else [],
        "may_decide": row.decided_at is None and may(request.user, "intake.decide", row),
    }
    return render(request, "intake/conflict_detail.html", context)


def choices_of(conflict: Conflict, person: Person) -> list[Choice]:
    """All submitted values and the office's values at those times, oldest first, and the current value if it
    differs."""
    submissions = list(queries.submissions_for(conflict.merge_key))
    if not submissions:
        return []
    last = submissions[-1]
    target = target_of(items.parse_item(bytes(last.text)), person, last.recorded_at)
    current, kind = target.current(), conflict.kind

    def choice(key: str, value: Value, row: Received, *, before: bool) -> Choice:
        by = row.office_value_by if before else row.person
        return Choice(
            key,
            value_as_text(kind, value),
            by.name if by else _("kantor"),
            row.office_value_at if before else row.recorded_at,
            _("di kantor") if before else str(row.device),
            is_current=current is not None and target.same(current.value, target.complete(value)),
        )

    choices = []
    for row in submissions:
        if row.office_value:
            choices.append(choice(f"{row.pk}{BEFORE}", row.office_value["value"], row, before=True))
        if row.submitted:
            choices.append(choice(str(row.pk), row.submitted["value"], row, before=False))
    if current is not None and not any(one.is_current for one in choices):
        choices.append(
            Choice(NOW, value_as_text(kind, current.value), _("kantor"), None, _("di kantor"), is_current=True)
        )
    return choices


@require_POST
def conflict_decide(request: PersonRequest, conflict_id: object) -> HttpResponse:
    row = get_object_or_404(queries.conflicts_for(request.user), pk=conflict_id)
    key = request.POST.get("pilihan", "")
    submissions = queries.submissions_for(row.merge_key)
    chosen = next((one for one in submissions if str(one.pk) == key.removesuffix(BEFORE)), None)
    try:
        if chosen is None and key != NOW:
            raise ValidationError(_("Pilih dulu mana yang benar."))
        operations.decide_conflict(row, request.user, chosen=chosen, before=key.endswith(BEFORE))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("intake:conflict_detail", row.pk)
    messages.success(request, _("Diputuskan. Semua yang dikatakan tetap tersimpan."))
    return redirect("intake:conflict_list")
