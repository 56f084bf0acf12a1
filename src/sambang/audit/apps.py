from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def make_chain_head(using: str, **_signal: Any) -> None:
    """Create the row of the chain head."""
    from sambang.audit.models import ChainHead

    ChainHead.objects.using(using).get_or_create(pk=1)


class AuditConfig(AppConfig):
    name = "sambang.audit"

    def ready(self) -> None:
        from sambang.audit.append_only import create_triggers

        post_migrate.connect(create_triggers, sender=self)
        post_migrate.connect(make_chain_head, sender=self)
