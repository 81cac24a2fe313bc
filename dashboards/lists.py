"""The lists of the register, each asked in one way: by saved views, calendar feeds, files made in the background.

found = found_in("agreements", "state=EXPIRING&sort=ends", user)
found.filters.qs, found.records      # what the page of this address counts, what of it is in order
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy

from agreements.filters import AgreementFilter
from agreements.lists import COLUMNS as COLUMNS_OF_AGREEMENTS
from agreements.lists import MORE_FOR_FILES as MORE_OF_AGREEMENTS
from agreements.lists import rows as rows_of_agreements
from agreements.models import Agreement
from dashboards.models import ListCode
from followups.filters import MilestoneFilter
from followups.lists import COLUMNS as COLUMNS_OF_MILESTONES
from followups.lists import MORE_FOR_FILES as MORE_OF_MILESTONES
from followups.lists import rows as rows_of_milestones
from followups.models import Milestone
from pages.exports import Column
from pages.paging import Row
from regions.filters import OfficialFilter, OrganisationFilter, RegionFilter
from regions.models import Official, Organisation, Region
from visits.filters import VisitFilter
from visits.lists import COLUMNS as COLUMNS_OF_VISITS
from visits.lists import MORE_FOR_FILES as MORE_OF_VISITS
from visits.lists import rows as rows_of_visits
from visits.models import Visit


@dataclass(frozen=True)
class Listing:
    """A list: the name of its address, what it holds, by what it is narrowed, how a file of it is written.

    `columns` is empty for the directories, which have no files.
    """

    code: ListCode
    url_name: str
    icon: str
    model: type[Any]
    filters: type[Any]
    name: Any  # of a file
    columns: tuple[Column, ...] = ()
    more: tuple[str, ...] = ()
    rows: Callable[[Iterable[Row], Any], Iterator[Row]] | None = None

    @property
    def url(self) -> str:
        return reverse(self.url_name)


LISTS: dict[str, Listing] = {
    listing.code: listing
    for listing in (
        Listing(
            ListCode.VISITS, "visits:list", "footprints", Visit, VisitFilter, gettext_lazy("visits"),
            tuple(COLUMNS_OF_VISITS), tuple(MORE_OF_VISITS), rows_of_visits,
        ),
        Listing(
            ListCode.AGREEMENTS, "agreements:list", "handshake", Agreement, AgreementFilter,
            gettext_lazy("agreements"), tuple(COLUMNS_OF_AGREEMENTS), tuple(MORE_OF_AGREEMENTS), rows_of_agreements,
        ),
        Listing(
            ListCode.FOLLOW_UPS, "followups:list", "list-checks", Milestone, MilestoneFilter,
            gettext_lazy("follow-ups"), tuple(COLUMNS_OF_MILESTONES), tuple(MORE_OF_MILESTONES), rows_of_milestones,
        ),
        Listing(ListCode.REGIONS, "regions:list", "map", Region, RegionFilter, gettext_lazy("regions")),
        Listing(
            ListCode.ORGANISATIONS, "regions:organisation-list", "landmark", Organisation, OrganisationFilter,
            gettext_lazy("organisations"),
        ),
        Listing(
            ListCode.OFFICIALS, "regions:official-list", "users-round", Official, OfficialFilter,
            gettext_lazy("officials"),
        ),
    )
}  # fmt: skip
BY_URL_NAME = {listing.url_name: listing for listing in LISTS.values()}


@dataclass(frozen=True)
class Asking:
    """What a filter wants of a request: who asks, and how."""

    user: Any
    GET: QueryDict
    method: str = "GET"


@dataclass(frozen=True)
class Found:
    """A list as one address shows it to one user. `is_valid` is false where the address no longer makes sense."""

    listing: Listing
    filters: Any
    user: Any

    @property
    def is_valid(self) -> bool:
        return bool(self.filters.is_valid())

    @property
    def records(self) -> QuerySet[Any]:
        """Model instances, as many as the list counts, in no particular order."""
        found: QuerySet[Any] = self.filters.qs
        return found

    @property
    def rows(self) -> Iterator[Row]:
        """All rows in the order of the list, in words, read with a cursor. For lists with columns only."""
        order, day = self.filters.order, getattr(self.filters, "day", None)
        ordered: Any = order.on(self.filters.qs).order_by(*order.by())
        of_a_day = (day,) if self.listing.code == ListCode.AGREEMENTS else ()
        values = ordered.for_list(*of_a_day, *self.listing.more)
        if self.listing.rows is None:
            raise TypeError(f"There are no files of {self.listing.code}.")
        return self.listing.rows(values.iterator(chunk_size=2000), self.user)


def found_in(code: str, query: str, user: Any) -> Found:
    """What the list of this code shows to the user at the address with this query."""
    listing = LISTS[code]
    params = QueryDict(query)
    visible = listing.model.objects.visible_to(user)
    return Found(listing, listing.filters(params, visible, request=Asking(user, params)), user)
