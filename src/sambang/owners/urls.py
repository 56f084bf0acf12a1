from django.urls import path

import sambang.lib.converters  # noqa: F401  # registers <month:…>
from sambang.owners.views import council_links, home, links, members, questions, report, siinas, year

app_name = "owners"
urlpatterns = [
    # The owner's pages.
    path("", home.home, name="home"),
    path("lapor/", report.month_list, name="month_list"),
    path("lapor/<month:month>/", report.report_create, name="report_create"),
    path("lapor/<month:month>/nol/", report.report_zero, name="report_zero"),
    path("lapor/<month:month>/betulkan/", report.report_correct, name="report_correct"),
    path("produksi/", year.figure_list, name="figure_list"),
    path("produksi/<int:year>/", year.year_detail, name="year_detail"),
    path("produksi/<int:year>/produksi.pdf", year.year_document, name="year_document"),
    path("produksi/<int:year>/produksi.png", year.year_picture, name="year_picture"),
    path("siinas/", siinas.sheet_change, name="sheet_change"),
    path("sampaikan/", home.aspiration_create, name="aspiration_create"),
    path("jawab/<uuid:confirmation_id>/", home.confirmation_detail, name="confirmation_detail"),
    path("jawab/<uuid:confirmation_id>/sudah/", home.confirmation_confirm, name="confirmation_confirm"),
    path("jawab/<uuid:confirmation_id>/belum/", home.confirmation_dispute, name="confirmation_dispute"),
    path("kabar/", home.news_list, name="news_list"),
    path("sentra/", home.cluster_detail, name="cluster_detail"),
    path("sentra/ingatkan/<uuid:business_id>/", members.member_remind, name="member_remind"),
    path("sentra/kirim/<uuid:business_id>/", members.member_invite, name="member_invite"),
    path("sentra/laporan/<uuid:business_id>/<month:month>/", members.member_report_create, name="member_report_create"),
    path("sentra/laporan/<uuid:business_id>/<month:month>/nol/", members.member_report_zero, name="member_report_zero"),
    path(
        "sentra/laporan/<uuid:business_id>/<month:month>/betulkan/",
        members.member_report_correct,
        name="member_report_correct",
    ),
    path("sentra/grafik.svg", home.cluster_chart, name="cluster_chart"),
    path("data/", home.data_detail, name="data_detail"),
    path("data/salinan/", home.report_export, name="report_export"),
    path("data/setuju/<str:purpose>/", home.consent_give, name="consent_give"),
    path("data/tarik/<str:purpose>/", home.consent_withdraw, name="consent_withdraw"),
    path("tutup/", home.session_end, name="session_end"),
    path("ditolak/<str:why>/", home.link_refused, name="link_refused"),
    # The office's pages about the links.
    path("tautan/", links.link_overview, name="link_overview"),
    path("tautan/baru/", links.link_created, name="link_created"),
    path("tautan/seluruh-dewan/", council_links.link_create_council, name="link_create_council"),
    path("tautan/seluruh-dewan/kirim/", council_links.link_send_council, name="link_send_council"),
    path("tautan/luar-sentra/kartu/", council_links.link_cards_outside, name="link_cards_outside"),
    path("tautan/<uuid:cluster_id>/kartu/", council_links.link_cards, name="link_cards"),
    path("tautan/<uuid:cluster_id>/poster/", council_links.cluster_poster, name="cluster_poster"),
    path("tautan/<uuid:cluster_id>/", links.link_list, name="link_list"),
    path("tautan/<uuid:cluster_id>/buat/", links.link_create_missing, name="link_create_missing"),
    path("tautan/<uuid:cluster_id>/buat-semua/", links.link_create_all, name="link_create_all"),
    path("tautan/<uuid:cluster_id>/unduh/", links.link_export, name="link_export"),
    path("tautan/ikm/<uuid:business_id>/buat/", links.link_create, name="link_create"),
    path("tautan/ikm/<uuid:business_id>/kirim/", links.link_send, name="link_send"),
    path("tautan/ikm/<uuid:business_id>/ingatkan/", links.reminder_send, name="reminder_send"),
    path("tautan/ikm/<uuid:business_id>/siinas/", links.siinas_question_send, name="siinas_question_send"),
    path("tautan/tindakan/<uuid:action_id>/", questions.question_list, name="question_list"),
    path("tautan/jawaban/<uuid:confirmation_id>/tanyakan/", questions.question_send, name="question_send"),
    path("tautan/<uuid:link_id>/cabut/", links.link_revoke, name="link_revoke"),
    # Last, because it matches any token.
    path("<str:token>/", home.link_open, name="link_open"),
]
