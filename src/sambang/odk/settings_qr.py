"""The settings of ODK Collect as a QR code: base64 of deflated JSON."""

from __future__ import annotations

import base64
import json
import zlib

import segno


def settings_code(server_url: str, project: str) -> str:
    """The text of the QR code: https://docs.getodk.org/collect-import-export/."""
    settings_data = {
        "general": {
            "protocol": "odk_default",
            "server_url": server_url,
            "form_update_mode": "match_exactly",  # the phone's list of forms is the office's
            "periodic_form_updates_check": "every_one_hour",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": project[:40], "icon": "S", "color": "#1F5C45"},
    }
    return base64.b64encode(zlib.compress(json.dumps(settings_data, separators=(",", ":")).encode(), 9)).decode()


def settings_picture(code: str) -> str:
    """The QR code as the address of an SVG image."""
    return str(segno.make(code, error="l", micro=False).svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))
