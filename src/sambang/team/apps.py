from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "sambang.team"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from sambang.team.door import note_sign_in

        user_logged_in.connect(note_sign_in, dispatch_uid="sambang.team.door")
