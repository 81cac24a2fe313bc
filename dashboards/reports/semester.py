"""The semester report of a region on its cooperation."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agreements.models import ENDLESS, AgreementNature, Programme
from agreements.programmes import Course
from dashboards.reports.asking import letterhead
from dashboards.reports.counted import Scope, agreements, counts, milestones, states_by_category, visits
from dashboards.reports.document import Block, Cell, Head, Heading, Line, Report, Signature, Table, Words
from followups.models import MilestoneStatus
from pages.once import asking_once

PROGRAMMES = 500  # that a report tells one by one


def semester(form: Any) -> Report:
    """As the user of the form may see it; every number is counted by the list to which it leads."""
    with asking_once():
        return _semester(form)


def _semester(form: Any) -> Report:
    user, given = form.user, form.cleaned_data
    region, period = form.reported, given["period"]
    day = period.day(user.today())
    scope = Scope(user, region, period.first, period.last, day)
    facts = [
        (_("Region"), region.label),
        (_("Period"), period.in_words),
        (_("As of"), date_format(day)),
        (_("Drawn up"), _("%(day)s by %(who)s") % {"day": date_format(user.today()), "who": user}),
    ]
    return Report(
        title=_("Semester report on regional cooperation"),
        subject=f"{region.name}, {period}",
        letterhead=letterhead(region, given.get("office", "")),
        facts=facts,
        footer=_("Semester report, %(region)s, %(period)s") % {"region": region.name, "period": period},
        blocks=[block for part in PARTS for block in part(scope)],
        signature=Signature(**form.signature()),
    )  # fmt: skip


def _summary(scope: Scope) -> list[Block]:
    during = scope.in_period
    held = {**during, "stage": "held", "on": scope.day}
    asked = {
        _("Agreements signed"): scope.listed("agreements", **during),
        _("of these renewals"): scope.listed("agreements", **during, nature=AgreementNature.RENEWAL),
        _("Agreements ended"): (_ended(scope), ""),
        _("Agreements closed"): (_closed(scope), ""),
        _("Visits received"): scope.listed("visits", **held, direction="INCOMING"),
        _("Visits made"): scope.listed("visits", **held, direction="OUTGOING"),
        _("Follow-ups done"): (_done(scope), ""),
        _("Follow-ups open"): scope.listed("follow-ups", on=scope.day),
        _("of these overdue"): scope.listed("follow-ups", on=scope.day, state="overdue"),
    }
    rows: list[Line] = [[label, cell] for label, cell in zip(asked, counts(*asked.values()), strict=True)]
    table = Table(_("Summary"), [Head(_("In the period"), 3), Head(_("How many"), 1, number=True)], rows)
    return [Heading(_("Summary")), table]


def _ended(scope: Scope) -> Any:
    """Signed, and the effective end lies in the period."""
    found: Any = scope.found("agreements", on=scope.day).records
    return found.with_state(scope.day).filter(is_signed=True, reach__range=(scope.first, min(scope.day, ENDLESS)))


def _closed(scope: Scope) -> Any:
    found: Any = scope.found("agreements", on=scope.day).records
    return found.exclude(closed_as="").filter(closed_on__range=(scope.first, scope.day))


def _done(scope: Scope) -> Any:
    found: Any = scope.found("follow-ups", state="all").records
    return found.filter(status=MilestoneStatus.DONE, done_on__range=(scope.first, scope.day))


def _agreements(scope: Scope) -> list[Block]:
    signed = scope.found("agreements", **scope.in_period).records
    return [
        Heading(_("Agreements by state and category")),
        states_by_category(scope),
        Heading(_("Signed in the period")),
        agreements(signed, scope, _("Signed")),
        Heading(_("Ended in the period")),
        agreements(_ended(scope), scope, pgettext("state of an agreement", "Ended")),
        Heading(_("Closed in the period")),
        agreements(_closed(scope), scope, _("Closed")),
    ]


def _visits(scope: Scope) -> list[Block]:
    def held(direction: str) -> Any:
        return scope.found("visits", **scope.in_period, direction=direction, stage="held", on=scope.day).records

    return [
        Heading(_("Visits received")),
        visits(held("INCOMING"), scope, _("Visits received")),
        Heading(_("Visits made")),
        visits(held("OUTGOING"), scope, _("Visits made")),
    ]


def _followups(scope: Scope) -> list[Block]:
    overdue = scope.found("follow-ups", on=scope.day, state="overdue").records
    return [
        Heading(_("Follow-ups done in the period")),
        milestones(_done(scope), scope.user, _("Done")),
        Heading(_("Follow-ups overdue")),
        milestones(overdue, scope.user, _("Overdue")),
    ]


def _programmes(scope: Scope) -> list[Block]:
    """What the programmes have come to by the day."""
    within = scope.found("agreements", on=scope.day).records
    found = Programme.objects.visible_to(scope.user).filter(agreement__in=within.order_by().values("pk"))
    told = found.select_related("agreement").prefetch_related("indicators__measurements")
    programmes = list(told.order_by("agreement", "position", "pk")[:PROGRAMMES])
    untitled = [programme.agreement for programme in programmes if not programme.agreement.title]
    prefetch_related_objects(untitled, "parties__region", "parties__organisation")  # of these the parties are the name
    lines: list[Line] = []
    for programme in programmes:
        for indicator in programme.indicators.all():
            measured = [m for m in indicator.measurements.all() if m.measured_on <= scope.day]
            course = Course(indicator, measured, scope.user)
            percent = "" if course.percent is None else f"{course.percent} %"
            what = f"{course.indicator.name} ({course.indicator.unit})"
            lines.append([
                Cell(f"{programme.name}\n{programme.agreement}", programme.get_absolute_url()), what,
                course.baseline, course.value, course.target, percent, course.standing[0],
            ])  # fmt: skip
    head = [
        Head(_("Programme"), 2.4), Head(_("Indicator"), 1.8), Head(_("Baseline"), 0.9, number=True),
        Head(_("Last value"), 0.9, number=True), Head(_("Target"), 0.9, number=True),
        Head(_("Reached"), 0.8, number=True), Head(_("State"), 1),
    ]  # fmt: skip
    return [Heading(_("Programmes")), Table(_("Programmes"), head, lines, _("No indicator is kept."))]


def _annex(scope: Scope) -> list[Block]:
    every = scope.found("agreements", on=scope.day).records
    words = Words(_("Every agreement of the region with its state on %(day)s.") % {"day": date_format(scope.day)})
    return [Heading(_("Annex: all agreements"), new_page=True), words, agreements(every, scope, _("Agreements"))]


PARTS = (_summary, _agreements, _visits, _followups, _programmes, _annex)
