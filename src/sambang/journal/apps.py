from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "sambang.journal"
