"""What a feed says at this moment: read as its owner, in their language, from a year back to two years ahead.

A feed whose region or view its owner no longer sees is empty, not gone: of an address that does not answer, calendar
programs keep what they have.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from dashboards.calendar.events import Event, days_of, events_of
from dashboards.calendar.items import Items
from dashboards.calendar.kinds import OF_LISTS, Wish
from dashboards.calendar.writing import written
from dashboards.lists import found_in
from dashboards.models import Feed, SavedView

BACK, AHEAD = dt.timedelta(days=366), dt.timedelta(days=731)
MOST = 800  # events; the nearest to today first: what is read every few hours costs no more, however much there is
EDITION = "1"  # to be raised when events are written differently: else programs would keep the old ones
SELDOM = dt.timedelta(hours=1)  # that it was read is kept no oftener


@dataclass(frozen=True)
class Content:
    """What is written, in plain values; `etag` changes with any of it."""

    name: str
    about: str
    url: str
    events: list[Event]

    @property
    def etag(self) -> str:
        said = hashlib.sha256(f"{EDITION} {self.name} {self.about} {self.url}".encode())
        for event in self.events:
            said.update(repr(event).encode())
        return f'"{said.hexdigest()[:40]}"'

    @property
    def changed_at(self) -> dt.datetime | None:
        return max((event.changed_at for event in self.events), default=None)

    def written(self) -> Any:
        return written(self.events, name=self.name, about=self.about, url=self.url)


def feed_at(secret: str) -> Feed | None:
    """The feed of an address. One query; none for an address that was renewed, or whose owner is not active."""
    feeds = Feed.objects.filter(secret=secret, user__is_active=True)
    return feeds.select_related("user", "region", "view").first()


def content_of(feed: Feed) -> Content:
    """At most ten queries, whatever it holds."""
    with override(feed.user.language):
        wish = _wish(feed)
        events = _events(wish) if wish else []
        name = f"{settings.SITE_NAME}: {name_of(feed)}" if wish else str(settings.SITE_NAME)
        return Content(name, _about(len(events), lost=wish is None), f"{settings.SITE_URL}/", events)


def name_of(feed: Feed) -> str:
    if feed.view_id and feed.view is None:  # of somebody else, who shares it no longer
        return str(SavedView._meta.verbose_name)
    return str(feed.view or feed.region or _("My calendar"))


def address_of(feed: Feed) -> str:
    return f"{settings.SITE_URL}{reverse('dashboards:feed', args=[feed.secret])}"


def note_reading(feed: Feed) -> None:
    now = timezone.now()
    Feed.objects.filter(Q(used_at__isnull=True) | Q(used_at__lt=now - SELDOM), pk=feed.pk).update(used_at=now)


def _wish(feed: Feed) -> Wish | None:
    """None where the view is no longer shared with the owner, or its filters make no sense any more."""
    if feed.view_id is None:
        return Wish(feed.user, whose="" if feed.region else "mine", region_id=feed.region_id)
    if feed.view is None or not SavedView.objects.visible_to(feed.user).filter(pk=feed.view.pk).exists():
        return None
    what = OF_LISTS.get(feed.view.of)  # type: ignore[call-overload]
    if what is None:
        return None
    found = found_in(feed.view.of, feed.view.query, feed.user)
    return Wish(feed.user, (what,), records=found.records) if found.is_valid else None


def _events(wish: Wish) -> list[Event]:
    today = wish.user.today()
    days = days_of(Items(wish, today - BACK, today + AHEAD).nearest(MOST))
    found = events_of(days, wish.user)
    return sorted(found, key=lambda event: (f"{event.first}", event.uid))


def _about(count: int, *, lost: bool) -> str:
    if lost:
        return _("The saved view of this calendar is no longer shared with you, or makes no sense any more.")
    if count < MOST:
        return _("From the register of cooperation: one year back, two years ahead.")
    words = _("From the register of cooperation: one year back, two years ahead, of these the %(n)s nearest to today.")
    return words % {"n": number_format(MOST, force_grouping=True)}
