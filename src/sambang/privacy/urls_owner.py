from django.urls import path

from sambang.privacy import views_owner

app_name = "rights"
urlpatterns = [
    path("", views_owner.rights, name="front"),
    path("semua/", views_owner.held, name="held"),
    path("salinan.json", views_owner.copy, name="copy"),
    path("dilihat/", views_owner.looks, name="looks"),
    path("betulkan/", views_owner.ask_correct, name="correct"),
    path("hapus/", views_owner.ask_erase, name="erase"),
]
