"""Which browser and which network, in words that its owner recognises and that say no more than needed."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address

from django.utils.translation import gettext as _

# The first that matches: most browsers claim to be others too.
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


def browser_of(agent: str) -> str:
    """Chrome · Android; only these words are kept, not what the browser says of itself."""
    found = [next((name for sign, name in known if sign in agent), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(word for word in found if word) or _("peramban lain")


def network_of(address: str) -> str:
    """The first half of an address: 180.244.…; a family or an office knows its own, nobody is found by it."""
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
