"""What gunicorn serves: `gunicorn --config python:config.web config.wsgi`."""

import os
import re
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation
from django.utils.module_loading import import_string


def load_the_rest() -> None:
    """Views, addresses, templates, icons: else the first requests of every new worker take two seconds of work."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            _ = get_resolver().reverse_dict
    icon, folder = import_string("pages.templatetags.pages.icon"), Path(settings.BASE_DIR, "templates")
    for path in folder.rglob("*.html"):
        get_template(str(path.relative_to(folder)))
        for name in re.findall(r'{% icon "([\w-]+)"', path.read_text()):
            icon(name)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
import_string("records.rows.nobody_unless_said")()  # what serves strangers sees nothing outside a request
if not settings.DEBUG:
    load_the_rest()
