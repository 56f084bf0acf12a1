from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "sambang.base"
