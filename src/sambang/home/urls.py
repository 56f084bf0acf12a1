from django.urls import path

from sambang.home.views import home, visit_papers

app_name = "home"
urlpatterns = [
    path("", home.front, name="front"),
    path("bahasa/", home.language, name="language"),
    path("naskah/<uuid:visit_id>/<slug:paper>.pdf", visit_papers.visit_papers, name="visit_papers"),
    path("perlu-disambang/", visit_papers.whom_to_visit, name="needs"),
]
