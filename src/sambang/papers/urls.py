from django.urls import path

from sambang.papers import views

app_name = "papers"
urlpatterns = [
    path("", views.number_list, name="number_list"),
    path("kop/<uuid:council_id>/", views.letterhead_change, name="letterhead_change"),
    path("kop/<uuid:council_id>/logo/", views.logo_image, name="logo_image"),
    path("penanda-tangan/<uuid:council_id>/", views.signer_list, name="signer_list"),
    path("penanda-tangan/<uuid:council_id>/baru/", views.signer_create, name="signer_create"),
    path("penanda-tangan/ubah/<uuid:signer_id>/", views.signer_change, name="signer_change"),
    path("pesan/<uuid:council_id>/", views.message_list, name="message_list"),
    path("pesan/<uuid:council_id>/<slug:kind>/", views.message_change, name="message_change"),
]
