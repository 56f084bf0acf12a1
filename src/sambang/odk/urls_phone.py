from django.urls import path

from sambang.odk.views import phone

app_name = "odk_phone"
urlpatterns = [
    path("<str:token>/formList", phone.form_list, name="form_list"),
    path("<str:token>/form/<str:md5>.xml", phone.form_xform, name="form_xform"),
    path("<str:token>/manifest/<str:md5>.xml", phone.form_manifest, name="form_manifest"),
    path("<str:token>/form/<str:md5>/<str:name>", phone.form_media, name="form_media"),
    path("<str:token>/media/<str:name>", phone.list_file, name="list_file"),
    path("<str:token>/integrity", phone.entity_integrity, name="entity_integrity"),
    path("<str:token>/submission", phone.submission_create, name="submission_create"),
]
