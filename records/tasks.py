"""What every task of Celery is."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from celery import Task, shared_task
from celery.contrib.django.task import DjangoTask

from records import rows
from records.work import job

P = ParamSpec("P")
R = TypeVar("R")


class ScopedTask(DjangoTask[Any, Any]):
    """A task acts for nobody, and sees no row of a guarded table, unless it says otherwise.

    `@task(acts_for=rows.EVERYBODY)` is for work for all. What is done for one person acts for them inside
    (`rows.acting_for`).
    """

    abstract = True
    acts_for = rows.NOBODY

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        request_id = str(getattr(self.request, "id", "") or "")
        with rows.acting(self.acts_for), job(str(self.name), request_id=request_id):
            return super().__call__(*args, **kwargs)


def task(*, acts_for: rows.Acting, **options: Any) -> Callable[[Callable[P, R]], "Task[P, R]"]:
    """A task of Celery that says for whom it acts."""
    made: Callable[[Callable[P, R]], Task[P, R]] = shared_task(acts_for=acts_for, **options)
    return made
