"""docs/openapi.yaml describes the URLs, the methods and the answers of the machine interfaces."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
import yaml
from django.test import Client

import sambang
from sambang.access.models import Person
from sambang.intake.envelope import Envelope
from sambang.intake.kinds import kinds
from tests.reach.addresses import addresses

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).resolve().parent.parent / "docs" / "openapi.yaml"
API: dict[str, Any] = yaml.safe_load(PAGE.read_text(encoding="utf-8"))
METHODS = ("get", "post", "put", "delete")
ONE_BY_ONE = {"market:catalogue_feed", "market:catalogue_feed_meta", "ops:alive", "ops:ready", "ops:metrics"}
VALUES = {"{sha256}": "0" * 64, "{token}": "tidak-ada", "{md5}": "0" * 32, "{name}": "ikm.csv"}


def address(path: str) -> str:
    for name, value in VALUES.items():
        path = path.replace(name, value)
    return path


def follows(name: str, facts: Any) -> None:
    """Raise ValidationError unless the facts follow the schema of this name."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": API["components"]}
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(facts)


def test_it_names_every_address_of_the_machine_interfaces() -> None:
    wanted = {
        "/" + found.pattern.replace("<sha256:", "{").replace("<str:", "{").replace(">", "}")
        for found in addresses()
        if found.name.partition(":")[0] in {"field", "odk_phone"} or found.name in ONE_BY_ONE
    }
    assert len(wanted) > 15
    assert set(API["paths"]) == wanted
    assert API["info"]["version"] == sambang.__version__


@pytest.mark.parametrize("path", sorted(API["paths"]))
def test_an_address_takes_the_described_methods_and_no_other(client: Client, sari: Person, path: str) -> None:
    client.force_login(sari)
    is_page = API["paths"][path].get("get", {}).get("tags") == ["public"]  # a page answers any method
    for method in METHODS:
        answer = client.generic(method.upper(), address(path))
        if method in API["paths"][path]:
            assert str(answer.status_code) in API["paths"][path][method]["responses"], (method, answer.status_code)
        elif not is_page:
            assert answer.status_code == 405, method


def test_answers_follow_the_schemas(client: Client, sari: Person, rina: Person) -> None:
    follows("Session", client.get("/lapangan/siapa.json").json())
    follows("Reason", client.get("/lapangan/kunjungan.json").json())
    client.force_login(sari)
    follows("Session", client.get("/lapangan/siapa.json").json())
    device = str(uuid4())

    def post(name: str, facts: Any) -> Any:
        return client.post(f"/lapangan/{name}.json", json.dumps(facts), content_type="application/json").json()

    follows("DeviceKey", post("hp", {"device": device, "name": "HP Sari", "version": "1"}))
    follows("VisitList", client.get("/lapangan/kunjungan.json").json())
    follows("UploadState", client.get(f"/lapangan/berkas/{'0' * 64}").json())
    answers = post("kirim", {"device": device, "items": ["bukan JSON"]})
    follows("SendAnswer", answers)
    assert [answer["outcome"] for answer in answers["answers"]] == ["refused"]
    with pytest.raises(jsonschema.ValidationError):
        follows("SendAnswer", {**answers, "answers": [{}]})


def test_the_item_is_the_envelope_and_its_kinds() -> None:
    item = API["components"]["schemas"]["Item"]
    assert set(item["properties"]) == set(Envelope.__dataclass_fields__)
    assert set(item["properties"]["kind"]["enum"]) == set(kinds())
