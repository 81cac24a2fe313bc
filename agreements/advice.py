"""Which category? Two questions, who is the partner and what is the object, lead to a proposal with its reason.

PP 28/2018, Permendagri 22/2020 (at home) and 25/2020 (abroad); mandatory cooperation is for regions that border each
other, in exactly four geometries. A proposal, never a bar: an officer decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreements.models import Category
from regions.models import Level, Organisation, OrganisationKind, Region, border_on_each_other

AT_HOME = "PP 28/2018; Permendagri 22/2020"
ABROAD = "PP 28/2018; Permendagri 25/2020"
SYNERGY = "PP 28/2018 art. 46"

MUNICIPAL = (Level.REGENCY, Level.CITY)
FOREIGN_LEVELS = (Level.FOREIGN_PROVINCE, Level.FOREIGN_CITY, Level.FOREIGN_OTHER)
OF_REGIONS = (
    OrganisationKind.PEMDA_PROV, OrganisationKind.PEMDA_KAB, OrganisationKind.PEMDA_KOTA, OrganisationKind.DPRD,
    OrganisationKind.SETDA, OrganisationKind.SETDA_UNIT, OrganisationKind.OPD, OrganisationKind.UPTD,
    OrganisationKind.KECAMATAN, OrganisationKind.BLUD,
)  # fmt: skip
CENTRAL = (OrganisationKind.MINISTRY, OrganisationKind.SPECIAL_AUTHORITY, OrganisationKind.RI_MISSION)
FOREIGN_BODIES = (
    OrganisationKind.FOREIGN_NATIONAL_GOV, OrganisationKind.CONSULATE, OrganisationKind.EMBASSY,
    OrganisationKind.INTL_ORG, OrganisationKind.FOREIGN_INSTITUTION,
)  # fmt: skip


class Partner(models.TextChoices):
    REGION = "REGION", gettext_lazy("Another region of Indonesia")
    CENTRAL = "CENTRAL", gettext_lazy("A ministry or agency of the central government")
    FOREIGN_REGION = "FOREIGN_REGION", gettext_lazy("A local government abroad")
    FOREIGN_BODY = "FOREIGN_BODY", gettext_lazy("An institution abroad")
    THIRD = "THIRD", gettext_lazy("A third party in Indonesia: company, university, association, community")


class Object(models.TextChoices):
    AFFAIRS = "AFFAIRS", gettext_lazy("Affairs of the region in general")
    SHARED = "SHARED", gettext_lazy("A matter that crosses the border, or a service that is better run jointly")
    SISTER = "SISTER", gettext_lazy("A lasting relation of two regions in several fields")
    FIELD = "FIELD", pgettext_lazy("object of an agreement", "One field or one project")
    ASSETS = "ASSETS", gettext_lazy("Lending assets of the region for use")
    INFRASTRUCTURE = "INFRASTRUCTURE", gettext_lazy("Infrastructure that a company builds and runs")
    PURCHASE = "PURCHASE", gettext_lazy("Goods or services that are bought")
    INVESTMENT = "INVESTMENT", gettext_lazy("An investment")


@dataclass(frozen=True)
class Proposal:
    """`category` is None where other rules than those of cooperation apply; `notes` are what remains to be checked."""

    category: Category | None
    reason: str
    basis: str
    notes: list[str] = field(default_factory=list)


def propose(partner: str, about: str, regions: Iterable[Region] = ()) -> Proposal:
    """The category that the two answers lead to; `regions` are the parties, for the question whether they border."""
    match partner, about:
        case Partner.REGION, Object.ASSETS:
            return Proposal(None, _("Lending assets follows the rules on regional property."), "Permendagri 19/2016")
        case Partner.REGION, Object.SHARED:
            return _between_neighbours(list(regions))
        case Partner.REGION, _other:
            return Proposal(
                Category.KSDD_S,
                _("Regions of Indonesia cooperate of their own will; they need not border each other."),
                AT_HOME,
            )
        case Partner.CENTRAL, _other:
            reason = _("With the central government it is synergy: one memorandum with its plan of action annexed.")
            return Proposal(Category.SINERGI, reason, SYNERGY)
        case Partner.FOREIGN_REGION, Object.SISTER:
            reason = _("A lasting relation with a local government abroad in several fields makes sister regions.")
            return Proposal(Category.KSDPL_SISTER, reason, ABROAD)
        case Partner.FOREIGN_REGION, _other:
            return Proposal(
                Category.KSDPL_OTHER, _("With a local government abroad, for a particular purpose."), ABROAD
            )
        case Partner.FOREIGN_BODY, _other:
            reason = _("With an institution abroad, as part of the government's cooperation or with its approval.")
            return Proposal(Category.KSDLL, reason, ABROAD)
    return _with_third_party(about)


def propose_for(parties: Iterable[tuple[Region | None, Organisation | None]], own: Region | None) -> Proposal | None:
    """What the parties alone lead to; None while there is no partner beside the own region."""
    others = [party for party in parties if party != (None, None) and not _is_own(*party, own)]
    partners = {partner_of(region, organisation) for region, organisation in others}
    regions = [region for region, _organisation in others if region]
    for partner in (Partner.CENTRAL, Partner.FOREIGN_REGION, Partner.FOREIGN_BODY, Partner.REGION, Partner.THIRD):
        if partner in partners:
            return propose(partner, Object.FIELD, [*([own] if own else []), *regions])
    return None


def partner_of(region: Region | None, organisation: Organisation | None) -> Partner:
    """Which kind of partner a party is: an organisation of a region's government counts as the region."""
    if organisation is not None:
        if organisation.kind in CENTRAL:
            return Partner.CENTRAL
        if organisation.kind in FOREIGN_BODIES:
            return Partner.FOREIGN_BODY
        if organisation.kind != OrganisationKind.FOREIGN_LOCAL_GOV and organisation.kind not in OF_REGIONS:
            return Partner.FOREIGN_BODY if _is_abroad(region or organisation.region) else Partner.THIRD
        region = region or organisation.region
        if organisation.kind == OrganisationKind.FOREIGN_LOCAL_GOV:
            return Partner.FOREIGN_REGION
    return Partner.FOREIGN_REGION if _is_abroad(region) else Partner.REGION


def geometry(one: Region, other: Region) -> str:
    """Which of the four pairs of mandatory cooperation it is, in words; "" for a pair that is none of them."""
    levels = {one.level, other.level}
    if levels <= set(MUNICIPAL):
        same = one.parent_id is not None and one.parent_id == other.parent_id
        return _("regencies or cities of one province") if same else _("regencies or cities of different provinces")
    if levels == {Level.PROVINCE}:
        return _("two provinces")
    below, above = (one, other) if other.level == Level.PROVINCE else (other, one)
    if below.level in MUNICIPAL and above.level == Level.PROVINCE and below.parent_id == above.pk:
        return _("a regency or city and its province")
    return ""


def _between_neighbours(regions: list[Region]) -> Proposal:
    """Mandatory where the pair is one of the four and the two border each other; unknown borders are said."""
    if len(regions) < 2:
        note = _("Choose both regions to check whether they may: four kinds of pairs, and only neighbours.")
        return Proposal(Category.KSDD_W, _("Matters across a border are mandatory cooperation."), AT_HOME, [note])
    notes, excluded = [], False
    for one, other in combinations(regions, 2):
        words = {"one": one, "other": other, "pair": geometry(one, other)}
        inside = one.parent_id == other.pk or other.parent_id == one.pk
        borders = True if inside else border_on_each_other(one, other)
        if not words["pair"]:
            notes.append(_("%(one)s and %(other)s are none of the four pairs that the rules name.") % words)
            excluded = True
        elif borders is None:
            notes.append(_("Whether %(one)s and %(other)s border each other is not recorded: check it.") % words)
        elif borders:
            notes.append(_("%(one)s and %(other)s border each other: %(pair)s.") % words)
        else:
            notes.append(_("%(one)s and %(other)s do not border each other.") % words)
            excluded = excluded or len(regions) == 2
    if excluded:
        return Proposal(
            Category.KSDD_S, _("Only neighbours cooperate mandatorily; this one is voluntary."), AT_HOME, notes
        )
    return Proposal(Category.KSDD_W, _("Matters across a border are mandatory cooperation."), AT_HOME, notes)


def _with_third_party(about: str) -> Proposal:
    other_rules: dict[str, tuple[Any, str]] = {
        Object.INFRASTRUCTURE: (_("It is a public-private partnership (KPBU)."), "Perpres 38/2015"),
        Object.PURCHASE: (_("It is procurement."), "Perpres 16/2018, Perpres 12/2021"),
        Object.INVESTMENT: (_("It follows the rules on investment."), ""),
        Object.ASSETS: (_("Lending assets follows the rules on regional property."), "Permendagri 19/2016"),
    }
    if about in other_rules:
        reason, basis = other_rules[about]
        return Proposal(None, reason, basis)
    return Proposal(Category.KSDPK, _("The partner is neither a government at home nor abroad."), AT_HOME)


def _is_own(region: Region | None, organisation: Organisation | None, own: Region | None) -> bool:
    """The own region, or a body of its government: an agency of ours is no partner of ours."""
    if organisation is None:
        return region == own
    return own is not None and organisation.kind in OF_REGIONS and (region or organisation.region) == own


def _is_abroad(region: Region | None) -> bool:
    if region is None:
        return False
    return region.level in FOREIGN_LEVELS or (region.level == Level.COUNTRY and region.code != "ID")
