from django.urls import path

from sambang.insight.views import method, results

app_name = "insight"
urlpatterns = [
    path("", results.leader, name="leader"),
    path("laporan.pdf", results.leader_paper, name="paper"),
    path("hitung/<uuid:council_id>/", results.recompute, name="compute"),
    path("pembinaan/", method.coaching, name="coaching"),
    path("pembinaan/<uuid:council_id>/<str:look>.svg", method.coaching_drawing, name="effect"),
    path("metode/", method.method, name="method"),
    path("metode/<str:name>-<str:look>.svg", method.example, name="example"),
    path("metode/simulasi/<uuid:series_id>/<str:look>.svg", method.truth, name="truth"),
    path("deret/<uuid:series_id>/", results.series, name="series"),
    path("deret/<uuid:series_id>/<str:look>.svg", results.chart, name="chart"),
]
