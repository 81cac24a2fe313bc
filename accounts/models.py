"""Who may come in and for whom they act: users with an e-mail address as login, and their memberships."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from records.history import tracked
from records.models import Record, bump_version
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
        return self.get(email__iexact=username)


def zone_choices() -> list[tuple[str, str]]:
    """The three Indonesian zones by their names first, then all others."""
    own = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
    others = sorted(zoneinfo.available_timezones() - own.keys())
    return [(zone, f"{name} — {zone}") for zone, name in own.items()] + [(zone, zone) for zone in others]


@tracked
class User(Record, AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail; what they may see and do follows from their memberships.

    `is_superuser` is the system administrator: sees all. `is_staff` opens Django admin.
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
        triggers = [bump_version("last_login")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def sees_all(self) -> bool:
        return self.is_active and self.is_superuser

    @cached_property
    def standing(self) -> list[Membership]:
        """Memberships with their region, read once per request."""
        if not self.is_active:
            return []
        return list(self.memberships.select_related("region__parent", "unit__region").order_by("pk"))

    @cached_property
    def region_ids(self) -> list[int]:
        """Regions whose records the user sees: own ones, and those below a supervising membership. Two queries."""
        own = {m.region_id for m in self.standing if m.region_id}
        above = {m.region_id for m in self.standing if m.region_id and m.supervises}
        below = Region.objects.filter(parent__in=above).values_list("pk", flat=True) if above else []
        return sorted(own | set(below))

    @property
    def own_region_ids(self) -> list[int]:
        """Regions of own memberships: restricted papers and internal notes are for them, not for a supervisor."""
        return sorted({m.region_id for m in self.standing if m.region_id})

    @cached_property
    def unit_ids(self) -> list[int]:
        """Organisations whose part the user sees (agency users)."""
        return sorted(m.unit_id for m in self.standing if m.unit_id)

    @cached_property
    def organisation_ids(self) -> list[int]:
        """Organisations of the user's regions, and the own units. One query."""
        ours = models.Q(region__in=self.region_ids) | models.Q(pk__in=self.unit_ids)
        return list(Organisation.objects.filter(ours).order_by().values_list("pk", flat=True))

    @cached_property
    def writing_region_ids(self) -> list[int]:
        """Regions in whose name the user may log and change records."""
        return sorted({m.region_id for m in self.standing if m.region_id and m.role in WRITING_ROLES})

    @cached_property
    def managed_region_ids(self) -> list[int]:
        """Regions for which the user decides: waives a gate, replaces a template, deletes what was signed."""
        return sorted({m.region_id for m in self.standing if m.region_id and m.role in MANAGING_ROLES})

    def may_manage(self, region_id: int | None) -> bool:
        return self.sees_all or region_id in self.managed_region_ids

    @property
    def can_log_visits(self) -> bool:
        return self.sees_all or bool(self.writing_region_ids)

    def may_write_for(self, region_id: int | None) -> bool:
        """May the user keep the records of this region? Records of no region are kept by any officer."""
        if self.sees_all:
            return True
        return region_id in self.writing_region_ids if region_id is not None else self.can_log_visits

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


class Role(models.TextChoices):
    VIEWER = "VIEWER", _("Viewer")
    OFFICER = "OFFICER", _("Cooperation officer")
    UNIT_USER = "UNIT_USER", _("Agency user")
    REVIEWER = "REVIEWER", _("Reviewer")
    LEGAL = "LEGAL", _("Legal")
    MANAGER = "MANAGER", _("Manager")
    ADMIN = "ADMIN", _("Administrator")


MANAGING_ROLES = {Role.MANAGER, Role.ADMIN}
WRITING_ROLES = {Role.OFFICER, Role.MANAGER, Role.ADMIN}


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: Any) -> Self:
        """Own memberships; all for the system administrator."""
        return self if user.sees_all else self.filter(user=user)


@tracked
class Membership(Record):
    """A user acts for a region, or for one unit of it, in a role; a province may supervise its regencies and cities."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, related_name="memberships", verbose_name=_("region")
    )
    unit = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="memberships", verbose_name=_("unit")
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
