"""The ways into a place: links, phones, keys of ODK Collect, invitations, second factors."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.sessions.models import Session
from django.utils import timezone
from fido2.cose import ES256
from fido2.webauthn import Aaguid, AttestedCredentialData

from sambang.access.models import Person, Role
from sambang.accounts import totp
from sambang.accounts.models import ActiveSession, AuthenticatorApp, Passkey, PendingMembership
from sambang.accounts.operations import invite, make_password_link
from sambang.intake.devices import device_of
from sambang.intake.models import Conflict, Received
from sambang.odk import operations as odk
from sambang.odk.files import incoming_file, store_file
from sambang.odk.models import FormMedia, SentFile, Submission
from sambang.owners.operations import make_link
from tests.intake.conftest import Phone
from tests.odk.conftest import own_answers, own_workbook
from tests.reach.places import Place, picture

CODE_KEY = b"0123456789abcdefghij"


def complete_sign_in(place: Place) -> None:
    """The ways in: links, phones, invitations, second factors."""
    administrator = place.people[Role.ADMINISTRATOR]
    place.links = [make_link(one.business, place.staff) for one in place.families]
    invitation = invite(
        place.council,
        administrator,
        name="Undangan Baru",
        email=f"baru.{place.council.region_code}@contoh.test",
        role="officer",
    )
    password = make_password_link(place.officer, administrator)
    pending = PendingMembership.objects.create(
        council=place.council,
        person=Person.objects.create_user(f"dari.atas.{place.council.region_code}@contoh.test", None, name="Dari Atas"),
        role="officer",
        created_by=administrator,
    )
    place.rows |= {
        "pending_id": pending.pk,
        "link_id": place.links[0].link.pk,
        "invitation_id": invitation.invitation.pk,
        "token": place.links[0].token,
        "invitation_token": invitation.token,
        "password_token": password.token,
        "why": "habis",
    }
    phones(place)
    collect(place)


def phones(place: Place) -> None:
    """Two phones that tell one thing differently, and an item that was refused."""
    words = sorted(place.families[0].words)[0]
    about = {"visit": place.rows["planned"], "business": place.business.pk}
    mine, hers = (Phone(person, device_of(person, uuid4(), name="HP")) for person in (place.officer, place.staff))
    for number, phone in enumerate((mine, hers)):
        told = {"pulse": place.families[0].pulse} if number else {}
        assert phone.say("attend", minutes=number, present=bool(number), **told, **about).outcome == "stored"
    elsewhere = {**about, "visit": uuid4()}
    refused = mine.say("aspiration", kind="aspiration", text=words, difficulty="capital", **elsewhere)
    assert refused.outcome == "refused"
    Received.objects.filter(pk=refused.id).update(region_code=place.cluster.region_id)
    conflict = Conflict.objects.get(region_code=place.cluster.region_id)
    place.rows |= {
        "device_id": mine.device.pk,
        "received_id": refused.id,
        "conflict_id": conflict.pk,
        "sha256": "a" * 64,
    }


def collect(place: Place) -> None:
    key = odk.make_key(place.council, place.officer, phone="HP Collect")
    form = odk.offer_form(place.council, place.staff, xlsform=own_workbook())
    FormMedia.objects.create(form=form, name="harga.csv", content=b"k,h\n")
    kept = files_of(place, key.key, form)
    place.rows |= {
        "key_id": key.key.pk,
        "form_id": form.pk,
        "odk_token": key.token,
        "md5": form.md5,
        "media_name": "ikm.csv",
        "own_media_name": "harga.csv",
        **kept,
    }


def files_of(place: Place, key: Any, form: Any) -> dict[str, Any]:
    xml = own_answers(f"uuid:{uuid4()}", colour=sorted(place.families[0].words)[0], photo="foto.jpg")
    sent = Submission.objects.create(
        council=place.council,
        key=key,
        form=form,
        instance_id=f"uuid:{uuid4()}",
        xml=xml,
        processed_at=timezone.now(),
        sha256=hashlib.sha256(xml).hexdigest(),
        results=[],
    )
    kept = incoming_file("foto.jpg", lambda: [picture("blue")])
    store_file(kept)
    file = SentFile.objects.create(submission=sent, name=kept.name, sha256=kept.sha256, size=kept.size)
    return {"submission_id": sent.pk, "file_id": file.pk}


def a_credential() -> bytes:
    """The public half of a passkey whose other half nobody keeps."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    return bytes(AttestedCredentialData.create(Aaguid.NONE, b"uji" * 6, key))


def secure(place: Place) -> None:
    """The administrator's own passkey and app of codes, and another browser."""
    administrator = place.people[Role.ADMINISTRATOR]
    passkey = Passkey.objects.create(
        person=administrator,
        name="Kunci",
        site="testserver",
        credential=a_credential(),
        credential_digest=hashlib.sha256(str(administrator.pk).encode()).hexdigest(),
    )
    for person in (administrator, place.officer):
        AuthenticatorApp.objects.create(person=person, encrypted_key=totp.encrypt_key(CODE_KEY), last_step=0)
    session = Session.objects.create(
        session_key="a" * 32, session_data="", expire_date=timezone.now() + timedelta(days=1)
    )
    browser = ActiveSession.objects.create(session=session, person=administrator, browser="Firefox", network="setempat")
    place.rows |= {"passkey_id": passkey.pk, "active_session_id": browser.pk}
