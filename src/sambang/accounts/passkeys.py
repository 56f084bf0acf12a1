"""Passkeys (WebAuthn, level 2) as a second factor: options for the browser and verification of its response.

fido2 is imported inside functions: it reads the list of public suffixes, which takes a third of a second that most
processes never need.
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

RELYING_PARTY_NAME = "Sambang"


class PasskeyError(ValueError):
    """The browser's response was not verified. The reason is not shown to the user."""


@dataclass(frozen=True)
class PasskeyOptions:
    """`options` for the browser's WebAuthn call, as JSON; `state` (challenge) to store in the session until the
    response."""

    options: str
    state: dict[str, Any]


@dataclass(frozen=True)
class NewPasskey:
    credential: bytes
    digest: str  # of the credential id, by which the row is found
    count: int
    site: str


def relying_party_id(request: HttpRequest) -> str:
    """The host name, which is the relying-party id of passkeys."""
    return request.get_host().partition(":")[0].lower()


def supports_passkeys(request: HttpRequest) -> bool:
    """Is the host a name? Browsers create no passkeys for IP addresses such as 127.0.0.1."""
    host = request.get_host()
    if host.startswith("["):
        return False
    try:
        ip_address(relying_party_id(request))
    except ValueError:
        return True
    return False


def _server(request: HttpRequest) -> Fido2Server:
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    origin = f"{request.scheme}://{request.get_host()}"  # this origin only, no subdomain
    relying = PublicKeyCredentialRpEntity(name=RELYING_PARTY_NAME, id=relying_party_id(request))
    return Fido2Server(relying, verify_origin=lambda claimed: claimed == origin)


def _credentials(person: Person, site: str) -> list[AttestedCredentialData]:
    from fido2.webauthn import AttestedCredentialData

    return [AttestedCredentialData(bytes(passkey.credential)) for passkey in person.passkeys.filter(site=site)]


def registration_options(request: HttpRequest, person: Person) -> PasskeyOptions:
    from fido2.webauthn import PublicKeyCredentialUserEntity, ResidentKeyRequirement, UserVerificationRequirement

    user = PublicKeyCredentialUserEntity(name=person.email or person.name, id=person.pk.bytes, display_name=person.name)
    options, state = _server(request).register_begin(
        user,
        _credentials(person, relying_party_id(request)),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.DISCOURAGED,  # the password has been verified already
    )
    return PasskeyOptions(json.dumps(dict(options)["publicKey"]), _session_state(state))


def authentication_options(request: HttpRequest, person: Person) -> PasskeyOptions | None:
    """Options to authenticate with a registered passkey; None if the person has none for this host."""
    from fido2.webauthn import UserVerificationRequirement

    credentials = _credentials(person, relying_party_id(request))
    if not credentials:
        return None
    options, state = _server(request).authenticate_begin(
        credentials, user_verification=UserVerificationRequirement.DISCOURAGED
    )
    return PasskeyOptions(json.dumps(dict(options)["publicKey"]), _session_state(state))


def _session_state(state: Any) -> dict[str, Any]:
    return {"challenge": state["challenge"], "user_verification": str(state["user_verification"].value)}


def verify_registration(request: HttpRequest, state: dict[str, Any], response: str) -> NewPasskey:
    """Verify the response to `registration_options`. Raises PasskeyError."""
    try:
        registration = _server(request).register_complete(state, json.loads(response))
        if registration.credential_data is None:
            raise PasskeyError
    except (ValueError, TypeError, KeyError, AttributeError, AssertionError) as error:
        raise PasskeyError from error
    digest = digest_of(registration.credential_data.credential_id.hex())
    return NewPasskey(bytes(registration.credential_data), digest, registration.counter, relying_party_id(request))


def verify_assertion(request: HttpRequest, person: Person, state: dict[str, Any], response: str) -> tuple[Passkey, int]:
    """The passkey that signed the response, and its new signature counter. Raises PasskeyError, also for a
    counter that does not increase, except from an authenticator that always sends 0: the passkey was cloned."""
    from fido2.webauthn import AuthenticationResponse

    try:
        answer = json.loads(response)
        credentials = _credentials(person, relying_party_id(request))
        used = _server(request).authenticate_complete(state, credentials, answer)
        count = AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
    except (ValueError, TypeError, KeyError, AttributeError, AssertionError) as error:
        raise PasskeyError from error
    passkey = person.passkeys.filter(credential_digest=digest_of(used.credential_id.hex())).first()
    if passkey is None or ((count or passkey.count) and count <= passkey.count):
        raise PasskeyError
    return passkey, count
