"""Forms of one's own preferences, of a forgotten password, of members and invitations, and of who joins."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ResetPasswordForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Membership, User, zone_choices
from accounts.rights import ROLES_OF_UNITS, Right, Role
from pages.lookups import LookupField
from pages.versions import VersionedForm
from regions.lookups import ORGANISATIONS, REGIONS

INVITED = _("This address is invited already: send the invitation again instead.")


class PreferencesForm(VersionedForm):
    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"),
            required=False,
            choices=[("", _("As my region")), *zone_choices()],
            help_text=_("Days begin and times are shown as they are there."),
        )


class ForgottenForm(ResetPasswordForm):
    """The letter goes to whose address it is, never to who has asked for it as theirs."""

    def clean_email(self) -> str:
        email = str(super().clean_email())
        self.users = list(User.objects.with_address(email).filter(is_active=True))
        return email


class InvitationForm(forms.ModelForm):  # type: ignore[type-arg]  # it takes no parameter at run time
    """Whom, for which place, in which role. The place is one that the user keeps the members of."""

    region = LookupField(
        REGIONS, label=_("Region"), required=False, create=False, help_text=_("Sees all that concerns the region.")
    )
    unit = LookupField(
        ORGANISATIONS,
        label=_("Or a unit of it"),
        required=False,
        create=False,
        help_text=_("Sees only what the unit takes part in: for agency users."),
    )

    class Meta:
        model = Invitation
        fields = ["email", "region", "unit", "role", "language"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["language"].label = _("Language of the letter")
        if user.home_region and not self.is_bound and user.may(Right.KEEP_MEMBERS, user.home_region.pk):
            self.initial["region"] = user.home_region

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        region, unit = cleaned.get("region"), cleaned.get("unit")
        if region and unit and unit.region_id == region.pk:  # the region that was filled in, and a unit of it
            region = cleaned["region"] = self.instance.region = None
        for name, place, keeper in (("region", region, region), ("unit", unit, unit.region if unit else None)):
            if place and not self.user.may(Right.KEEP_MEMBERS, keeper.pk if keeper else None):
                self.add_error(name, _("You may not invite anybody for this one."))
        if unit and cleaned.get("role") not in ROLES_OF_UNITS:
            self.add_error("role", _("A member of a unit is an agency user or a viewer."))
        if cleaned.get("email") and not self.errors:
            self._check_that_it_is_new(cleaned["email"], region, unit)
        return cleaned

    def _check_that_it_is_new(self, email: str, region: Any, unit: Any) -> None:
        if Membership.objects.filter(user__email__iexact=email, region=region, unit=unit).exists():
            self.add_error("email", _("This person is a member here already: change the role instead."))
        elif Invitation.objects.open().filter(email__iexact=email, region=region, unit=unit).exists():
            self.add_error("email", INVITED)


class RoleForm(VersionedForm):
    class Meta:
        model = Membership
        fields = ["role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.unit_id:
            self.fields["role"].choices = [(role.value, role.label) for role in map(Role, ROLES_OF_UNITS)]  # type: ignore[attr-defined]


class JoiningForm(forms.Form):
    """Name and password of somebody who was invited and is new."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_("At least 12 characters; a sentence of several words is easy to remember and hard to guess."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, by_provider: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email, self.by_provider = email, by_provider
        self.fields["password"].required = not by_provider

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.by_provider:
            cleaned["password"] = None
            return cleaned
        if "password" in self.errors:
            return cleaned
        try:
            validate_password(cleaned["password"], User(email=self.email, name=cleaned.get("name", "")))
        except ValidationError as error:
            self.add_error("password", error)
        return cleaned
