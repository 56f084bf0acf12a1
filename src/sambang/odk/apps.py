from django.apps import AppConfig


class OdkConfig(AppConfig):
    name = "sambang.odk"
