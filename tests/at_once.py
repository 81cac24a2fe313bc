"""Two deeds in the same moment, each on a connection of its own."""

import threading
import time

from django.db import connection, connections


def waits():
    """Until somebody stands in line for a row that is held here; at most a few seconds."""
    for _try in range(60):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)


def both(*deeds):
    """What each of them ended with: None, or its error."""
    ended = [None] * len(deeds)

    def do(number, deed):
        try:
            deed()
        except Exception as error:  # noqa: BLE001 - it is what is asked
            ended[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return ended
