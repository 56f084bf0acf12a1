from django.apps import AppConfig
from django.db.backends.signals import connection_created

from sambang.lib.file_permissions import restrict_to_owner


class LibConfig(AppConfig):
    name = "sambang.lib"

    def ready(self) -> None:
        connection_created.connect(restrict_to_owner, dispatch_uid="restrict_to_owner")
