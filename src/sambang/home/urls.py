from django.urls import path

from sambang.home.views import home, search, visit_papers, withdrawals

app_name = "home"
urlpatterns = [
    path("", home.front_page, name="front_page"),
    path("cari/", search.search_everything, name="search_everything"),
    path("bahasa/", home.language_set, name="language_set"),
    path("naskah/<uuid:visit_id>/<slug:paper>/nomor/", visit_papers.paper_number, name="paper_number"),
    path("naskah/<uuid:visit_id>/<slug:paper>.pdf", visit_papers.visit_paper, {"extension": "pdf"}, "visit_paper"),
    path(
        "naskah/<uuid:visit_id>/<slug:paper>.docx", visit_papers.visit_paper, {"extension": "docx"}, "visit_paper_word"
    ),
    path("ditarik/", withdrawals.withdrawn_list, name="withdrawn_list"),
    path("tarik/<slug:word>/<uuid:row_id>/", withdrawals.row_withdraw, name="row_withdraw"),
    path("kembalikan/<slug:word>/<uuid:row_id>/", withdrawals.row_restore, name="row_restore"),
    path("perlu-disambang/", visit_papers.visit_priority_list, name="visit_priority_list"),
]
