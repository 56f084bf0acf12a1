from django.urls import path

from sambang.visits.views import corrections, recording, visits

app_name = "visits"
urlpatterns = [
    path("", visits.visit_list, name="list"),
    path("rencana/", visits.plan, name="plan"),
    path("<uuid:visit_id>/", visits.visit, name="visit"),
    path("<uuid:visit_id>/ubah/", visits.change, name="change"),
    path("<uuid:visit_id>/batal/", visits.cancel, name="cancel"),
    path("<uuid:visit_id>/sahkan/", visits.sign_off, name="sign_off"),
    path("<uuid:visit_id>/laksanakan/", recording.hold, name="hold"),
    path("<uuid:visit_id>/hadir/", recording.roll, name="roll"),
    path("<uuid:visit_id>/tamu/", recording.guest, name="guest"),
    path("<uuid:visit_id>/foto/", recording.photo, name="photo"),
    path("foto/<uuid:photo_id>.jpg", recording.picture, name="picture"),
    path("foto/<uuid:photo_id>-kecil.jpg", recording.small_picture, name="small_picture"),
    path("foto/<uuid:photo_id>/hapus/", corrections.photo, name="delete_photo"),
    path("tamu/<uuid:guest_id>/hapus/", corrections.guest, name="delete_guest"),
]
