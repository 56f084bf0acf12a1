from django.urls import path

from sambang.registry import views

app_name = "registry"
urlpatterns = [
    path("", views.clusters, name="clusters"),
]
