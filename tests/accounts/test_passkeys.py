"""Verification of passkeys: origin, challenge, person, key, single use."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.core.exceptions import PermissionDenied
from django.test import Client
from fido2.cose import ES256
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from sambang.access.models import Council, Person
from sambang.accounts import operations
from sambang.accounts.models import FailedVerification, Passkey, RecoveryCode
from sambang.accounts.passkeys import NewPasskey

PASSWORD = "rahasia-sekali"
ORIGIN = "http://testserver"
PRESENT = AuthenticatorData.FLAG.UP


def words(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@dataclass
class SoftKey:
    """A software authenticator, with valid and forged responses."""

    origin: str = ORIGIN
    site: str = "testserver"
    count: int = 0
    id: bytes = b"a key of sixteen"
    secret: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def said(self, way: str, challenge: str) -> bytes:
        return json.dumps({"type": f"webauthn.{way}", "challenge": challenge, "origin": self.origin}).encode()

    def answer(self, response: dict[str, str]) -> str:
        return json.dumps({"id": words(self.id), "rawId": words(self.id), "type": "public-key", "response": response})

    def make(self, options: str) -> str:
        known = AttestedCredentialData.create(
            Aaguid.NONE, self.id, ES256.from_cryptography_key(self.secret.public_key())
        )
        flags = PRESENT | AuthenticatorData.FLAG.AT
        content = AuthenticatorData.create(sha256(self.site.encode()).digest(), flags, self.count, known)
        client = self.said("create", json.loads(options)["challenge"])
        return self.answer(
            {
                "clientDataJSON": words(client),
                "attestationObject": words(bytes(AttestationObject.create("none", content, {}))),
            }
        )

    def sign(self, options: str) -> str:
        self.count += 1
        content = AuthenticatorData.create(sha256(self.site.encode()).digest(), PRESENT, self.count)
        client = self.said("get", json.loads(options)["challenge"])
        signature = self.secret.sign(bytes(content) + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self.answer(
            {"clientDataJSON": words(client), "authenticatorData": words(bytes(content)), "signature": words(signature)}
        )


def set_up(client: Client, key: SoftKey, **facts: str) -> Any:
    options = client.get("/masuk/keamanan/kunci/").context["question"].options
    given = {"name": "ponsel uji", "password": PASSWORD, "credential": key.make(options), **facts}
    return client.post("/masuk/keamanan/kunci/", given)


@pytest.fixture
def key(sari: Person) -> SoftKey:
    """Sari's, set up by her."""
    client, key = Client(), SoftKey()
    client.force_login(sari)
    assert set_up(client, key)["Location"] == "/masuk/sekali/"
    return key


def question(client: Client, person: Person) -> str:
    client.post("/masuk/", {"username": person.email, "password": PASSWORD})
    return str(client.get("/masuk/kode/").context["question"].options)


def answer(client: Client, said: str) -> bool:
    client.post("/masuk/kode/kunci/", {"credential": said})
    return client.get("/kunjungan/").status_code == 200


def test_setting_up(client: Client, sari: Person) -> None:
    client.force_login(sari)
    key = SoftKey()
    assert set_up(client, key, password="salah").status_code == 422
    assert set_up(client, SoftKey(origin="https://testserver.jahat.test")).status_code == 422
    assert set_up(client, SoftKey(site="jahat.test")).status_code == 422
    for said in ("", "{}", "[]", "bukan json", '{"id": 1}'):
        assert set_up(client, key, credential=said).status_code == 422, said
    assert not Passkey.objects.exists() and not RecoveryCode.objects.exists()
    set_up(client, key)
    assert len(client.get("/masuk/sekali/").context["codes"]) == 10
    assert "sudah terpasang" in set_up(client, key).text
    assert "ponsel uji" in client.get("/masuk/keamanan/").text


def test_coming_in(client: Client, sari: Person, key: SoftKey) -> None:
    assert answer(client, key.sign(question(client, sari)))
    [kept] = sari.passkeys.all()
    assert (kept.count, kept.last_used_at is not None) == (1, True)


def test_an_answer_is_for_one_question(client: Client, sari: Person, key: SoftKey) -> None:
    old = key.sign(question(client, sari))
    client.get("/masuk/kode/")  # asks anew
    assert not answer(client, old)
    said = key.sign(question(client, sari))
    assert answer(client, said)
    again = Client()
    question(again, sari)
    assert not answer(again, said)
    assert not answer(again, key.sign(json.dumps({"challenge": "AAAA"})))


def test_another_site_cannot_pass_it_on(client: Client, sari: Person, key: SoftKey) -> None:
    for change in ({"origin": "https://testserver"}, {"origin": "http://masuk.testserver"}, {"site": "jahat.test"}):
        thief = SoftKey(**{"id": key.id, "secret": key.secret, "count": 5, **change})
        assert not answer(client, thief.sign(question(client, sari))), change


def test_another_key_or_another_person(client: Client, sari: Person, budi: Person, key: SoftKey) -> None:
    assert not answer(client, SoftKey(count=5).sign(question(client, sari)))  # her key's name, another secret
    theirs, his = Client(), SoftKey(id=b"Budi's own key!!")
    theirs.force_login(budi)
    set_up(theirs, his)
    assert not answer(client, his.sign(question(client, sari)))
    assert FailedVerification.objects.filter(person=sari).count() == 2
    assert answer(client, key.sign(question(client, sari)))


def test_a_count_that_goes_back_is_a_copy(client: Client, sari: Person, key: SoftKey) -> None:
    key.count = 7
    assert answer(client, key.sign(question(client, sari)))
    copy = SoftKey(id=key.id, secret=key.secret, count=3)
    other = Client()
    assert not answer(other, copy.sign(question(other, sari)))


def test_keys_that_do_not_count(client: Client, sari: Person, key: SoftKey) -> None:
    for _ in range(2):
        key.count = -1
        visitor = Client()
        assert answer(visitor, key.sign(question(visitor, sari)))  # always 0: phones that share a key


def test_wrong_keys_shut_out_too(client: Client, sari: Person, key: SoftKey) -> None:
    for _ in range(5):
        assert not answer(client, SoftKey().sign(question(client, sari)))
    assert not answer(client, key.sign(question(client, sari)))
    assert "Tunggu 15 menit" in client.get("/masuk/kode/").text


def test_dropping(client: Client, sari: Person, budi: Person, citra: Person, key: SoftKey) -> None:
    [kept] = sari.passkeys.all()
    page = f"/masuk/keamanan/kunci/{kept.pk}/lepas/"
    for stranger in (budi, citra):
        client.force_login(stranger)
        assert client.get(page).status_code == 404
        with pytest.raises(PermissionDenied):
            operations.drop_passkey(sari, stranger, passkey=kept, keep="")
        with pytest.raises(PermissionDenied):
            operations.add_passkey(sari, stranger, key=NewPasskey(b"", "x", 0, "testserver"), name="", keep="")
    client.force_login(sari)
    [paper, *_] = operations.renew_codes(sari, sari)
    assert client.post(page, {"password": PASSWORD, "code": "salah"}).status_code == 422
    assert client.post(page, {"password": PASSWORD, "code": paper}).status_code == 302
    assert not sari.passkeys.exists()


def test_an_address_of_numbers_makes_no_keys(client: Client, sari: Person) -> None:
    client.force_login(sari)
    page = client.get("/masuk/keamanan/kunci/", headers={"host": "127.0.0.1:8000"})
    assert (page.context["question"], "bukan lewat angka" in page.text) == (None, True)
    refused = client.post("/masuk/keamanan/kunci/", {"password": PASSWORD}, headers={"host": "127.0.0.1:8000"})
    assert refused.status_code == 422


def test_a_key_counts_for_what_the_council_requires(
    client: Client, sari: Person, sleman: Council, key: SoftKey
) -> None:
    Council.objects.filter(pk=sleman.pk).update(second_factor_required=True)
    assert answer(client, key.sign(question(client, sari)))
