from django.urls import path

from sambang.odk.views import forms, submissions

app_name = "odk"
urlpatterns = [
    path("", forms.front, name="front"),
    path("hp/", forms.new_key, name="new_key"),
    path("hp/<uuid:key_id>/cabut/", forms.key_revoke, name="revoke_key"),
    path("formulir/kunjungan.xlsx", forms.visit_workbook, name="visit_workbook"),
    path("formulir/", forms.new_form, name="new_form"),
    path("formulir/<uuid:form_id>/tarik/", forms.form_withdraw, name="withdraw_form"),
    path("formulir/<uuid:form_id>/formulir.xlsx", forms.form_workbook, name="form_workbook"),
    path("formulir/<uuid:form_id>/isian.csv", submissions.form_export, {"kind": "csv"}, name="form_csv"),
    path("formulir/<uuid:form_id>/isian.json", submissions.form_export, {"kind": "json"}, name="form_json"),
    path("kiriman/", submissions.submission_list, name="submissions"),
    path("kiriman/<uuid:submission_id>/", submissions.submission, name="submission"),
    path("kiriman/<uuid:submission_id>/asli.xml", submissions.original, name="original"),
    path("kiriman/<uuid:submission_id>/ulang/", submissions.again, name="again"),
    path("kiriman/<uuid:submission_id>/berkas/<int:file_id>/", submissions.sent_file, name="sent_file"),
]
