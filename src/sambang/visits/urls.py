from django.urls import path

from sambang.visits.views import attendance, guests_and_photos, story, visits

app_name = "visits"
urlpatterns = [
    path("", visits.visit_list, name="visit_list"),
    path("rencana/", visits.visit_plan, name="visit_plan"),
    path("<uuid:visit_id>/", visits.visit_detail, name="visit_detail"),
    path("<uuid:visit_id>/ubah/", visits.visit_change, name="visit_change"),
    path("<uuid:visit_id>/batal/", visits.visit_cancel, name="visit_cancel"),
    path("<uuid:visit_id>/sahkan/", visits.visit_sign_off, name="visit_sign_off"),
    path("<uuid:visit_id>/laksanakan/", visits.visit_conduct, name="visit_conduct"),
    path("<uuid:visit_id>/batal-mulai/", visits.visit_undo_start, name="visit_undo_start"),
    path("<uuid:visit_id>/pembetulan/", visits.correction_add, name="correction_add"),
    path("<uuid:visit_id>/hadir/", attendance.visit_attendance, name="visit_attendance"),
    path("<uuid:visit_id>/hadir/semua/", attendance.attendance_complete, name="attendance_complete"),
    path("<uuid:visit_id>/tamu/", guests_and_photos.guest_add, name="guest_add"),
    path("<uuid:visit_id>/foto/", guests_and_photos.photo_add, name="photo_add"),
    path("sentra/<uuid:cluster_id>/cerita/", story.cluster_story, name="cluster_story"),
    path("foto/<uuid:photo_id>.jpg", guests_and_photos.photo_image, name="photo_image"),
    path("foto/<uuid:photo_id>-kecil.jpg", guests_and_photos.photo_thumbnail, name="photo_thumbnail"),
    path("foto/<uuid:photo_id>/cerita/", story.photo_arrange, name="photo_arrange"),
    path("foto/<uuid:photo_id>/hapus/", guests_and_photos.photo_delete, name="photo_delete"),
    path("tamu/<uuid:guest_id>/hapus/", guests_and_photos.guest_delete, name="guest_delete"),
]
