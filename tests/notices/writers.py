"""Writers for the tests: what becomes of a letter is told by the name of its recipient."""

import os
import signal
import time

from django.db import connection
from django.utils.safestring import SafeString

from notices.letters import Letter


def plain(notice, channel):
    return Letter(f"Ringkasan {notice.on}", f"Halo {notice.recipient}", SafeString("<p>Halo</p>"), ("TASKS", "ENDINGS"))


def nothing(notice, channel):
    return None


def broken(notice, channel):
    raise ZeroDivisionError("the template is broken")


def deadly(notice, channel):
    os.kill(os.getpid(), signal.SIGKILL)


def slow(notice, channel):
    time.sleep(1)
    return plain(notice, channel)


def stuck(notice, channel):
    """For ever, in a sender of its own."""
    if "TEST_SENDER" in os.environ:
        time.sleep(100)
    return plain(notice, channel)


def cut(notice, channel):
    """The database goes away under the writer, once."""
    with connection.cursor() as cursor:
        if not cut.done:
            cut.done.append(notice.pk)
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    return plain(notice, channel)


cut.done = []
WRITERS = {"Nothing": nothing, "Broken": broken, "Deadly": deadly, "Slow": slow, "Stuck": stuck, "Cut": cut}


def by_name(notice, channel):
    return WRITERS.get(notice.recipient.name, plain)(notice, channel)
