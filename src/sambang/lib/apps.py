from django.apps import AppConfig
from django.db.backends.signals import connection_created

from sambang.lib.file_permissions import close_to_others


class BaseConfig(AppConfig):
    name = "sambang.lib"

    def ready(self) -> None:
        connection_created.connect(close_to_others, dispatch_uid="close to others")
