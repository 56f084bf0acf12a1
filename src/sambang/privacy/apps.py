from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "sambang.privacy"
