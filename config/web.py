"""What gunicorn is told: `gunicorn --config python:config.web config.wsgi`; the operator adds --bind and --pid.

A new version takes over by SIGUSR2: gunicorn starts a second master beside the first, on the same socket. Only when all
its workers are ready is the first one told to finish what it has begun; one that cannot start ends, and the first goes
on. (SIGHUP would stop the old workers before the new ones have loaded, and with `preload_app` loads nothing anew.)
"""

import os
import signal
from typing import Any

from gunicorn.systemd import sd_notify  # type: ignore[import-untyped]

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8  # as many as the pool of a worker has connections (config/database.py)
preload_app = True  # who takes the place of a dead worker is there within moments
limit_request_line = 8190  # bytes, the most it takes; what is longer never reaches our pages. nginx takes 8 KiB
graceful_timeout = 60  # seconds in which requests under way are finished
control_socket_disable = True
FIRST = "GUNICORN_PID"  # gunicorn tells the second master by it who was first, until that one has gone


def post_worker_init(worker: Any) -> None:
    """The last worker of a second master: the first one may go. systemd learns who is the main process now."""
    before = int(os.environ.get(FIRST, "0"))
    if before and worker.age >= worker.cfg.workers:
        sd_notify(f"MAINPID={worker.ppid}", worker.log)
        os.kill(before, signal.SIGTERM)
