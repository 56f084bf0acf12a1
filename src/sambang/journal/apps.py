from django.apps import AppConfig
from django.db.models.signals import post_migrate


class JournalConfig(AppConfig):
    name = "sambang.journal"

    def ready(self) -> None:
        from sambang.journal.guards import raise_guards

        post_migrate.connect(raise_guards, sender=self)
