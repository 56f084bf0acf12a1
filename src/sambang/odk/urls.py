from django.urls import path

from sambang.odk import views, views_submissions

app_name = "odk"
urlpatterns = [
    path("", views.front, name="front"),
    path("hp/", views.new_key, name="new_key"),
    path("hp/<uuid:key_id>/cabut/", views.key_revoke, name="revoke_key"),
    path("formulir/kunjungan.xlsx", views.visit_workbook, name="visit_workbook"),
    path("formulir/", views.new_form, name="new_form"),
    path("formulir/<uuid:form_id>/tarik/", views.form_withdraw, name="withdraw_form"),
    path("formulir/<uuid:form_id>/formulir.xlsx", views.form_workbook, name="form_workbook"),
    path("formulir/<uuid:form_id>/isian.csv", views_submissions.form_export, {"kind": "csv"}, name="form_csv"),
    path("formulir/<uuid:form_id>/isian.json", views_submissions.form_export, {"kind": "json"}, name="form_json"),
    path("kiriman/", views_submissions.submission_list, name="submissions"),
    path("kiriman/<uuid:submission_id>/", views_submissions.submission, name="submission"),
    path("kiriman/<uuid:submission_id>/asli.xml", views_submissions.original, name="original"),
    path("kiriman/<uuid:submission_id>/ulang/", views_submissions.again, name="again"),
    path("kiriman/<uuid:submission_id>/berkas/<int:file_id>/", views_submissions.sent_file, name="sent_file"),
]
