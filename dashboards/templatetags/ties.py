"""Links to the page of two, for the pages of apps that stand below this one. None of them asks the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from regions.models import Organisation, Region

register = template.Library()
MOST = 3  # links


@register.inclusion_tag("dashboards/_ties_of_region.html", takes_context=True)
def ties_of_region(context: Context, region: Region) -> dict[str, Any]:
    """What ties it to the reader's region; of the reader's own, whom it might talk to."""
    user = context["request"].user
    home = user.home_region
    if home is None or region.pk == home.pk or region.pk in user.own_region_ids:
        return {"finder": f"{reverse('dashboards:finder')}?region={region.pk}"}
    return {"tie": reverse("dashboards:relation", args=[home.pk, region.pk]), "home": home}


@register.inclusion_tag("dashboards/_ties_of_region.html", takes_context=True)
def ties_of_organisation(context: Context, organisation: Organisation) -> dict[str, Any]:
    """What ties it to the reader's region."""
    home = context["request"].user.home_region
    if home is None or organisation.region_id == home.pk:
        return {}
    return {"tie": reverse("dashboards:relation-organisation", args=[home.pk, organisation.pk]), "home": home}


@register.inclusion_tag("dashboards/_ties_of_record.html", takes_context=True)
def ties_of_visit(context: Context, visit: Any) -> dict[str, Any]:
    """Between its host and its guests; needs `for_detail()`."""
    sides = [(visit.host_region, visit.host_organisation)]
    sides += [(d.region, d.organisation) for d in visit.delegations.all() if d.side in ("GUEST", "THIRD")]
    return {"ties": _ties(context["request"].user, sides)}


@register.inclusion_tag("dashboards/_ties_of_record.html", takes_context=True)
def ties_of_agreement(context: Context, agreement: Any) -> dict[str, Any]:
    """Between its parties; needs `for_detail()`."""
    sides = [(party.region, party.organisation) for party in agreement.parties.all()]
    return {"ties": _ties(context["request"].user, sides)}


def _ties(user: Any, sides: Iterable[tuple[Region | None, Organisation | None]]) -> list[dict[str, str]]:
    """From the reader's own region among the sides (else the first region of all) to each of the others. Whoever has no
    region takes part as an organisation."""
    sides = list(sides)
    regions = {region.pk: region for region, _organisation in sides if region}
    alone = {o.pk: o for region, o in sides if region is None and o}
    ours = next((region for pk, region in regions.items() if pk in user.region_ids), next(iter(regions.values()), None))
    if ours is None:
        return []
    others: list[tuple[str, Region | Organisation]] = [
        ("dashboards:relation", region) for pk, region in regions.items() if pk != ours.pk
    ]
    others += [("dashboards:relation-organisation", organisation) for organisation in alone.values()]
    return [
        {"url": reverse(name, args=[ours.pk, other.pk]), "ours": ours.name, "theirs": other.name}
        for name, other in others[:MOST]
    ]
