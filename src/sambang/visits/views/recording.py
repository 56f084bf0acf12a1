"""While the visit is held: its talk, who came, guests, photos."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import may
from sambang.access.requests import PersonRequest
from sambang.audit.read_audit import log_read
from sambang.lib.exports import workbook_response
from sambang.lib.forms import perform
from sambang.lib.pictures import jpeg_response, stored_bytes, thumbnail
from sambang.registry.names import names_for
from sambang.visits import operations, queries
from sambang.visits.forms import GuestForm, HoldForm, PhotoForm
from sambang.visits.models import Photo, Visit
from sambang.visits.views.visits import permissions, visit_of

SMALL = 480  # pixels of the longer side in a gallery
KEEP = 604_800  # seconds: a photo never changes


def hold(request: PersonRequest, visit_id: str) -> HttpResponse:
    """Begin the visit, or write down later what was talked about."""
    visit = visit_of(request, visit_id)
    day = visit.held_on or min(visit.planned_for, timezone.localdate())
    initial = {"held_on": day, "summary": visit.summary, "conclusion": visit.conclusion}
    form = HoldForm(request.POST or None, initial=initial)
    begins = visit.state == Visit.State.PLANNED
    if perform(form, lambda: operations.hold_visit(visit, request.user, **form.cleaned_data)):
        messages.success(request, _("Kunjungan dimulai. Catat siapa yang hadir.") if begins else _("Tersimpan."))
        return redirect("visits:roll" if begins else "visits:visit", visit.pk)
    facts = {"visit": visit, "form": form, "may": permissions(request, visit)}
    return render(request, "visits/hold.html", facts, status=422 if form.is_bound else 200)


def roll(request: PersonRequest, visit_id: str) -> HttpResponse:
    """The attendance of the whole sentra in one form: one tap each."""
    visit = visit_of(request, visit_id)
    roll = queries.roll_of(visit, request.user)
    if request.GET.get("format") == "xlsx":
        return _roll_workbook(request, visit, roll)
    if request.method == "POST":
        try:
            operations.record_attendances(visit, request.user, present=_marks(request, roll))
            messages.success(request, _("Daftar hadir tersimpan."))
            return redirect("visits:visit", visit.pk)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
    facts = {"visit": visit, "roll": roll, "may": permissions(request, visit)}
    return render(request, "visits/roll.html", facts, status=422 if request.method == "POST" else 200)


def _marks(request: PersonRequest, roll: queries.Roll) -> dict[UUID, bool]:
    """What was tapped for each IKM of the roll; the ones left open are not there."""
    given = {place.business.pk: request.POST.get(f"hadir-{place.business.pk}") for place in roll.places}
    return {business_id: mark == "yes" for business_id, mark in given.items() if mark in {"yes", "no"}}


def _roll_workbook(request: PersonRequest, visit: Visit, roll: queries.Roll) -> HttpResponse:
    contact, names = may(request.user, "registry.see_contact", visit.cluster), names_for(request)
    if contact:
        log_read(request.user, [visit.cluster], ["registry.see_contact", "registry.see_finances"])
    words = {"yes": _("hadir"), "no": _("tidak hadir"), "": _("belum dicatat")}
    headings = [
        _("Usaha"),
        _("Pemilik"),
        _("Alamat"),
        _("No. HP"),
        _("Hadir"),
        _("Diwakili"),
        _("Produksi (%)"),
        _("Pekerja ditemui"),
    ]
    table = (
        [
            place.business.name,
            names.owner(place.business),
            place.business.address if contact else "",
            place.business.phone if contact else "",
            words[place.mark],
            *(
                (
                    row.represented_by if names.knows(place.business) else "",
                    row.pulse if names.knows_finances(place.business) else None,
                    row.workers_seen,
                )
                if (row := place.attendance)
                else ("", None, None)
            ),
        ]
        for place in roll.places
    )
    return workbook_response(_("daftar-hadir"), headings, table)


@require_POST
def guest(request: PersonRequest, visit_id: str) -> HttpResponse:
    visit = visit_of(request, visit_id)
    form = GuestForm(request.POST)
    if perform(form, lambda: operations.add_guest(visit, request.user, **form.cleaned_data)):
        messages.success(request, _("%(name)s dicatat sebagai tamu.") % {"name": form.cleaned_data["name"]})
        return redirect("visits:visit", visit.pk)
    facts = {"visit": visit, "form": form, "title": _("Tambah tamu"), "button": _("Tambahkan")}
    return render(request, "visits/small_form.html", facts, status=422)


def photo(request: PersonRequest, visit_id: str) -> HttpResponse:
    """Add a photo, of the visit or (`?ikm=`) of one IKM."""
    visit = visit_of(request, visit_id)
    form = PhotoForm(
        visit, request.user, request.POST or None, request.FILES or None, initial={"business": request.GET.get("ikm")}
    )
    back = request.POST.get("next") or request.GET.get("next", "")
    if perform(form, lambda: operations.add_photo(visit, request.user, **form.cleaned_data)):
        messages.success(request, _("Foto tersimpan."))
        ours = url_has_allowed_host_and_scheme(back, {request.get_host()})
        return redirect(back) if ours else redirect("visits:visit", visit.pk)
    facts = {
        "visit": visit,
        "form": form,
        "title": _("Tambah foto"),
        "button": _("Kirim foto"),
        "file": True,
        "next": back,
    }
    return render(request, "visits/small_form.html", facts, status=422 if request.method == "POST" else 200)


def picture(request: PersonRequest, photo_id: str) -> HttpResponse:
    """The kept photo, for those who reach its visit: the folder of uploads is no public address."""
    photo = get_object_or_404(Photo.objects.visible_to(request.user), pk=photo_id)
    return jpeg_response(stored_bytes(photo.image), seconds=KEEP)


def small_picture(request: PersonRequest, photo_id: str) -> HttpResponse:
    photo = get_object_or_404(Photo.objects.visible_to(request.user), pk=photo_id)
    return jpeg_response(thumbnail(stored_bytes(photo.image), side=SMALL), seconds=KEEP)
