from django.urls import path

from sambang.insight import views

app_name = "insight"
urlpatterns = [
    path("", views.leader, name="leader"),
    path("laporan.pdf", views.leader_paper, name="paper"),
    path("hitung/<uuid:council_id>/", views.recompute, name="compute"),
    path("deret/<uuid:series_id>/", views.series, name="series"),
    path("deret/<uuid:series_id>/<str:look>.svg", views.chart, name="chart"),
]
