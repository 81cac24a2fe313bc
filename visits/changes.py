"""How a visit came to be what it is: its own changes and those of everything that hangs on it."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from documents.papers import events_of
from records.history import Change, event_model, history_of
from visits.models import (
    AgendaItem,
    Citation,
    Delegate,
    Delegation,
    Outcome,
    Statement,
    Topic,
    Visit,
    VisitKindLink,
    VisitSource,
)

CHILDREN = (Delegation, AgendaItem, Topic, Statement, Outcome, VisitSource, Citation, VisitKindLink)


SAID = ("corrections", "confirmations", "handovers")  # by the sides about each other; their app stands above this one


def said_of(record: Any) -> list[Any]:
    """History rows of what the sides of a visit or agreement proposed, confirmed and handed over."""
    of = Q(**{f"{record._meta.model_name}_id": record.pk})
    return [event_model(record._meta.get_field(name).related_model).objects.filter(of) for name in SAID]


def changes_of(visit: Visit, reader: Any) -> list[Change]:
    """All that this reader may know, newest first: notes and restricted papers of the other side are left out."""
    of_visit = Q(visit_id=visit.pk)
    children = [event_model(child).objects.filter(of_visit) for child in CHILDREN]
    delegations = event_model(Delegation).objects.filter(of_visit).values("pgh_obj_id")
    members = event_model(Delegate).objects.filter(delegation_id__in=delegations)
    return history_of(visit, *children, members, *said_of(visit), *events_of(visit, reader), reader=reader)


@dataclass(frozen=True)
class Act:
    """What one person saved in one go: how many rows of each kind were added, changed and deleted."""

    at: dt.datetime
    by: str
    parts: list[str]
    because: str = ""


def acts(changes: Iterable[Change]) -> list[Act]:
    """Changes by the transaction that made them, as the history tells them."""
    return [_act(list(together)) for _save, together in itertools.groupby(changes, key=attrgetter("save"))]


def _act(changes: list[Change]) -> Act:
    words = {"insert": _("added: %(what)s"), "delete": _("deleted: %(what)s")}
    parts = []
    for deed in dict.fromkeys(change.deed for change in changes):
        counted = Counter(change.what for change in changes if change.deed == deed)
        told = [f"{what} ({n})" if n > 1 else what for what, n in sorted(counted.items())]
        parts.append(capfirst(words.get(deed, _("changed: %(what)s")) % {"what": ", ".join(told)}))
    return Act(changes[0].at, changes[0].by, parts, changes[0].because)
