"""The story of a sentra in pictures: the photos of its visits, newest visit first."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from sambang.access.requests import PersonRequest
from sambang.registry.models import Cluster
from sambang.visits.queries import photographed_visits

MOST_VISITS = 12


def cluster_story(request: PersonRequest, cluster_id: UUID) -> HttpResponse:
    cluster = get_object_or_404(Cluster.objects.visible_to(request.user), pk=cluster_id)
    chapters = photographed_visits(cluster, request.user, most=MOST_VISITS)
    return render(request, "visits/cluster_story.html", {"cluster": cluster, "chapters": chapters})
