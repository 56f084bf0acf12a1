from django.urls import path

from sambang.ops import views

app_name = "ops"
urlpatterns = [
    path("alive", views.alive, name="alive"),
    path("ready", views.ready, name="ready"),
    path("metrics", views.metrics, name="metrics"),
    path("cadangan/", views.health, name="health"),
]
