from django.urls import path

from sambang.intake.views import conflicts, devices, received

app_name = "intake"
urlpatterns = [
    path("meja/", received.received_list, name="received_list"),
    path("meja/<uuid:received_id>/", received.received_detail, name="received_detail"),
    path("meja/<uuid:received_id>/coba-lagi/", received.received_retry, name="received_retry"),
    path("perangkat/", devices.device_list, name="device_list"),
    path("perangkat/<uuid:device_id>/", devices.device_detail, name="device_detail"),
    path("perangkat/<uuid:device_id>/cabut/", devices.device_revoke, name="device_revoke"),
    path("impor/", devices.device_import, name="device_import"),
    path("beda/", conflicts.conflict_list, name="conflict_list"),
    path("beda/<uuid:conflict_id>/", conflicts.conflict_detail, name="conflict_detail"),
    path("beda/<uuid:conflict_id>/putuskan/", conflicts.conflict_decide, name="conflict_decide"),
]
