from django.urls import path

from sambang.privacy.views import breaches, notice, office

app_name = "privacy"
urlpatterns = [
    path("", notice.notice, name="notice"),
    path("permintaan/", office.requests, name="requests"),
    path("permintaan/<uuid:request_id>/", office.request_answer, name="request"),
    path("ikm/<uuid:business_id>/hapus/", office.erase, name="erase"),
    path("ikm/<uuid:business_id>/periksa/", office.by_hand, name="by_hand"),
    path("dilihat/", office.looks, name="looks"),
    path("kebocoran/", breaches.breaches, name="breaches"),
    path("kebocoran/dewan/<uuid:council_id>/baru/", breaches.breach_new, name="breach_new"),
    path("kebocoran/<uuid:breach_id>/", breaches.breach, name="breach"),
    path("kebocoran/<uuid:breach_id>/ubah/", breaches.breach_change, name="breach_change"),
]
