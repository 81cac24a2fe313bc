from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from notices.health import beat_is_heard  # noqa: PLC0415 - only here is everything loaded

        register(beat_is_heard, Tags.database)
