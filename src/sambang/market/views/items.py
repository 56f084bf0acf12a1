"""The council's pages of the market: items, consents of owners, sales channels, online shares."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import may, require
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest, reached_row
from sambang.audit.reached_lists import reached_list
from sambang.audit.read_audit import REPEAT_INTERVAL, log_read
from sambang.lib import clock
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.lib.lists import Export, Page, list_response
from sambang.lib.months import month_name
from sambang.market import operations, queries
from sambang.market.consents import purpose_or_404
from sambang.market.forms import ChannelForm, ItemForm, ItemListForm, OnlineShareForm, PictureForm
from sambang.market.listing_rules import listing_errors
from sambang.market.models import Channel, Consent, Item, OnlineShare
from sambang.registry.models import Business


def item_list(request: PersonRequest) -> HttpResponseBase:
    """Every item within reach, offered or withdrawn."""
    form = ItemListForm(request.GET)
    columns = (
        (_("Sentra"), "business.cluster"),
        (_("IKM"), "business.name"),
        (_("Barang"), "name"),
        (_("Harga (Rp)"), "price"),
        (_("Satuan"), "unit"),
        (_("Keadaan"), lambda row: row.state.label),
    )

    def context(page: Page) -> dict[str, Any]:
        agreed = queries.businesses_with_consent((row.business_id for row in page), Consent.Purpose.CATALOGUE)
        return {"form": form, "agreed": agreed}

    rows = reached_list(queries.items_for, request.user, narrow=form.narrow)
    export = Export("barang", columns)
    return list_response(request, rows, "market/item_list.html", export, context, queries.ITEM_COLUMNS)


BY_THE_OFFICE = (Consent.How.PAPER, Consent.How.PHONE)


def get_business(request: PersonRequest, business_id: str) -> Business:
    return reached_row(request, Business, business_id, related=("cluster", "owner"))


def business_detail(request: PersonRequest, business_id: str) -> HttpResponse:
    business = get_business(request, business_id)
    shares: list[OnlineShare] = []
    if reader_for(request.user).reads_business("registry.see_finances", business):
        shares = list(business.online_shares.order_by("-month")[:12])
    if shares:
        log_read(request.user, [business], ["registry.see_finances"], again=REPEAT_INTERVAL)
    return render(
        request,
        "market/business_detail.html",
        {
            "business": business,
            "items": business.items.prefetch_related(queries.FIRST_PICTURES).order_by("name"),
            "channels": business.channels.order_by("opened_on", "kind"),
            "shares": shares,
            "asked": queries.consent_questions(business),
            "hows": [(how.value, how.label) for how in BY_THE_OFFICE],
            "channel_form": ChannelForm(),
            "share_form": OnlineShareForm(initial={"month": clock.today().strftime("%Y-%m")}),
            "may_offer": may(request.user, "market.offer", business),
            "may_note": may(request.user, "market.set_channel", business),
            "may_consent": may(request.user, "market.consent", business),
        },
    )


def item_create(request: PersonRequest, business_id: str) -> HttpResponse:
    business = get_business(request, business_id)
    require(request.user, "market.offer", business)
    form = ItemForm(request.POST or None)
    if item := run_operation(form, lambda: operations.offer_item(business, request.user, data=form.item_data())):
        messages.success(request, _("“%(item)s” disimpan. Tambahkan gambarnya.") % {"item": item.name})
        return redirect("market:item_change", item.pk)
    status = 422 if form.is_bound else 200
    return render(request, "market/item_form.html", {"form": form, "business": business}, status=status)


def item_change(request: PersonRequest, item_id: str) -> HttpResponse:
    item = reached_row(request, Item, item_id, related=("business",))
    form = ItemForm(request.POST or None, instance=item)
    if run_operation(form, lambda: operations.change_item(item, request.user, data=form.item_data())):
        messages.success(request, _("Perubahan disimpan."))
        return redirect("market:item_change", item.pk)
    return render_item(request, item, form, PictureForm(), status=422 if form.is_bound else 200)


def render_item(
    request: PersonRequest, item: Item, form: ItemForm, picture_form: PictureForm, *, status: int
) -> HttpResponse:
    context = {
        "form": form,
        "business": item.business,
        "item": item,
        "pictures": item.pictures.all(),
        "picture_form": picture_form,
        "advice": listing_errors(item),
        "may_change": may(request.user, "market.change_item", item),
    }
    return render(request, "market/item_form.html", context, status=status)


@require_POST
def picture_create(request: PersonRequest, item_id: str) -> HttpResponse:
    item = reached_row(request, Item, item_id, related=("business",))
    form = PictureForm(request.POST, request.FILES)
    if run_operation(form, lambda: operations.add_picture(item, request.user, **form.cleaned_data)):
        messages.success(request, _("Gambar ditambahkan."))
        return redirect("market:item_change", item.pk)
    return render_item(request, item, ItemForm(instance=item), form, status=422)


@require_POST
def item_withdraw(request: PersonRequest, item_id: str) -> HttpResponse:
    item = reached_row(request, Item, item_id)
    operations.withdraw_item(item, request.user)
    messages.success(request, _("“%(item)s” diturunkan dari katalog.") % {"item": item.name})
    return redirect("market:item_change", item.pk)


@require_POST
def item_reoffer(request: PersonRequest, item_id: str) -> HttpResponse:
    item = reached_row(request, Item, item_id)
    operations.reoffer_item(item, request.user)
    messages.success(request, _("“%(item)s” ditayangkan lagi.") % {"item": item.name})
    return redirect("market:item_change", item.pk)


def _form_to_correct(request: PersonRequest, form: BaseForm, business: Business) -> HttpResponse:
    back = (reverse("market:business_detail", args=[business.pk]), business.name)
    return form_page(request, form, title=_("Mohon diperbaiki"), back=back)


@require_POST
def channel_create(request: PersonRequest, business_id: str) -> HttpResponse:
    business = get_business(request, business_id)
    form = ChannelForm(request.POST)
    channel = run_operation(form, lambda: operations.set_channel(business, request.user, **form.cleaned_data))
    if channel is None:
        return _form_to_correct(request, form, business)
    messages.success(request, _("Saluran %(channel)s dicatat.") % {"channel": channel})
    return redirect("market:business_detail", business.pk)


@require_POST
def channel_close(request: PersonRequest, channel_id: str) -> HttpResponse:
    channel = reached_row(request, Channel, channel_id)
    operations.close_channel(channel, request.user, closed_on=clock.today())
    messages.success(request, _("Saluran %(channel)s ditutup.") % {"channel": channel})
    return redirect("market:business_detail", channel.business_id)


@require_POST
def online_share_change(request: PersonRequest, business_id: str) -> HttpResponse:
    business = get_business(request, business_id)
    form = OnlineShareForm(request.POST)
    share = run_operation(form, lambda: operations.set_online_share(business, request.user, **form.cleaned_data))
    if share is None:
        return _form_to_correct(request, form, business)
    messages.success(request, _("Bagian penjualan daring %(month)s dicatat.") % {"month": month_name(share.month)})
    return redirect("market:business_detail", business.pk)


def consent_channel(request: PersonRequest) -> Consent.How:
    """How the consent was given to the council; default: on paper."""
    chosen = [how for how in BY_THE_OFFICE if how.value == request.POST.get("how")]
    return chosen[0] if chosen else Consent.How.PAPER


@require_POST
def consent_give(request: PersonRequest, business_id: str, purpose: str) -> HttpResponse:
    business = get_business(request, business_id)
    operations.give_consent(business, request.user, purpose=purpose_or_404(purpose), how=consent_channel(request))
    messages.success(request, _("Persetujuan pemilik dicatat."))
    return redirect("market:business_detail", business.pk)


@require_POST
def consent_withdraw(request: PersonRequest, business_id: str, purpose: str) -> HttpResponse:
    business = get_business(request, business_id)
    operations.withdraw_consent(business, request.user, purpose=purpose_or_404(purpose), how=consent_channel(request))
    messages.success(request, _("Persetujuan ditarik; barangnya tidak lagi tampil di katalog."))
    return redirect("market:business_detail", business.pk)
