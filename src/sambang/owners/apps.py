from django.apps import AppConfig


class OwnersConfig(AppConfig):
    name = "sambang.owners"
