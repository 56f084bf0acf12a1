from django.urls import path

import sambang.lib.converters  # noqa: F401  # registers <month:…>
from sambang.owners.views import home, links, report

app_name = "owners"
urlpatterns = [
    # The owner's pages.
    path("", home.home, name="home"),
    path("lapor/", report.month_list, name="months"),
    path("lapor/<month:month>/", report.report_enter, name="report"),
    path("lapor/<month:month>/nol/", report.report_zero, name="report_zero"),
    path("lapor/<month:month>/betulkan/", report.report_correct, name="report_correct"),
    path("sampaikan/", home.raise_matter, name="raise"),
    path("jawab/<uuid:confirmation_id>/", home.answer, name="answer"),
    path("jawab/<uuid:confirmation_id>/sudah/", home.confirm, name="confirm"),
    path("jawab/<uuid:confirmation_id>/belum/", home.dispute, name="dispute"),
    path("kabar/", home.news, name="news"),
    path("sentra/", home.sentra, name="sentra"),
    path("sentra/grafik.svg", home.sentra_chart, name="chart"),
    path("data/", home.my_data, name="data"),
    path("data/salinan/", home.my_copy, name="copy"),
    path("data/setuju/<str:purpose>/", home.consent_give, name="give_consent"),
    path("data/tarik/<str:purpose>/", home.consent_withdraw, name="withdraw_consent"),
    path("tutup/", home.close, name="close"),
    path("ditolak/<str:why>/", home.refused, name="refused"),
    # The office's pages about the links.
    path("tautan/", links.links, name="links"),
    path("tautan/<uuid:cluster_id>/", links.cluster_links, name="cluster_links"),
    path("tautan/<uuid:cluster_id>/buat/", links.make_missing, name="make_missing"),
    path("tautan/<uuid:cluster_id>/buat-semua/", links.make_all, name="make_all"),
    path("tautan/<uuid:cluster_id>/unduh/", links.made_workbook, name="made_workbook"),
    path("tautan/ikm/<uuid:business_id>/buat/", links.make_one, name="make_one"),
    path("tautan/<uuid:link_id>/cabut/", links.revoke, name="revoke"),
    # Last, because it takes any word: the link itself.
    path("<str:token>/", home.open_link, name="open_link"),
]
