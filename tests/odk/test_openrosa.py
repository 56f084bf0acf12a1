"""What ODK Collect demands of a server, and what no phone may get."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from sambang.access.models import Council, Person
from sambang.odk.models import CollectKey
from sambang.odk.operations import NewKey, make_key, revoke_key
from sambang.registry.models import Business, Cluster, Region
from sambang.visits.models import Visit
from sambang.visits.operations import cancel_visit, conduct_visit, record_attendance
from tests.odk.collect import RejectedError
from tests.odk.conftest import DAY, CollectHere

pytestmark = pytest.mark.django_db
CANARY = "Rahasia"


def everything(phone: CollectHere) -> str:
    """All that a phone can get."""
    got = [repr(phone.forms())]
    for form in phone.forms():
        got.append(phone.download(form).decode())
        got += [phone.medium(medium).decode() for medium in phone.media(form)] if form.manifest else []
    return "\n".join(got)


def test_a_phone_gets_the_form_and_its_lists(phone: CollectHere, planned: Visit, business: Business) -> None:
    [form] = phone.forms()
    assert form.form_id == "sambang_kunjungan" and form.version
    assert b"sambang_kunjungan" in phone.download(form)
    lists = {medium.name: medium for medium in phone.media(form)}
    assert set(lists) == {"kunjungan.csv", "ikm.csv", "produk.csv", "bulan.csv", "tindakan.csv"}
    assert {name for name, medium in lists.items() if medium.kind} == {"ikm.csv"}
    ikm = phone.medium(lists["ikm.csv"]).decode().splitlines()
    assert ikm[1].startswith(f"{business.pk},Jahit Rahasia (Pemilik Jahit Rahasia),")
    line = business.product_lines.get()
    assert (
        f"{business.pk}-1,Seragam (stel),{business.pk},{line.pk},belum ada"
        in phone.medium(lists["produk.csv"]).decode()
    )
    assert str(planned.pk) in phone.medium(lists["kunjungan.csv"]).decode()


def test_an_entity_grows_its_version_with_what_is_written(
    phone: CollectHere, planned: Visit, business: Business, sari: Person
) -> None:
    def version() -> int:
        lists = {medium.name: medium for medium in phone.media(phone.forms()[0])}
        return int(phone.medium(lists["ikm.csv"]).decode().splitlines()[1].split(",")[2])

    before = version()
    conduct_visit(planned, sari, held_on=DAY)
    record_attendance(planned, sari, business=business, present=True)
    assert version() > before


def test_the_integrity_list_says_which_ikm_are_gone(phone: CollectHere, planned: Visit, business: Business) -> None:
    [entities] = [medium for medium in phone.media(phone.forms()[0]) if medium.integrity]
    stranger = str(uuid4())
    assert phone.gone(entities, [str(business.pk), stranger]) == {str(business.pk): False, stranger: True}


def test_another_councils_phone_gets_nothing_of_ours(
    planned: Visit, bantul: Council, citra: Person, collect_of: Callable[[NewKey], CollectHere]
) -> None:
    theirs = everything(collect_of(make_key(bantul, citra, phone="HP Citra")))
    assert CANARY not in theirs and str(planned.pk) not in theirs


def test_a_phone_gets_no_ikm_outside_the_sentra_to_be_visited(
    phone: CollectHere, planned: Visit, make_business: Callable[..., Business], places: dict[str, Region]
) -> None:
    elsewhere = Cluster.objects.create(name="Sentra Tersembunyi", region=places["3404072003"])
    make_business("Jahit Tersembunyi", within=elsewhere)
    got = everything(phone)
    assert CANARY in got and "Tersembunyi" not in got


def test_a_visit_that_is_over_is_no_longer_on_the_phone(phone: CollectHere, planned: Visit, rina: Person) -> None:
    assert CANARY in everything(phone)
    cancel_visit(planned, rina)
    assert CANARY not in everything(phone)


def test_head_of_the_submission_address(phone: CollectHere) -> None:
    assert phone.accepted_length() == 100_000_000


def test_a_revoked_key_opens_nothing_and_says_so(phone: CollectHere, key: NewKey, sari: Person) -> None:
    revoke_key(key.key, sari)
    with pytest.raises(RejectedError, match="credentials"):
        phone.forms()
    with pytest.raises(RejectedError, match="credentials"):
        phone.accepted_length()
    with pytest.raises(RejectedError, match="401: Kunci HP ini tidak berlaku lagi"):
        phone.judged(phone.post(b"<data/>", {}))


@pytest.mark.parametrize(
    "path", ["formList", "form/x.xml", "manifest/x.xml", "form/x/a.csv", "media/ikm.csv", "integrity", "submission"]
)
def test_a_guessed_key_opens_nothing(path: str, key: NewKey) -> None:
    phone = CollectHere("http://testserver/odk/" + "A" * 32)
    method = "HEAD" if path == "submission" else "GET"
    answer = phone.ask(method, f"{phone.server}/{path}")
    assert answer.status == 401 and answer.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "formList", 405),
        ("GET", "submission", 405),
        ("DELETE", "submission", 405),
        ("GET", "form/x.xml", 404),
        ("GET", "manifest/x.xml", 404),
        ("GET", "media/lain.csv", 404),
        ("POST", "submission", 400),
    ],
)
def test_refusals_carry_the_headers_too(phone: CollectHere, method: str, path: str, status: int) -> None:
    assert phone.ask(method, f"{phone.server}/{path}").status == status  # `ask` demands the four headers


def test_another_openrosa_is_refused(phone: CollectHere) -> None:
    answer = phone.ask("GET", f"{phone.server}/formList", headers={"X-OpenRosa-Version": "2.0"})
    assert answer.status == 400


def test_a_dormant_officers_phone_is_shut_out(phone: CollectHere, sari: Person) -> None:
    Person.objects.filter(pk=sari.pk).update(is_active=False)
    with pytest.raises(RejectedError, match="credentials"):
        phone.forms()


def test_the_token_is_neither_stored_nor_logged(key: NewKey, caplog: pytest.LogCaptureFixture) -> None:
    assert key.token not in repr(key) and len(key.token) >= 22  # 128 bits and more
    assert not CollectKey.objects.filter(digest=key.token).exists()
    with caplog.at_level(logging.DEBUG):
        Client().get(f"/odk/{key.token}/nothing-here")
        Client().put(f"/odk/{key.token}/formList")
    assert caplog.records and key.token not in caplog.text
