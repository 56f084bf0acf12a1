"""Withdrawing a row with a reason, the list of what was withdrawn, and restoring within thirty days."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sambang.access.permissions import require
from sambang.access.requests import PersonRequest
from sambang.audit.withdrawal import RESTORE_DAYS, restorable
from sambang.home.withdrawable import WITHDRAWABLE_KINDS, WithdrawableKind, withdrawn_rows
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation, run_without_form


class WithdrawalForm(forms.Form):
    because = forms.CharField(
        label=gettext_lazy("Alasan"),
        max_length=300,
        help_text=format_lazy(
            gettext_lazy("Orang lain membacanya. Yang ditarik dapat dikembalikan dalam {days} hari."), days=RESTORE_DAYS
        ),
    )


def kind_of(word: str) -> WithdrawableKind:
    if word not in WITHDRAWABLE_KINDS:
        raise Http404(word)
    return WITHDRAWABLE_KINDS[word]


def withdrawn_list(request: PersonRequest) -> HttpResponse:
    rows = [(word, row._meta.verbose_name, row, kind.address(row)) for word, kind, row in withdrawn_rows(request.user)]
    return render(request, "home/withdrawn_list.html", {"rows": rows, "days": RESTORE_DAYS})


def row_withdraw(request: PersonRequest, word: str, row_id: Any) -> HttpResponse:
    kind = kind_of(word)
    row = get_object_or_404(kind.model.objects.visible_to(request.user), pk=row_id)  # type: ignore[attr-defined]
    require(request.user, f"{kind.room}.withdraw", row)
    form = WithdrawalForm(request.POST or None)
    if run_operation(form, lambda: kind.withdraw(row, request.user, **form.cleaned_data)):
        messages.success(request, _("“%(row)s” ditarik. Keliru? Pilih Kembalikan di bawah.") % {"row": row})
        return redirect("home:withdrawn_list")
    title = _("Tarik %(kind)s: %(row)s") % {"kind": row._meta.verbose_name, "row": row}
    return form_page(request, form, title=title, back=(kind.address(row), _("Kembali")), save=_("Tarik"))


@require_POST
def row_restore(request: PersonRequest, word: str, row_id: Any) -> HttpResponse:
    kind = kind_of(word)
    row = get_object_or_404(restorable(kind.model).visible_to(request.user), pk=row_id)
    done = _("“%(row)s” dikembalikan.") % {"row": row}
    if run_without_form(request, lambda: kind.restore(row, request.user), done):
        return redirect(kind.address(row))
    return redirect("home:withdrawn_list")
