from django.urls import path

from sambang.privacy.views import owner

app_name = "rights"
urlpatterns = [
    path("", owner.rights, name="front"),
    path("semua/", owner.held, name="held"),
    path("salinan.json", owner.copy, name="copy"),
    path("dilihat/", owner.looks, name="looks"),
    path("betulkan/", owner.ask_correct, name="correct"),
    path("hapus/", owner.ask_erase, name="erase"),
]
