"""How forms are drawn: every field through one template, so that label, hint and error are the same everywhere."""

from typing import Any

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext as _

DASHES = BLANK_CHOICE_DASH[0][1]


class Renderer(TemplatesSetting):
    field_template_name = "components/_field.html"


def name_blanks(form: forms.BaseForm) -> None:
    """Let an empty choice say what it means: Django's own is a row of dashes, and is read aloud as one."""
    for field in form.fields.values():
        label = _("Choose one") if field.required else _("Not stated")
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = label if field.empty_label == DASHES else field.empty_label
        elif isinstance(field, forms.ChoiceField):
            choices: Any = field.choices  # an iterable by now; the stubs tell what may be assigned
            if next(iter(choices), None) == ("", DASHES):
                field.choices = [("", label), *list(choices)[1:]]
