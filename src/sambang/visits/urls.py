from django.urls import path

from sambang.visits import views, views_record, views_slips

app_name = "visits"
urlpatterns = [
    path("", views.visit_list, name="list"),
    path("rencana/", views.plan, name="plan"),
    path("<uuid:visit_id>/", views.visit, name="visit"),
    path("<uuid:visit_id>/ubah/", views.change, name="change"),
    path("<uuid:visit_id>/batal/", views.cancel, name="cancel"),
    path("<uuid:visit_id>/sahkan/", views.sign_off, name="sign_off"),
    path("<uuid:visit_id>/laksanakan/", views_record.hold, name="hold"),
    path("<uuid:visit_id>/hadir/", views_record.roll, name="roll"),
    path("<uuid:visit_id>/tamu/", views_record.guest, name="guest"),
    path("<uuid:visit_id>/foto/", views_record.photo, name="photo"),
    path("foto/<uuid:photo_id>.jpg", views_record.picture, name="picture"),
    path("foto/<uuid:photo_id>-kecil.jpg", views_record.small_picture, name="small_picture"),
    path("foto/<uuid:photo_id>/hapus/", views_slips.photo, name="take_away_photo"),
    path("tamu/<uuid:guest_id>/hapus/", views_slips.guest, name="take_away_guest"),
]
