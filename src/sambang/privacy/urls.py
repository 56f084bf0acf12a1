from django.urls import path

from sambang.privacy import views, views_breach, views_office

app_name = "privacy"
urlpatterns = [
    path("", views.notice, name="notice"),
    path("permintaan/", views_office.requests, name="requests"),
    path("permintaan/<uuid:request_id>/", views_office.request_answer, name="request"),
    path("ikm/<uuid:business_id>/hapus/", views_office.erase, name="erase"),
    path("ikm/<uuid:business_id>/periksa/", views_office.by_hand, name="by_hand"),
    path("dilihat/", views_office.looks, name="looks"),
    path("kebocoran/", views_breach.breaches, name="breaches"),
    path("kebocoran/dewan/<uuid:council_id>/baru/", views_breach.breach_new, name="breach_new"),
    path("kebocoran/<uuid:breach_id>/", views_breach.breach, name="breach"),
    path("kebocoran/<uuid:breach_id>/ubah/", views_breach.breach_change, name="breach_change"),
]
