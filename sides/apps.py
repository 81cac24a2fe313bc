from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SidesConfig(AppConfig):
    name = "sides"
    verbose_name = _("Both sides of a record")
