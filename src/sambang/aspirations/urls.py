from django.urls import path

from sambang.aspirations import views, views_matter, views_record, views_slips

app_name = "aspirations"
urlpatterns = [
    path("", views.board, name="board"),
    path("pokok/", views.matter_list, name="matters"),
    path("sentra/<uuid:cluster_id>/satukan/", views.together, name="together"),
    path("kunjungan/<uuid:visit_id>/", views_record.heard, name="heard"),
    path("kunjungan/<uuid:visit_id>/ikm/<uuid:business_id>/", views_record.record, name="record"),
    path("perkataan/<uuid:aspiration_id>/perbaiki/", views_slips.correct, name="correct"),
    path("perkataan/<uuid:aspiration_id>/hapus/", views_slips.take_away, name="take_away"),
    path("perkataan/<uuid:aspiration_id>/keluarkan/", views_slips.take_out, name="take_out"),
    path("perkataan/<uuid:aspiration_id>/pindahkan/", views_slips.transfer, name="transfer"),
    path("<uuid:matter_id>/gabungkan/", views_slips.merge, name="merge"),
    path("<uuid:matter_id>/", views_matter.matter, name="matter"),
    path("<uuid:matter_id>/pendapat/", views_matter.comment, name="comment"),
    path("<uuid:matter_id>/gagasan/", views_matter.propose, name="propose"),
    path("<uuid:matter_id>/kesampingkan/", views_matter.set_aside, name="set_aside"),
    path("gagasan/<uuid:idea_id>/suara/", views_matter.vote, name="vote"),
]
