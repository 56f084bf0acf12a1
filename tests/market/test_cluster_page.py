"""The public page of a sentra: its story, photos with consent in their order, its map, its Organization."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sambang.access.models import Council, Person
from sambang.lib import clock
from sambang.maps.models import BusinessPosition, ClusterPosition, Outline
from sambang.market import operations
from sambang.market.operations import ItemData
from sambang.registry.models import Business, Cluster, Region
from sambang.registry.operations import change_cluster
from sambang.visits.models import Photo, Visit
from sambang.visits.operations import add_photo, arrange_photo
from tests.market.test_catalogue import photo
from tests.market.test_discovery import graph

STORY = "Sejak 1985 para ibu di Joho menyulam kebaya.\n\nSetiap motif digambar tangan."


@pytest.fixture
def page_of_cluster(cluster: Cluster, business: Business, rina: Person) -> str:
    operations.give_consent(business, rina, purpose="catalogue", how="paper")
    operations.offer_item(business, rina, data=ItemData(name="Kebaya", price=350_000))
    change_cluster(cluster, rina, story=STORY, story_en="Since 1985 the women of Joho embroider.", since=1985)
    return reverse("market:catalogue_cluster", args=[cluster.pk])


def taken(cluster: Cluster, by: Person, captions: tuple[str, ...]) -> list[Photo]:
    day = clock.today() - timedelta(days=3)
    visit = Visit.objects.create(
        region=cluster.region,
        cluster=cluster,
        planned_for=day,
        held_on=day,
        state=Visit.State.HELD,
        purpose="Sambang",
        planned_by=by,
    )
    return [add_photo(visit, by, image=photo(), caption=caption) for caption in captions]


def test_the_story_and_photos_with_consent_in_their_order(
    client: Client, page_of_cluster: str, cluster: Cluster, rina: Person
) -> None:
    loom, hidden, yard = taken(cluster, rina, ("Alat tenun", "Anak-anak bermain", "Halaman jemur"))
    arrange_photo(loom, rina, story_position=2, public_consent="Bu Suminah, lisan")
    arrange_photo(yard, rina, story_position=1, public_consent="Bu Suminah, lisan")
    page = client.get(page_of_cluster).text
    assert "<p>Sejak 1985 para ibu di Joho menyulam kebaya.</p>" in page
    assert page.index('alt="Halaman jemur"') < page.index('alt="Alat tenun"')
    assert "Anak-anak bermain" not in page
    assert client.get(reverse("market:cluster_photo", args=[loom.pk]))["Content-Type"] == "image/jpeg"
    assert client.get(reverse("market:cluster_photo", args=[hidden.pk])).status_code == 404
    organization = graph(page)["Organization"]
    assert (organization["description"], organization["foundingDate"]) == (STORY, "1985")
    assert organization["image"] == [
        f"http://testserver{reverse('market:cluster_photo', args=[one.pk])}" for one in (yard, loom)
    ]
    assert organization["address"]["addressLocality"] == str(cluster.region)
    assert "the women of Joho embroider" in client.get(f"{page_of_cluster}?bahasa=en").text

    arrange_photo(loom, rina, story_position=2, public_consent="")
    assert client.get(reverse("market:cluster_photo", args=[loom.pk])).status_code == 404
    operations.withdraw_consent(cluster.businesses.get(), rina, purpose="catalogue", how="paper")
    assert client.get(reverse("market:cluster_photo", args=[yard.pk])).status_code == 404


def test_the_map_marks_the_district_and_shows_no_position(
    client: Client, page_of_cluster: str, sleman: Council, cluster: Cluster, business: Business, rina: Person
) -> None:
    assert "<svg" not in client.get(page_of_cluster).text.partition("<main")[2]
    district = cluster.region.parent
    assert district is not None
    other, _new = Region.objects.get_or_create(
        code=f"{district.code[:4]}99", defaults={"name": "Kapanewon Lain", "parent": district.parent}
    )
    for number, region in enumerate((district, other)):
        east = 110.3 + number / 10
        square = [[east, -7.7], [east + 0.1, -7.7], [east + 0.1, -7.6], [east, -7.6]]
        Outline.objects.create(council=sleman, region=region, rings=[square], uploaded_by=rina)
    place = {"latitude": "-7.65123", "longitude": "110.35678", "noted_by": rina, "source": "link"}
    ClusterPosition.objects.create(cluster=cluster, **place)
    BusinessPosition.objects.create(business=business, **place)
    page = client.get(page_of_cluster).text
    drawing = page.partition('<figure class="map')[2].partition("</figure>")[0]
    assert drawing.count("<path") == 2 and "<circle" not in drawing
    own = drawing.partition('class="level-4"')[2].partition("</path>")[0]
    assert f"<title>{district.name}</title>" in own
    for coordinate in ("7.65123", "110.35678"):
        assert coordinate not in page and coordinate not in json.dumps(graph(page))
