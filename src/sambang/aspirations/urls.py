from django.urls import path

from sambang.aspirations.views import aspirations, difficulties, matters, record_grid, visits

app_name = "aspirations"
urlpatterns = [
    path("", aspirations.aspiration_board, name="aspiration_board"),
    path("pokok/", matters.matter_list, name="matter_list"),
    path("sentra/<uuid:cluster_id>/satukan/", aspirations.aspiration_group, name="aspiration_group"),
    path("ikm/<uuid:business_id>/satukan/", aspirations.aspiration_group_outside, name="aspiration_group_outside"),
    path("kunjungan/<uuid:visit_id>/", visits.visit_aspirations, name="visit_aspirations"),
    path("kunjungan/<uuid:visit_id>/catat/", record_grid.visit_record_grid, name="visit_record_grid"),
    path("kunjungan/<uuid:visit_id>/ikm/<uuid:business_id>/", visits.visit_record, name="visit_record"),
    path("perkataan/<uuid:aspiration_id>/perbaiki/", aspirations.aspiration_correct, name="aspiration_correct"),
    path("perkataan/<uuid:aspiration_id>/keluarkan/", aspirations.aspiration_ungroup, name="aspiration_ungroup"),
    path("perkataan/<uuid:aspiration_id>/pindahkan/", aspirations.aspiration_transfer, name="aspiration_transfer"),
    path("kesulitan/<uuid:council_id>/", difficulties.difficulty_list, name="difficulty_list"),
    path("kesulitan/<uuid:council_id>/baru/", difficulties.difficulty_create, name="difficulty_create"),
    path("kesulitan/<uuid:council_id>/<slug:code>/", difficulties.difficulty_change, name="difficulty_change"),
    path("<uuid:matter_id>/ubah/", matters.matter_change, name="matter_change"),
    path("<uuid:matter_id>/buka-lagi/", matters.matter_reopen, name="matter_reopen"),
    path("<uuid:matter_id>/gabungkan/", matters.matter_merge, name="matter_merge"),
    path("<uuid:matter_id>/", matters.matter_detail, name="matter_detail"),
    path("<uuid:matter_id>/pendapat/", matters.comment_add, name="comment_add"),
    path("<uuid:matter_id>/gagasan/", matters.idea_propose, name="idea_propose"),
    path("<uuid:matter_id>/kesampingkan/", matters.matter_set_aside, name="matter_set_aside"),
    path("gagasan/<uuid:idea_id>/suara/", matters.idea_vote, name="idea_vote"),
]
