"""Passkeys (WebAuthn, level 2), as a second factor: what the browser is asked, and what its answer is worth.

The library is imported late: it reads the list of public suffixes, a third of a second that most processes never need.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from sambang.access.models import Person
from sambang.accounts.models import Passkey
from sambang.lib.tokens import digest_of

if TYPE_CHECKING:
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestedCredentialData

NAME = "Sambang"


class PasskeyError(ValueError):
    """The browser's answer does not prove what it should; the reason is for nobody's eyes."""


@dataclass(frozen=True)
class Question:
    """What the browser's script needs, as JSON, and what must be kept in the session until its answer."""

    options: str
    state: dict[str, Any]


@dataclass(frozen=True)
class NewKey:
    credential: bytes
    digest: str  # of its id: where one is asked for, it is found by this
    count: int
    site: str


def site_of(request: HttpRequest) -> str:
    """The host name that keys are made for."""
    return request.get_host().partition(":")[0].lower()


def possible_at(request: HttpRequest) -> bool:
    """Browsers make keys for names, never for numbers like 127.0.0.1."""
    host = request.get_host()
    if host.startswith("["):
        return False
    try:
        ip_address(site_of(request))
    except ValueError:
        return True
    return False


def _server(request: HttpRequest) -> Fido2Server:
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    origin = f"{request.scheme}://{request.get_host()}"  # this address alone, not every one under its domain
    relying = PublicKeyCredentialRpEntity(name=NAME, id=site_of(request))
    return Fido2Server(relying, verify_origin=lambda claimed: claimed == origin)


def _credentials(person: Person, site: str) -> list[AttestedCredentialData]:
    from fido2.webauthn import AttestedCredentialData

    return [AttestedCredentialData(bytes(passkey.credential)) for passkey in person.passkeys.filter(site=site)]


def ask_for_new(request: HttpRequest, person: Person) -> Question:
    from fido2.webauthn import PublicKeyCredentialUserEntity, ResidentKeyRequirement, UserVerificationRequirement

    user = PublicKeyCredentialUserEntity(name=person.email or person.name, id=person.pk.bytes, display_name=person.name)
    options, state = _server(request).register_begin(
        user,
        _credentials(person, site_of(request)),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.DISCOURAGED,  # the password was asked already
    )
    return Question(json.dumps(dict(options)["publicKey"]), _plain(state))


def ask_for_known(request: HttpRequest, person: Person) -> Question | None:
    """None where the person has no key for this site."""
    from fido2.webauthn import UserVerificationRequirement

    credentials = _credentials(person, site_of(request))
    if not credentials:
        return None
    options, state = _server(request).authenticate_begin(
        credentials, user_verification=UserVerificationRequirement.DISCOURAGED
    )
    return Question(json.dumps(dict(options)["publicKey"]), _plain(state))


def _plain(state: Any) -> dict[str, Any]:
    return {"challenge": state["challenge"], "user_verification": str(state["user_verification"].value)}


def new_key_of(request: HttpRequest, state: dict[str, Any], said: str) -> NewKey:
    """The key that the browser made. Raises PasskeyError."""
    try:
        registration = _server(request).register_complete(state, json.loads(said))
        if registration.credential_data is None:
            raise PasskeyError
    except (ValueError, TypeError, KeyError, AttributeError, AssertionError) as trouble:
        raise PasskeyError from trouble
    digest = digest_of(registration.credential_data.credential_id.hex())
    return NewKey(bytes(registration.credential_data), digest, registration.counter, site_of(request))


def known_key_of(request: HttpRequest, person: Person, state: dict[str, Any], said: str) -> tuple[Passkey, int]:
    """Which of the person's keys signed, and its new count. Raises PasskeyError, also for a count that goes back: then
    two keys are in use where there was one."""
    from fido2.webauthn import AuthenticationResponse

    try:
        answer = json.loads(said)
        credentials = _credentials(person, site_of(request))
        used = _server(request).authenticate_complete(state, credentials, answer)
        count = AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
    except (ValueError, TypeError, KeyError, AttributeError, AssertionError) as trouble:
        raise PasskeyError from trouble
    passkey = person.passkeys.filter(credential_digest=digest_of(used.credential_id.hex())).first()
    if passkey is None or ((count or passkey.count) and count <= passkey.count):
        raise PasskeyError
    return passkey, count
