"""Two addresses for whatever watches over the process: is it alive (`/healthz`), may it get requests (`/readyz`)."""

from collections.abc import Callable

import structlog
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.celery import app

log = structlog.get_logger(__name__)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """503 names the part that fails, and only that; the reason is in the log."""
    parts = {"database": _database, "migrations": _migrations, "broker": _broker}
    failing = [name for name, works in parts.items() if not _try(name, works)]
    return JsonResponse({"status": "failing" if failing else "ok", "failing": failing}, status=503 if failing else 200)


def _try(name: str, works: Callable[[], bool]) -> bool:
    try:
        return works()
    except Exception as error:  # noqa: BLE001 - whatever it is, this part is not ready
        log.warning("not_ready", part=name, error=repr(error))
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return True


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _broker() -> bool:
    with app.connection_for_read() as broker:
        broker.ensure_connection(max_retries=1, timeout=5)
        return True
