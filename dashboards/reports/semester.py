"""The semester report of a region on its cooperation."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from agreements.models import ENDLESS, NO_END_OF_THEIR_OWN, AgreementNature, Indicator, Party, Signing
from agreements.programmes import Course
from dashboards.reports.asking import letterhead
from dashboards.reports.counted import Part, Scope, agreements, counts, milestones, states_by_category, visits
from dashboards.reports.document import Block, Cell, Head, Heading, Line, Report, Signature, Table, Words, percent_cell
from followups.models import MilestoneStatus
from pages.once import asking_once
from records.folding import Fold, folded, unfold

INDICATORS = 2_000  # that a report tells one by one
FOLDS = (Fold("measurements"),)


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
        *([(_("As far as seen by"), form.seen_by)] if form.seen_by else []),
        (_("Period"), period.in_words),
        (_("As of"), date_format(day)),
        (_("Drawn up"), _("%(day)s by %(who)s") % {"day": date_format(user.today()), "who": user}),
    ]
    return Report(
        title=_("Half-year report on regional cooperation"),
        subject=f"{region.name}, {period}",
        letterhead=letterhead(region, given.get("office", "")),
        facts=facts,
        footer=_("Half-year report, %(region)s, %(period)s") % {"region": region.name, "period": period},
        blocks=_body(scope, form.seen_by),
        signature=Signature(**form.signature()),
    )  # fmt: skip


def _summary(scope: Scope, *besides: Any) -> tuple[list[Block], list[int]]:
    """The table, and in the same question how many there are of each of `besides`."""
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
    cells = counts(*asked.values(), *((found, "") for found in besides))
    rows: list[Line] = [[label, cell] for label, cell in zip(asked, cells, strict=False)]
    table = Table(_("Summary"), [Head(_("In the period"), 3), Head(_("How many"), 1, number=True)], rows)
    return [Heading(_("Summary")), table], [int(cell.value or 0) for cell in cells[len(asked) :]]


def _ended(scope: Scope) -> Any:
    """Signed, and the effective end lies in the period; what only moved the end of another has none of its own."""
    found: Any = scope.found("agreements", **scope.on_day).records.exclude(nature__in=NO_END_OF_THEIR_OWN)
    return found.with_state(scope.day).filter(is_signed=True, reach__range=(scope.first, min(scope.day, ENDLESS)))


def _closed(scope: Scope) -> Any:
    found: Any = scope.found("agreements", **scope.on_day).records
    return found.exclude(closed_as="").filter(closed_on__range=(scope.first, scope.day))


def _done(scope: Scope) -> Any:
    found: Any = scope.found("follow-ups", state="all").records
    return found.filter(status=MilestoneStatus.DONE, done_on__range=(scope.first, scope.day))


def _body(scope: Scope, seen_by: str) -> list[Block]:
    """The four lists of agreements are read together: the annex too."""
    parts = [
        Part(scope.found("agreements", **scope.in_period).records, _("Signed")),
        Part(_ended(scope), pgettext("state of an agreement", "Ended")),
        Part(_closed(scope), _("Closed")),
        Part(scope.found("agreements", **scope.on_day).records, _("Agreements")),
    ]
    signed, ended, closed, every = agreements(parts, scope)
    held = _held(scope)
    elsewhen = (_held_elsewhen(found, scope) for found in held.values())
    summary, (signed_later, *held_elsewhen) = _summary(scope, _signed_elsewhen(scope), *elsewhen)
    words = _("Every agreement of the region with its state on %(day)s.")
    if seen_by:
        words = _("The agreements of the region that %(unit)s sees, with their state on %(day)s.")
    return [
        *summary,
        Heading(_("Agreements by state and category")),
        states_by_category(scope),
        Heading(_("Signed in the period")),
        *_signed_later(signed_later),
        signed,
        Heading(_("Ended in the period")),
        ended,
        Heading(_("Closed in the period")),
        closed,
        *_visits(scope, held, held_elsewhen),
        *_followups(scope),
        *_programmes(scope),
        Heading(_("Annex: all agreements"), new_page=True),
        Words(words % {"day": date_format(scope.day), "unit": seen_by}),
        every,
    ]


def _visits(scope: Scope, held: dict[str, Any], elsewhen: list[int]) -> list[Block]:
    tables = visits([Part(found, name) for name, found in held.items()], scope.user)
    blocks: list[Block] = []
    for name, table, n in zip(held, tables, elsewhen, strict=True):
        blocks += [Heading(name), *_told_elsewhere(n), table]
    return blocks


def _held(scope: Scope) -> dict[str, Any]:
    names = {"INCOMING": _("Visits received"), "OUTGOING": _("Visits made")}
    asked = {**scope.in_period, "stage": "held", "on": scope.day}
    return {name: scope.found("visits", **asked, direction=way).records for way, name in names.items()}


def _held_elsewhen(found: Any, scope: Scope) -> Any:
    """Visits of the report that stand in that of another period too."""
    return found.exclude(starts_on__gte=scope.first, ends_on__lte=scope.last)


def _signed_elsewhen(scope: Scope) -> Any:
    """Of a signing of which only the year is known the first day counts."""
    signings = Signing.objects.filter(agreement=OuterRef("pk"), starts_on=OuterRef("signed_on"), ends_on__gt=scope.last)
    return scope.found("agreements", **scope.in_period).records.filter(Exists(signings))


def _told_elsewhere(n: int) -> list[Block]:
    """So that nobody adds them up twice."""
    words = ngettext(
        "%(n)s of them may also have taken place outside the period, wholly or in part: see its date.",
        "%(n)s of them may also have taken place outside the period, wholly or in part: see their dates.",
        n,
    )
    return [Words(words % {"n": n})] if n else []


def _signed_later(n: int) -> list[Block]:
    words = ngettext(
        "%(n)s of them may have been signed after the period: see its date.",
        "%(n)s of them may have been signed after the period: see their dates.",
        n,
    )
    return [Words(words % {"n": n})] if n else []


def _followups(scope: Scope) -> list[Block]:
    late = scope.found("follow-ups", on=scope.day, state="overdue").records
    done, overdue = milestones([Part(_done(scope), _("Done")), Part(late, _("Overdue"))], scope.user)
    return [Heading(_("Follow-ups done in the period")), done, Heading(_("Follow-ups overdue")), overdue]


def _programmes(scope: Scope) -> list[Block]:
    """What the programmes have come to by the day: indicator by indicator."""
    within = scope.found("agreements", **scope.on_day).records
    found = Indicator.objects.filter(programme__agreement__in=within.order_by().values("pk"))
    ordered = found.order_by("programme__agreement", "programme__position", "programme", "position", "pk")
    told = ordered.select_related("programme__agreement").annotate(**folded(Indicator, FOLDS))
    indicators = list(told[: INDICATORS + 1])
    untitled = [one.programme.agreement for one in indicators if not one.programme.agreement.title]
    parties = Party.objects.select_related("region", "organisation")  # of these the parties are the name
    prefetch_related_objects(untitled, Prefetch("parties", parties))
    lines: list[Line] = []
    for indicator in indicators[:INDICATORS]:
        unfold(indicator, FOLDS)
        programme = indicator.programme
        measured = [m for m in indicator.measurements.all() if m.measured_on <= scope.day]
        course = Course(indicator, measured, scope.user, scope.day)
        last = course.last.value if course.last else None
        lines.append([
            Cell(f"{programme.name}\n{programme.agreement}", programme.get_absolute_url()),
            f"{indicator.name} ({indicator.unit})", Cell(course.baseline, exact=indicator.baseline),
            Cell(course.value, exact=last), Cell(course.target, exact=indicator.target), percent_cell(course.percent),
            course.standing[0],
        ])  # fmt: skip
    head = [
        Head(_("Programme"), 2.4), Head(_("Indicator"), 1.8), Head(_("Baseline"), 0.9, number=True),
        Head(_("Last value"), 0.9, number=True), Head(_("Target"), 0.9, number=True),
        Head(_("Reached"), 0.8, number=True), Head(_("State"), 1),
    ]  # fmt: skip
    is_cut = len(indicators) > INDICATORS
    return [Heading(_("Programmes")), Table(_("Programmes"), head, lines, _("No indicator is kept."), is_cut=is_cut)]
