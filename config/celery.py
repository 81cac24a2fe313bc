"""The Celery app of worker and beat: `celery -A config.celery worker`. The web process never talks to the broker."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init
from django.utils.module_loading import import_string
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("simpul", task_cls="records.tasks:ScopedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def _leave_logging_to_django(**_: Any) -> None:
    """A receiver is how Celery is told not to set up logging of its own."""


@worker_init.connect
def _see_nothing_outside_tasks(**_: Any) -> None:
    """A task says for whom it works (`records.tasks`); nothing else in a worker has to see anything."""
    import_string("records.rows.nobody_unless_said")()
