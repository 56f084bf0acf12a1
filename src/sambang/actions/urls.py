from django.urls import path

from sambang.actions.views import actions, transitions

app_name = "actions"
urlpatterns = [
    path("", actions.board, name="board"),
    path("daftar/", actions.action_list, name="list"),
    path("terlambat/", actions.overdue, name="overdue"),
    path("janji/<uuid:visit_id>/", transitions.promise, name="promise"),
    path("dari-gagasan/<uuid:idea_id>/", transitions.commit, name="commit"),
    path("<uuid:action_id>/", actions.action, name="action"),
    path("<uuid:action_id>/hubungkan/", transitions.link, name="link"),
    path("<uuid:action_id>/langkah/", transitions.step_add, name="add_step"),
    path("langkah/<uuid:step_id>/selesai/", transitions.step_complete, name="complete_step"),
    path("<uuid:action_id>/klaim/", transitions.claim, name="claim"),
    path("<uuid:action_id>/hentikan/", transitions.drop, name="drop"),
    path("<uuid:action_id>/ubah/", transitions.replan, name="replan"),
    path("<uuid:action_id>/buka-lagi/", transitions.reopen, name="reopen"),
]
