"""The story of a sentra in pictures: the photos of its visits, newest visit first; their order and their consent to
public use."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sambang.access.permissions import may
from sambang.access.requests import PersonRequest, reached_row
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.registry.models import Cluster
from sambang.visits import operations
from sambang.visits.forms import PhotoArrangeForm
from sambang.visits.models import Photo
from sambang.visits.queries import photographed_visits

MAX_VISITS = 12


def cluster_story(request: PersonRequest, cluster_id: UUID) -> HttpResponse:
    cluster = reached_row(request, Cluster, cluster_id)
    chapters = photographed_visits(cluster, request.user, most=MAX_VISITS)
    context = {
        "cluster": cluster,
        "chapters": chapters,
        "may_arrange": may(request.user, "visits.arrange_photo", cluster),
    }
    return render(request, "visits/cluster_story.html", context)


def photo_arrange(request: PersonRequest, photo_id: UUID) -> HttpResponse:
    """The position of a photo in the story of its sentra, and the consent to its public use."""
    photo = reached_row(request, Photo, photo_id, "visits.arrange_photo", related=("visit",))
    form = PhotoArrangeForm(request.POST or None, instance=get_object_or_404(Photo, pk=photo.pk))
    cluster = photo.visit.cluster_id
    if cluster:
        back = (reverse("visits:cluster_story", args=[cluster]), _("Cerita sentra"))
    else:
        back = (reverse("visits:visit_detail", args=[photo.visit_id]), _("Kunjungan"))
    if run_operation(form, lambda: operations.arrange_photo(photo, request.user, **form.cleaned_data)):
        messages.success(
            request,
            _("Tersimpan: foto ini boleh tampil untuk umum.")
            if form.cleaned_data["public_consent"]
            else _("Tersimpan: foto ini tidak tampil untuk umum."),
        )
        return redirect(back[0])
    return form_page(request, form, title=_("Urutan dan persetujuan foto"), back=back)
