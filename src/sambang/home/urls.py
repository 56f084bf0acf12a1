from django.urls import path

from sambang.home import views

app_name = "home"
urlpatterns = [
    path("", views.front, name="front"),
    path("bahasa/", views.language, name="language"),
]
