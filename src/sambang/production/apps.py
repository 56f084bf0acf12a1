from django.apps import AppConfig


class ProductionConfig(AppConfig):
    name = "sambang.production"
