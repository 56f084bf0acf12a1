"""Pages of the council's devices: reported status, missing sequence numbers, revocation, and import of a device's
file."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sambang.access.permissions import may, may_somewhere
from sambang.access.requests import PersonRequest
from sambang.intake import exported_files, operations, queries
from sambang.intake.forms import ImportForm
from sambang.intake.models import Device
from sambang.lib.ask_first import ask_first
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.lib.lists import Export, Page, list_response, page_of

MAX_GAPS = 100
CLOCK_TOLERANCE_SECONDS = 5 * 60  # seconds of clock difference without a warning


def device_list(request: PersonRequest) -> HttpResponseBase:
    columns = (
        (_("Perangkat"), str),
        (_("Terakhir dipakai"), "last_by.name"),
        (_("Kontak terakhir"), lambda row: timezone.localtime(row.last_contact)),
        (_("Versi"), "version"),
        (_("Dibuat di HP"), queries.created_count),
        (_("Ada di kantor"), "received_count"),
        (_("Belum ada"), queries.missing_from),
        (_("Belum terkirim, kata HP"), "waiting"),
        (_("Perlu diperiksa, kata HP"), "quarantined"),
        (_("Penyimpanan bebas (MB)"), lambda row: None if row.storage_free is None else row.storage_free // 1_000_000),
        (_("Dicabut"), lambda row: row.revoked_at and timezone.localtime(row.revoked_at)),
    )

    def context(page: Page) -> dict[str, Any]:
        return {
            "rows": [(row, queries.created_count(row), queries.missing_from(row)) for row in page],
            "may_import": may_somewhere(request.user, "intake.import"),
        }

    rows, export = queries.devices_for(request.user), Export(_("perangkat-lapangan"), columns)
    return list_response(request, rows, "intake/device_list.html", export, context)


def device_detail(request: PersonRequest, device_id: object) -> HttpResponse:
    row = get_object_or_404(queries.devices_for(request.user), pk=device_id)
    clock = row.clock_ahead
    context = {
        "device": row,
        "made": queries.created_count(row),
        "missing": queries.missing_from(row),
        "gaps": list(islice(queries.gaps_of(row), MAX_GAPS)),
        "clock_minutes": round(clock / 60) if clock is not None and abs(clock) > CLOCK_TOLERANCE_SECONDS else None,
        "page": page_of(queries.received_for(request.user).filter(device=row), request.GET),
        "may_revoke": row.revoked_at is None and may(request.user, "intake.revoke_device", row),
    }
    return render(request, "intake/device_detail.html", context)


@require_POST
@ask_first(
    gettext_lazy("Cabut perangkat ini?"),
    gettext_lazy("HP itu tidak dapat mengirim lagi. Catatan yang belum terkirim hanya masuk lewat berkas."),
    gettext_lazy("Ya, cabut"),
)
def device_revoke(request: PersonRequest, device_id: object) -> HttpResponse:
    row = get_object_or_404(queries.desk(request.user, Device), pk=device_id)
    operations.revoke_device(row, request.user)
    messages.success(request, _("%(device)s dicabut: catatannya masuk lagi hanya lewat berkas.") % {"device": row})
    return redirect("intake:device_detail", row.pk)


def device_import(request: PersonRequest) -> HttpResponse:
    """Import the file of a broken or revoked phone. Importing it twice creates no duplicates."""
    if not may_somewhere(request.user, "intake.import"):
        raise PermissionDenied("intake.import")
    form = ImportForm(request.POST or None, request.FILES or None)
    done = run_operation(form, lambda: exported_files.import_file(form.cleaned_data["berkas"].read(), request.user))
    if done is None:
        return form_page(
            request,
            form,
            title=_("Ambil dari berkas"),
            back=(reverse("intake:device_list"), _("Perangkat lapangan")),
            save=_("Ambil"),
            intro=_(
                "Untuk HP yang rusak, dicabut, atau tidak pernah mendapat sinyal: di aplikasinya pilih “Simpan ke "
                "berkas”, lalu unggah di sini. Berkasnya tersegel, hanya kantor ini yang dapat membukanya. Yang sudah "
                "ada tidak menjadi dua."
            ),
        )
    counts = done.outcomes
    context = {
        "new": counts["stored"],
        "known": counts["already"],
        "looked_at": counts["refused"] + counts["incomplete"],
    }
    messages.success(request, _("%(new)s catatan baru, %(known)s sudah ada, %(looked_at)s perlu diperiksa.") % context)
    if done.unread:
        messages.error(request, _("%(count)s bagian berkas tidak dapat dibuka.") % {"count": done.unread})
    return redirect("intake:device_detail", done.device.pk)
