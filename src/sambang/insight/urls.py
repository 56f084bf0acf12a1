from django.urls import path

from sambang.insight import views

app_name = "insight"
urlpatterns = [
    path("", views.leader, name="leader"),
]
