from django.urls import path

from sambang.odk.views import forms, submissions

app_name = "odk"
urlpatterns = [
    path("", forms.overview, name="overview"),
    path("hp/", forms.key_create, name="key_create"),
    path("hp/<uuid:key_id>/cabut/", forms.key_revoke, name="key_revoke"),
    path("formulir/kunjungan.xlsx", forms.visit_workbook, name="visit_workbook"),
    path("formulir/", forms.form_create, name="form_create"),
    path("formulir/<uuid:form_id>/tarik/", forms.form_withdraw, name="form_withdraw"),
    path("formulir/<uuid:form_id>/formulir.xlsx", forms.form_workbook, name="form_workbook"),
    path("formulir/<uuid:form_id>/isian.csv", submissions.form_export, {"kind": "csv"}, name="form_csv"),
    path("formulir/<uuid:form_id>/isian.xlsx", submissions.form_export, {"kind": "xlsx"}, name="form_xlsx"),
    path("formulir/<uuid:form_id>/isian.json", submissions.form_export, {"kind": "json"}, name="form_json"),
    path("kiriman/", submissions.submission_list, name="submission_list"),
    path("kiriman/<uuid:submission_id>/", submissions.submission_detail, name="submission_detail"),
    path("kiriman/<uuid:submission_id>/asli.xml", submissions.submission_xml, name="submission_xml"),
    path("kiriman/<uuid:submission_id>/ulang/", submissions.submission_reprocess, name="submission_reprocess"),
    path("kiriman/<uuid:submission_id>/berkas/<int:file_id>/", submissions.submission_file, name="submission_file"),
]
