from django.urls import path

import sambang.lib.converters  # noqa: F401  # registers <month:…>
from sambang.production.views import months, paper, report_grid, reports, workbooks

app_name = "production"
urlpatterns = [
    path("", months.month_detail, name="month_detail"),
    path("lembar/", report_grid.report_grid, name="report_grid"),
    path("lembar/tempel/", report_grid.report_grid_paste, name="report_grid_paste"),
    path("ikm/<uuid:business_id>/", reports.business_reports, name="business_reports"),
    path("ikm/<uuid:business_id>/<month:month>/", reports.report_create, name="report_create"),
    path("ikm/<uuid:business_id>/<month:month>/nol/", reports.report_create_zero, name="report_create_zero"),
    path("laporan/<uuid:report_id>/", reports.report_detail, name="report_detail"),
    path("laporan/<uuid:report_id>/betulkan/", reports.report_correct, name="report_correct"),
    path("laporan/<uuid:report_id>/tarik/", reports.report_withdraw, name="report_withdraw"),
    path("buku-kerja/", workbooks.workbook_import, name="workbook_import"),
    path("buku-kerja/kosong/", workbooks.workbook_template, name="workbook_template"),
    path("kertas/", paper.paper_import, name="paper_import"),
    path("kertas/lembar/", paper.paper_sheet, name="paper_sheet"),
    path("kertas/periksa/", paper.paper_check, name="paper_check"),
    path("kertas/simpan/", paper.paper_confirm, name="paper_confirm"),
]
