from django.urls import path

from sambang.indicators import views

app_name = "indicators"
urlpatterns = [
    path("", views.indicator_list, name="indicator_list"),
    path("dewan/<uuid:council_id>/baru/", views.indicator_create, name="indicator_create"),
    path("dewan/<uuid:council_id>/mulai/", views.indicator_suggest, name="indicator_suggest"),
    path("<uuid:indicator_id>/", views.indicator_detail, name="indicator_detail"),
    path("<uuid:indicator_id>/ubah/", views.indicator_change, name="indicator_change"),
    path("<uuid:indicator_id>/hapus/", views.indicator_withdraw, name="indicator_withdraw"),
    path("<uuid:indicator_id>/<int:year>/", views.evidence_list, name="evidence_list"),
]
