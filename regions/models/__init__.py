"""The ground under every record: regions, organisations, officials and their positions, venues and sectors."""

from regions.models.borders import Border, border_on_each_other
from regions.models.officials import Manner, Official, OfficialQuerySet, Position, PositionTitle
from regions.models.organisations import Organisation, OrganisationKind, OrganisationQuerySet
from regions.models.profile import COMPARATOR_SIGNS, Comparator, Measure, RegionFigure, RegionTrait, TraitKind
from regions.models.reference import Bilingual, ReferenceQuerySet, Sector, SectorGroup, SentOnce, localised
from regions.models.regions import INDONESIAN_ZONES, Level, Region, RegionQuerySet
from regions.models.venues import Venue, VenueKind

__all__ = [
    "COMPARATOR_SIGNS",
    "INDONESIAN_ZONES",
    "Bilingual",
    "Border",
    "Comparator",
    "Level",
    "Manner",
    "Measure",
    "Official",
    "OfficialQuerySet",
    "Organisation",
    "OrganisationKind",
    "OrganisationQuerySet",
    "Position",
    "PositionTitle",
    "ReferenceQuerySet",
    "Region",
    "RegionFigure",
    "RegionQuerySet",
    "RegionTrait",
    "Sector",
    "SectorGroup",
    "SentOnce",
    "TraitKind",
    "Venue",
    "VenueKind",
    "border_on_each_other",
    "localised",
]
