"""Who may keep the reference data of a region. Everybody who is signed in reads it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from pages.refusals import kept_by
from records.rows import EVERYBODY, acting
from regions.models import Official, Organisation, Position, Region

Kept = Region | Organisation | Official | Position


def may_edit(user: Any, region: Region | None) -> bool:
    """Officers of the region; any officer where nobody on this installation acts for it (abroad, or not yet a member).

    One query at most beyond the user's own memberships.
    """
    if not user.may_somewhere("ADD_REFERENCE"):
        return False
    if region is None or user.may("KEEP_REFERENCE", region.pk):
        return True
    return not kept_of([region])


def may_edit_official(user: Any, official: Official) -> bool:
    """Officers of a kept region in which the official holds or held a position; any officer if there is none.

    Two queries, however many regions there are.
    """
    return _may_keep(user, _keepers(official))


def positions_to_edit(user: Any, positions: Iterable[Position]) -> set[int]:
    """Keys of those of one official, with their regions, that the user may change. One query."""
    positions = list(positions)
    places = {p.organisation.region for p in positions if p.organisation.region}
    kept = kept_of(places)
    return {p.pk for p in positions if _may_keep(user, [r for r in kept if r == p.organisation.region] or kept)}


def require_officer(user: Any) -> None:
    """Adding places, organisations, officials and venues is for officers of any region."""
    if not user.may_somewhere("ADD_REFERENCE"):
        raise PermissionDenied


def require_edit(user: Any, of: Kept | None) -> None:
    keepers = _keepers(of)
    if not _may_keep(user, keepers):
        raise PermissionDenied(*([kept_by(*keepers)] if keepers else []))


def require_move(user: Any, organisation: Organisation, to: Region | None) -> None:
    """Whoever acts for a unit acts for its region: its people never change sides unasked. Raises ValidationError."""
    if user.sees_all or (to.pk if to else None) == organisation.region_id:
        return
    if _has_people(organisation):
        raise ValidationError(
            _(
                "People act for this organisation or are invited to, and would go along. End their memberships and "
                "invitations first, or ask the system administrator to move it."
            )
        )
    if to is not None and not may_edit(user, to):
        raise ValidationError(kept_by(to))


def kept_of(regions: Iterable[Region]) -> list[Region]:
    """Those for which an active person on this installation acts, in whatever role, or acts for a unit of them."""
    places = {region.pk: region for region in regions}
    memberships: Any = Region._meta.get_field("memberships").related_model  # accounts stand above this app
    acting = memberships._base_manager.filter(user__is_active=True).order_by()
    of_these = acting.filter(Q(region__in=places) | Q(unit__region__in=places))
    found = {pk for pair in of_these.values_list("region", "unit__region").distinct() for pk in pair}
    return [region for pk, region in places.items() if pk in found]


def _has_people(organisation: Any) -> bool:
    with acting(EVERYBODY):  # invitations are shown to managers alone
        return bool(organisation.memberships.exists() or organisation.invitations.open().exists())


def _may_keep(user: Any, keepers: list[Region]) -> bool:
    theirs = not keepers or any(user.may("KEEP_REFERENCE", region.pk) for region in keepers)
    return theirs and bool(user.may_somewhere("ADD_REFERENCE"))


def _keepers(of: Kept | None) -> list[Region]:
    """The kept regions whose it is. A position is of its own region, and where nobody keeps that, of its official's."""
    if isinstance(of, Position):
        place = of.organisation.region if of.organisation_id else None
        return kept_of([place] if place else []) or _keepers(of.official)
    if isinstance(of, Official):
        positions = of.positions.select_related("organisation__region")
        return kept_of(p.organisation.region for p in positions if p.organisation.region)
    region = of.region if isinstance(of, Organisation) else of
    return kept_of([region] if region else [])
