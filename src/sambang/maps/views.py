"""Pages of the map: the drawing with its tables, positions of sentra and IKM, and outlines of regions."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sambang.access.permissions import may, require
from sambang.access.reader import reader_for
from sambang.access.requests import PersonRequest, own_council, reached_row
from sambang.audit.read_audit import log_read
from sambang.insight.views.results import chosen_council
from sambang.lib import clock
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.maps import operations, queries
from sambang.maps.drawing import MAP_MEASURES, draw_map
from sambang.maps.forms import OutlineForm, PositionForm
from sambang.maps.map_links import read_position
from sambang.maps.models import BusinessPosition, ClusterPosition, Outline, Position
from sambang.maps.outlines import match_regions
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Photo

MAX_NAMED_SHAPES = 5  # shapes that match no region, by name


def map_detail(request: PersonRequest) -> HttpResponse:
    council, person = chosen_council(request), request.user
    measure = MAP_MEASURES.get(request.GET.get("ukuran", ""), next(iter(MAP_MEASURES.values())))
    places = queries.places(person, council, today=clock.today())
    outlines = queries.outlines_of(person, council)
    points = queries.cluster_points(person, council, outlines)
    businesses = queries.business_points(person, council)
    context = {
        "council": council,
        "councils": reader_for(person).councils,
        "measure": measure,
        "measures": MAP_MEASURES.values(),
        "drawing": draw_map(measure, places.areas, places.clusters, outlines, points, businesses),
        "areas": places.areas,
        "clusters": places.clusters,
        "unplaced": sum(place.key not in points for place in places.clusters),
        "may_upload": may(person, "maps.set_outlines", council),
        "has_outlines": Outline.objects.filter(council=council).exists(),
        "simulated": council.is_simulated,
    }
    return render(request, "maps/map_detail.html", context)


def cluster_position(request: PersonRequest, cluster_id: UUID) -> HttpResponse:
    cluster = reached_row(request, Cluster, cluster_id, "maps.set_position")
    stored = ClusterPosition.objects.filter(cluster=cluster).first()
    return _position_page(request, cluster, stored, Q(visit__cluster=cluster, business=None))


def business_position(request: PersonRequest, business_id: UUID) -> HttpResponse:
    business = _business(request, business_id, "maps.set_position")
    stored = BusinessPosition.objects.filter(business=business).first()
    if stored and request.method == "GET":
        log_read(request.user, [business], ["registry.see_contact"])
    return _position_page(request, business, stored, Q(business=business))


def _business(request: PersonRequest, business_id: UUID, verb: str) -> Business:
    business = reached_row(request, Business, business_id, verb)
    require(request.user, "registry.see_contact", business)
    return business


def _position_page(
    request: PersonRequest, place: Business | Cluster, stored: Position | None, photos: Q
) -> HttpResponse:
    is_personal = isinstance(place, Business)
    photo = _photo_position(request, photos)
    from_photo = photo is not None and "foto" in request.GET
    initial = {
        "point": photo if from_photo else stored or "",
        "source": Position.Source.VISIT if from_photo else Position.Source.LINK,
    }
    form = PositionForm(request.POST or None, initial=initial, is_personal=is_personal)
    back = reverse("registry:business_detail" if is_personal else "registry:cluster_detail", args=[place.pk])

    def save() -> Business | Cluster:
        point = read_position(form.cleaned_data["point"])
        return operations.set_position(place, request.user, point=point, source=form.cleaned_data["source"])

    if run_operation(form, save):
        messages.success(request, _("Posisi disimpan."))
        return redirect(back)
    context = {"form": form, "place": place, "back": back, "stored": stored, "photo": photo, "is_personal": is_personal}
    return render(request, "maps/position.html", context, status=422 if form.is_bound else 200)


def _photo_position(request: PersonRequest, photos: Q) -> str | None:
    """Where the newest photo of these was taken, if the person may know it."""
    readable = reader_for(request.user).allowed("visits.see_position", Photo)
    rows = Photo.objects.visible_to(request.user).filter(photos, readable, latitude__isnull=False)
    photo = rows.order_by("-taken_at", "pk").first()
    return None if photo is None else f"{photo.latitude}, {photo.longitude}"


def cluster_position_remove(request: PersonRequest, cluster_id: UUID) -> HttpResponse:
    cluster = reached_row(request, Cluster, cluster_id, "maps.remove_position")
    return _remove_page(request, cluster, reverse("registry:cluster_detail", args=[cluster.pk]))


def business_position_remove(request: PersonRequest, business_id: UUID) -> HttpResponse:
    business = _business(request, business_id, "maps.remove_position")
    return _remove_page(request, business, reverse("registry:business_detail", args=[business.pk]))


def _remove_page(request: PersonRequest, place: Business | Cluster, back: str) -> HttpResponse:
    form = forms.Form(request.POST if request.method == "POST" else None)
    if run_operation(form, lambda: operations.remove_position(place, request.user)):
        messages.success(request, _("Posisi dihapus. Tempelkan tautannya lagi bila keliru."))
        return redirect(back)
    title = _("Hapus posisi %(place)s dari peta?") % {"place": place}
    return form_page(request, form, title=title, back=(back, place), save=_("Hapus posisi"))


def outline_upload(request: PersonRequest, council_id: UUID) -> HttpResponse:
    council = own_council(request, council_id, "maps.set_outlines")
    form = OutlineForm(request.POST or None, request.FILES or None)
    back = reverse("maps:map_detail", query={"dewan": council.pk})
    if form.is_valid():
        matched = match_regions(form.cleaned_data["file"], council.region_code)
        if matched.rings:
            operations.set_outlines(council, request.user, rings=matched.rings)
            messages.success(request, _("%(count)d garis batas disimpan.") % {"count": len(matched.rings)})
        if matched.unmatched:
            names = ", ".join(matched.unmatched[:MAX_NAMED_SHAPES])
            messages.warning(
                request,
                _("%(count)d bentuk tidak cocok dengan wilayah dewan ini: %(names)s. Periksa kode atau namanya.")
                % {"count": len(matched.unmatched), "names": names},
            )
        return redirect(back)
    intro = _(
        "Batas kapanewon atau desa untuk peta %(council)s: minta kepada bagian pemerintahan, atau unduh dari Badan "
        "Informasi Geospasial. Yang sudah ada untuk wilayah yang sama diganti."
    )
    return form_page(
        request,
        form,
        title=_("Garis batas wilayah"),
        back=(back, _("Peta")),
        save=_("Unggah"),
        intro=intro % {"council": council},
    )


def outline_remove(request: PersonRequest, council_id: UUID) -> HttpResponse:
    council = own_council(request, council_id, "maps.remove_outlines")
    form = forms.Form(request.POST if request.method == "POST" else None)
    back = reverse("maps:map_detail", query={"dewan": council.pk})
    if run_operation(form, lambda: operations.remove_outlines(council, request.user)):
        messages.success(request, _("Garis batas dihapus. Unggah lagi berkasnya bila keliru."))
        return redirect(back)
    title = _("Hapus garis batas %(council)s?") % {"council": council}
    return form_page(request, form, title=title, back=(back, _("Peta")), save=_("Hapus garis batas"))
