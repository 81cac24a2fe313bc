"""Who may come in and for whom they act: users with an e-mail address as login, and their memberships."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.rights import Right, Role, Standing, is_entrusted, system_may
from records.history import tracked
from records.models import Record, bump_version
from records.rows import WEB
from regions.models import Organisation, Region


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user with a hashed password; without one they can only come in through a reset letter."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.with_address(username or "").get()

    def with_address(self, email: str) -> models.QuerySet[User]:
        """Whose address it is: one at most, in any case. What somebody has asked for as theirs is not looked at."""
        return self.filter(Exact(Lower("email"), email.lower()))


def zone_choices() -> list[tuple[str, str]]:
    """The three Indonesian zones by their names first, then all others."""
    own = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
    others = sorted(zoneinfo.available_timezones() - own.keys())
    return [(zone, f"{name} — {zone}") for zone, name in own.items()] + [(zone, zone) for zone in others]


@tracked
class User(Record, AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail; what they may see and do follows from their memberships.

    `is_superuser` is the system administrator: sees all. `is_staff` means nothing here: who
    may enter Django admin follows from the memberships too (docs/rights.md).
    """

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="id")
    time_zone = models.CharField(_("time zone"), max_length=50, blank=True, help_text=_("Empty: that of your region."))
    is_staff = models.BooleanField(_("may use the administration"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta(Record.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_is_unique",
                violation_error_message=_("There is a user with this e-mail address already."),
            )
        ]
        triggers = [
            bump_version("last_login"),
            pgtrigger.Trigger(
                name="powers_are_given_by_the_house",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("is_superuser", "is_staff", "is_active", "date_joined"),
                func=f"""
                    IF current_setting('role') = '{WEB}' THEN
                        RAISE insufficient_privilege USING MESSAGE = 'Nobody gives powers by the role of the web.';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def label(self) -> str:
        """“Sari — sari@batam.example”: names repeat, addresses do not."""
        return f"{self.name} — {self.email}" if self.name else self.email

    @property
    def sees_all(self) -> bool:
        return self.is_active and self.is_superuser

    @cached_property
    def standing(self) -> list[Membership]:
        """Memberships with their region, read once per request."""
        if not self.is_active:
            return []
        return list(self.memberships.select_related("region__parent", "unit__region").order_by("pk"))

    # The door: what `accounts.rights` allows

    @cached_property
    def rights(self) -> Standing:
        """Regions and units for each right, from the memberships."""
        below = Region.objects.order_by()
        return Standing(self.standing, lambda above: below.filter(parent__in=above).values_list("pk", flat=True))

    def may(self, right: Right | str, region_id: int | None, unit_id: int | None = None) -> bool:
        """May the user do it for this region, or for this unit? What is nobody's (None) only `sees_all` may."""
        if self.sees_all and system_may(right):
            return True
        for_region = region_id is not None and region_id in self.regions_for(right)
        return for_region or (unit_id is not None and unit_id in self.units_for(right))

    def may_somewhere(self, right: Right | str) -> bool:
        """May they do it for any region or unit?"""
        by_membership = self.regions_for(right) or self.units_for(right)
        return bool((self.sees_all and system_may(right)) or by_membership)

    def regions_for(self, right: Right | str) -> list[int]:
        """Regions for which the user may do it by their memberships; `sees_all` stands beside it in every question."""
        return self.rights.regions_for(right)

    def units_for(self, right: Right | str) -> list[int]:
        """Units for which they may do it as members of the unit, not of its region."""
        return self.rights.units_for(right)

    @property
    def is_entrusted(self) -> bool:
        """Manager, administrator of a region or of the system: a second factor may be demanded of them."""
        return self.sees_all or is_entrusted(self.standing)

    # The questions that are asked everywhere, by their names

    @property
    def region_ids(self) -> list[int]:
        """Regions whose records the user sees: own ones, and those below a supervising membership. Two queries."""
        return self.regions_for(Right.SEE_RECORDS)

    @property
    def own_region_ids(self) -> list[int]:
        """Regions of own memberships: restricted papers and internal notes are for them, not for a supervisor."""
        return self.regions_for(Right.SEE_NOTES)

    @property
    def unit_ids(self) -> list[int]:
        """Organisations whose part the user sees (agency users)."""
        return self.units_for(Right.SEE_RECORDS)

    @cached_property
    def organisation_ids(self) -> list[int]:
        """Organisations of the user's regions, and the own units. One query."""
        ours = models.Q(region__in=self.region_ids) | models.Q(pk__in=self.unit_ids)
        return list(Organisation.objects.filter(ours).order_by().values_list("pk", flat=True))

    @property
    def writing_region_ids(self) -> list[int]:
        """Regions in whose name the user may log and change records."""
        return self.regions_for(Right.KEEP_RECORDS)

    @property
    def can_log_visits(self) -> bool:
        return self.may_somewhere(Right.KEEP_RECORDS)

    def may_write_for(self, region_id: int | None) -> bool:
        """May the user keep the records of this region? Records of no region are kept by any officer."""
        return self.can_log_visits if region_id is None else self.may(Right.KEEP_RECORDS, region_id)

    @cached_property
    def home_region(self) -> Region | None:
        """The region that a new record belongs to unless the user says otherwise: the first that they write for."""
        writing = [m.region for m in self.standing if m.region_id in self.writing_region_ids]
        others = [m.region or (m.unit.region if m.unit else None) for m in self.standing]
        return next((r for r in [*writing, *others] if r is not None), None)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """Own time zone, else that of the region, else that of the installation."""
        name = self.time_zone or (self.home_region.time_zone if self.home_region else settings.TIME_ZONE)
        return zoneinfo.ZoneInfo(name)

    def today(self) -> dt.date:
        """The calendar day where the user is."""
        return timezone.localdate(timezone=self.zone)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: Any) -> Self:
        """Own memberships; all for the system administrator."""
        return self if user.sees_all else self.filter(user=user)


@tracked
class Membership(Record):
    """A user acts for a region, or for one unit of it, in a role; a province may supervise its regencies and cities."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("region")
    )
    unit = models.ForeignKey(  # with members it is not thrown away: out of the trash they would come back with it
        Organisation, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("unit")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.VIEWER)
    supervises = models.BooleanField(
        _("supervises"),
        default=False,
        help_text=_("Also sees the records of the regencies and cities of the province."),
    )

    objects = MembershipQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=False, unit__isnull=True) | Q(region__isnull=True, unit__isnull=False),
                name="membership_is_of_a_region_or_a_unit",
                violation_error_message=_("Choose either a region or a unit."),
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=True) | Q(role__in=["UNIT_USER", "VIEWER"]),
                name="membership_of_a_unit_is_an_agency_user",
                violation_error_message=_("A member of a unit is an agency user or a viewer."),
            ),
            models.UniqueConstraint(
                fields=["user", "region", "unit"],
                name="membership_is_unique",
                nulls_distinct=False,
                violation_error_message=_("The user is a member here already: change the role instead."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.place}"

    @property
    def place(self) -> Region | Organisation | None:
        return self.region or self.unit

    @property
    def place_region_id(self) -> int | None:
        """The region whose manager and administrator it concerns."""
        return self.region_id or (self.unit.region_id if self.unit else None)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: Any) -> Self:
        """Those for places that the user manages; all for the system administrator."""
        if user.sees_all:
            return self
        managed = user.regions_for(Right.SEE_MEMBERS)
        return self.filter(Q(region__in=managed) | Q(unit__region__in=managed)) if managed else self.none()

    def open(self) -> Self:
        """Neither accepted nor withdrawn; it may have run out (`Invitation.has_run_out`) and can be sent again."""
        return self.filter(accepted_at=None, withdrawn_at=None)


@tracked
class Invitation(Record):
    """An address is asked to act for a region or unit. Whoever holds the link of the letter becomes a member.

    No secret is kept: the link is made from the key of the installation, the row and its `round`, so that every try to
    send a letter carries the same link, and sending it again makes the older ones void (accounts/invitations.py).
    """

    computed = ("next_try_at", "attempts", "sent_at", "error")  # kept by the sender

    email = models.EmailField(_("e-mail address"))
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, related_name="invitations", verbose_name=_("region")
    )
    unit = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="invitations", verbose_name=_("unit")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.VIEWER)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="id")
    round = models.PositiveSmallIntegerField(_("times sent"), default=1, editable=False)
    invited_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="invitations_made", verbose_name=_("invited by"), editable=False
    )
    created_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("runs out"), editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    accepted_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="invitations_taken",
        verbose_name=_("accepted by"),
        editable=False,
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    next_try_at = models.DateTimeField(_("next try"), null=True, default=timezone.now, editable=False)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    error = models.CharField(_("what went wrong"), max_length=300, blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=False, unit__isnull=True) | Q(region__isnull=True, unit__isnull=False),
                name="invitation_is_for_a_region_or_a_unit",
                violation_error_message=_("Choose either a region or a unit."),
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=True) | Q(role__in=["UNIT_USER", "VIEWER"]),
                name="invitation_for_a_unit_is_for_an_agency_user",
                violation_error_message=_("A member of a unit is an agency user or a viewer."),
            ),
            models.UniqueConstraint(
                Lower("email"),
                "region",
                "unit",
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_is_open_once",
                nulls_distinct=False,
                violation_error_message=_("This address is invited already: send the invitation again instead."),
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="invitation_to_send", condition=Q(next_try_at__isnull=False)),
        ]
        triggers = [bump_version("next_try_at", "attempts", "sent_at", "error")]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_role_display()} · {self.place}"

    @property
    def place(self) -> Region | Organisation | None:
        return self.region or self.unit

    @property
    def place_region_id(self) -> int | None:
        """The region whose manager and administrator it concerns."""
        return self.region_id or (self.unit.region_id if self.unit else None)

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None

    @property
    def has_run_out(self) -> bool:
        return self.is_open and self.expires_at <= timezone.now()
