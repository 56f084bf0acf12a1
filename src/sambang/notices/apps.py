from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "sambang.notices"
