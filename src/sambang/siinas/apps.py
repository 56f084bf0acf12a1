from django.apps import AppConfig


class SiinasConfig(AppConfig):
    name = "sambang.siinas"
