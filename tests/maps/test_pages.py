"""The map: positions, outlines, and who sees what."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sambang.access.models import Council, Person
from sambang.maps.drawing import projection
from sambang.maps.map_links import read_position
from sambang.maps.models import BusinessPosition, ClusterPosition, Outline
from sambang.maps.operations import set_position
from sambang.maps.outlines import plain_name
from sambang.registry.models import Business, Cluster

type In = Callable[[Person], Client]
LINK = "https://maps.google.com/maps?q=-7.75012%2C110.39551"


def test_a_sentra_gets_its_place_from_a_pasted_link_and_stands_on_the_map(
    cluster: Cluster, rina: Person, signed_in: In
) -> None:
    client = signed_in(rina)
    address = reverse("maps:cluster_position", args=[cluster.pk])
    assert "Belum ada yang dapat digambar" in client.get(reverse("maps:map_detail")).text
    assert "tidak ada posisi" in client.post(address, {"point": "Joho", "source": "link"}).text
    client.post(address, {"point": LINK, "source": "link"})
    stored = ClusterPosition.objects.get(cluster=cluster)
    assert str(stored) == "-7.75012, 110.39551"
    page = client.get(reverse("maps:map_detail")).text
    assert f'href="{reverse("registry:cluster_detail", args=[cluster.pk])}"' in page
    assert page.count("<circle") == 1
    client.post(reverse("maps:cluster_position_remove", args=[cluster.pk]))
    assert not ClusterPosition.objects.exists()


def test_the_place_of_an_ikm_needs_leave_and_is_for_those_who_may_read_its_contact(
    business: Business, rina: Person, budi: Person, citra: Person, signed_in: In
) -> None:
    address = reverse("maps:business_position", args=[business.pk])
    client = signed_in(rina)
    assert client.post(address, {"point": LINK, "source": "link"}).status_code == 422
    assert client.post(address, {"point": LINK, "source": "link", "agreed": "on"}).status_code == 302
    assert BusinessPosition.objects.get().noted_by == rina
    assert 'class="map-dot"' in client.get(reverse("maps:map_detail")).text
    assert signed_in(citra).get(address).status_code == 404
    assert 'class="map-dot"' not in signed_in(citra).get(reverse("maps:map_detail")).text
    assert signed_in(budi).get(address).status_code == 403


def test_two_people_who_move_one_place_are_told(cluster: Cluster, rina: Person, signed_in: In) -> None:
    client = signed_in(rina)
    address = reverse("maps:cluster_position", args=[cluster.pk])
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(address).text)
    assert seen is not None
    set_position(cluster, rina, point=read_position("-7.8, 110.4"), source="link")
    answer = client.post(address, {"point": LINK, "source": "link", "seen": seen[1].replace("&quot;", '"')})
    assert "orang lain mengubah" in answer.text
    assert str(ClusterPosition.objects.get()) == "-7.80000, 110.40000"


def test_outlines_are_matched_by_code_or_name_and_drawn(
    business: Business, sleman: Council, rina: Person, signed_in: In
) -> None:
    client = signed_in(rina)
    district = business.region.parent
    assert district is not None
    square = [[110.3, -7.8], [110.5, -7.8], [110.5, -7.6], [110.3, -7.6], [110.3, -7.8]]
    features = [
        {
            "type": "Feature",
            "properties": {"nama": name},
            "geometry": {"type": "Polygon", "coordinates": [square]},
        }
        for name in (f"Kapanewon {district.name.upper()}", "Antah Berantah")
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    file = SimpleUploadedFile("batas.geojson", content, "application/geo+json")
    page = client.post(reverse("maps:outline_upload", args=[sleman.pk]), {"file": file}, follow=True).text
    assert "Antah Berantah" in page and "1 garis batas disimpan" in page
    assert list(Outline.objects.values_list("region", flat=True)) == [district.pk]
    assert "<path" in page and f"1. {district.name}: –" in page
    client.post(reverse("maps:outline_remove", args=[sleman.pk]))
    assert not Outline.objects.exists()


@pytest.mark.parametrize(
    ("one", "other"), [("Kapanewon Depok", "DEPOK"), ("Kec. Ngaglik", "Ngaglik"), ("Desa Sumber Rejo", "Sumberrejo")]
)
def test_names_are_compared_without_their_title(one: str, other: str) -> None:
    assert plain_name(one) == plain_name(other)


def test_a_drawing_keeps_distances_and_has_north_above() -> None:
    """One degree of longitude at 60 degrees north is half of one of latitude."""
    project, _height = projection([(10.0, 59.0), (12.0, 61.0)])
    (west, south), (east, north) = project(10.0, 59.0), project(12.0, 61.0)
    assert south > north
    assert (east - west) / (south - north) == pytest.approx(0.5)
