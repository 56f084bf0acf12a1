from django.urls import path

from sambang.odk import views_phone

app_name = "odk_phone"
urlpatterns = [
    path("<str:token>/formList", views_phone.form_list, name="form_list"),
    path("<str:token>/form/<str:md5>.xml", views_phone.form, name="form"),
    path("<str:token>/manifest/<str:md5>.xml", views_phone.manifest, name="manifest"),
    path("<str:token>/media/<str:name>", views_phone.media, name="media"),
    path("<str:token>/integrity", views_phone.integrity, name="integrity"),
    path("<str:token>/submission", views_phone.submission, name="submission"),
]
