"""Messages by WhatsApp's official Cloud API: only where the office has set its token, sender and template.

Without the settings every message is sent by hand. The office registers a template with four parameters (owner, IKM,
address, last day) at Meta; nothing else is sent.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

TIMEOUT_SECONDS = 20


class WhatsAppError(Exception):
    """The message was not accepted; the text is the reason."""


def is_enabled() -> bool:
    return bool(settings.WHATSAPP_TOKEN)


def send_template(number: str, parameters: Sequence[str]) -> str:
    """Send the office's template to a number (digits with country code) and return the message's id. Raises
    WhatsAppError."""
    body = {
        "messaging_product": "whatsapp",
        "to": number,
        "type": "template",
        "template": {
            "name": settings.WHATSAPP_TEMPLATE,
            "language": {"code": "id"},
            "components": [
                {"type": "body", "parameters": [{"type": "text", "text": text} for text in parameters]},
            ],
        },
    }
    request = urllib.request.Request(  # noqa: S310 the scheme is checked by environment.api_address
        f"{settings.WHATSAPP_API}/{settings.WHATSAPP_SENDER}/messages",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {settings.WHATSAPP_TOKEN}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
            return str(json.load(response)["messages"][0]["id"])
    except urllib.error.HTTPError as refused:
        raise WhatsAppError(_reason(refused)) from None
    except (OSError, KeyError, IndexError, TypeError, ValueError):
        raise WhatsAppError(_("WhatsApp tidak dapat dihubungi: coba lagi nanti, atau kirim dengan tangan.")) from None


def _reason(refused: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(refused)["error"]["message"])[:200]
    except (KeyError, TypeError, ValueError):
        return _("WhatsApp menolak pesan ini (%(status)s).") % {"status": refused.code}
