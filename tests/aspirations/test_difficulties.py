"""The office names, adds and retires codes of difficulties; what was written before keeps its label."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from sambang.access.models import Council, Person, Role
from sambang.aspirations.difficulties import DifficultyVersion, difficulty_codes, offered_difficulties
from sambang.aspirations.difficulty_operations import set_difficulty
from sambang.aspirations.models import Aspiration, Matter
from sambang.aspirations.operations import note_aspiration
from sambang.field.offline_bundle import bundle_for
from sambang.home.visit_minutes import minutes_of
from sambang.insight.queries import aspiration_counts
from sambang.lib import clock
from sambang.odk.visit_form import visit_form
from sambang.registry.models import Business
from sambang.visits.models import Visit
from sambang.visits.papers import Paper

type In = Callable[[Person], Client]


@pytest.fixture
def visited(business: Business, sari: Person) -> Visit:
    day = clock.today() - timedelta(days=3)
    return Visit.objects.create(
        region=business.region,
        cluster=business.cluster,
        planned_for=day,
        held_on=day,
        state=Visit.State.HELD,
        purpose="Sambang",
        planned_by=sari,
    )


def note(business: Business, by: Person, difficulty: str, visit: Visit | None = None) -> Aspiration:
    return note_aspiration(business, by, visit=visit, kind="constraint", text="Air keruh", difficulty=difficulty)


def test_a_new_code_reaches_every_form(
    sleman: Council, rina: Person, sari: Person, business: Business, visited: Visit, signed_in: In
) -> None:
    before = visit_form()
    pages = signed_in(rina)
    saved = pages.post(
        reverse("aspirations:difficulty_create", args=[sleman.pk]), {"label": "Limbah  cair", "is_offered": "on"}
    )
    assert saved.status_code == 302
    assert "Limbah cair" in pages.get(saved["Location"]).text
    record = reverse("aspirations:visit_record", args=[visited.pk, business.pk])
    grid = reverse("aspirations:visit_record_grid", args=[visited.pk])
    for address in (record, grid, reverse("aspirations:aspiration_board"), reverse("aspirations:matter_list")):
        assert '<option value="limbah_cair">Limbah cair</option>' in pages.get(address).text
    assert ("limbah_cair", "Limbah cair") in (bundle_for(sari, [visited.pk]) or {})["difficulties"]
    after = visit_form()
    assert after.version != before.version and b"Limbah cair" in after.body
    note(business, sari, "limbah_cair", visited)
    [counted] = aspiration_counts(rina, sleman.region_code).by_difficulty
    assert counted.difficulty == "Limbah cair"
    with pytest.raises(ValidationError, match="tidak dikenal"):
        note(business, sari, "limbah_lain")


def test_a_paper_of_an_earlier_day_keeps_its_label(
    sleman: Council, rina: Person, sari: Person, business: Business, visited: Visit
) -> None:
    heard = note(business, sari, "capital", visited)
    set_difficulty(sleman, rina, code="capital", label="permodalan")
    assert heard.get_difficulty_display() == "permodalan"
    assert [one.difficulty for one in minutes_of(visited, rina, Paper.NOTULEN).aspirations] == ["modal"]
    Visit.objects.filter(pk=visited.pk).update(held_on=clock.today())
    visited.refresh_from_db()
    assert [one.difficulty for one in minutes_of(visited, rina, Paper.NOTULEN).aspirations] == ["permodalan"]


def test_a_retired_code_stays_where_it_is(
    sleman: Council, rina: Person, sari: Person, business: Business, visited: Visit, signed_in: In
) -> None:
    heard = note(business, sari, "energy", visited)
    address = reverse("aspirations:difficulty_change", args=[sleman.pk, "energy"])
    signed_in(rina).post(address, {"label": "BBM/energi"})
    assert "energy" not in dict(offered_difficulties())
    page = signed_in(rina).get(reverse("aspirations:aspiration_correct", args=[heard.pk])).text
    assert '<option value="energy" selected>BBM/energi (tidak dipakai lagi)</option>' in page
    note(business, sari, "energy", visited)  # from a phone that still offered it
    set_difficulty(sleman, rina, code="energy", label="BBM/energi", is_offered=True)
    assert "energy" in dict(offered_difficulties())


@pytest.mark.parametrize(
    ("code", "label", "is_offered", "sentence"),
    [
        ("", "MODAL", True, "sudah ada di daftar"),
        ("capital", "bahan baku", True, "sudah ada di daftar"),
        ("other", "lainnya", False, "selalu ditawarkan"),
        ("", "   ", True, "Wajib diisi"),
        ("", "x" * 61, True, "60"),
    ],
)
def test_what_is_refused(sleman: Council, rina: Person, code: str, label: str, is_offered: bool, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        set_difficulty(sleman, rina, code=code, label=label, is_offered=is_offered)
    assert not DifficultyVersion.objects.exists()


def test_a_council_changes_what_it_added_and_the_one_above_all_every_code(
    sleman: Council,
    bantul: Council,
    yogyakarta: Council,
    rina: Person,
    sari: Person,
    citra: Person,
    member: Callable[..., Person],
    signed_in: In,
) -> None:
    with pytest.raises(PermissionDenied):
        set_difficulty(sleman, sari, label="Limbah")
    set_difficulty(sleman, rina, label="Limbah")
    set_difficulty(sleman, rina, code="limbah", label="Limbah cair")
    with pytest.raises(ValidationError, match="juga dipakai"):
        set_difficulty(sleman, rina, code="capital", label="Permodalan")
    with pytest.raises(ValidationError, match="juga dipakai"):
        set_difficulty(bantul, citra, code="limbah", label="Limbah lain")
    page = signed_in(rina).get(reverse("aspirations:difficulty_list", args=[sleman.pk])).text
    assert "juga dipakai" in page and "Tambah kesulitan" in page
    assert "/limbah/" in page and "/capital/" not in page
    assert f"<strong>{yogyakarta.name}</strong>" in page
    yuni = member("Yuni", yogyakarta, Role.STAFF)
    set_difficulty(yogyakarta, yuni, code="capital", label="Permodalan")
    set_difficulty(yogyakarta, yuni, code="limbah", label="Limbah")
    assert difficulty_codes()["limbah"].added_by == sleman.pk
    set_difficulty(sleman, rina, code="limbah", label="Limbah cair")
    Council.objects.exclude(pk=sleman.pk).update(region_code="")
    set_difficulty(sleman, rina, code="capital", label="modal usaha")


def test_codes_of_files_differ_and_never_change(sleman: Council, rina: Person) -> None:
    for label in ("Limbah dan lingkungan", "Limbah dan lingkungan desa", "Modal kerja", "电"):
        set_difficulty(sleman, rina, label=label)
    set_difficulty(sleman, rina, code="modal_kerja", label="Uang muka")
    own = {code: one.label for code, one in difficulty_codes().items() if one.since}
    assert own == {
        "limbah_dan_l": "Limbah dan lingkungan",
        "limbah_dan_2": "Limbah dan lingkungan desa",
        "modal_kerja": "Uang muka",
        "lain": "电",
    }
    assert isinstance(DifficultyVersion.objects.earliest("at").at, datetime)
    assert list(difficulty_codes())[-1] == "other"
    with pytest.raises(TypeError):
        DifficultyVersion.objects.earliest("at").save()
    assert Matter(difficulty="modal_kerja").get_difficulty_display() == "Uang muka"


def test_nothing_is_overwritten_unseen(sleman: Council, rina: Person, signed_in: In) -> None:
    address = reverse("aspirations:difficulty_change", args=[sleman.pk, "capital"])
    opened = signed_in(rina).get(address).context["form"]["seen"].value()
    set_difficulty(sleman, rina, code="capital", label="uang")
    answer = signed_in(rina).post(address, {"seen": opened, "label": "permodalan", "is_offered": "on"})
    assert answer.status_code == 422 and "orang lain mengubah" in answer.text
    assert difficulty_codes()["capital"].label == "uang"
