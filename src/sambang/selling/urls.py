from django.urls import path

import sambang.lib.converters  # noqa: F401  # registers <month:…>
from sambang.selling.views import contracting, evidence, learning, marketplaces, orders, photos, shares, shelf

app_name = "selling"
urlpatterns = [
    path("etalase/", shelf.shelf_list, name="shelf_list"),
    path("etalase/baru/", shelf.item_create, name="item_create"),
    path("etalase/lokapasar/", marketplaces.marketplace_fill, name="marketplace_fill"),
    path("etalase/<uuid:item_id>/", shelf.item_change, name="item_change"),
    path("etalase/<uuid:item_id>/turunkan/", shelf.item_withdraw, name="item_withdraw"),
    path("etalase/<uuid:item_id>/ajukan/", shelf.item_submit, name="item_submit"),
    path("etalase/label.pdf", photos.label_document, name="label_document"),
    path("etalase/<uuid:item_id>/foto/", photos.photo_create, name="photo_create"),
    path("etalase/foto/<uuid:picture_id>/depan/", photos.photo_feature, name="photo_feature"),
    path("etalase/foto/<uuid:picture_id>/hapus/", photos.photo_withdraw, name="photo_withdraw"),
    path("etalase/gambar/<uuid:picture_id>/", shelf.picture_image, name="picture_image"),
    path("belajar/", learning.learning_list, name="learning_list"),
    path("belajar/kemajuan/", evidence.step_create, name="step_create"),
    path("belajar/kemajuan/<uuid:step_id>/hapus/", evidence.step_withdraw, name="step_withdraw"),
    path("belajar/tangkapan/<uuid:screenshot_id>.jpg", evidence.screenshot_image, name="screenshot_image"),
    path("belajar/<slug:module>/soal/", learning.quiz_answer, name="quiz_answer"),
    path("hadir/<uuid:session_id>/<slug:code>/", learning.session_attend, name="session_attend"),
    path("sertifikat/<uuid:enrolment_id>.pdf", learning.certificate_document, name="certificate_document"),
    path("kapasitas/", shares.capacity_list, name="capacity_list"),
    path("bersama/", shares.share_list, name="share_list"),
    path("bersama/<uuid:share_id>/jawab/<slug:answer>/", shares.share_answer, name="share_answer"),
    path("maklon/", contracting.work_list, name="work_list"),
    path("maklon/baru/", contracting.work_create, name="work_create"),
    path("maklon/<uuid:work_id>/jawab/<slug:answer>/", contracting.work_answer, name="work_answer"),
    path("maklon/<uuid:work_id>/upah/<slug:payment>/", contracting.work_mark, name="work_mark"),
    path("maklon/<uuid:work_id>/tarik/", contracting.work_withdraw, name="work_withdraw"),
    path("pesanan/", orders.order_list, name="order_list"),
    path("pesanan/laporan/<month:month>/", orders.order_report, name="order_report"),
    path("pesanan/baru/", orders.order_create, name="order_create"),
    path("pesanan/<uuid:order_id>/tandai/<slug:step>/", orders.order_mark, name="order_mark"),
    path("pesanan/<uuid:order_id>/batal/", orders.order_cancel, name="order_cancel"),
]
