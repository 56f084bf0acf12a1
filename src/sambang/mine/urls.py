from django.urls import path

import sambang.base.converters  # noqa: F401  # registers <month:…>
from sambang.mine import link_views, views, views_report

app_name = "mine"
urlpatterns = [
    # The owner's pages.
    path("", views.home, name="home"),
    path("lapor/", views_report.month_list, name="months"),
    path("lapor/<month:month>/", views_report.report_enter, name="report"),
    path("lapor/<month:month>/nol/", views_report.report_zero, name="report_zero"),
    path("lapor/<month:month>/betulkan/", views_report.report_correct, name="report_correct"),
    path("sampaikan/", views.raise_matter, name="raise"),
    path("jawab/<uuid:confirmation_id>/", views.answer, name="answer"),
    path("jawab/<uuid:confirmation_id>/sudah/", views.confirm, name="confirm"),
    path("jawab/<uuid:confirmation_id>/belum/", views.dispute, name="dispute"),
    path("kabar/", views.news, name="news"),
    path("sentra/", views.sentra, name="sentra"),
    path("sentra/grafik.svg", views.sentra_chart, name="chart"),
    path("data/", views.my_data, name="data"),
    path("data/salinan/", views.my_copy, name="copy"),
    path("data/setuju/<str:purpose>/", views.consent_give, name="give_consent"),
    path("data/tarik/<str:purpose>/", views.consent_withdraw, name="withdraw_consent"),
    path("tutup/", views.close, name="close"),
    path("ditolak/<str:why>/", views.refused, name="refused"),
    # The office's pages about the links.
    path("tautan/", link_views.links, name="links"),
    path("tautan/<uuid:cluster_id>/", link_views.cluster_links, name="cluster_links"),
    path("tautan/<uuid:cluster_id>/buat/", link_views.make_missing, name="make_missing"),
    path("tautan/<uuid:cluster_id>/buat-semua/", link_views.make_all, name="make_all"),
    path("tautan/<uuid:cluster_id>/unduh/", link_views.made_workbook, name="made_workbook"),
    path("tautan/ikm/<uuid:business_id>/buat/", link_views.make_one, name="make_one"),
    path("tautan/<uuid:link_id>/cabut/", link_views.revoke, name="revoke"),
    # Last, because it takes any word: the link itself.
    path("<str:token>/", views.open_link, name="open_link"),
]
