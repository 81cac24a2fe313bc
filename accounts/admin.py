"""Users and their memberships in Django admin. Roles are memberships; Django's groups and permissions are not used."""

from __future__ import annotations

from typing import Any

from allauth.account import admin as _account_admin  # noqa: F401 - registers what is taken away below
from allauth.account.models import EmailAddress
from allauth.mfa import admin as _mfa_admin  # noqa: F401 - likewise
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Membership, User, zone_choices
from pages.admin import RecordAdmin, RecordForm, Rows

admin.site.unregister([Group, EmailAddress])  # roles are memberships; the address stands with the user
admin.site.unregister(Authenticator)  # it would show the secrets of second factors


class NewUserForm(AdminUserCreationForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["email", "name", "language"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class UserForm(RecordForm, UserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, Any] = {}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class MembershipRows(Rows):
    model = Membership
    classes = []
    fields = ["region", "unit", "role", "supervises"]


@admin.register(User)
class UserAdmin(RecordAdmin, DjangoUserAdmin):  # type: ignore[type-arg]
    form = UserForm
    add_form = NewUserForm
    list_display = ["email", "name", "acts_for", "language", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser", "memberships__role", "language"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]
    inlines = [MembershipRows]
    actions = [*RecordAdmin.actions, "activate", "deactivate", "remove_second_factors"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (_("Preferences"), {"fields": ["language", "time_zone"]}),
        (_("Access"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "language"]}),
        (_("Password"), {"fields": ["usable_password", "password1", "password2"], "classes": ["wide"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs.setdefault("form", self.add_form)
        return super().get_form(request, obj, change=change, **kwargs)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        return super().get_queryset(request).prefetch_related("memberships__region", "memberships__unit")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "time_zone":
            choices = [("", _("As the region")), *zone_choices()]
            return forms.ChoiceField(choices=choices, required=False, label=capfirst(db_field.verbose_name))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("memberships"))
    def acts_for(self, user: User) -> str:
        return ", ".join(f"{m.get_role_display()}: {m.place}" for m in user.memberships.all())

    @admin.action(description=_("Activate the selected users"))
    def activate(self, request: HttpRequest, queryset: models.QuerySet[User]) -> None:
        self._say(request, queryset.update(is_active=True))

    @admin.action(description=_("Deactivate the selected users: their sessions end at once"))
    def deactivate(self, request: HttpRequest, queryset: models.QuerySet[User]) -> None:
        self._say(request, queryset.exclude(email=request.user.get_username()).update(is_active=False))

    @admin.action(description=_("Remove the second factors of the selected users (lost phone)"))
    def remove_second_factors(self, request: HttpRequest, queryset: models.QuerySet[User]) -> None:
        self._say(request, queryset.filter(authenticator__isnull=False).distinct().count())
        Authenticator.objects.filter(user__in=queryset).delete()

    def _say(self, request: HttpRequest, n: int) -> None:
        said = ngettext("%(n)s user changed.", "%(n)s users changed.", n) % {"n": n}
        self.message_user(request, said, messages.SUCCESS)


@admin.register(Membership)
class MembershipAdmin(RecordAdmin):
    list_display = ["user", "region", "unit", "role", "supervises"]
    list_filter = ["role", "supervises"]
    list_select_related = ["user", "region", "unit"]
    search_fields = ["user__email", "user__name", "region__name_id", "region__code", "unit__name_id"]
