"""An empty list names the next step: in every template, and on the pages of an office without any row."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from sambang.access.models import Council, Membership, Person, Role

type In = Callable[[Person], Client]
TEMPLATES = Path(__file__).parents[2] / "src" / "sambang"
EMPTY = re.compile(r'<p class="empty[^>]*>(.*?)</p>', re.DOTALL)
# A step is a link, or a sentence in the imperative.
STEP = re.compile(
    r"<a\s|\b(?:buka|buat|catat|cari|coba|daftarkan|hubungi|impor|isi|kosongkan|mulai|perlu|pilih|rencanakan|tambahkan"
    r"|tanyakan|tawarkan|tekan|tulis|unggah|kurva|anda belum menjadi|pemilik mengajukannya|dicatat pada)\b",
    re.IGNORECASE,
)
LISTS = (
    "home:front_page",
    "home:visit_priority_list",
    "home:withdrawn_list",
    "notices:my_day",
    "visits:visit_list",
    "visits:visit_plan",
    "aspirations:aspiration_board",
    "aspirations:matter_list",
    "actions:action_board",
    "actions:action_list",
    "actions:action_overdue",
    "intake:received_list",
    "intake:conflict_list",
    "intake:device_list",
    "odk:overview",
    "odk:submission_list",
    "training:course_list",
    "training:ladder_list",
    "training:stuck_list",
    "facilitation:programme_list",
    "production:month_detail",
    "siinas:sheet_list",
    "owners:link_overview",
    "market:item_list",
    "market:curation_list",
    "insight:council_detail",
    "insight:planning_detail",
    "indicators:indicator_list",
    "maps:map_detail",
    "registry:cluster_list",
    "registry:business_list",
    "registry:permit_list",
    "registry:industry_transition",
    "papers:number_list",
)


def test_every_template_names_the_next_step() -> None:
    found = [
        (path.relative_to(TEMPLATES), text)
        for path in TEMPLATES.rglob("templates/**/*.html")
        for text in EMPTY.findall(path.read_text(encoding="utf-8"))
    ]
    assert len(found) > 60
    assert [row for row in found if not STEP.search(row[1])] == []


@pytest.fixture
def administrator(sleman: Council) -> Person:
    person = Person.objects.create_user("pertama@contoh.test", "rahasia-sekali", name="Bu Pertama")
    Membership.objects.create(person=person, council=sleman, role=Role.ADMINISTRATOR)
    return person


def test_lists_of_an_empty_office_name_the_next_step(administrator: Person, signed_in: In) -> None:
    client, seen = signed_in(administrator), 0
    for name in LISTS:
        answer = client.get(reverse(name), follow=True)
        assert answer.status_code == 200, name
        for text in EMPTY.findall(answer.text):
            seen += 1
            assert STEP.search(text), f"{name}: {text.strip()}"
    assert seen > 20
