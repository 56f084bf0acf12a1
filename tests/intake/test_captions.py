"""A caption typed after its photo: it waits for the photo and never goes to another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from sambang.access.models import Person
from sambang.intake.models import Received
from sambang.visits.models import Photo, Visit
from tests.intake.conftest import Phone

pytestmark = pytest.mark.django_db


def caption(phone: Phone, visit: Visit, photo: UUID, text: str) -> bytes:
    return phone.write("caption", visit=visit.pk, photo=photo, caption=text)


def test_each_photo_gets_its_own_caption_whichever_arrives_first(
    phone: Phone, visit: Visit, picture: Callable[..., bytes]
) -> None:
    first, second = uuid4(), uuid4()
    photos = [
        phone.write("photo", visit=visit.pk, id=key, files=[phone.bring(picture(colour))])
        for key, colour in ((first, "red"), (second, "navy"))
    ]
    late = caption(phone, visit, first, "Mesin rusak")
    assert phone.send(late).outcome == "incomplete"
    assert [receipt.outcome for receipt in phone.send_all([*photos, late])] == ["stored", "stored", "incomplete"]
    assert phone.send(late).outcome == "stored" and phone.send(late).outcome == "already"
    assert phone.send(caption(phone, visit, first, "Mesin jahit rusak")).outcome == "stored"
    assert sorted(Photo.objects.values_list("caption", flat=True)) == ["", "Mesin jahit rusak"]
    row = Received.objects.get(item_id=first)
    assert Photo.objects.get(caption="Mesin jahit rusak").pk == UUID(row.result.rpartition(":")[2])


def test_a_caption_of_a_deleted_photo_or_of_somebody_elses_is_no_caption_of_another(
    phone: Phone, new_phone: Callable[[Person], Phone], rina: Person, visit: Visit, picture: Any
) -> None:
    key, kept = uuid4(), uuid4()
    for photo, colour in ((key, "red"), (kept, "navy")):
        phone.send(phone.write("photo", visit=visit.pk, id=photo, files=[phone.bring(picture(colour))]))
    deleted = Received.objects.get(item_id=key).result.rpartition(":")[2]
    Photo.objects.filter(pk=deleted).delete()
    refused = phone.send(caption(phone, visit, key, "Hilang"))
    assert refused.outcome == "refused" and "tidak ada" in refused.reason
    other = new_phone(rina)
    assert other.send(caption(other, visit, kept, "Bukan foto saya")).outcome == "incomplete"
    assert Photo.objects.get().caption == ""
