"""The same demands on the server that an office runs: chunked bodies, twins at one moment, what a cut connection
leaves."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.browser.conftest import wait_for
from tests.odk.collect import Collect
from tests.odk.conftest import own_answers, own_workbook
from tests.ports import spare_port
from tests.server_data import environment_of, prepared_data

pytestmark = pytest.mark.slow
SET_UP = """
import django; django.setup()
from sambang.odk.operations import make_key, offer_form
from sambang.access.models import Council, Membership, Person, Role
council = Council.objects.create(name="Dekranasda Uji", region_code="3404")
person = Person.objects.create_user("rina@contoh.test", "rahasia-sekali", name="Rina")
Membership.objects.create(person=person, council=council, role=Role.STAFF)
offer_form(council, person, xlsform=open(sys.argv[1], "rb").read())
print("token", make_key(council, person, phone="HP Rina").token)
"""
COUNT = """
import django; django.setup()
from sambang.odk.models import Submission, SentFile
print("count", Submission.objects.count(), SentFile.objects.count())
"""


def run(environment: dict[str, str], program: str, *words: str) -> str:
    line = [sys.executable, "-c", f"import sys\n{program}", *words]
    said = subprocess.run(line, env=environment, check=True, capture_output=True, text=True).stdout
    return said.strip().splitlines()[-1].split(" ", 1)[1]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, str], str, Path]]:
    folder = tmp_path_factory.mktemp("office")
    shutil.copytree(prepared_data(), folder, dirs_exist_ok=True)
    environment = environment_of(folder) | {"TMPDIR": str(tmp_path_factory.mktemp("on_the_way"))}
    (folder / "survei.xlsx").write_bytes(own_workbook())
    token = run(environment, SET_UP, str(folder / "survei.xlsx"))
    port = spare_port()
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "sambang", "serve", "--port", str(port)], env=environment, stdout=log, stderr=log
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/masuk/")
            yield environment, f"http://127.0.0.1:{port}/odk/{token}", folder / "server.log"
        finally:
            server.terminate()
            server.wait(timeout=20)


def test_the_contract_holds_on_the_real_server(office: tuple[dict[str, str], str, Path]) -> None:
    phone = Collect(office[1])
    visit, own = phone.forms()
    assert phone.download(visit) and phone.download(own)
    assert len([phone.medium(medium) for medium in phone.media(visit)]) == 5
    assert phone.accepted_length() == 100_000_000


def test_chunked_bodies_small_and_large(office: tuple[dict[str, str], str, Path]) -> None:
    phone = Collect(office[1])
    assert phone.submit(
        own_answers("uuid:potongan", photo="a.jpg"), {"a.jpg": os.urandom(3_000_000)}, chunked=True
    ) == [201]
    assert not list(Path(office[0]["TMPDIR"]).iterdir()), "a photo on its way is let go of"
    assert phone.submit(own_answers("uuid:kecil"), chunked=True) == [201]
    assert phone.submit(own_answers("uuid:kecil")) == [202]


def test_of_parallel_twins_one_hears_201(office: tuple[dict[str, str], str, Path]) -> None:
    phone, twins = Collect(office[1]), 20
    before = run(office[0], COUNT).split()
    for number in range(5):
        xml = own_answers(f"uuid:kembar-{number}", photo="a.jpg")
        with ThreadPoolExecutor(twins) as pool:
            answers = list(pool.map(lambda _n, xml=xml: phone.post(xml, {"a.jpg": b"foto"}).status, range(twins)))
        assert sorted(answers) == [201] + [202] * (twins - 1)
    after = run(office[0], COUNT).split()
    assert [int(new) - int(old) for new, old in zip(after, before, strict=True)] == [5, 5]


def test_a_body_that_is_cut_off_leaves_nothing(office: tuple[dict[str, str], str, Path]) -> None:
    before = run(office[0], COUNT)
    place = re.fullmatch(r"http://(.+):(\d+)(/.+)", office[1])
    assert place
    with socket.create_connection((place[1], int(place[2])), timeout=10) as cut:
        head = f"POST {place[3]}/submission HTTP/1.1\r\nHost: {place[1]}\r\nContent-Length: 5000\r\n"
        kind = "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        part = '--x\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="a.xml"\r\n\r\n'
        cut.sendall((head + kind + part).encode() + own_answers("uuid:putus"))
    assert Collect(office[1]).submit(own_answers("uuid:sesudah")) == [201]
    assert run(office[0], COUNT) == " ".join([str(int(before.split()[0]) + 1), before.split()[1]])


def test_the_servers_log_spells_no_token(office: tuple[dict[str, str], str, Path]) -> None:
    token = office[1].rpartition("/")[2]
    phone = Collect(office[1])
    assert phone.ask("GET", f"{office[1]}/form/none.xml").status == 404
    assert token not in office[2].read_text()
