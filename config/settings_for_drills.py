"""The settings of a drill (`manage.py drill`): those of production, but for what DRILL_SETTINGS says instead.

DRILL_SETTINGS is a JSON object of settings; DRILL_TICKS one of tasks and the seconds between their ticks.
"""

import json
import os

from config.settings import *  # noqa: F403
from config.settings import CELERY_BEAT_SCHEDULE

vars().update(json.loads(os.environ.get("DRILL_SETTINGS", "{}")))
for task, seconds in json.loads(os.environ.get("DRILL_TICKS", "{}")).items():
    CELERY_BEAT_SCHEDULE[task].update(schedule=seconds, options={"expires": seconds})
