from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitsConfig(AppConfig):
    name = "sambang.visits"

    def ready(self) -> None:
        from sambang.registry.existence import LastSeenSource, register_last_seen_source
        from sambang.visits.queries import last_meetings, met_after

        register_last_seen_source(LastSeenSource(_("kunjungan"), last_meetings, met_after))
