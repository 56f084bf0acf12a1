"""The office's pages of contracted work (maklon)."""

from django.urls import path

from sambang.selling.views import contracting_desk

app_name = "contracting"
urlpatterns = [
    path("", contracting_desk.work_list, name="work_list"),
    path("baru/<uuid:business_id>/", contracting_desk.work_create, name="work_create"),
    path("<uuid:work_id>/tarik/", contracting_desk.work_withdraw, name="work_withdraw"),
    path("<uuid:work_id>/pesan/", contracting_desk.work_message, name="work_message"),
]
