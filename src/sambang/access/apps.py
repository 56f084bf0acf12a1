from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "sambang.access"

    def ready(self) -> None:
        from sambang.access.row_security import raise_wall

        post_migrate.connect(raise_wall, sender=self)
