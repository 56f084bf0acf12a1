from django.urls import path, register_converter

from sambang.field import app_shell
from sambang.field.views import phone


class HashConverter:
    """A SHA-256 in lower-case hex: the only name that a file has here."""

    regex = "[0-9a-f]{64}"

    def to_python(self, written: str) -> str:
        return written

    def to_url(self, written: str) -> str:
        return written


register_converter(HashConverter, "sha256")

app_name = "field"
urlpatterns = [
    # The app itself, without any data.
    path("", app_shell.shell, name="shell"),
    path("sw.js", app_shell.worker, name="worker"),
    path("manifest.webmanifest", app_shell.manifest, name="manifest"),
    # What the phone asks.
    path("siapa.json", phone.who, name="who"),
    path("hp.json", phone.device_key, name="device_key"),
    path("kunjungan.json", phone.visits, name="visits"),
    path("bekal.json", phone.take_along, name="parcel"),
    path("kirim.json", phone.send, name="send"),
    path("berkas/<sha256:sha256>", phone.piece, name="piece"),
]
