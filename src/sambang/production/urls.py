from django.urls import path

from sambang.production import views

app_name = "production"
urlpatterns = [
    path("", views.month, name="month"),
]
