from django.urls import path

from sambang.training import views

app_name = "training"
urlpatterns = [
    path("", views.courses, name="courses"),
    path("baru/", views.course_plan, name="plan"),
    path("tangga/", views.ladder, name="ladder"),
    path("tangga/<uuid:business_id>/", views.business_ladder, name="record_ladder_step"),
    path("<uuid:course_id>/", views.course, name="course"),
    path("<uuid:course_id>/pertemuan/", views.session_plan, name="plan_session"),
    path("<uuid:course_id>/peserta/", views.course_enrol, name="enrol"),
    path("<uuid:course_id>/nilai/", views.course_scores, name="scores"),
    path("pertemuan/<uuid:session_id>/", views.session_attendance, name="session"),
]
