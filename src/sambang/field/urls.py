from django.urls import path, register_converter

from sambang.field import app_shell
from sambang.field.views import phone


class HashConverter:
    """A SHA-256 in lower-case hex, the name of a file in URLs."""

    regex = "[0-9a-f]{64}"

    def to_python(self, written: str) -> str:
        return written

    def to_url(self, written: str) -> str:
        return written


register_converter(HashConverter, "sha256")

app_name = "field"
urlpatterns = [
    # The app shell, without data.
    path("", app_shell.shell, name="shell"),
    path("sw.js", app_shell.worker, name="worker"),
    path("manifest.webmanifest", app_shell.web_manifest, name="manifest"),
    # The JSON interface of the app.
    path("siapa.json", phone.identity_detail, name="identity_detail"),
    path("hp.json", phone.device_register, name="device_register"),
    path("kunjungan.json", phone.visit_list, name="visit_list"),
    path("bekal.json", phone.bundle_detail, name="bundle_detail"),
    path("kirim.json", phone.item_receive, name="item_receive"),
    path("berkas/<sha256:sha256>", phone.file_chunk, name="file_chunk"),
]
