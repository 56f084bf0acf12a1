"""Guests and photos of a visit: added and shown, and deleted until the visit is signed off."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.requests import PersonRequest, reached_row
from sambang.lib.forms import run_operation
from sambang.lib.pictures import jpeg_response, stored_bytes, thumbnail
from sambang.lib.redirects import redirect_within
from sambang.visits import operations
from sambang.visits.forms import GuestForm, PhotoForm
from sambang.visits.models import Guest, Photo, Visit
from sambang.visits.views.visits import visit_of

VISIT_THUMBNAIL_SIDE = 480  # pixels of the longer side
PHOTO_CACHE_SECONDS = 604_800  # a photo never changes


@require_POST
def guest_add(request: PersonRequest, visit_id: str) -> HttpResponse:
    visit = visit_of(request, visit_id)
    form = GuestForm(request.POST)
    if run_operation(form, lambda: operations.add_guest(visit, request.user, **form.cleaned_data)):
        messages.success(request, _("%(name)s dicatat sebagai tamu.") % {"name": form.cleaned_data["name"]})
        return redirect("visits:visit_detail", visit.pk)
    context = {"visit": visit, "form": form, "title": _("Tambah tamu"), "button": _("Tambahkan")}
    return render(request, "visits/visit_form.html", context, status=422)


def guest_delete(request: PersonRequest, guest_id: str) -> HttpResponse:
    guest = reached_row(request, Guest, guest_id, "visits.delete_record", related=("visit",))
    context = {"title": _("Hapus tamu ini?"), "guest": guest, "visit": guest.visit}
    return _confirm_delete(request, context, lambda: operations.delete_guest(guest, request.user), _("Tamu dihapus."))


def photo_add(request: PersonRequest, visit_id: str) -> HttpResponse:
    """Add a photo of the visit or, with `?ikm=`, of one IKM."""
    visit = visit_of(request, visit_id)
    initial = {"business": request.GET.get("ikm")}
    form = PhotoForm(visit, request.user, request.POST or None, request.FILES or None, initial=initial)
    next_url = request.POST.get("next") or request.GET.get("next", "")
    if run_operation(form, lambda: operations.add_photo(visit, request.user, **form.cleaned_data)):
        messages.success(request, _("Foto tersimpan."))
        return redirect_within(request, next_url, reverse("visits:visit_detail", args=[visit.pk]))
    context = {
        "visit": visit,
        "form": form,
        "title": _("Tambah foto"),
        "button": _("Kirim foto"),
        "has_file": True,
        "next": next_url,
    }
    return render(request, "visits/visit_form.html", context, status=422 if request.method == "POST" else 200)


def photo_image(request: PersonRequest, photo_id: str) -> HttpResponse:
    """The stored image; uploads have no public URL, so that each download is authorised."""
    photo = reached_row(request, Photo, photo_id)
    return jpeg_response(stored_bytes(photo.image), seconds=PHOTO_CACHE_SECONDS)


def photo_thumbnail(request: PersonRequest, photo_id: str) -> HttpResponse:
    photo = reached_row(request, Photo, photo_id)
    return jpeg_response(thumbnail(stored_bytes(photo.image), side=VISIT_THUMBNAIL_SIDE), seconds=PHOTO_CACHE_SECONDS)


def photo_delete(request: PersonRequest, photo_id: str) -> HttpResponse:
    photo = reached_row(request, Photo, photo_id, "visits.delete_record", related=("visit", "business"))
    context = {"title": _("Hapus foto ini?"), "photo": photo, "visit": photo.visit}
    return _confirm_delete(request, context, lambda: operations.delete_photo(photo, request.user), _("Foto dihapus."))


def _confirm_delete(
    request: PersonRequest, context: dict[str, object], delete: Callable[[], Visit], success: str
) -> HttpResponse:
    """GET asks for confirmation; POST deletes, or shows the error on the same page."""
    error = ""
    if request.method == "POST":
        try:
            visit = delete()
        except ValidationError as refused:
            error = " ".join(refused.messages)
        else:
            messages.success(request, success)
            return redirect("visits:visit_detail", visit.pk)
    return render(request, "visits/confirm_delete.html", {**context, "error": error}, status=422 if error else 200)
