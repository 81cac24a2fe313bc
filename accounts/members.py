"""Who acts for a region or its units: what managers read and administrators change."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Invitation, Membership
from accounts.rights import Right

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
    region = one.region_id or (one.unit.region_id if one.unit else None)
    return bool(user.may(Right.KEEP_MEMBERS, region)) and getattr(one, "user_id", None) != user.pk


def open_invitations_for(user: Any) -> QuerySet[Invitation]:
    found = Invitation.objects.visible_to(user).open().select_related("region__parent", "unit__region", "invited_by")
    return found.order_by("-created_at", "-pk")


def _in(regions: list[int]) -> Q:
    return Q(region__in=regions) | Q(unit__region__in=regions)
