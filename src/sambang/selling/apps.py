from django.apps import AppConfig


class SellingConfig(AppConfig):
    name = "sambang.selling"
