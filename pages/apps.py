from django import forms
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from pages.legible import validate_legible


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = _("Pages")

    def ready(self) -> None:
        forms.CharField.default_validators = [*forms.CharField.default_validators, validate_legible]  # in every form
