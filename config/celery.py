"""The Celery app of worker and beat: `celery -A config.celery worker`. The web process never talks to the broker."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("simpul")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def _leave_logging_to_django(**_: Any) -> None:
    """A receiver is how Celery is told not to set up logging of its own."""
