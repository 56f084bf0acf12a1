"""JavaRosa, the engine inside Collect, opens the form that a phone downloads, fills it in and sends it.

It comes with pyxform in the jar of ODK Validate.
"""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from sambang.access.models import Person
from sambang.aspirations.models import Aspiration
from sambang.odk.models import Submission
from sambang.production.amounts import Amount
from sambang.production.models import ReportLine
from sambang.production.operations import submit_report
from sambang.registry.models import Business
from sambang.registry.operations import form_group, name_group_officer
from sambang.visits.models import Attendance, Photo, Visit
from sambang.visits.operations import plan_visit
from tests.odk.conftest import CollectHere
from tests.odk.test_form import JAR, java

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.slow]
FILL = Path(__file__).parent / "judges" / "Fill.java"


@pytest.fixture(scope="module")
def filler(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that fills in a form, compiled once: the launch of a source file compiles it at each start."""
    folder = tmp_path_factory.mktemp("filler")
    subprocess.run([f"{java()}c", "-encoding", "UTF-8", "-cp", str(JAR), "-d", str(folder), str(FILL)], check=True)
    # Java reads the answers' file as UTF-8 whatever the machine's language is, and starts fastest with one compiler.
    return [
        java(),
        "-Dfile.encoding=UTF-8",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        f"{JAR}{os.pathsep}{folder}",
        FILL.stem,
    ]


@pytest.fixture
def filled_in(phone: CollectHere, tmp_path: Path, filler: list[str]) -> Callable[[str], tuple[int, str, bytes]]:
    """JavaRosa's verdict, its words and the submission, for lines of answers."""

    def fill(answers: str) -> tuple[int, str, bytes]:
        form = phone.forms()[0]
        (tmp_path / "form.xml").write_bytes(phone.download(form))
        for medium in phone.media(form):
            (tmp_path / medium.name).write_bytes(phone.medium(medium))
        (tmp_path / "answers").write_text(answers.strip() + "\n", encoding="utf-8")
        places = [str(tmp_path / "form.xml"), str(tmp_path), str(tmp_path / "answers"), str(tmp_path / "sent.xml")]
        said = subprocess.run([*filler, *places], capture_output=True, text=True, check=False)
        sent = tmp_path / "sent.xml"
        return said.returncode, said.stderr, sent.read_bytes() if sent.exists() else b""

    return fill


def test_collects_engine_fills_in_our_form_and_we_take_it_byte_for_byte(
    planned: Visit, business: Business, phone: CollectHere, filled_in: Callable[[str], tuple[int, str, bytes]]
) -> None:
    before = _version(phone, business)
    status, said, xml = filled_in(f"""
visit={planned.pk}
held_on=2022-03-31
month={_last_month(phone)}
business={business.pk}
present=yes
workers_seen=4
pulse=80
said=yes
kind=aspiration
text=Minta pameran, “cepat” & <murah>
difficulty=marketing
+aspiration
kind=constraint
text=Benang mahal
difficulty=material
also_touches=semua IKM
amount=3 kodi
value=500000
image=1700000000.jpg
caption=Mesin baru
summary=Pasar sepi
""")
    assert (status, said) == (0, "")
    assert phone.submit(xml, {"1700000000.jpg": _picture()}) == [201]
    kept = Submission.objects.get()
    assert bytes(kept.xml) == xml and kept.problems() == [] and kept.name.endswith("2022-03-31")
    assert {answer["outcome"] for answer in kept.results or []} == {"stored"}
    assert Attendance.objects.get(visit=planned).pulse == 80
    words = Aspiration.objects.order_by("difficulty").values_list("text", flat=True)
    assert list(words) == ["Minta pameran, “cepat” & <murah>", "Benang mahal"]
    assert ReportLine.objects.get(report__business=business).quantity == 60
    assert Photo.objects.get(visit=planned).caption == "Mesin baru"
    # An IKM that was visited is marked on the phone itself, by the entity's own rules, on the version that it had
    # there.
    assert f'id="{business.pk}"'.encode() in xml and b"<visited_on>2022-03-31</visited_on>" in xml
    assert f'baseVersion="{before}"'.encode() in xml and _version(phone, business) > before


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ("visit=00000000-0000-4000-8000-000000000000", "not offered"),
        ("visit={visit}\nheld_on=2999-01-01", "refused: held_on=2999-01-01"),
        ("visit={visit}\nheld_on=2022-03-31\nbusiness={business}\npresent=yes\npulse=1001", "refused: pulse=1001"),
        ("visit={visit}\nheld_on=2022-03-31\nbusiness={business}\nworkers_seen=1", "left open but required: present"),
    ],
)
def test_the_form_refuses_what_the_pages_would_refuse(
    planned: Visit, business: Business, filled_in: Callable[[str], tuple[int, str, bytes]], answers: str, error: str
) -> None:
    status, said, xml = filled_in(answers.format(visit=planned.pk, business=business.pk))
    assert status == 1 and error in said and xml == b""


@pytest.mark.parametrize(
    ("figures", "error"),
    [
        ("amount=600\namount_checked=no", "refused: amount_checked=no"),
        ("amount=600\namount_checked=yes\nvalue=5000000", ""),
        ("amount=12,5", ""),  # a fifth, and more
        ("amount=9", "left open but required: amount_checked"),
        ("amount=60\nvalue=5000000", "left open but required: value_checked"),
        ("amount=30 kodi", ""),  # asked about at the office
    ],
)
def test_the_form_asks_about_an_unusual_figure(
    planned: Visit,
    business: Business,
    sari: Person,
    phone: CollectHere,
    filled_in: Callable[[str], tuple[int, str, bytes]],
    figures: str,
    error: str,
) -> None:
    usual = {business.product_lines.get(): Amount(Decimal(60), 500_000, "60")}
    submit_report(business, sari, month=date.fromisoformat(f"{_last_month(phone)}-01"), amounts=usual, source="officer")
    month = _list(phone, "bulan.csv")[1].split(",")[0]
    answers = f"visit={planned.pk}\nheld_on=2022-03-31\nmonth={month}\nbusiness={business.pk}\npresent=yes\nsaid=no"
    status, said, _xml = filled_in(f"{answers}\n{figures}")
    assert (status, said.strip()) == (int(bool(error)), error)


def test_a_visit_to_a_kelompok_offers_its_members_only(
    planned: Visit,
    business: Business,
    make_business: Callable[..., Business],
    sari: Person,
    rina: Person,
    filled_in: Callable[[str], tuple[int, str, bytes]],
) -> None:
    group = form_group(planned.cluster, rina, name="KUB Maju")
    member = make_business("Anggota")
    name_group_officer(group, rina, business=member, office="chair")
    visit = plan_visit(group, sari, planned_for=date(2022, 3, 31), purpose="Kelompok")
    answers = "visit={}\nheld_on=2022-03-31\nbusiness={}\npresent=yes\nsaid=no"
    assert filled_in(answers.format(visit.pk, member.pk))[0] == 0
    assert "not offered" in filled_in(answers.format(visit.pk, business.pk))[1]
    assert filled_in(answers.format(planned.pk, member.pk))[0] == 0


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(file, "JPEG")
    return file.getvalue()


def _last_month(phone: CollectHere) -> str:
    return _list(phone, "bulan.csv")[2].split(",")[0]


def _version(phone: CollectHere, business: Business) -> int:
    [row] = [line for line in _list(phone, "ikm.csv") if line.startswith(str(business.pk))]
    return int(row.split(",")[2])


def _list(phone: CollectHere, name: str) -> list[str]:
    [medium] = [medium for medium in phone.media(phone.forms()[0]) if medium.name == name]
    return phone.medium(medium).decode().splitlines()
