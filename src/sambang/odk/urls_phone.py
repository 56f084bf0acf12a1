from django.urls import path

from sambang.odk.views import phone

app_name = "odk_phone"
urlpatterns = [
    path("<str:token>/formList", phone.form_list, name="form_list"),
    path("<str:token>/form/<str:md5>.xml", phone.form, name="form"),
    path("<str:token>/manifest/<str:md5>.xml", phone.manifest, name="manifest"),
    path("<str:token>/media/<str:name>", phone.media, name="media"),
    path("<str:token>/integrity", phone.integrity, name="integrity"),
    path("<str:token>/submission", phone.submission, name="submission"),
]
