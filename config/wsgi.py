"""What gunicorn serves: `gunicorn --config python:config.web config.wsgi`."""

import gc
import os
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template import Engine
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation
from django.utils.formats import get_format
from django.utils.module_loading import import_string

from config.database import hurry

LATE = ("accounts.adapter", "django.contrib.sessions.serializers", "ipware", "psycopg_pool", "tzdata")
LESS = 10  # how much nicer (setpriority) than who serves


def load() -> Any:
    """The application, and in production all that the first requests of each worker would load in two seconds."""
    served = get_wsgi_application()
    import_string("records.rows.nobody_unless_said")()  # what serves strangers sees nothing outside a request
    hurry()
    if not settings.DEBUG:
        load_the_rest()
    return served


def load_the_rest() -> None:
    """Views, addresses, templates, icons, and modules that are named in the settings or asked for late."""
    backends = (settings.CACHES["default"]["BACKEND"], *settings.AUTHENTICATION_BACKENDS, settings.MESSAGE_STORAGE)
    for named in (*backends, settings.FORM_RENDERER):
        import_string(named)
    for module in LATE:
        import_module(module)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            _ = get_resolver().reverse_dict
            get_format("DATE_FORMAT")
    import_string("pages.icons.archive")()
    _ = Engine.get_default().template_context_processors
    folder = Path(settings.BASE_DIR, "templates")
    for path in folder.rglob("*.html"):
        get_template(str(path.relative_to(folder)))


def step_back() -> None:
    """Of this thread alone (Linux): while a new version loads, the one before it still serves."""
    os.setpriority(os.PRIO_PROCESS, 0, LESS)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
with ThreadPoolExecutor(1, initializer=step_back) as aside:
    application = aside.submit(load).result()
gc.collect()
gc.freeze()  # before workers fork: what is loaded stays shared (two workers: 228 MiB, 311 without), and is not swept
