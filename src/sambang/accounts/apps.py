from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sambang.accounts"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from sambang.accounts.authentication import record_sign_in

        user_logged_in.connect(record_sign_in, dispatch_uid="sambang.accounts.authentication")
