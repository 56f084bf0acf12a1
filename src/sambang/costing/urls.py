from django.urls import path

from sambang.costing import views

app_name = "costing"
urlpatterns = [
    path("", views.sheet_list, name="sheet_list"),
    path("baru/", views.sheet_create, name="sheet_create"),
    path("<uuid:sheet_id>/", views.sheet_detail, name="sheet_detail"),
    path("<uuid:sheet_id>/hapus/", views.sheet_delete, name="sheet_delete"),
]
