from django.urls import path

from sambang.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.my_day, name="my_day"),
    path("dibaca/", views.notice_mark_read, name="notice_mark_read"),
    path("pilihan/", views.notice_settings, name="notice_settings"),
    path("kalender/buat/", views.calendar_open, name="calendar_open"),
    path("kalender/cabut/", views.calendar_close, name="calendar_close"),
    path("kalender/<str:token>/sambang.ics", views.calendar_feed, name="calendar_feed"),
]
