"""Further photos of the owner's goods, and labels with the QR code of their pages."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sambang.lib.ask_first import ask_first
from sambang.lib.forms import run_operation, run_without_form
from sambang.market.labels import labels_response
from sambang.market.models import Picture
from sambang.market.shelf_operations import add_item_photo, remove_photo, show_photo_first
from sambang.owners.authentication import OwnerRequest, owner_page
from sambang.selling import queries
from sambang.selling.forms import FurtherPhotoForm
from sambang.selling.views.shelf import get_own_item


def get_own_picture(request: OwnerRequest, picture_id: UUID) -> Picture:
    picture: Picture | None = queries.picture_of(request.owner, request.business, picture_id)
    if picture is None:
        raise Http404
    return picture


@owner_page
@require_POST
def photo_create(request: OwnerRequest, item_id: UUID) -> HttpResponse:
    item = get_own_item(request, item_id)
    form = FurtherPhotoForm(request.POST, request.FILES)
    if run_operation(form, lambda: add_item_photo(item, request.owner, photo=form.cleaned_data["photo"])):
        messages.success(request, _("Foto ditambahkan. Pengurus memeriksanya."))
    else:
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
    return redirect("selling:item_change", item.pk)


@owner_page
@require_POST
def photo_feature(request: OwnerRequest, picture_id: UUID) -> HttpResponse:
    picture = get_own_picture(request, picture_id)
    show_photo_first(picture.item, request.owner, picture=picture)
    messages.success(request, _("Foto ini sekarang yang pertama."))
    return redirect("selling:item_change", picture.item_id)


@owner_page
@require_POST
@ask_first(
    gettext_lazy("Hapus foto ini?"),
    gettext_lazy("Foto hilang dari etalase dan katalog. Untuk menampilkannya lagi, kirim fotonya lagi."),
    gettext_lazy("Ya, hapus"),
)
def photo_withdraw(request: OwnerRequest, picture_id: UUID) -> HttpResponse:
    picture = get_own_picture(request, picture_id)
    run_without_form(request, lambda: remove_photo(picture.item, request.owner, picture=picture), _("Foto dihapus."))
    return redirect("selling:item_change", picture.item_id)


@owner_page
def label_document(request: OwnerRequest) -> HttpResponse:
    return labels_response(request.business, request.build_absolute_uri)
