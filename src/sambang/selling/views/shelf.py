"""The owner's shelf, opened by the personal link: goods to submit, change and withdraw."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.lib import clock
from sambang.lib.forms import run_operation
from sambang.lib.pictures import jpeg_response, stored_bytes
from sambang.market.curation import permit_warnings
from sambang.market.listing_rules import listing_errors
from sambang.market.models import Consent, Item
from sambang.market.operations import withdraw_item
from sambang.market.queries import consent_questions
from sambang.market.shelf_operations import change_submitted_item, submit_again, submit_item
from sambang.owners.authentication import OwnerRequest, owner_page
from sambang.selling import queries
from sambang.selling.forms import FurtherPhotoForm, ShelfItemForm

# Without the first an item is not public; without the second buyers cannot order it.
NEEDED_CONSENTS = (Consent.Purpose.CATALOGUE, Consent.Purpose.WHATSAPP)


def get_own_item(request: OwnerRequest, item_id: UUID) -> Item:
    return get_object_or_404(queries.own_items(request.owner, request.business), pk=item_id)


@owner_page
def shelf_list(request: OwnerRequest) -> HttpResponse:
    asked = [one for one in consent_questions(request.business) if one.purpose in NEEDED_CONSENTS and not one.consent]
    context = {
        "items": queries.own_items(request.owner, request.business),
        "asked": asked,
        "warnings": permit_warnings(request.business, today=clock.today()),
    }
    return render(request, "selling/shelf_list.html", context)


@owner_page
def item_create(request: OwnerRequest) -> HttpResponse:
    """`?hitungan=` names the cost calculation that gives name and price."""
    suggested = queries.suggested_prices(request.owner, request.business)
    initial = queries.first_values(suggested, request.GET.get("hitungan", ""))
    form = ShelfItemForm(request.POST or None, request.FILES or None, initial=initial)

    def submit() -> Item:
        return submit_item(request.business, request.owner, data=form.item_data(), photo=form.cleaned_data["photo"])

    if item := run_operation(form, submit):
        messages.success(request, _("Terkirim. Pengurus memeriksanya, lalu menayangkannya di katalog."))
        return redirect("selling:item_change", item.pk)
    context = {"form": form, "suggested": suggested}
    return render(request, "selling/item_create.html", context, status=422 if form.is_bound else 200)


@owner_page
def item_change(request: OwnerRequest, item_id: UUID) -> HttpResponse:
    item = get_own_item(request, item_id)
    form = ShelfItemForm(request.POST or None, request.FILES or None, instance=item)

    def change() -> Item:
        return change_submitted_item(
            item, request.owner, data=form.item_data(), photo=form.cleaned_data["photo"] or None
        )

    if changed := run_operation(form, change):
        waits = changed.state == Item.State.SUBMITTED
        messages.success(request, _("Disimpan. Pengurus memeriksanya lagi.") if waits else _("Disimpan."))
        return redirect("selling:item_change", item.pk)
    stored = get_own_item(request, item_id)  # a refused form has changed `item`
    context = {
        "form": form,
        "photo_form": FurtherPhotoForm(),
        "item": stored,
        "advice": [*queries.advice_on_photo(stored), *listing_errors(stored)],
        "unmet": queries.unmet_criteria(stored),
        "warnings": permit_warnings(request.business, today=clock.today()),
    }
    return render(request, "selling/item_change.html", context, status=422 if form.is_bound else 200)


@owner_page
@require_POST
def item_withdraw(request: OwnerRequest, item_id: UUID) -> HttpResponse:
    item = withdraw_item(get_own_item(request, item_id), request.owner)
    messages.success(request, _("“%(item)s” diturunkan dari katalog.") % {"item": item.name})
    return redirect("selling:shelf_list")


@owner_page
@require_POST
def item_submit(request: OwnerRequest, item_id: UUID) -> HttpResponse:
    item = submit_again(get_own_item(request, item_id), request.owner)
    messages.success(request, _("“%(item)s” diajukan lagi. Pengurus memeriksanya.") % {"item": item.name})
    return redirect("selling:shelf_list")


@owner_page
def picture_image(request: OwnerRequest, picture_id: UUID) -> HttpResponse:
    picture = queries.picture_of(request.owner, request.business, picture_id)
    if picture is None:
        raise Http404
    return jpeg_response(stored_bytes(picture.image), seconds=86_400)
