from django.urls import path

from sambang.training import views

app_name = "training"
urlpatterns = [
    path("", views.courses, name="courses"),
]
