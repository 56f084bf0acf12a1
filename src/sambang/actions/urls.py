from django.urls import path

from sambang.actions.views import actions, attachments, transitions

app_name = "actions"
urlpatterns = [
    path("", actions.action_board, name="action_board"),
    path("daftar/", actions.action_list, name="action_list"),
    path("ambang/<uuid:council_id>/", transitions.confirmation_share, name="confirmation_share"),
    path("terlambat/", actions.action_overdue, name="action_overdue"),
    path("janji/<uuid:visit_id>/", transitions.action_promise, name="action_promise"),
    path("dari-gagasan/<uuid:idea_id>/", transitions.action_commit, name="action_commit"),
    path("<uuid:action_id>/", actions.action_detail, name="action_detail"),
    path("<uuid:action_id>/hubungkan/", transitions.action_link, name="action_link"),
    path("<uuid:action_id>/langkah/", transitions.step_add, name="step_add"),
    path("langkah/<uuid:step_id>/selesai/", transitions.step_complete, name="step_complete"),
    path("<uuid:action_id>/klaim/", transitions.action_claim, name="action_claim"),
    path("<uuid:action_id>/hentikan/", transitions.action_drop, name="action_drop"),
    path("<uuid:action_id>/ubah/", transitions.action_replan, name="action_replan"),
    path("<uuid:action_id>/belanja/", attachments.spent_change, name="spent_change"),
    path("<uuid:action_id>/lampiran/", attachments.attachment_add, name="attachment_add"),
    path("lampiran/<uuid:attachment_id>/", attachments.attachment_file, name="attachment_file"),
    path("<uuid:action_id>/betulkan/", transitions.action_correct, name="action_correct"),
    path("<uuid:action_id>/buka-lagi/", transitions.action_reopen, name="action_reopen"),
]
