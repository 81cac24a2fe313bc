"""Housekeeping of sessions, and the letters to those who are invited."""

from importlib import import_module

from django.conf import settings

from accounts import invitations
from records import rows
from records.tasks import task


@task(acts_for=rows.EVERYBODY)
def clear_expired_sessions() -> None:
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@task(acts_for=rows.EVERYBODY)
def send_invitations() -> None:
    invitations.send_due()
