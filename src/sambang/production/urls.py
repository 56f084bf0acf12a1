from django.urls import path

import sambang.base.converters  # noqa: F401  # registers <month:…>
from sambang.production import views, workbook_views

app_name = "production"
urlpatterns = [
    path("", views.month, name="month"),
    path("ikm/<uuid:business_id>/", views.business, name="business"),
    path("ikm/<uuid:business_id>/<month:month>/", views.report_enter, name="enter"),
    path("ikm/<uuid:business_id>/<month:month>/nol/", views.report_zero, name="zero"),
    path("laporan/<uuid:report_id>/", views.report, name="report"),
    path("laporan/<uuid:report_id>/betulkan/", views.report_correct, name="correct"),
    path("buku-kerja/", workbook_views.workbook, name="workbook"),
    path("buku-kerja/kosong/", workbook_views.template, name="template"),
]
