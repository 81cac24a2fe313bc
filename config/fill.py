"""`python -m config.fill`: bring the database up to date and fill it with the demo; prints the accounts (bin/demo)."""

import contextlib
import os
import sys

import django
from django.core.management import CommandError, call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    with contextlib.redirect_stdout(sys.stderr):  # stdout is for the accounts
        call_command("catalogues")
        call_command("migrate", verbosity=0)
        call_command("load_regions")
        call_command("load_visit_kinds")
        call_command("load_processes")
        call_command("load_calendar")
        call_command("load_rules")
        try:
            call_command("demo")
        except CommandError as error:  # somebody's own records are there: show those
            print(error)
            return
    call_command("demo", "--accounts")


if __name__ == "__main__":
    main()
