"""Everything that happened to an agreement, from every table that tells of it, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreements.changes import changes_of
from agreements.lists import rows as rows_of_agreements
from agreements.models import (
    Agreement,
    AgreementAttachment,
    AgreementNote,
    Deed,
    Evaluation,
    Measurement,
    StepEntry,
)
from agreements.models.programmes import amount
from agreements.telling import Telling
from records.dates import Precision
from records.folding import read_together
from visits.changes import acts

MOST = 200  # of each kind


class Kind(models.TextChoices):
    VISIT = "VISIT", pgettext_lazy("kind of event", "Visits")
    STEP = "STEP", gettext_lazy("Steps")
    SIGNING = "SIGNING", gettext_lazy("Signings")
    ACT = "ACT", gettext_lazy("Acts on it")
    MEASUREMENT = "MEASUREMENT", gettext_lazy("Measurements")
    EVALUATION = "EVALUATION", gettext_lazy("Evaluations")
    PAPER = "PAPER", gettext_lazy("Papers")
    NOTE = "NOTE", gettext_lazy("Notes")
    CHANGE = "CHANGE", gettext_lazy("Changes")


ICONS = {
    "VISIT": "footprints",
    "STEP": "milestone",
    "SIGNING": "signature",
    "ACT": "git-branch",
    "MEASUREMENT": "chart-line",
    "EVALUATION": "clipboard-check",
    "PAPER": "file-text",
    "NOTE": "sticky-note",
    "CHANGE": "history",
}
TONES = {
    Deed.RETURNED: "warn",
    Deed.SKIPPED: "quiet",
    Deed.WAIVED: "warn",
    Deed.HELD: "warn",
    Deed.CLOSED: "bad",
    Deed.PASSED: "good",
    Deed.MOVED: "good",
    Deed.STARTED: "info",
}
# Events of their own, no changes of the record.
TOLD_THEMSELVES = (StepEntry, AgreementNote, AgreementAttachment, Measurement, Evaluation)


@dataclass(frozen=True)
class Event:
    """One thing that happened. `day` orders; `when` says it as precisely as it is known."""

    kind: str
    day: dt.date
    when: str
    title: str
    text: str = ""
    by: str = ""
    url: str = ""
    tone: str = "quiet"
    pk: int = 0

    @property
    def icon(self) -> str:
        return ICONS[self.kind]

    @property
    def label(self) -> str:
        return str(Kind(self.kind).label)


def events(told: Telling, kind: str = "") -> list[Event]:
    """Of one kind or of all, as far as the reader may know of them; without a date last. One query for the tables whose
    rows are events, one for acts, one for visits, and those of the history for changes."""
    sources: dict[Kind, Callable[[Telling], Iterator[Event]]] = {
        Kind.VISIT: _visits,
        Kind.SIGNING: _signings,
        Kind.ACT: _acts,
        Kind.CHANGE: _changes,
    }
    tables: dict[Kind, tuple[Callable[[Telling], Any], Callable[[Any], Event]]] = {
        Kind.STEP: (_steps, _step),
        Kind.MEASUREMENT: (_measurements, _measurement),
        Kind.EVALUATION: (_evaluations, _evaluation),
        Kind.PAPER: (_papers, _paper),
        Kind.NOTE: (_notes, _note),
    }
    wanted = [Kind(kind)] if kind in Kind.values else list(Kind)
    rows = read_together([tables[one][0](told) for one in wanted if one in tables], most=MOST)
    found: list[Event] = []
    for one in wanted:
        found += map(tables[one][1], rows.pop(0)) if one in tables else sources[one](told)
    return sorted(found, key=lambda event: (event.day, event.pk), reverse=True)


def _visits(told: Telling) -> Iterator[Event]:
    for relation, links in told.visits:
        for linked in links:
            row = linked.visit
            outcome = str(linked.link.outcome or "")
            text = " · ".join(part for part in (relation, outcome, linked.link.note) if part)
            day = row["starts_on"] or dt.date.min
            yield Event(Kind.VISIT, day, row["date"], row["heading"], text, url=row["url"], tone="accent", pk=row["pk"])


def _signings(told: Telling) -> Iterator[Event]:
    for one in told.signings:
        signing = one.signing
        title = _("Signed by %(name)s") % {"name": one.by} if one.by else _("Signed by all parties")
        day = signing.starts_on if signing.starts_on and signing.precision != Precision.UNKNOWN else dt.date.min
        yield Event(Kind.SIGNING, day, signing.period, title, signing.where, tone="good", pk=signing.pk)


def _acts(told: Telling) -> Iterator[Event]:
    """Renewals, amendments and the like, and agreements made under it."""
    pk = told.agreement.pk
    found = Agreement.objects.visible_to(told.user).filter(Q(predecessor=pk) | Q(parent=pk))
    listed = found.newest_first()[:MOST].for_list(None, "predecessor_id", "parent_id")
    rows = list(rows_of_agreements(listed, told.user))
    for relation, words in (("predecessor_id", ""), ("parent_id", _("Made under it"))):
        for row in rows:
            if row[relation] == pk:
                day = row["signed_on"] or timezone.localdate(row["created_at"])
                text = f"{words or row['nature_label'] or row['kind_label']} · {row['state_label']}"
                when = row["signed"] or date_format(day)
                yield Event(Kind.ACT, day, when, row["heading"], text, url=row["url"], tone="info", pk=row["pk"])


def _changes(told: Telling) -> Iterator[Event]:
    """Edits of the record itself; what has events of its own is left out."""
    themselves = {str(model._meta.verbose_name) for model in TOLD_THEMSELVES}
    changes = [change for change in changes_of(told.agreement, told.user) if change.what not in themselves]
    url = reverse("agreements:history", args=[told.agreement.pk])
    for act in acts(changes):
        at, title = timezone.localtime(act.at), capfirst("; ".join(act.parts))
        yield Event(Kind.CHANGE, at.date(), date_format(at, "DATETIME_FORMAT"), title, "", act.by, url)


# Tables whose rows are events


def _steps(told: Telling) -> QuerySet[StepEntry]:
    return StepEntry.objects.filter(agreement=told.agreement.pk).select_related("step", "by").order_by("-pk")


def _step(entry: StepEntry) -> Event:
    closing = f": {entry.get_closed_as_display()}" if entry.closed_as else ""
    step = f": {entry.step.name}" if entry.step else ""
    text = " · ".join(part for part in (entry.reason, entry.evidence) if part)
    title, tone = f"{entry.get_deed_display()}{step}{closing}", TONES.get(Deed(entry.deed), "quiet")
    day, by = entry.happened_on, _name(entry.by)
    return Event(Kind.STEP, day, date_format(day), title, text, by, tone=tone, pk=entry.pk)


def _measurements(told: Telling) -> QuerySet[Measurement]:
    found = Measurement.objects.filter(indicator__programme__agreement=told.agreement.pk)
    return found.select_related("indicator__programme", "by").order_by("-measured_on", "-pk")


def _measurement(one: Measurement) -> Event:
    indicator = one.indicator
    title = f"{indicator.name}: {amount(one.value)} {indicator.unit}"
    url = reverse("agreements:programme", args=[indicator.programme.agreement_id, indicator.programme_id])
    day, when = one.measured_on, date_format(one.measured_on)
    return Event(Kind.MEASUREMENT, day, when, title, one.note, _name(one.by), url, tone="info", pk=one.pk)


def _evaluations(told: Telling) -> QuerySet[Evaluation]:
    return Evaluation.objects.filter(agreement=told.agreement.pk).select_related("programme", "by")


def _evaluation(one: Evaluation) -> Event:
    parts = [one.get_role_display(), f"{one.rating} / 5" if one.rating else "", str(one.programme or "")]
    text = " · ".join(part for part in (one.get_advice_display() if one.advice else "", one.findings) if part)
    title, day = ", ".join(part for part in parts if part), one.evaluated_on
    return Event(Kind.EVALUATION, day, date_format(day), title, text, _name(one.by), tone="info", pk=one.pk)


def _papers(told: Telling) -> QuerySet[AgreementAttachment]:
    found: Any = told.agreement.attachments
    papers: QuerySet[AgreementAttachment] = found.visible_to(told.user).select_related("uploaded_by")
    return papers.order_by("-uploaded_at")


def _paper(paper: AgreementAttachment) -> Event:
    day = timezone.localdate(paper.uploaded_at)
    title, url = f"{paper.get_kind_display()}: {paper}", paper.get_absolute_url()
    return Event(Kind.PAPER, day, date_format(day), title, "", _name(paper.uploaded_by), url, pk=paper.pk)


def _notes(told: Telling) -> QuerySet[AgreementNote]:
    found: Any = told.agreement.notes
    notes: QuerySet[AgreementNote] = found.visible_to(told.user).select_related("by")
    return notes


def _note(note: AgreementNote) -> Event:
    day = timezone.localdate(note.at)
    return Event(Kind.NOTE, day, date_format(day), _("Internal note"), note.text, _name(note.by), pk=note.pk)


def _name(user: Any) -> str:
    return str(user) if user else ""
