"""Django admin with our site; config itself is no app."""

from django.contrib.admin.apps import AdminConfig


class SimpulAdminConfig(AdminConfig):
    default_site = "pages.admin.SimpulAdminSite"

    def ready(self) -> None:
        super().ready()
        from config import checks  # noqa: F401, PLC0415 - registers them, and only here is everything loaded
