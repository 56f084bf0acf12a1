"""The photos of all visits to a sentra on one page, as far as the reader may see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from sambang.access.models import Person
from sambang.lib import clock
from sambang.registry.models import Cluster
from sambang.visits.models import Visit
from sambang.visits.operations import add_photo

type In = Callable[[Person], Client]


def picture(colour: str) -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (60, 40), colour).save(content, "JPEG")
    return SimpleUploadedFile("foto.jpg", content.getvalue(), "image/jpeg")


def test_newest_visit_first_with_captions(cluster: Cluster, sari: Person, citra: Person, signed_in: In) -> None:
    address = reverse("visits:cluster_story", args=[cluster.pk])
    assert "Belum ada foto." in signed_in(sari).get(address).text
    today = clock.today()
    for days, colour, caption in ((40, "teal", "Menjahit di teras"), (2, "red", "Mesin bordir baru")):
        visit = Visit.objects.create(
            region=cluster.region,
            cluster=cluster,
            planned_for=today - timedelta(days=days),
            held_on=today - timedelta(days=days),
            state=Visit.State.HELD,
            purpose=f"Sambang {colour}",
            planned_by=sari,
        )
        add_photo(visit, sari, image=picture(colour), caption=caption)
    page = signed_in(sari).get(address).text
    assert page.index("Mesin bordir baru") < page.index("Menjahit di teras")
    assert 'alt="Menjahit di teras"' in page
    assert signed_in(citra).get(address).status_code == 404
