from django.urls import path

from sambang.home import views, views_keeping, views_visits

app_name = "home"
urlpatterns = [
    path("", views.front, name="front"),
    path("alive", views_keeping.alive, name="alive"),
    path("ready", views_keeping.ready, name="ready"),
    path("metrics", views_keeping.metrics, name="metrics"),
    path("cadangan/", views_keeping.keeping, name="keeping"),
    path("bahasa/", views.language, name="language"),
    path("naskah/<uuid:visit_id>/<slug:paper>.pdf", views_visits.visit_papers, name="visit_papers"),
    path("perlu-disambang/", views_visits.whom_to_visit, name="needs"),
]
