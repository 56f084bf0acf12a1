from django.urls import path

from sambang.home.views import guides, home, parts, search, visit_papers, withdrawals

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
    path("bagian/", parts.part_list, name="part_list"),
    path("petunjuk/", guides.guide_list, name="guide_list"),
    path("petunjuk/<slug:guide>/", guides.guide_detail, name="guide_detail"),
    path("petunjuk/<slug:guide>.pdf", guides.guide_paper, name="guide_paper"),
    path("ditarik/", withdrawals.withdrawn_list, name="withdrawn_list"),
    path("tarik/<slug:word>/<uuid:row_id>/", withdrawals.row_withdraw, name="row_withdraw"),
    path("kembalikan/<slug:word>/<uuid:row_id>/", withdrawals.row_restore, name="row_restore"),
    path("perlu-disambang/", visit_papers.visit_priority_list, name="visit_priority_list"),
]
