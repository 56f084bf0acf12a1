"""What an officer's phone sends: the file that it exports, and one item."""

from __future__ import annotations

import json
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.reach.readers import Reader
from tests.reach.world import World


def exported_file(world: World) -> SimpleUploadedFile:
    """The file of the officer's phone, with nothing in it."""
    content = {
        "sambang": "lapangan",
        "schema": 1,
        "device": str(world.here.rows["device_id"]),
        "created_at": "2022-04-01T00:00:00Z",
        "items": [],
        "files": [],
    }
    return SimpleUploadedFile("hp.json", json.dumps(content).encode(), "application/json")


def field_item(world: World, reader: Reader) -> str:
    """An aspiration of this place's IKM, by whoever sends it."""
    return json.dumps(
        {
            "id": str(uuid4()),
            "sequence": 1,
            "device": str(uuid4()),
            "by": str(reader.person.pk if reader.person else uuid4()),
            "schema": 1,
            "kind": "aspiration",
            "recorded_at": timezone.now().isoformat(),
            "body": {
                "visit": str(world.here.rows["planned"]),
                "business": str(world.here.business.pk),
                "kind": "aspiration",
                "text": "Ingin",
                "difficulty": "capital",
            },
        }
    )
