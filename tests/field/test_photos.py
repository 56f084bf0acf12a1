"""One picture and what several people say of it; and where it was taken, only if council and officer allow it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sambang.access.models import Council, Person, Role
from sambang.accounts.operations import allow_photo_positions
from sambang.intake.models import ReceivedFile
from sambang.registry.models import Business
from sambang.visits.models import Photo, Visit
from sambang.visits.positions import MeasuredPosition, positions_allowed
from tests.intake.conftest import Phone

pytestmark = pytest.mark.django_db
HERE = "geo:-7.75012,110.39551;u=12"


@pytest.mark.slow
def test_one_picture_with_two_captions_keeps_both_in_any_order(
    phone: Phone,
    new_phone: Callable[[Person], Phone],
    visit: Visit,
    business: Business,
    rina: Person,
    picture: Callable[..., bytes],
) -> None:
    other = new_phone(rina)
    said: list[tuple[Phone, dict[str, Any]]] = [
        (phone, {"caption": "Mesin rusak"}),
        (other, {"caption": "Gudang kain"}),
        (other, {}),
        (phone, {"caption": "Mesin rusak", "business": business.pk}),
    ]
    texts = [(who, who.write("photo", visit=visit.pk, files=[who.bring(picture())], **facts)) for who, facts in said]
    ends = []
    for order in itertools.permutations(texts):
        point = transaction.savepoint_create()
        for who, text in order:
            who.bring(picture())  # let go once it was kept: a phone that is asked for it sends it again
            assert who.send(text).outcome == "stored"
        ends.append(sorted((row.caption, str(row.business_id)) for row in visit.photos.all()))
        transaction.savepoint_rollback(point)
    kept = [("Gudang kain", "None"), ("Mesin rusak", "None"), ("Mesin rusak", str(business.pk))]
    assert ends == [sorted(kept)] * 24


def test_a_position_is_stored_only_if_the_council_allows_it(
    phone: Phone, visit: Visit, sleman: Council, member: Any, picture: Callable[..., bytes]
) -> None:
    assert not sleman.photo_positions_allowed
    phone.say("photo", visit=visit.pk, files=[phone.bring(picture("red"))], position=HERE)
    assert Photo.objects.get().position is None
    allow_photo_positions(sleman, member("Wati", sleman, Role.ADMINISTRATOR), allowed=True)
    phone.say("photo", visit=visit.pk, files=[phone.bring(picture("blue"))], position=HERE)
    phone.say("photo", visit=visit.pk, files=[phone.bring(picture("green"))], position="geo:95,110;u=1")
    kept = [row.position for row in Photo.objects.order_by("-latitude")]
    assert MeasuredPosition(Decimal("-7.75012"), Decimal("110.39551"), 12) in kept and kept.count(None) == 2


@pytest.mark.parametrize("place", ["90,180", "-90,-180", "90.000004,180.000004", "0,0"])
def test_a_place_on_earth_is_a_position(place: str) -> None:
    position = MeasuredPosition.read(f"geo:{place};u=1")
    assert position is not None and abs(position.latitude) <= 90 and abs(position.longitude) <= 180


@pytest.mark.parametrize(
    "uri", ["geo:90.00001,0;u=1", "geo:-91,0;u=1", "geo:0,180.00001;u=1", "geo:0,-181;u=1", "geo:0,0", "0,0;u=1"]
)
def test_a_place_beyond_the_poles_or_without_accuracy_is_none(uri: str) -> None:
    assert MeasuredPosition.read(uri) is None


def test_who_may_allow_it(sleman: Council, bantul: Council, member: Any, rina: Person, sari: Person) -> None:
    for person in (sari, rina, member("Joko", bantul, Role.ADMINISTRATOR)):
        with pytest.raises(PermissionDenied):
            allow_photo_positions(sleman, person, allowed=True)
    sleman.refresh_from_db()
    assert not sleman.photo_positions_allowed


def test_the_nearest_council_decides_and_of_two_both(sleman: Council) -> None:
    assert not positions_allowed("3404")
    Council.objects.create(name="DIY", region_code="34", photo_positions_allowed=True)
    assert not positions_allowed("3404071001") and positions_allowed("3471")
    Council.objects.filter(pk=sleman.pk).update(photo_positions_allowed=True)
    assert positions_allowed("3404071001")
    Council.objects.create(name="Dinas Sleman", region_code="3404")
    assert not positions_allowed("3404071001")


def test_offline_bundle_states_whether_positions_are_allowed(
    client: Client, phone: Phone, visit: Visit, sleman: Council
) -> None:
    client.force_login(phone.person)
    address = f"/lapangan/bekal.json?hp={phone.device.pk}&kunjungan={visit.pk}"
    assert [one["positions"] for one in client.get(address).json()["visits"]] == [False]
    Council.objects.filter(pk=sleman.pk).update(photo_positions_allowed=True)
    assert [one["positions"] for one in client.get(address).json()["visits"]] == [True]


def test_only_the_office_reads_it(
    client: Client,
    phone: Phone,
    visit: Visit,
    sleman: Council,
    picture: Callable[..., bytes],
    sari: Person,
    budi: Person,
    rina: Person,
) -> None:
    Council.objects.filter(pk=sleman.pk).update(photo_positions_allowed=True)
    phone.say("photo", visit=visit.pk, files=[phone.bring(picture())], position=HERE)
    seen = {}
    for person in (sari, budi, rina):
        client.force_login(person)
        page = client.get(reverse("visits:visit_detail", args=[visit.pk])).content.decode()
        seen[person] = HERE in page or "110,39551" in page
    assert seen == {sari: False, budi: False, rina: True}


def test_a_file_without_its_item_goes_after_thirty_days_and_never_one_that_an_item_waits_for(
    phone: Phone, visit: Visit, picture: Callable[..., bytes], django_capture_on_commit_callbacks: Any
) -> None:
    lost, waited_for, young = phone.bring(picture("red")), phone.bring(picture("blue")), phone.bring(picture("green"))
    assert phone.send(phone.write("photo", visit=uuid4(), files=[waited_for])).outcome == "refused"
    begun = timezone.now() - timedelta(days=31)
    ReceivedFile.objects.exclude(sha256=young["sha256"]).update(begun_at=begun)

    def on_disk() -> set[str]:
        return {place.name for place in (Path(settings.MEDIA_ROOT) / "field").glob("*/*")}

    every = {one["sha256"] for one in (lost, waited_for, young)}
    said = StringIO()
    call_command("retention", stdout=said)
    assert "intake.ReceivedFile                 1   phones_files" in said.getvalue()
    assert on_disk() == every
    with django_capture_on_commit_callbacks(execute=True):
        call_command("retention", apply=True, stdout=said)
    kept = every - {lost["sha256"]}
    assert set(ReceivedFile.objects.values_list("sha256", flat=True)) == kept == on_disk()
    phone.say("photo", visit=visit.pk, files=[phone.bring(picture("red"))])
    assert Photo.objects.count() == 1, "the phone still had it"
