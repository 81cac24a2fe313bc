"""Who acts for a region or its units: what managers read and administrators change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Invitation, Membership
from accounts.rights import Right
from records.rows import along
from regions.models import Region

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def members_for(user: Any) -> QuerySet[Membership]:
    """Memberships of the places whose members the user may see, with what the page tells of each."""
    found = Membership.objects.select_related("user", "region__parent", "unit__region")
    if not user.sees_all:
        found = found.filter(_in(user.regions_for(Right.SEE_MEMBERS)))
    factors = Authenticator.objects.filter(user=OuterRef("user"), type__in=FACTORS)
    return found.annotate(has_factor=Exists(factors)).order_by("user__name", "user__email", "pk")


def named(found: QuerySet[Membership], text: str) -> QuerySet[Membership]:
    """Those whose name, address, region or unit holds the text."""
    fields = ("user__name", "user__email", "region__name_id", "region__name_en", "unit__name_id", "unit__name_en")
    holds = Q()
    for field in fields:
        holds |= Q(**{f"{field}__icontains": text})
    return found.filter(holds) if text else found


def may_change(user: Any, one: Membership | Invitation) -> bool:
    """Administrators change others, never themselves: a region does not lose its last one by a slip."""
    return bool(user.may(Right.KEEP_MEMBERS, one.place_region_id)) and getattr(one, "user_id", None) != user.pk


def hold_members(regions: Iterable[int | None]) -> None:
    """Who acts for these regions and their units is changed by one at a time, until the transaction ends.

    Two administrators who end each other in the same moment would leave none: each asks for their right behind this.
    """
    with along():
        held = Region._base_manager.select_for_update(no_key=True).filter(pk__in=[pk for pk in regions if pk])
        list(held.order_by("pk").values_list("pk", flat=True))


def open_invitations_for(user: Any) -> QuerySet[Invitation]:
    found = Invitation.objects.visible_to(user).open().select_related("region__parent", "unit__region", "invited_by")
    return found.order_by("-created_at", "-pk")


def _in(regions: list[int]) -> Q:
    return Q(region__in=regions) | Q(unit__region__in=regions)
