"""Signs of life: each part says when it last worked (`notices.health` listens)."""

from __future__ import annotations

import socket

from django.db import connection

BEAT = """
INSERT INTO notices_heartbeat (name, at, host) VALUES (%s, notices_now(), %s)
ON CONFLICT (name) DO UPDATE SET at = EXCLUDED.at, host = EXCLUDED.host
"""


def beat(name: str) -> None:
    """`beat`: the alarm clock rang; `planner`, `sender`: that part went to work."""
    with connection.cursor() as cursor:
        cursor.execute(BEAT, [name, socket.gethostname()[:150]])
