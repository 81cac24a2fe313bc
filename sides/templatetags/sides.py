"""How a record stands between its sides, for the pages of apps that stand below this one. One query a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from pages.paging import counts_of
from regions.models import Region
from sides import facts
from sides.models import Correction, Handover
from sides.standing import for_page
from sides.trashing import sharing

register = template.Library()


@register.filter
def in_language(words: dict[str, str]) -> str:
    """Of words that are kept in each language, those of the active one."""
    return facts.in_language(words)


@register.inclusion_tag("sides/_strip.html", takes_context=True)
def sides_strip(context: Context, record: Any) -> dict[str, Any]:
    """Who keeps the record, what the other side may do, and what waits for an answer."""
    what = record._meta.model_name
    standing = for_page(context["request"], record)
    user = context["request"].user
    return {
        "record": record,
        "what": what,
        "standing": standing,
        "reads_as": reads_as(user, record),
    }


def reads_as(user: Any, record: Any) -> Region | None:
    """The side as which the reader sees a record that another side keeps."""
    places = [membership.region for membership in user.standing if membership.region]
    places += [membership.unit.region for membership in user.standing if membership.unit and membership.unit.region]
    if any(place.pk == record.owner_id for place in places):
        return None
    return next((place for place in places if place.pk in record.region_ids), None)


@register.inclusion_tag("sides/_confirmed.html", takes_context=True)
def confirmed(context: Context, row: Any, record: Any) -> dict[str, Any]:
    """Beside a delegation, party or measurement: what its side says of it."""
    what = row._meta.model_name
    standing = for_page(context["request"], record, what)
    return {
        "row": row,
        "what": what,
        "is_other_side": row.region_id is not None and row.region_id != record.owner_id,
        "said": standing.confirmed.get(row.pk),
        "print": standing.prints.get(row.pk, ""),
        "may_confirm": standing.may_confirm(row.region_id),
        "may_propose": standing.may_propose_on(row),
        "request": context["request"],
    }


@register.inclusion_tag("sides/_shared.html")
def goes_for_others(record: Any, part: bool = False) -> dict[str, Any]:
    """Before something is deleted: for whom else. `part`: only a part of the record goes, of which nobody is told."""
    return {"sides": sharing(record), "part": part}


@register.inclusion_tag("sides/_waiting.html", takes_context=True)
def sides_waiting(context: Context) -> dict[str, Any]:
    """What other sides wait for an answer to. One query."""
    user = context["request"].user
    corrections, handovers = counts_of(Correction.objects.waiting_for(user), Handover.objects.waiting_for(user))
    return {"corrections": corrections, "handovers": handovers}
