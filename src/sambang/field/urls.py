from django.urls import path, register_converter

from sambang.field import phone_views, shell, views, views_conflicts, views_devices


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
    path("", shell.shell, name="shell"),
    path("sw.js", shell.worker, name="worker"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    # What the phone asks.
    path("siapa.json", phone_views.who, name="who"),
    path("hp.json", phone_views.device_key, name="device_key"),
    path("kunjungan.json", phone_views.visits, name="visits"),
    path("bekal.json", phone_views.take_along, name="parcel"),
    path("kirim.json", phone_views.send, name="send"),
    path("berkas/<sha256:sha256>", phone_views.piece, name="piece"),
    # What the desk reads and decides.
    path("meja/", views.desk, name="desk"),
    path("meja/<uuid:received_id>/", views.received, name="received"),
    path("meja/<uuid:received_id>/coba-lagi/", views.try_again, name="try_again"),
    path("perangkat/", views_devices.devices, name="devices"),
    path("perangkat/<uuid:device_id>/", views_devices.device, name="device"),
    path("perangkat/<uuid:device_id>/cabut/", views_devices.revoke, name="revoke_device"),
    path("impor/", views_devices.import_file, name="import"),
    path("beda/", views_conflicts.conflicts, name="conflicts"),
    path("beda/<uuid:conflict_id>/", views_conflicts.conflict, name="conflict"),
    path("beda/<uuid:conflict_id>/putuskan/", views_conflicts.decide, name="decide"),
]
