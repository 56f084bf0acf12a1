from django.urls import path

from sambang.aspirations import views

app_name = "aspirations"
urlpatterns = [
    path("", views.board, name="board"),
]
