from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        from records.settling import settle  # noqa: PLC0415 - asks for models, which are there only now

        post_migrate.connect(settle, sender=self)  # a receiver is how Django is told what comes after `migrate`
