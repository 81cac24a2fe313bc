"""The trash and the book of deeds in words: rows for the pages and the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.giving import ACTIVE, SUPERVISES, SYSTEM
from accounts.rights import Role
from pages.exports import Column
from pages.paging import Order, Row
from pages.templatetags.pages import badge
from records.models import Deed, Trace, Trashed

NEWEST = Order("pk", descending=True, read=int, known=True)
BAD = {Deed.SIGN_IN_FAILED, Deed.LOCKED_OUT, Deed.BROKEN, Deed.PURGED}
NOTEWORTHY = {Deed.RIGHTS_CHANGED, Deed.FACTOR_REMOVED, Deed.DEACTIVATED, Deed.PASSWORD_RESET, Deed.BACKUP_RESTORED}


UNTOLD, GIVEN = {"key", "kind", "mac", "ended", "mailed"}, {"was", "now"}
NAMES = {
    "rows": gettext_lazy("rows"),
    "format": gettext_lazy("format"),
    "filters": gettext_lazy("filters"),
    "file": gettext_lazy("file"),
    "files": gettext_lazy("files"),
    "of": gettext_lazy("of"),
    "was": gettext_lazy("before"),
    "now": gettext_lazy("now"),
}
RIGHTS = {  # what stands behind “before” and “now”: see `accounts.giving`
    **{str(role): label for role, label in Role.choices},
    ACTIVE: gettext_lazy("active"),
    SYSTEM: gettext_lazy("System administrator"),
    SUPERVISES: gettext_lazy("supervises"),
}


def trash_rows(found: Iterable[Trashed], user: Any) -> list[Row]:
    return [
        {
            "pk": thrown.pk,
            "thrown": thrown,
            "kind": thrown.kind,
            "whose": thrown.region or (_("Only mine") if thrown.person_id == user.pk else thrown.person),
            "may_restore": thrown.may_be_restored_by(user),
        }
        for thrown in found
    ]


def trace_rows(found: Iterable[Trace]) -> Iterator[Row]:
    for trace in found:
        deed = trace.get_deed_display()
        yield {
            "pk": trace.pk,
            "at": trace.at,
            "deed": deed,
            "badge": badge(deed, *_tone(trace.deed)),
            "who": trace.who,
            "email": trace.user.email if trace.user else "",
            "what": trace.what,
            "detail": in_words(trace.detail),
            "address": trace.address,
            "request_id": trace.request_id,
        }


def _tone(deed: str) -> tuple[str, str]:
    if deed in BAD:
        return "bad", "x"
    return ("warn", "circle-alert") if deed in NOTEWORTHY else ("quiet", "")


def in_words(detail: dict[str, Any]) -> str:
    """“format: xlsx, rows: 12”; what only a program reads is left out."""
    told = {name: value for name, value in detail.items() if name not in UNTOLD and value not in (None, "", [], {})}
    return ", ".join(
        f"{NAMES.get(name, name)}: {_rights(value) if name in GIVEN else value}" for name, value in told.items()
    )


def _rights(codes: str) -> str:
    """“Administrator + supervises”."""
    return " + ".join(str(RIGHTS.get(code, code)) for code in codes.split(", "))


COLUMNS = [
    Column(gettext_lazy("When"), itemgetter("at"), gettext_lazy("In your time zone."), 20),
    Column(gettext_lazy("What was done"), itemgetter("deed"), "", 28),
    Column(gettext_lazy("Who"), itemgetter("who"), gettext_lazy("Of an unknown address only the beginning."), 28),
    Column(gettext_lazy("E-mail"), itemgetter("email"), "", 30),
    Column(gettext_lazy("What it concerned"), itemgetter("what"), "", 36),
    Column(gettext_lazy("Details"), itemgetter("detail"), "", 40),
    Column(
        gettext_lazy("Network address"), itemgetter("address"), gettext_lazy("The network address it came from."), 18
    ),
    Column(gettext_lazy("Request"), itemgetter("request_id"), gettext_lazy("As in the log of the server."), 38),
]
