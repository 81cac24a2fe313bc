from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import factors  # noqa: PLC0415 -- its models are there only now

        factors.listen()
        self._name_what_allauth_does_not()

    def _name_what_allauth_does_not(self) -> None:
        """Django admin lists what goes with a user. Not by `Meta`: allauth would want migrations."""
        sessions = self.apps.get_model("usersessions", "UserSession")._meta  # type: ignore[union-attr]
        sessions.verbose_name, sessions.verbose_name_plural = _("Device"), _("Devices")
        factors = self.apps.get_model("mfa", "Authenticator")._meta  # type: ignore[union-attr]
        factors.verbose_name, factors.verbose_name_plural = _("Second factor"), _("Second factors")
