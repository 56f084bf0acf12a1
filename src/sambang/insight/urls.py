from django.urls import path

from sambang.insight.views import evaluations, metadata, method, panels, planning, results

app_name = "insight"
urlpatterns = [
    path("", results.council_detail, name="council_detail"),
    path("layar/", results.council_screen_detail, name="council_screen_detail"),
    path("metadata/", metadata.metadata_detail, name="metadata_detail"),
    path("laporan.pdf", results.council_report_pdf, name="council_report_pdf"),
    path("laporan.docx", results.council_report_word, name="council_report_word"),
    path("tahunan/", results.annual_report_file, name="annual_report_file"),
    path("hitung/<uuid:council_id>/", results.index_compute, name="index_compute"),
    path("dasar/<uuid:council_id>/", results.base_change, name="base_change"),
    path("panel/<uuid:council_id>/", panels.panel_detail, name="panel_detail"),
    path("panel/<uuid:council_id>/undi/", panels.panel_draw, name="panel_draw"),
    path("panel/<uuid:council_id>/semua/", panels.panel_end, name="panel_end"),
    path("potensi/", planning.planning_detail, name="planning_detail"),
    path("pembinaan/", method.coaching_detail, name="coaching_detail"),
    path("pembinaan/<uuid:council_id>/<str:layout>.svg", method.coaching_chart, name="coaching_chart"),
    path("manfaat/", evaluations.evaluation_list, name="evaluation_list"),
    path("manfaat/daftar/<uuid:council_id>/", evaluations.evaluation_create, name="evaluation_create"),
    path("manfaat/<uuid:evaluation_id>/", evaluations.evaluation_detail, name="evaluation_detail"),
    path("metode/", method.method_detail, name="method_detail"),
    path("metode/<str:name>-<str:layout>.svg", method.method_example, name="method_example"),
    path("metode/simulasi/<uuid:series_id>/<str:layout>.svg", method.simulation_chart, name="simulation_chart"),
    path("deret/<uuid:series_id>/", results.series_detail, name="series_detail"),
    path("deret/<uuid:series_id>/<str:layout>.svg", results.series_chart, name="series_chart"),
]
