"""What a new agreement begins with when it comes from a visit or an outcome: all that is known is carried over."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from agreements.advice import propose_for
from agreements.forms.base import role_of
from agreements.models import (
    Agreement,
    AgreementCitation,
    AgreementCited,
    AgreementKind,
    AgreementSource,
    AgreementVisit,
    Category,
    Party,
    PartyRole,
    Relation,
    ScopeDirection,
    ScopePoint,
)
from documents.sources import Source
from pages.sheets.sheet import Beginning
from records.dates import Certainty
from records.keys import by_key
from regions.models import Organisation, OrganisationKind, Region
from visits.models import Outcome, OutcomeDirection, Side, Visit

KIND_OF = {Category.KSDPL_SISTER: AgreementKind.SISTER_CITY, Category.SINERGI: AgreementKind.NK}  # what one begins with
LONGEST_TITLE = 120  # letters; a longer text is a summary, no title
GOVERNMENTS = (OrganisationKind.PEMDA_PROV, OrganisationKind.PEMDA_KAB, OrganisationKind.PEMDA_KOTA)
# What a fact of a visit says about the agreement that came from it; its date and place are those of the visit alone.
CITED = {"PURPOSE": AgreementCited.SCOPE, "PEOPLE": AgreementCited.PARTIES, "CONTEXT": AgreementCited.CONTEXT}


def beginning_for(user: Any, asked: QueryDict) -> Beginning:
    """What `?visit=`, `?outcome=`, `?category=` and `?region=` ask for; what the user may not see is left out."""
    outcome = _visible(Outcome, user, asked.get("outcome", ""))
    visit = outcome.visit if outcome else _visible(Visit, user, asked.get("visit", ""))
    begun = from_visit(visit, user, outcome) if visit else _empty(user, _region(asked.get("region", "")))
    category = next((one for one in Category if one.value == asked.get("category")), None)
    if category is not None:
        begun.record.category = category
        begun.record.kind = KIND_OF.get(category, begun.record.kind)
    return begun


def from_visit(visit: Visit, user: Any, outcome: Outcome | None = None) -> Beginning:
    """Parties, sectors, words, sources and the link, all unsaved: an officer looks at them before they count."""
    home = user.home_region
    parties = _parties(visit, home)
    record = Agreement(owner=home, about=outcome.text if outcome else visit.purpose)
    if outcome and len(outcome.text) <= LONGEST_TITLE:
        record.title = outcome.text
    proposal = propose_for([_behind(party) for party in parties], home)
    if proposal and proposal.category:
        record.category, record.category_certainty = proposal.category, Certainty.INFERRED
    sources = [_source(source) for source in visit.sources.prefetch_related("citations")]
    citations = [] if outcome is None or not outcome.quote else [_quoted(outcome)]
    if len(sources) == 1:
        sources[0].begun += citations  # type: ignore[attr-defined]  # see `_source`
        citations = []
    rows: dict[str, list[Any]] = {
        "parties": parties,
        "scope": [_point(outcome, visit, parties)] if outcome else [],
        "visits": [AgreementVisit(visit=visit, outcome=outcome, relation=Relation.ORIGIN)],
        "sources": sources,
        "citations": citations,
    }
    if outcome and outcome.responsible:
        _give_unit(parties, outcome.responsible)
    sectors = [outcome.sector_id] if outcome and outcome.sector_id else [t.sector_id for t in visit.topics.all()]
    return Beginning(record, rows, {"owner": home.pk if home else None, "sectors": sectors})


def _empty(user: Any, partner: Region | None) -> Beginning:
    home = user.home_region
    regions = [region for region in (home, partner) if region is not None]
    parties = [Party(region=region, role=role_of(n)) for n, region in enumerate(dict.fromkeys(regions))]
    return Beginning(Agreement(owner=home), {"parties": parties}, {"owner": home.pk if home else None})


def _parties(visit: Visit, home: Region | None) -> list[Party]:
    """Host, guests, then third parties as facilitators; the own region stands first. A council or agency stays one."""
    host = Party(region=visit.host_region, organisation=_own_body(visit.host_organisation))
    found = [host] if host.region or host.organisation else []
    sides = visit.delegations.exclude(side=Side.HOST).select_related("region", "organisation", "on_behalf_of_region")
    for delegation in sides:
        party = Party(
            region=delegation.region,
            organisation=_own_body(delegation.organisation) if delegation.region else delegation.organisation,
            on_behalf_of=delegation.on_behalf_of,
            on_behalf_of_region=delegation.on_behalf_of_region,
            role=PartyRole.FACILITATOR if delegation.side == Side.THIRD else PartyRole.FIRST,
        )
        if not any(_who(party) == _who(other) for other in found):
            found.append(party)
    main = [party for party in found if party.role != PartyRole.FACILITATOR]
    main.sort(key=lambda party: home is None or party.region != home)
    for place, party in enumerate(main):
        party.role = role_of(place)
    return [*main, *(party for party in found if party.role == PartyRole.FACILITATOR)]


def _own_body(organisation: Organisation | None) -> Organisation | None:
    """The government of a region is the region itself; a council, an agency or a consulate is a party of its own."""
    return None if organisation is None or organisation.kind in GOVERNMENTS else organisation


def _behind(party: Party) -> tuple[Region | None, Organisation | None]:
    """With whom it really is: a consulate that speaks for a city brings the city."""
    return (party.on_behalf_of_region, None) if party.on_behalf_of_region else (party.region, party.organisation)


def _who(party: Party) -> tuple[int | None, int | None]:
    return party.region_id, party.organisation_id


def _give_unit(parties: list[Party], unit: Organisation) -> None:
    """The unit that must follow the outcome up is the responsible one on its side."""
    party = next((party for party in parties if unit.region_id and party.region_id == unit.region_id), None)
    if party is not None:
        party.unit = unit


def _point(outcome: Outcome, visit: Visit, parties: list[Party]) -> ScopePoint:
    point = ScopePoint(text=outcome.text, sector=outcome.sector, certainty=outcome.certainty, quote=outcome.quote)
    host = next((p for p in parties if p.region_id == visit.host_region_id and visit.host_region_id), None)
    guests = [party for party in parties if party is not host and party.role != PartyRole.FACILITATOR]
    guest = guests[0] if len(guests) == 1 else None
    if outcome.direction == OutcomeDirection.MUTUAL:
        point.direction = ScopeDirection.MUTUAL
    elif outcome.direction:
        point.direction = ScopeDirection.ONE_WAY
        given = outcome.direction == OutcomeDirection.GUEST_TO_HOST
        point.giver, point.receiver = (guest, host) if given else (host, guest)
    return point


def _source(source: Source) -> AgreementSource:
    """A copy with its fitting facts; `begun` is read by the form: see `visits.forms.evidence.SourceForm`."""
    names = [field.name for field in Source._meta.fields]
    copy = AgreementSource(**{name: getattr(source, name) for name in names})
    facts = [fact for fact in source.citations.all() if fact.about in CITED]  # type: ignore[attr-defined]
    copy.begun = [  # type: ignore[attr-defined]
        AgreementCitation(about=CITED[fact.about], fact=fact.fact, quote=fact.quote, certainty=fact.certainty)
        for fact in facts
    ]
    return copy


def _quoted(outcome: Outcome) -> AgreementCitation:
    fact = outcome.text[:300]
    return AgreementCitation(about=AgreementCited.SCOPE, fact=fact, quote=outcome.quote, certainty=outcome.certainty)


def _visible(model: Any, user: Any, key: str) -> Any:
    return by_key(model.objects.visible_to(user), key)


def _region(key: str) -> Region | None:
    found: Region | None = by_key(Region.objects.all(), key)
    return found
