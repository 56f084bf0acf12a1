from django.urls import path

from sambang.team import views

app_name = "team"
urlpatterns = [
    path("", views.sign_in, name="sign_in"),
    path("keluar/", views.sign_out, name="sign_out"),
    path("tim/", views.members, name="members"),
]
