"""Users and their memberships in Django admin. Roles are memberships; Django's groups and permissions are not used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import admin as _account_admin  # noqa: F401 - registers what is taken away below
from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa import admin as _mfa_admin  # noqa: F401 - likewise
from allauth.mfa.models import Authenticator
from allauth.socialaccount import admin as _social_admin  # noqa: F401 - likewise
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions import admin as _sessions_admin  # noqa: F401 - likewise
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.adapter import vouch
from accounts.giving import tracing_rights
from accounts.members import hold_members
from accounts.models import Invitation, Membership, User, zone_choices
from pages.admin import ReadOnly, RecordAdmin, RecordForm, Rows
from pages.scopes import Scoped, regions_of
from records.ledger import Deed
from records.rows import along
from records.tracing import regions_of as regions_that_answer_for
from records.tracing import trace
from regions.models import Organisation

admin.site.unregister([Group, EmailAddress])  # roles are memberships; the address stands with the user
admin.site.unregister(Authenticator)  # it would show the secrets of second factors
admin.site.unregister([SocialAccount, SocialApp, SocialToken, UserSession])  # likewise of sessions and other sign-ins


WRITING = ("remove_second_factors",)  # actions that send letters: not inside a transaction
REMOVED = {  # the letters of allauth about a second factor that went
    Authenticator.Type.TOTP.value: "mfa/email/totp_deactivated",
    Authenticator.Type.WEBAUTHN.value: "mfa/email/webauthn_removed",
}


def members_of(user: Any) -> models.QuerySet[User]:
    """Who acts for the regions that the user administers, or for their units."""
    return User.objects.filter(pk__in=Membership.objects.filter(_of(user)).values("user"))


def _of(user: Any) -> models.Q:
    return models.Q(region__in=regions_of(user)) | models.Q(unit__region__in=regions_of(user))


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


class MembershipForm(RecordForm):
    """Who acts for what stays: another membership is another right, given by itself, without what this one allows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"user", "region", "unit"} & self.fields.keys():
            self.fields[name].disabled |= self.instance.pk is not None


def _asked(view: Callable[..., Any], request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
    """The answer of the view; before it does anything, who one is where it was not shown lately."""
    return (reauthentication_required(view) if request.method == "POST" else view)(request, *args, **kwargs)


def _asked_first(view: Callable[..., Any], request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
    """As `_asked`, before the form is shown: what is sent too late is not kept in the session, where a password that
    was typed would wait in clear.
    """
    try:
        return reauthentication_required(view)(request, *args, **kwargs)
    except ReauthenticationRequired:
        if request.method != "POST":
            raise
        return redirect(request.get_full_path())


def _in_turn(view: Callable[..., Any]) -> Callable[..., Any]:
    """What administrators of a region send waits for the others of the region, and their right is asked for anew."""

    def answer(request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.method != "POST" or request.user.sees_all:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            hold_members(regions_of(request.user))
            request.user = User.objects.get(pk=request.user.pk)
            return view(request, *args, **kwargs)

    return answer


def _tell(request: HttpRequest, letter: str, user: Any) -> None:
    """A letter of allauth to whom it was done, in their language."""
    with translation.override(user.language):
        get_adapter(request).send_notification_mail(letter, user)


class Memberships(Scoped):
    """Those of the own regions and their units. Only the system administrator lets a province see what lies below."""

    own_keys = ("region", "unit")
    own_keys_may_be_empty = True  # one of the two is
    form: Any = MembershipForm

    def seen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        return rows.filter(_of(user))

    def kept_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        """Others', never one's own: a region does not lose its last administrator by a slip."""
        return rows.filter(_of(user)).exclude(user=user)

    def told_by(self, events: models.QuerySet[Any], user: Any) -> models.QuerySet[Any]:
        units = Organisation.objects.filter(region__in=regions_of(user)).values("pk")
        return events.filter(models.Q(region_id__in=regions_of(user)) | models.Q(unit_id__in=units))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        user: Any = request.user
        fields = super().get_readonly_fields(request, obj)  # type: ignore[misc]  # of Django admin
        return fields if user.sees_all else [*fields, "supervises"]


class Traced:
    """Before RecordAdmin: what changes who may do what is written into the book of what people did, and before it one
    shows again who one is, as on the page of members.

    Only the house writes it (`records.guards`), so an administrator of a region, whose right Django admin has asked,
    saves along with it.
    """

    person = "pk"  # where the row names whose rights it is about

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        view = _in_turn(super().changeform_view)  # type: ignore[misc]  # of Django admin
        return _asked(view, request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        view = _in_turn(super().delete_view)  # type: ignore[misc]  # of Django admin
        return _asked(view, request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        view = super().changelist_view  # type: ignore[misc]  # of Django admin
        action = request.POST.get("action")
        if action in RecordAdmin.actions:  # they take a file away
            return view(request, *args, **kwargs)
        return _asked(view if action in WRITING else _in_turn(view), request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with tracing_rights([getattr(obj, self.person)]), along():
            super().save_model(request, obj, form, change)  # type: ignore[misc]  # of Django admin

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        with tracing_rights([getattr(form.instance, self.person)]), along():
            super().save_formset(request, form, formset, change)  # type: ignore[misc]  # of Django admin

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with tracing_rights([getattr(obj, self.person)]), along():
            super().delete_model(request, obj)  # type: ignore[misc]  # of Django admin


class MembershipRows(Memberships, Rows):
    model = Membership
    classes = []
    fields = ["region", "unit", "role", "supervises"]


@admin.register(User)
class UserAdmin(Traced, RecordAdmin, DjangoUserAdmin):  # type: ignore[type-arg]
    """An administrator of a region has its members here, and changes those who act for nobody else.

    They invite (on the page of members) instead of adding, and set no password, address or power of the system.
    """

    has_trash = False
    region_adds = region_deletes = False
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
        (_("Access"), {"fields": ["is_active", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    region_fieldsets = [
        (None, {"fields": ["email", "name", "version_read"]}),
        (_("Preferences"), {"fields": ["language", "time_zone"]}),
        (_("Access"), {"fields": ["is_active"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "language"]}),
        (_("Password"), {"fields": ["usable_password", "password1", "password2"], "classes": ["wide"]}),
    ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The address that is given here is theirs from now on, and nobody else's."""
        super().save_model(request, obj, form, change)
        vouch(obj)

    def seen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        return rows.filter(pk__in=members_of(user).values("pk"))

    def kept_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        elsewhere = Membership.objects.exclude(pk__in=Membership.objects.filter(_of(user)).values("pk"))
        theirs = rows.filter(pk__in=members_of(user).values("pk"), is_superuser=False).exclude(pk=user.pk)
        return theirs.exclude(pk__in=elsewhere.values("user"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        user: Any = request.user
        fields = super().get_readonly_fields(request, obj)
        own = ["is_active", "is_superuser"] if obj == user else []  # nobody shuts themselves out by a slip
        return [*fields, *own] if user.sees_all else [*fields, "email"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj != request.user and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Who once had a letter stays; the page says what to do instead."""
        found, counts, lacking, protected = super().get_deleted_objects(objs, request)
        if lacking or protected:
            protected = [
                gettext("What they did and what was sent to them is kept. Deactivate them instead."),
                *protected,
            ]
            lacking = set()
        return found, counts, lacking, protected

    def get_list_display(self, request: HttpRequest) -> Any:
        user: Any = request.user
        return self.list_display if user.sees_all else ["email", "name", "own_places", "language", "is_active"]

    def get_list_filter(self, request: HttpRequest) -> Any:
        """By their roles anywhere and their power over the system only for the system administrator."""
        user: Any = request.user
        return super().get_list_filter(request) if user.sees_all else ["is_active", "language"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        user: Any = request.user
        if not user.sees_all:
            return self.region_fieldsets
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return _asked_first(super().add_view, request, form_url, extra_context)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        user: Any = request.user
        if not user.sees_all:
            raise Http404
        answer: HttpResponse = _asked_first(self._change_password, request, id, form_url)
        return answer

    def _change_password(self, request: HttpRequest, id: str, form_url: str) -> HttpResponse:  # noqa: A002 -- of Django
        answer = super().user_change_password(request, id, form_url)
        if request.method == "POST" and answer.status_code == 302:
            changed = self.get_object(request, unquote(id))
            trace(Deed.PASSWORD_CHANGED, what=changed, regions=regions_that_answer_for(changed))
            _tell(request, "account/email/password_changed", changed)
        return answer

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs.setdefault("form", self.add_form)
        return super().get_form(request, obj, change=change, **kwargs)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        own = Membership.objects.filter(_of(request.user)).select_related("region", "unit")
        found = super().get_queryset(request).prefetch_related("memberships__region", "memberships__unit")
        return found.prefetch_related(models.Prefetch("memberships", own, to_attr="own_memberships"))

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "time_zone":
            choices = [("", _("As the region")), *zone_choices()]
            return forms.ChoiceField(choices=choices, required=False, label=capfirst(db_field.verbose_name))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("memberships"))
    def acts_for(self, user: User) -> str:
        return ", ".join(f"{m.get_role_display()}: {m.place}" for m in user.memberships.all())

    @admin.display(description=_("memberships"))
    def own_places(self, user: Any) -> str:
        return ", ".join(f"{m.get_role_display()}: {m.place}" for m in user.own_memberships)

    @admin.action(description=_("Activate the selected users"))
    def activate(self, request: HttpRequest, queryset: models.QuerySet[User]) -> None:
        self._switch(request, self._kept_of(request, queryset), on=True)

    @admin.action(description=_("Deactivate the selected users: their sessions end at once"))
    def deactivate(self, request: HttpRequest, queryset: models.QuerySet[User]) -> None:
        others = self._kept_of(request, queryset).exclude(email=request.user.get_username())
        self._switch(request, others, on=False)

    @admin.action(description=_("Remove the second factors of the selected users (lost phone)"))
    def remove_second_factors(self, request: HttpRequest, queryset: models.QuerySet[User]) -> None:
        concerned = self._kept_of(request, queryset).filter(authenticator__isnull=False).distinct()
        for user in (people := list(concerned)):
            trace(Deed.FACTOR_REMOVED, what=user, regions=regions_that_answer_for(user))
            kinds = Authenticator.objects.filter(user=user).values_list("type", flat=True)
            for kind in REMOVED.keys() & set(kinds):
                _tell(request, REMOVED[kind], user)
        Authenticator.objects.filter(user__in=people).delete()
        self._say(request, len(people))

    def _switch(self, request: HttpRequest, people: models.QuerySet[User], *, on: bool) -> None:
        keys = list(people.values_list("pk", flat=True))
        with tracing_rights(keys), along():
            changed = User.objects.filter(pk__in=keys).update(is_active=on)
        self._say(request, changed)

    def _kept_of(self, request: HttpRequest, queryset: models.QuerySet[User]) -> models.QuerySet[User]:
        """An action changes nobody who acts for another region as well."""
        return User.objects.filter(pk__in=queryset.values("pk")) & self.kept(request)

    def _say(self, request: HttpRequest, n: int) -> None:
        said = ngettext("%(n)s user changed.", "%(n)s users changed.", n) % {"n": n}
        self.message_user(request, said, messages.SUCCESS)


@admin.register(Invitation)
class InvitationAdmin(ReadOnly, RecordAdmin):
    """They are made, sent again and withdrawn on the page of members."""

    list_display = ["email", "role", "region", "unit", "invited_by", "created_at", "sent_at", "accepted_at"]
    list_filter = ["role"]
    list_select_related = ["region", "unit", "invited_by"]
    search_fields = ["email"]
    date_hierarchy = "created_at"

    def seen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        return rows.filter(_of(user))


@admin.register(Membership)
class MembershipAdmin(Traced, Memberships, RecordAdmin):
    """What is taken from somebody here is gone, as on the page of members: no trash gives it back."""

    has_trash = False
    person = "user_id"
    list_display = ["user", "region", "unit", "role", "supervises"]
    list_filter = ["role", "supervises"]
    list_select_related = ["user", "region", "unit"]
    search_fields = ["user__email", "user__name", "region__name_id", "region__code", "unit__name_id"]

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        with tracing_rights([obj.user_id]), along():
            obj.delete()
