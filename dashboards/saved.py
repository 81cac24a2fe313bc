"""Saved views of lists: what of an address is kept, what still makes sense of it later, and the menu of each list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.rights import Right
from agreements.columns import TABLE as TABLE_OF_AGREEMENTS
from agreements.filters import DEFAULT_SORT as SORT_OF_AGREEMENTS
from dashboards.lists import LISTS, Listing, found_in
from dashboards.models import DefaultView, ListCode, SavedView
from followups.columns import TABLE as TABLE_OF_FOLLOW_UPS
from followups.filters import DEFAULT_SORT as SORT_OF_FOLLOW_UPS
from pages.columns import PARAMETER, Table
from pages.lists import EVERYTHING, VIEW, Chip, chips, query
from pages.requests import SignedIn
from records.keys import whole
from visits.columns import TABLE as TABLE_OF_VISITS
from visits.filters import DEFAULT_SORT as SORT_OF_VISITS

TABLES: dict[str, Table] = {
    ListCode.VISITS: TABLE_OF_VISITS,
    ListCode.AGREEMENTS: TABLE_OF_AGREEMENTS,
    ListCode.FOLLOW_UPS: TABLE_OF_FOLLOW_UPS,
}
DEFAULT_SORTS = {
    ListCode.VISITS: SORT_OF_VISITS,
    ListCode.AGREEMENTS: SORT_OF_AGREEMENTS,
    ListCode.FOLLOW_UPS: SORT_OF_FOLLOW_UPS,
}
OFFERED = 60  # views in a menu


@dataclass(frozen=True)
class Kept:
    """The parameters of a list that make sense today, and the labels of the filters that do not."""

    query: str
    lost: list[str]
    chips: list[Chip]


def kept_of(code: str, text: str, user: Any) -> Kept:
    """What of an address a view keeps: filters, order and columns that the list knows, as this user may use them."""
    columns: list[str] = []
    params, lost = QueryDict(text, mutable=True), []
    if code in TABLES and (chosen := TABLES[code].shown(params).parameter):
        columns = [chosen]
    while True:
        form = found_in(code, params.urlencode(), user).filters.form
        if form.is_valid() or not params:
            break
        wrong = [name for name in form.errors if name in form.fields and (name in params or f"{name}_text" in params)]
        lost += [str(form.fields[name].label) for name in wrong]
        for name in wrong or list(params):  # what is wrong with the form as a whole is wrong with all of it
            for part in (name, f"{name}_text", f"{name}_pick"):
                params.pop(part, None)
    for name in list(params):
        if name.removesuffix("_text").removesuffix("_pick") not in form.fields:
            del params[name]
    told = chips(form, params, besides=())
    if columns:
        names = [label for _name, label, shown in TABLES[code].shown(QueryDict(text)).options if shown]
        told.append(Chip(_("Columns"), ", ".join(names), ""))
    cleaned = QueryDict(query(params, form=form), mutable=True)
    cleaned.setlist(PARAMETER, columns)
    return Kept(_without_the_usual_order(code, cleaned), lost, told)


def _without_the_usual_order(code: str, params: QueryDict) -> str:
    """The filter panel sends an order also where nobody chose one."""
    if params.get("sort") == DEFAULT_SORTS.get(ListCode(code)):
        params.pop("sort", None)
    return params.urlencode()


def same(one: str, other: str) -> bool:
    """Two addresses of a list that show the same, whatever the order of their parameters."""
    return sorted(parse_qsl(one)) == sorted(parse_qsl(other))


def address_of(view: SavedView, request: SignedIn) -> str:
    """The list as the view shows it. A filter that no longer makes sense is left out, and that is said on the page."""
    kept = kept_of(view.of, view.query, request.user)
    if kept.lost:
        words = _("Not everything in the view “%(name)s” makes sense any more. Left out: %(filters)s.")
        messages.warning(request, words % {"name": view.name, "filters": ", ".join(kept.lost)})
    return f"{LISTS[view.of].url}?{f'{kept.query}&' if kept.query else ''}{VIEW}={view.pk}"


def default_of(request: SignedIn, code: str) -> SavedView | None:
    """The view with which the list opens for the user, as long as they may see it."""
    return next((view for view in offered(request, code) if view.is_default), None)


def offered(request: SignedIn, code: str) -> list[Any]:
    """The views of a list, the default first. One query a request: whether there is a default is asked before."""
    known: dict[str, list[Any]] = request.__dict__.setdefault("saved_views", {})
    if code not in known:
        known[code] = list(views_of(request.user).filter(of=code).order_by("-is_default", "name", "pk")[:OFFERED])
    return known[code]


def set_default(user: Any, view: SavedView, *, on: bool) -> None:
    if on:
        DefaultView.objects.update_or_create(user=user, of=view.of, defaults={"view": view})
    else:
        DefaultView.objects.filter(user=user, view=view).delete()


def views_of(user: Any) -> QuerySet[Any]:
    """All that the user has or is given, with `is_default` and `is_watched`."""
    mine = DefaultView.objects.filter(user=user, view=OuterRef("pk"))
    watched = SavedView.objects.filter(pk=OuterRef("pk"), watches__user=user)
    found = SavedView.objects.visible_to(user).select_related("region", "owner")
    return found.annotate(is_default=Exists(mine), is_watched=Exists(watched))


class Menu:
    """The views of one list, and what can be done with the one that is open."""

    def __init__(self, code: str, request: SignedIn, form: Any) -> None:
        self.listing: Listing = LISTS[code]
        self.user = request.user
        self.views = offered(request, code)
        asked = query(request.GET, form=form if form is None or form.is_valid() else None)
        self.query = _without_the_usual_order(code, QueryDict(asked, mutable=True))
        self._opened = whole(request.GET.get(VIEW, ""))

    @property
    def own(self) -> list[Any]:
        return [view for view in self.views if view.owner_id == self.user.pk]

    @property
    def shared(self) -> list[Any]:
        return [view for view in self.views if view.owner_id != self.user.pk]

    @cached_property
    def current(self) -> Any:
        """The view that was opened, else one that shows what this address shows."""
        opened = [view for view in self.views if view.pk == self._opened]
        return next(iter(opened or [view for view in self.views if same(view.query, self.query)]), None)

    @property
    def is_changed(self) -> bool:
        """The view was opened, and filters, order or columns were changed since."""
        return bool(self.current) and not same(self.current.query, self.query)

    @property
    def may_change(self) -> bool:
        return bool(self.current) and may_change(self.user, self.current)

    @property
    def is_everything(self) -> bool:
        return not self.query and not self.current

    @property
    def everything(self) -> str:
        return f"{self.listing.url}?{EVERYTHING}"

    @property
    def to_save(self) -> str:
        """The parameters of the page that saves what is on the screen."""
        asked = QueryDict(mutable=True)
        asked["of"], asked["query"] = str(self.listing.code), self.query
        return asked.urlencode()


def may_change(user: Any, view: SavedView) -> bool:
    """One's own; of what is shared with a region, one's own while one may share there, and all of it its managers."""
    if view.region_id is None:
        return bool(view.owner_id == user.pk)
    right = Right.SHARE_VIEWS if view.owner_id == user.pk else Right.KEEP_SHARED_VIEWS
    return view.region_id in user.regions_for(right)
