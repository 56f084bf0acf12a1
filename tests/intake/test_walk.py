"""How often one report of the phone goes back to a module that it left: the numbers of docs/flow.md."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.db import connection
from django.test import Client

import sambang
from sambang.access.models import Person
from sambang.registry.models import Business
from tests.intake.conftest import Phone
from tests.intake.test_batches import report

ROOT = Path(sambang.__file__).parent
FLOW = Path(__file__).parents[2] / "docs" / "flow.md"
# Base modules, permissions, and what every request or every encrypted column passes.
NOT_COUNTED = re.compile(
    r"(lib|access)/|settings|accounts/|registry/encrypt|\w+/(change_cache|idempotency|unavailable)\.py"
)


class Walk:
    """The modules that calls enter from another module, in order."""

    def __init__(self) -> None:
        self.modules: list[str] = []

    def __call__(self, frame: FrameType, event: str, _argument: Any) -> None:
        code = frame.f_code
        module = module_of(frame)
        if event != "call" or module is None or code.co_name in {"<module>", "<lambda>", "<genexpr>"}:
            return
        caller = frame.f_back
        while caller is not None and module_of(caller) is None:
            caller = caller.f_back
        if caller is None or module_of(caller) != module:
            self.modules.append(module)


def module_of(frame: FrameType) -> str | None:
    file = frame.f_code.co_filename
    name = file.removeprefix(f"{ROOT}/")
    return None if name == file or NOT_COUNTED.match(name) else name


@pytest.mark.django_db(transaction=True)
def test_one_report_walks_as_the_documentation_says(
    phone: Phone, business: Business, sari: Person, client: Client
) -> None:
    client.force_login(sari)
    for month in ("2021-12", "2022-01"):  # the second finds its device, its cell and an earlier report
        body = {"device": str(phone.device.pk), "items": [report(phone, business, month, "90").decode()]}
        walk = Walk()
        sys.setprofile(walk)
        try:
            response = client.post("/lapangan/kirim.json", json.dumps(body), content_type="application/json")
        finally:
            sys.setprofile(None)
    assert [answer["outcome"] for answer in response.json()["answers"]] == ["stored"]
    # A database with row locks also reads the IKM's history before, to lock its cell.
    locking = int(connection.features.has_select_for_update)
    modules = len(set(walk.modules))
    visits = len(walk.modules) - locking
    sentence = re.search(r"(\d+) visits to (\d+) modules,\s+(\d+) of them returns", FLOW.read_text(encoding="utf-8"))
    assert sentence and sentence.groups() == (str(visits), str(modules), str(visits - modules)), walk.modules
    assert visits - modules <= 47 // 2  # half of commit 9da1526
