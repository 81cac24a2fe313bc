"""How forms are drawn: every field through one template, so that label, hint and error are the same everywhere."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    field_template_name = "components/_field.html"
