from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "sambang.access"

    def ready(self) -> None:
        from sambang.access.row_security import create_policies

        post_migrate.connect(create_policies, sender=self)
