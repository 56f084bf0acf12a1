from django.urls import path

from sambang.training.views import certificates, courses, ladder, modules, screenshots, stuck, trainers

app_name = "training"
urlpatterns = [
    path("", courses.course_list, name="course_list"),
    path("baru/", courses.course_create, name="course_create"),
    path("modul/", modules.module_list, name="module_list"),
    path("modul/<slug:module>/", modules.module_detail, name="module_detail"),
    path("modul/<slug:module>.pdf", modules.module_paper, name="module_paper"),
    path("sertifikat/<uuid:enrolment_id>.pdf", certificates.certificate_document, name="certificate_document"),
    path("sertifikat/<slug:code>/", certificates.certificate_verify, name="certificate_verify"),
    path("pertemuan/<uuid:session_id>/kode/", certificates.attendance_code_detail, name="attendance_code_detail"),
    path("peserta/<uuid:enrolment_id>/undang/", stuck.enrolment_invite, name="enrolment_invite"),
    path("pelatih/", trainers.trainer_list, name="trainer_list"),
    path("pelatih/baru/<uuid:council_id>/", trainers.trainer_create, name="trainer_create"),
    path("pelatih/<uuid:trainer_id>/", trainers.trainer_detail, name="trainer_detail"),
    path("pelatih/<uuid:trainer_id>/ubah/", trainers.trainer_change, name="trainer_change"),
    path("tangga/", ladder.ladder_list, name="ladder_list"),
    path("tangga/tertahan/", stuck.stuck_list, name="stuck_list"),
    path("tangga/tertahan/<uuid:enrolment_id>/pesan/", stuck.stuck_message, name="stuck_message"),
    path("tangga/tangkapan/<uuid:screenshot_id>/", screenshots.screenshot_detail, name="screenshot_detail"),
    path("tangga/tangkapan/<uuid:screenshot_id>.jpg", screenshots.screenshot_image, name="screenshot_image"),
    path("tangga/<uuid:business_id>/", ladder.ladder_detail, name="ladder_detail"),
    path("<uuid:course_id>/", courses.course_detail, name="course_detail"),
    path("<uuid:course_id>/ubah/", courses.course_change, name="course_change"),
    path("pertemuan/<uuid:session_id>/ubah/", courses.session_change, name="session_change"),
    path("<uuid:course_id>/pertemuan/", courses.session_create, name="session_create"),
    path("<uuid:course_id>/peserta/", courses.course_enrol, name="course_enrol"),
    path("<uuid:course_id>/nilai/", courses.score_change, name="score_change"),
    path("pertemuan/<uuid:session_id>/", courses.attendance_change, name="attendance_change"),
]
