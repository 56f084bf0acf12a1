from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from sambang.access.models import Person
from sambang.registry.models import Business, Cluster
from sambang.visits import operations
from sambang.visits.models import Visit

DAY = date(2022, 3, 31)


@pytest.fixture
def planned(cluster: Cluster, sari: Person) -> Visit:
    return operations.plan_visit(
        cluster, sari, planned_for=DAY, purpose="Mendengar aspirasi rahasia", place="Rumah ketua", assignment="090/31"
    )


@pytest.fixture
def held(planned: Visit, sari: Person) -> Visit:
    return operations.conduct_visit(
        planned, sari, held_on=DAY, summary="Pemasaran rahasia", conclusion="Dibantu pameran"
    )


@pytest.fixture
def signed(held: Visit, business: Business, sari: Person, rina: Person) -> Visit:
    operations.record_attendance(held, sari, business=business, present=True, pulse=60)
    return operations.sign_off(held, rina)


@pytest.fixture
def photo_file() -> Callable[..., SimpleUploadedFile]:
    """A JPEG that says where and with what it was taken."""

    def make(colour: str = "teal", name: str = "IMG_2031.jpg") -> SimpleUploadedFile:
        exif = Image.Exif()
        exif[0x010F] = "Merek HP Rahasia"
        exif[0x0132] = "2022:03:31 10:00:00"
        exif.get_ifd(0x8825)[2] = (7.0, 45.0, 30.0)
        file = io.BytesIO()
        Image.new("RGB", (2400, 1200), colour).save(file, "JPEG", exif=exif)
        return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")

    return make
