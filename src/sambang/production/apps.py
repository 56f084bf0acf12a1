from django.apps import AppConfig


class ProductionConfig(AppConfig):
    name = "sambang.production"

    def ready(self) -> None:
        from sambang.production.cells import follow_businesses
        from sambang.registry.hooks import register_hook

        register_hook(follow_businesses)
