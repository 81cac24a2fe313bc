"""Found by typing: a colleague, a programme of an agreement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, User
from agreements.models import Agreement, Programme
from followups.models import Milestone
from pages.lookups import Lookup, Option
from records.keys import whole
from visits.models import Visit

ABOUT: dict[str, Any] = {"milestone": Milestone, "visit": Visit, "agreement": Agreement}  # shared with other regions


class PeopleLookup(Lookup[User]):
    """Active users of the regions and units that the user sees; by name or e-mail address.

    `about` names records that they share with other regions (see ABOUT): members of these are found, too.
    """

    model = User
    names = ("name",)
    codes = ("email",)
    url = "followups:people-lookup"
    placeholder = gettext_lazy("Name or e-mail address")

    def __init__(self, user: Any, about: Mapping[str, str] | None = None) -> None:
        self.user = user
        self.about = {name: key for name, key in (about or {}).items() if name in ABOUT and key}

    def records(self) -> QuerySet[User]:
        found = User.objects.filter(is_active=True).prefetch_related("memberships__region", "memberships__unit")
        if self.user.sees_all:
            return found
        regions, units = [*self.user.region_ids, *self.others], self.user.unit_ids
        near = Q(region__in=regions) | Q(unit__region__in=regions) | Q(unit__in=units)
        return found.filter(Exists(Membership.objects.filter(near, user=OuterRef("pk"))) | Q(pk=self.user.pk))

    @cached_property
    def others(self) -> list[int]:
        """Regions that take part in what the user shares with them."""
        keys = {ABOUT[name]: key for name, text in self.about.items() if (key := whole(text)) is not None}
        found = [model.objects.visible_to(self.user).filter(pk=key) for model, key in keys.items()]
        return [pk for records in found for regions in records.values_list("region_ids", flat=True) for pk in regions]

    def option(self, record: User) -> Option:
        places = ", ".join(str(membership.place) for membership in record.memberships.all())
        label = f"{record} — {record.email}"
        return Option(value=record.pk, label=label, name=str(record), level=places, code=record.email)

    def first(self, records: QuerySet[User], user: Any) -> QuerySet[User]:
        return records.order_by("name", "email", "pk")

    def of_label(self, text: str) -> list[User]:
        email = text.rpartition(" — ")[2].strip()
        return list(self.records().filter(email__iexact=email)) if "@" in email else []

    def too_many(self, text: str, count: int) -> str:
        return _("“%(text)s” fits several people: choose one.") % {"text": text}

    def nothing(self, text: str) -> str:
        return _("Nobody of your regions fits “%(text)s”. Try another part of the name.") % {"text": text}


class ProgrammeLookup(Lookup[Programme]):
    """Work programmes of agreements that the user may see."""

    model = Programme
    names = ("name",)
    own = "agreement__owner"
    url = "followups:programme-lookup"
    placeholder = gettext_lazy("Name of the programme")

    def __init__(self, user: Any) -> None:
        self.user = user

    def records(self) -> QuerySet[Programme]:
        found = Programme.objects.visible_to(self.user).select_related("agreement")
        return found.prefetch_related("agreement__parties__region", "agreement__parties__organisation")

    def option(self, record: Programme) -> Option:
        agreement, number = str(record.agreement), f"#{record.pk}"
        label = f"{record.name} — {agreement}, {number}"
        return Option(value=record.pk, label=label, name=record.name, code=number, context=agreement)

    def too_many(self, text: str, count: int) -> str:
        return _("“%(text)s” fits several programmes: choose one.") % {"text": text}

    def nothing(self, text: str) -> str:
        return _("No programme of an agreement is called “%(text)s”.") % {"text": text}
