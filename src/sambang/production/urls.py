from django.urls import path

import sambang.lib.converters  # noqa: F401  # registers <month:…>
from sambang.production.views import reports, workbooks

app_name = "production"
urlpatterns = [
    path("", reports.month, name="month"),
    path("ikm/<uuid:business_id>/", reports.business, name="business"),
    path("ikm/<uuid:business_id>/<month:month>/", reports.report_enter, name="enter"),
    path("ikm/<uuid:business_id>/<month:month>/nol/", reports.report_zero, name="zero"),
    path("laporan/<uuid:report_id>/", reports.report, name="report"),
    path("laporan/<uuid:report_id>/betulkan/", reports.report_correct, name="correct"),
    path("buku-kerja/", workbooks.workbook, name="workbook"),
    path("buku-kerja/kosong/", workbooks.template, name="template"),
]
