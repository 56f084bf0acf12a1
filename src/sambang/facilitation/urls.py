from django.urls import path

from sambang.facilitation import views

app_name = "facilitation"
urlpatterns = [
    path("", views.programme_list, name="programme_list"),
    path("baru/", views.programme_create, name="programme_create"),
    path("<uuid:programme_id>/", views.programme_detail, name="programme_detail"),
    path("<uuid:programme_id>/ubah/", views.programme_change, name="programme_change"),
    path("<uuid:programme_id>/syarat/", views.rule_add, name="rule_add"),
    path("syarat/<uuid:rule_id>/hapus/", views.rule_remove, name="rule_remove"),
    path("<uuid:programme_id>/calon/", views.candidate_list, name="candidate_list"),
    path("<uuid:programme_id>/tawarkan/", views.candidate_offer, name="candidate_offer"),
    path("<uuid:programme_id>/ikm/<uuid:business_id>/", views.candidate_detail, name="candidate_detail"),
    path("<uuid:programme_id>/ikm/<uuid:business_id>/jawaban/", views.candidate_answer, name="candidate_answer"),
    path("permohonan/<uuid:application_id>/surat.pdf", views.application_letter, {"extension": "pdf"}, "letter"),
    path("permohonan/<uuid:application_id>/surat.docx", views.application_letter, {"extension": "docx"}, "letter_word"),
    path("permohonan/<uuid:application_id>/surat/nomor/", views.letter_number, name="letter_number"),
    path("permohonan/<uuid:application_id>/", views.application_advance, name="application_advance"),
]
