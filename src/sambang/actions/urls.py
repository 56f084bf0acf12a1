from django.urls import path

from sambang.actions import views

app_name = "actions"
urlpatterns = [
    path("", views.board, name="board"),
]
