"""Who may keep the reference data of a region. Everybody who is signed in reads it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied

from pages.refusals import kept_by
from regions.models import Official, Organisation, Region


def may_edit(user: Any, region: Region | None) -> bool:
    """Officers of the region; any officer where nobody on this installation acts for it (abroad, or not yet a member).

    One query at most beyond the user's own memberships.
    """
    if not user.may_somewhere("ADD_REFERENCE"):
        return False
    if region is None or user.may("KEEP_REFERENCE", region.pk):
        return True
    return not _is_kept(region)


def may_edit_official(user: Any, official: Official) -> bool:
    """Officers of a region in which the official holds or held a position; any officer if there is none."""
    return any(may_edit(user, region) for region in _places(official) or [None])


def require_officer(user: Any) -> None:
    """Adding places, organisations, officials and venues is for officers of any region."""
    if not user.may_somewhere("ADD_REFERENCE"):
        raise PermissionDenied


def require_edit(user: Any, of: Region | Organisation | Official | None) -> None:
    region = of.region if isinstance(of, Organisation) else of
    allowed = may_edit_official(user, region) if isinstance(region, Official) else may_edit(user, region)
    if not allowed:
        keepers = [place for place in _places(of) if place and _is_kept(place)]
        raise PermissionDenied(*([kept_by(*keepers)] if keepers else []))


def _is_kept(region: Region) -> bool:
    """Does anybody on this installation act for it?"""
    return bool(getattr(region, "memberships").exists())  # noqa: B009 - comes from accounts


def _places(of: Region | Organisation | Official | None) -> list[Region | None]:
    """Whose it is: of an official, the regions in which they hold or held a position; None for what is of no region."""
    if isinstance(of, Official):
        positions = of.positions.select_related("organisation__region")
        return list(dict.fromkeys(p.organisation.region for p in positions))
    return [of.region if isinstance(of, Organisation) else of]
