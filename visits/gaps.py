"""What is still missing in a record. Told to those who keep it; it never blocks anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from records.dates import Certainty, Precision
from visits.models import AgendaState, OutcomeKind, Visit
from visits.models.visits import HELD, OFF


def gaps(visit: Visit, on: dt.date) -> list[str]:
    """Sentences, the weightier first. The visit must have been read with `for_detail`, else each table is a query."""
    past = visit.ends_on is not None and visit.ends_on < on
    over = visit.status in HELD or (past and visit.status not in OFF)
    return [*_of_facts(visit), *_of_people(visit), *(_of_what_came_of_it(visit, on) if over else ())]


def _of_facts(visit: Visit) -> Iterator[str]:
    if visit.precision not in (Precision.DAY, Precision.RANGE):
        yield _("The exact date is not known.")
    elif visit.date_certainty == Certainty.INFERRED:
        yield _("The date is inferred; no source states it in full.")
    if not visit.kind_links.all():
        yield _("No kind of visit is chosen.")
    if not visit.purpose:
        yield _("The purpose is not written down.")
    if not visit.venue_id and not visit.venue_as_stated:
        yield _("The venue is not known.")
    if not visit.topics.all():
        yield _("No sector is chosen.")
    if not visit.sources.all():
        yield _("No source is named.")


def _of_people(visit: Visit) -> Iterator[str]:
    delegations = list(visit.delegations.all())
    if not any(d.side == "GUEST" for d in delegations):
        yield _("The guests are not known.")
    if not any(d.side == "HOST" for d in delegations):
        yield _("Nobody is named as having received the guests.")
    for delegation in delegations:
        members = delegation.delegates.all()
        if not members:
            yield _("Delegation of %(name)s: no member is named.") % {"name": delegation.name}
        elif not any(m.role == "LEADER" for m in members):
            yield _("Delegation of %(name)s: nobody is named as its head.") % {"name": delegation.name}


def _of_what_came_of_it(visit: Visit, on: dt.date) -> Iterator[str]:
    if any(item.state == AgendaState.PLANNED for item in visit.agenda.all()):
        yield _("Parts of the agenda are still marked as planned: did they take place?")
    outcomes = [o for o in visit.outcomes.all() if o.kind != OutcomeKind.NONE]
    if not visit.outcomes.all():
        yield _("No outcome is recorded. If there was none, record “None”.")
    for outcome in outcomes:
        if outcome.is_open and outcome.responsible_id is None:
            yield _("Nobody is responsible for the follow-up “%(text)s”.") % {"text": _short(outcome.text)}
        if outcome.is_open and outcome.due_on is None:
            yield _("The follow-up “%(text)s” has no due date.") % {"text": _short(outcome.text)}
        elif outcome.is_open and outcome.due_on and outcome.due_on < on:
            yield _("The follow-up “%(text)s” is overdue.") % {"text": _short(outcome.text)}
    if not visit.minutes:
        yield _("There are no minutes.")


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57].rstrip()}…"
