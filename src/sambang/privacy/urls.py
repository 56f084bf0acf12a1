from django.urls import path

from sambang.privacy.views import breaches, notice, office

app_name = "privacy"
urlpatterns = [
    path("", notice.notice_detail, name="notice_detail"),
    path("dewan/<uuid:council_id>/", office.statement_change, name="statement_change"),
    path("permintaan/", office.request_list, name="request_list"),
    path("permintaan/<uuid:request_id>/", office.request_answer, name="request_answer"),
    path("ikm/<uuid:business_id>/hapus/", office.business_erase, name="business_erase"),
    path("ikm/<uuid:business_id>/periksa/", office.erasure_review, name="erasure_review"),
    path("dilihat/", office.read_list, name="read_list"),
    path("kebocoran/", breaches.breach_list, name="breach_list"),
    path("kebocoran/dewan/<uuid:council_id>/baru/", breaches.breach_create, name="breach_create"),
    path("kebocoran/<uuid:breach_id>/", breaches.breach_detail, name="breach_detail"),
    path("kebocoran/<uuid:breach_id>/ubah/", breaches.breach_change, name="breach_change"),
]
