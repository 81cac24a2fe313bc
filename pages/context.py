"""What the frame of every page needs: the ways through the product, and how this browser wants it to look."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse as reverse_anew
from django.utils.translation import gettext as _

THEMES = ("light", "dark")
KEYS = {"agreements:list": "a", "dashboards:dashboard": "d"}  # told in the help dialog
reverse = functools.cache(reverse_anew)  # the same dozen on every page


@dataclass(frozen=True)
class Way:
    label: str
    url: str
    icon: str
    here: str  # "page" on its own page, "true" below it, else "": the value of aria-current
    key: str = ""  # the single key that leads there


class Shell:
    """Worked out only when a whole page is drawn: parts for htmx never ask."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user: Any = getattr(request, "user", None)

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        ways = [
            (_("Home"), "home", "house"),
            (_("Inbox"), "followups:inbox", "inbox"),
            (_("Follow-ups"), "followups:list", "list-checks"),
            (_("Visits"), "visits:list", "footprints"),
            (_("Agreements"), "agreements:list", "handshake"),
            (_("Corrections"), "sides:list", "message-square-diff"),
            (_("Calendar"), "dashboards:calendar", "calendar-days"),
            (_("Reports"), "dashboards:reports", "file-chart-column"),
            (_("Regions"), "regions:list", "map"),
            (_("Organisations"), "regions:organisation-list", "landmark"),
            (_("Officials"), "regions:official-list", "users-round"),
        ]
        if self.user.sees_all or self.user.own_region_ids:
            ways.insert(1, (_("Dashboard"), "dashboards:dashboard", "layout-dashboard"))
        if self.user.may_somewhere("SEE_MEMBERS"):
            ways.append((_("Members"), "accounts:members", "user-round-check"))
        if self.user.may_somewhere("SEE_LETTERS"):
            ways.append((_("Send log"), "notices:list", "send"))
        if self.user.may_somewhere("SEE_TRACES"):
            ways.append((_("Traces"), "ledger:traces", "scroll-text"))
        if self.user.may_somewhere("ENTER_ADMIN"):
            ways.append((_("Administration"), "admin:index", "settings-2"))
        return self._placed(ways)

    @property
    def bar(self) -> tuple[Way, ...]:
        """What a thumb needs most: home, inbox, follow-ups."""
        bar = {reverse(name) for name in ("home", "followups:inbox", "followups:list")}
        return tuple(way for way in self.ways if way.url in bar)

    @cached_property
    def account(self) -> tuple[Way, ...]:
        return self._placed(
            [
                (_("Preferences"), "accounts:preferences", "user-round-cog"),
                (_("Notices"), "notices:preferences", "bell"),
                (_("Saved views"), "dashboards:views", "bookmark"),
                (_("What I watch"), "dashboards:watches", "eye"),
                (_("My files"), "dashboards:files", "file-down"),
                (_("Trash"), "ledger:trash", "trash-2"),
                (_("Password"), "account_change_password", "key-round"),
                (_("Sign-in security"), "mfa_index", "shield-check"),
                (_("Devices"), "usersessions_list", "monitor-smartphone"),
                (_("My sign-ins"), "ledger:mine", "log-in"),
            ]
        )

    def _placed(self, ways: list[tuple[str, str, str]]) -> tuple[Way, ...]:
        """Marks the one way whose address is the longest beginning of the address of this page."""
        found = [(label, reverse(name), icon, KEYS.get(name, "")) for label, name, icon in ways]
        path = self.request.path
        nearest = max((url for _label, url, *_more in found if path.startswith(url)), key=len, default="")
        if nearest == reverse("home") != path:
            nearest = ""
        here = "page" if nearest == path else "true"
        return tuple(Way(label, url, icon, here if url == nearest else "", key) for label, url, icon, key in found)

    @property
    def home(self) -> str:
        return reverse("home")

    @property
    def search(self) -> str:
        return reverse("dashboards:search")

    @property
    def log_visit(self) -> str:
        """Empty for those who may only read."""
        return reverse("visits:quick") if self.user.can_log_visits else ""

    @property
    def new_agreement(self) -> str:
        """Empty for those who may only read."""
        return reverse("agreements:new") if self.user.can_log_visits else ""

    @property
    def styleguide(self) -> str:
        return reverse("styleguide") if settings.DEBUG else ""

    @property
    def here(self) -> str:
        """Where the switches for language and theme lead back to; a form that was refused is not asked for again."""
        return self.request.get_full_path() if self.request.method == "GET" else self.request.path

    @property
    def words(self) -> str:
        """What was searched for, on the search page only: lists have a `q` of their own."""
        return self.request.GET.get("q", "") if self.request.path == self.search else ""


def shell(request: HttpRequest) -> dict[str, object]:
    return {"shell": Shell(request), "site_name": settings.SITE_NAME, "theme": theme_of(request)}


def theme_of(request: HttpRequest) -> str:
    """What this browser chose, empty for "as on the device". The cookie may hold anything."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else ""
