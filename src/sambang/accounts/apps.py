from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "sambang.accounts"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from sambang.accounts.authentication import note_sign_in

        user_logged_in.connect(note_sign_in, dispatch_uid="sambang.accounts.authentication")
