"""The settings as mypy's Django plugin reads them: it needs no servers, but settings.py needs their names."""

import os

os.environ |= {"DEBUG": "1", "SECRET_KEY": "mypy", "DATABASE_URL": "postgres:///mypy", "REDIS_URL": "redis://mypy"}

from config.settings import *  # noqa: F403
