"""`python -m tests.dashboards.maker`: a maker of files as a process of its own, slow enough to be killed in the middle."""

import os
import time

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from dashboards import making

    counted = making.Pulse.counted

    def slowly(self, rows):
        for row in counted(self, rows):
            yield row
            time.sleep(0.02)

    making.Pulse.counted = slowly
    making.make_waiting(seconds=1)
