from django.apps import AppConfig
from django.core.signals import request_started
from django.db.backends.signals import connection_created


class BaseConfig(AppConfig):
    name = "sambang.base"

    def ready(self) -> None:
        from sambang.base.durability import leave_a_replaced_file, note_the_file

        connection_created.connect(note_the_file)
        request_started.connect(leave_a_replaced_file)
