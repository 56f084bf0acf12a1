from django.urls import path

from sambang.aspirations.views import aspirations, corrections, matters, recording

app_name = "aspirations"
urlpatterns = [
    path("", aspirations.board, name="board"),
    path("pokok/", aspirations.matter_list, name="matters"),
    path("sentra/<uuid:cluster_id>/satukan/", aspirations.together, name="together"),
    path("kunjungan/<uuid:visit_id>/", recording.heard, name="heard"),
    path("kunjungan/<uuid:visit_id>/ikm/<uuid:business_id>/", recording.record, name="record"),
    path("perkataan/<uuid:aspiration_id>/perbaiki/", corrections.correct, name="correct"),
    path("perkataan/<uuid:aspiration_id>/hapus/", corrections.take_away, name="delete"),
    path("perkataan/<uuid:aspiration_id>/keluarkan/", corrections.ungroup_aspiration, name="ungroup"),
    path("perkataan/<uuid:aspiration_id>/pindahkan/", corrections.transfer, name="transfer"),
    path("<uuid:matter_id>/gabungkan/", corrections.merge, name="merge"),
    path("<uuid:matter_id>/", matters.matter, name="matter"),
    path("<uuid:matter_id>/pendapat/", matters.comment, name="comment"),
    path("<uuid:matter_id>/gagasan/", matters.propose, name="propose"),
    path("<uuid:matter_id>/kesampingkan/", matters.set_aside, name="set_aside"),
    path("gagasan/<uuid:idea_id>/suara/", matters.vote, name="vote"),
]
