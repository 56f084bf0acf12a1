"""After a slip: a wrong photo or guest is taken away, as long as the visit is not signed off. One address, one verb."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from sambang.access.permissions import require
from sambang.access.requests import PersonRequest
from sambang.visits import operations
from sambang.visits.models import Guest, Photo, Visit


def photo(request: PersonRequest, photo_id: str) -> HttpResponse:
    reach = Photo.objects.visible_to(request.user).select_related("visit__cluster", "business")
    photo = get_object_or_404(reach, pk=photo_id)
    require(request.user, "visits.delete_record", photo)
    facts = {"title": _("Hapus foto ini?"), "photo": photo, "visit": photo.visit}
    return _asked(request, facts, lambda: operations.delete_photo(photo, request.user), _("Foto dihapus."))


def guest(request: PersonRequest, guest_id: str) -> HttpResponse:
    guest = get_object_or_404(Guest.objects.visible_to(request.user).select_related("visit__cluster"), pk=guest_id)
    require(request.user, "visits.delete_record", guest)
    facts = {"title": _("Hapus tamu ini?"), "guest": guest, "visit": guest.visit}
    return _asked(request, facts, lambda: operations.delete_guest(guest, request.user), _("Tamu dihapus."))


def _asked(request: PersonRequest, facts: dict[str, object], do: Callable[[], Visit], done: str) -> HttpResponse:
    """Ask first; a refusal is shown on the same page."""
    refusal = ""
    if request.method == "POST":
        try:
            visit = do()
        except ValidationError as refused:
            refusal = " ".join(refused.messages)
        else:
            messages.success(request, done)
            return redirect("visits:visit", visit.pk)
    facts = {**facts, "refusal": refusal}
    return render(request, "visits/take_away.html", facts, status=422 if refusal else 200)
