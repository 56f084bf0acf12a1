"""Short labels of a browser and a network, by which a person recognises a session."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address

from django.utils.translation import gettext as _

# The first match counts: most User-Agent headers also name other browsers.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def browser_label(agent: str) -> str:
    """Browser and system, such as `Chrome · Android`; the User-Agent header itself is not stored."""
    names = [next((name for sign, name in signs if sign in agent), "") for signs in (BROWSERS, SYSTEMS)]
    return " · ".join(word for word in names if word) or _("peramban lain")


def network_label(address: str) -> str:
    """The first half of an IP address, such as `180.244.…`: enough to recognise one's own network, too little to
    identify a client."""
    try:
        number = ip_address(address)
    except ValueError:
        return _("tidak diketahui")
    if number.is_loopback:
        return _("komputer ini")
    if number.is_private:
        return _("jaringan setempat")
    if isinstance(number, IPv4Address):
        return ".".join(str(number).split(".")[:2]) + ".…"
    return ":".join(number.exploded.split(":")[:2]) + ":…"
