from django.urls import path

from sambang.insight import views, views_method

app_name = "insight"
urlpatterns = [
    path("", views.leader, name="leader"),
    path("laporan.pdf", views.leader_paper, name="paper"),
    path("hitung/<uuid:council_id>/", views.recompute, name="compute"),
    path("pembinaan/", views_method.coaching, name="coaching"),
    path("pembinaan/<uuid:council_id>/<str:look>.svg", views_method.coaching_drawing, name="effect"),
    path("metode/", views_method.method, name="method"),
    path("metode/<str:name>-<str:look>.svg", views_method.example, name="example"),
    path("metode/simulasi/<uuid:series_id>/<str:look>.svg", views_method.truth, name="truth"),
    path("deret/<uuid:series_id>/", views.series, name="series"),
    path("deret/<uuid:series_id>/<str:look>.svg", views.chart, name="chart"),
]
