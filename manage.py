#!/usr/bin/env python
"""Run one management command: the Django way in; `bin/manage` prepares the environment first."""

import getpass
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from records.work import job

    with job(f"manage.py {' '.join(sys.argv[1:2])}".strip(), os_user=getpass.getuser()):
        execute_from_command_line(sys.argv)
