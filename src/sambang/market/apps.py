from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class MarketConfig(AppConfig):
    name = "sambang.market"

    def ready(self) -> None:
        from sambang.market.search_index import create_search_index, drop_triggers

        pre_migrate.connect(drop_triggers, sender=self)
        post_migrate.connect(create_search_index, sender=self)
