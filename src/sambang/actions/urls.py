from django.urls import path

from sambang.actions import views, views_moves

app_name = "actions"
urlpatterns = [
    path("", views.board, name="board"),
    path("daftar/", views.action_list, name="list"),
    path("terlambat/", views.overdue, name="overdue"),
    path("janji/<uuid:visit_id>/", views_moves.promise, name="promise"),
    path("dari-gagasan/<uuid:idea_id>/", views_moves.commit, name="commit"),
    path("<uuid:action_id>/", views.action, name="action"),
    path("<uuid:action_id>/hubungkan/", views_moves.link, name="link"),
    path("<uuid:action_id>/langkah/", views_moves.step_add, name="add_step"),
    path("langkah/<uuid:step_id>/selesai/", views_moves.step_take, name="take_step"),
    path("<uuid:action_id>/klaim/", views_moves.claim, name="claim"),
    path("<uuid:action_id>/hentikan/", views_moves.drop, name="drop"),
    path("<uuid:action_id>/ubah/", views_moves.replan, name="replan"),
    path("<uuid:action_id>/buka-lagi/", views_moves.reopen, name="reopen"),
]
