from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FacilitationConfig(AppConfig):
    name = "sambang.facilitation"
    verbose_name = _("fasilitasi")
