from django.urls import path

from sambang.training import certificate_views, evidence_views, module_views, stuck_views, trainer_views, views

app_name = "training"
urlpatterns = [
    path("", views.course_list, name="course_list"),
    path("baru/", views.course_create, name="course_create"),
    path("modul/", module_views.module_list, name="module_list"),
    path("modul/<slug:module>/", module_views.module_detail, name="module_detail"),
    path("modul/<slug:module>.pdf", module_views.module_paper, name="module_paper"),
    path("sertifikat/<uuid:enrolment_id>.pdf", certificate_views.certificate_document, name="certificate_document"),
    path("sertifikat/<slug:code>/", certificate_views.certificate_verify, name="certificate_verify"),
    path("pertemuan/<uuid:session_id>/kode/", certificate_views.attendance_code_detail, name="attendance_code_detail"),
    path("peserta/<uuid:enrolment_id>/undang/", stuck_views.enrolment_invite, name="enrolment_invite"),
    path("pelatih/", trainer_views.trainer_list, name="trainer_list"),
    path("pelatih/baru/<uuid:council_id>/", trainer_views.trainer_create, name="trainer_create"),
    path("pelatih/<uuid:trainer_id>/", trainer_views.trainer_detail, name="trainer_detail"),
    path("pelatih/<uuid:trainer_id>/ubah/", trainer_views.trainer_change, name="trainer_change"),
    path("tangga/", views.ladder_list, name="ladder_list"),
    path("tangga/tertahan/", stuck_views.stuck_list, name="stuck_list"),
    path("tangga/tertahan/<uuid:enrolment_id>/pesan/", stuck_views.stuck_message, name="stuck_message"),
    path("tangga/tangkapan/<uuid:screenshot_id>/", evidence_views.screenshot_detail, name="screenshot_detail"),
    path("tangga/tangkapan/<uuid:screenshot_id>.jpg", evidence_views.screenshot_image, name="screenshot_image"),
    path("tangga/<uuid:business_id>/", views.ladder_detail, name="ladder_detail"),
    path("<uuid:course_id>/", views.course_detail, name="course_detail"),
    path("<uuid:course_id>/ubah/", views.course_change, name="course_change"),
    path("pertemuan/<uuid:session_id>/ubah/", views.session_change, name="session_change"),
    path("<uuid:course_id>/pertemuan/", views.session_create, name="session_create"),
    path("<uuid:course_id>/peserta/", views.course_enrol, name="course_enrol"),
    path("<uuid:course_id>/nilai/", views.score_update, name="score_update"),
    path("pertemuan/<uuid:session_id>/", views.attendance_update, name="attendance_update"),
]
