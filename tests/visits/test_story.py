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
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Photo, Visit
from sambang.visits.operations import add_photo
from sambang.visits.queries import public_photos

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


def test_the_office_orders_photos_and_only_those_with_a_consent_are_public(
    held: Visit, business: Business, sari: Person, rina: Person, signed_in: In
) -> None:
    cluster = held.cluster
    assert cluster is not None
    photos = [
        add_photo(held, sari, image=picture(colour), caption=colour, business=subject)
        for colour, subject in (("teal", None), ("red", None), ("navy", business))
    ]
    assert not public_photos(cluster)
    addresses = [reverse("visits:photo_arrange", args=[photo.pk]) for photo in photos]
    assert signed_in(sari).get(addresses[0]).status_code == 403
    staff = signed_in(rina)
    assert "Urutan dan persetujuan" in staff.get(reverse("visits:cluster_story", args=[cluster.pk])).text
    for address, position in zip(addresses[1:], ("2", "1"), strict=True):
        staff.post(address, {"story_position": position, "public_consent": "Semua yang terlihat, lisan"})
    staff.post(addresses[0], {"story_position": "", "public_consent": " "})
    assert [photo.caption for photo in public_photos(cluster)] == ["navy", "red"]
    Business.objects.filter(pk=business.pk).update(restricted_at=clock.now())
    assert [photo.caption for photo in public_photos(cluster)] == ["red"]
    staff.post(addresses[1], {"story_position": "2", "public_consent": ""})
    assert not public_photos(cluster)
    assert Photo.objects.get(caption="red").public_since is None
