from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProductionConfig(AppConfig):
    name = "sambang.production"

    def ready(self) -> None:
        from sambang.production.cells import follow_businesses
        from sambang.production.queries import last_report_days, reported_after
        from sambang.production.unmerging import return_reports
        from sambang.registry.existence import LastSeenSource, register_last_seen_source
        from sambang.registry.hooks import register_hook

        register_hook(follow_businesses)
        register_hook(return_reports)
        register_last_seen_source(LastSeenSource(_("laporan produksi"), last_report_days, reported_after))
