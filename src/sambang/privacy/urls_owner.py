from django.urls import path

from sambang.privacy.views import owner

app_name = "rights"
urlpatterns = [
    path("", owner.request_list, name="request_list"),
    path("semua/", owner.data_list, name="data_list"),
    path("salinan.json", owner.data_export, name="data_export"),
    path("dilihat/", owner.read_list, name="read_list"),
    path("betulkan/", owner.correction_request, name="correction_request"),
    path("batasi/", owner.restriction_request, name="restriction_request"),
    path("batasi/cabut/", owner.restriction_lift, name="restriction_lift"),
    path("hapus/", owner.erasure_request, name="erasure_request"),
]
