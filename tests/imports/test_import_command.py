"""`sambang import_register`, as a stranger types it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from sambang.access.models import Council, Person
from sambang.registry.models import Business, Cluster

pytestmark = pytest.mark.django_db
JOHO = Path(__file__).parents[2] / "src/sambang/home/demo/ikm-joho.xlsx"
ROW = {
    "name",
    "owner",
    "nik",
    "nib",
    "phone",
    "address",
    "kbli",
    "product",
    "workers_male",
    "workers_female",
    "workers",
    "investment",
    "capacity",
    "unit",
    "annual_value",
    "established",
}


def run(*words: str, **options: Any) -> tuple[int, str, str]:
    said, complained = StringIO(), StringIO()
    code = 0
    try:
        call_command("import_register", *words, stdout=said, stderr=complained, **options)
    except SystemExit as end:
        code = int(str(end.code))
    return code, said.getvalue(), complained.getvalue()


def test_a_dry_run_prints_one_object_and_changes_nothing(all_regions_of_yogyakarta: None) -> None:
    code, said, complained = run(str(JOHO), "--cluster", "Sentra Joho", "--dry-run", "--json")
    assert (code, complained) == (0, "")
    found = json.loads(said)
    assert list(found)[:5] == ["businesses", "members", "duplicates", "errors", "rows"]
    assert (found["businesses"], found["members"], found["duplicates"]) == (36, 9, [])
    assert sum("ordir" in row["product"] for row in found["rows"]) == 12
    assert [(wrong["sheet"], wrong["row"], wrong["cell"]) for wrong in found["errors"]] == [
        ("Joho", 19, "D19"),
        ("Joho", 28, "J28"),
        ("Joho", 36, "R36"),
    ]
    assert all(set(wrong) == {"sheet", "row", "cell", "value", "message"} for wrong in found["errors"])
    assert all(set(row) >= ROW for row in found["rows"])
    assert {row["phone"][:4] for row in found["rows"]} == {"+628"}
    assert (Cluster.objects.count(), Business.objects.count(), Person.objects.count()) == (0, 0, 0)


def test_the_sentra_is_made_where_the_titles_say(all_regions_of_yogyakarta: None) -> None:
    code, said, complained = run(str(JOHO), "--cluster", "Sentra Joho")
    assert (code, complained) == (0, "")
    assert "36 IKM baru" in said
    [cluster] = Cluster.objects.all()
    assert (cluster.name, cluster.region_id) == ("Sentra Joho", "3404072003")
    again = run(str(JOHO), "--cluster", "sentra joho")
    assert "0 IKM baru, 0 dilengkapi, 36 tetap" in again[1]
    assert (Cluster.objects.count(), Business.objects.count()) == (1, 36)


def test_a_missing_place_becomes_the_nation_and_is_reported(places: Any, tmp_path: Path) -> None:
    path = tmp_path / "ikm.csv"
    path.write_text("Nama Usaha;Nama Pemilik;Produk;Satuan\nMekar;Wati;Kaos;kodi\n", encoding="utf-8")
    code, _said, complained = run(str(path), "--cluster", "Sentra Entah")
    assert code == 0
    assert "--village" in complained
    assert Cluster.objects.get().region_id == "0"
    assert run(str(path), "--cluster", "Lain", "--village", "Condongcatur, Depok")[0] == 0
    assert Cluster.objects.get(name="Lain").region_id == "3404072003"
    assert run(str(path), "--cluster", "Lagi", "--village", "34.04.07.2003", "--dry-run")[0] == 0


@pytest.mark.parametrize("content", ["", "bukan daftar", "\x00\x01\x02", "a;b\n1;2\n"])
def test_what_is_no_list_is_refused_in_one_sentence(places: Any, tmp_path: Path, content: str) -> None:
    path = tmp_path / "ikm.xlsx"
    path.write_text(content)
    code, said, complained = run(str(path), "--cluster", "Sentra Joho", "--json")
    assert (code, said) == (2, "")
    assert complained.count("\n") == 1
    assert not Cluster.objects.exists()


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (["--village", "Entah Berantah"], "tidak ada"),
        (["--as", "siapa@contoh.test"], "siapa@contoh.test"),
    ],
)
def test_what_cannot_be_is_refused(places: Any, more: list[str], word: str) -> None:
    code, said, complained = run(str(JOHO), "--cluster", "Sentra Joho", *more)
    assert (code, said) == (2, "")
    assert word in complained
    assert not Cluster.objects.exists()


def test_a_file_that_is_not_there(places: Any, tmp_path: Path) -> None:
    assert run(str(tmp_path / "tidak-ada.xlsx"), "--cluster", "X")[0] == 2
    assert run(str(tmp_path), "--cluster", "X")[0] == 2


def test_somebody_imports_within_reach_only(all_regions_of_yogyakarta: None, member: Any) -> None:
    for name, code, role in (("Rina", "3404", "staff"), ("Budi", "3404", "leader"), ("Citra", "3402", "staff")):
        council, _made = Council.objects.get_or_create(region_code=code, defaults={"name": f"Dewan {code}"})
        member(name, council, role)
    for email in ("budi@contoh.test", "citra@contoh.test"):
        assert run(str(JOHO), "--cluster", "Sentra Joho", "--as", email)[0] == 2
    assert not Cluster.objects.exists()
    assert run(str(JOHO), "--cluster", "Sentra Joho", "--as", "rina@contoh.test")[0] == 0


def test_questions_need_an_answer(places: Any, tmp_path: Path) -> None:
    path = tmp_path / "ikm.csv"
    path.write_text(
        "Nama Usaha;Nama Pemilik;No HP;Produk\nMekar;Wati;081200000001;Kaos\nLayu;Tuti;081200000001;Topi\n",
        encoding="utf-8",
    )
    code, _said, complained = run(str(path), "--cluster", "X", "--village", "34.04.07.2003")
    assert code == 2
    assert "--duplicates" in complained
    assert not Cluster.objects.exists()
    found = json.loads(run(str(path), "--cluster", "X", "--village", "34.04.07.2003", "--dry-run", "--json")[1])
    assert [(pair["name"], pair["same_as"]) for pair in found["duplicates"]] == [("Layu", "CSV!2")]
    assert run(str(path), "--cluster", "X", "--village", "34.04.07.2003", "--duplicates", "new")[0] == 0
    assert Business.objects.count() == 2
    # Both share a telephone, but each is known by its own name now.
    assert run(str(path), "--cluster", "X", "--village", "34.04.07.2003", "--duplicates", "merge")[0] == 0
    assert Business.objects.count() == 2


@pytest.mark.slow
def test_many_rows_show_their_progress(places: Any, tmp_path: Path) -> None:
    path = tmp_path / "ikm.csv"
    rows = [f"Usaha {number};Pemilik {number};08120{number:07d};Kaos" for number in range(1200)]
    path.write_text("\n".join(["Nama Usaha;Nama Pemilik;No HP;Produk", *rows]), encoding="utf-8")
    code, _said, complained = run(str(path), "--cluster", "X", "--village", "34.04.07.2003")
    assert code == 0
    assert "Membaca" in complained
    assert "Mencatat 1200/1200" in complained
    assert Business.objects.count() == 1200
