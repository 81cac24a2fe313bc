"""The report of one visit. Internal notes and papers are never in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.reports.asking import letterhead
from dashboards.reports.counted import follow_ups, footer
from dashboards.reports.document import Block, Facts, Head, Heading, Line, Report, Signature, Table, Words
from visits.models import FollowUp, Standing, Visit
from visits.telling import Telling, certainty_words


def visit_report(form: Any, visit: Visit) -> Report:
    """`visit` as `Visit.objects.visible_to(user).for_detail()` gives it."""
    told = Telling(visit, form.user)
    return Report(
        title=_("Visit report"),
        subject=str(visit),
        letterhead=letterhead(visit.owner, form.cleaned_data.get("office", "")),
        facts=_of_visit(visit, told),
        footer=footer(visit.pk, told.today),
        blocks=[*_people(told), *_course(visit, told), *_outcomes(told), *follow_ups(form.user, visit=visit)],
        signature=Signature(**form.signature()),
    )


def _of_visit(visit: Visit, told: Telling) -> list[tuple[str, str]]:
    when = ", ".join(part for part in (visit.period, visit.hours) if part)
    if visit.date_as_stated:
        when += _(" (stated as “%(words)s”)") % {"words": visit.date_as_stated}
    when += certainty_words(visit.date_certainty)
    venue = ", ".join(str(p) for p in (visit.venue.name, visit.venue.region) if p) if visit.venue else ""
    topics = [
        t.sector.name + (f" ({t.note})" if t.note else "") + certainty_words(t.certainty) for t in visit.topics.all()
    ]
    mentioned = f" ({_('only mentioned')})" if visit.standing == Standing.CLAIMED else ""
    return [
        (_("Kind of visit"), ", ".join(told.kinds)),
        (_("Date"), when),
        (_("Venue"), venue or visit.venue_as_stated),
        (_("Host"), str(visit.host or "")),
        (_("Guests"), str(visit.guests)),
        (_("Purpose"), visit.purpose),
        (_("Sectors"), "; ".join(topics)),
        (_("Programme"), visit.series.name if visit.series else ""),
        (_("Status"), f"{visit.get_status_display()}{mentioned}"),
    ]


def _people(told: Telling) -> Iterator[Block]:
    yield Heading(_("Delegations"))
    sides = [(_("Guests"), told.guests), (_("Received by"), told.hosts), (_("Third party"), told.others)]
    for side, parties in sides:
        for party in parties:
            yield from _delegation(side, party)
    if not any(parties for _side, parties in sides):
        yield Words(_("Nobody is named."))


def _delegation(side: str, party: Any) -> Iterator[Block]:
    delegation = party.delegation
    many = delegation.headcount
    count = (
        ngettext("%(n)s person", "%(n)s people", many) % {"n": delegation.headcount_text} if many is not None else ""
    )
    yield Heading(f"{side}: {delegation.name}" + (f" ({count})" if count else ""), 2)
    behalf = ", ".join(str(p) for p in (delegation.on_behalf_of, delegation.on_behalf_of_region) if p)
    yield Facts([(_("On behalf of"), behalf), (_("Topics"), delegation.topics)])
    lines: list[Line] = []
    for n, member in enumerate(party.members, start=1):
        group = member.form == "GROUP"
        name = f"{member.office} ({member.count_text})" if group and member.count else member.office if group else ""
        office = [] if group else [member.office]
        office += [str(member.organisation)] if member.organisation else []
        office += [_("on behalf of %(whom)s") % {"whom": member.on_behalf_of}] if member.on_behalf_of else []
        name = (name or member.spoken_name or "–") + certainty_words(member.certainty)
        lines.append([n, name, ", ".join(office), str(member.get_role_display())])
    if lines:
        head = [Head(_("No."), 0.3, number=True), Head(_("Name"), 1.5), Head(_("Office"), 1.8), Head(_("Role"), 0.8)]
        yield Table(_("People"), head, lines)


def _course(visit: Visit, told: Telling) -> Iterator[Block]:
    lines: list[Line] = [
        [
            n,
            "\n".join(part for part in (item.title + certainty_words(item.certainty), item.led_by, item.note) if part),
            ", ".join(p for p in (item.venue.name if item.venue else "", item.days) if p),
            str(item.get_state_display()),
        ]
        for n, (item, _badge) in enumerate(told.agenda, start=1)
    ]
    if lines:
        head = [
            Head(_("No."), 0.3, number=True),
            Head(_("Activity"), 2.2),
            Head(_("Place and time"), 1.3),
            Head(_("State"), 0.9),
        ]
        yield Heading(_("Agenda"))
        yield Table(_("Agenda"), head, lines)
    statements = list(visit.statements.all())
    if visit.minutes or statements:
        yield Heading(_("Course of the visit"))
        if visit.minutes:
            yield Words(visit.minutes)
        for statement in statements:
            summary = "" if statement.verbatim else _(" (in summary)")
            yield Words(statement.text, by=f"{statement.speaker}{summary}")


def _outcomes(told: Telling) -> Iterator[Block]:
    lines: list[Line] = []
    for n, one in enumerate(told.outcomes, start=1):
        outcome = one.outcome
        quantity = f" ({outcome.quantity_text})" if outcome.quantity_text else ""
        kind = f"{outcome.get_kind_display()}{certainty_words(outcome.certainty)}"
        quote = f"“{outcome.quote}”" if outcome.quote else ""
        given = " → ".join(str(p) for p in (outcome.given_by, outcome.given_to) if p)
        due = date_format(outcome.due_on) if outcome.due_on else outcome.due_as_stated
        follows = outcome.follow_up != FollowUp.NOT_NEEDED
        lines.append([
            n, "\n".join(p for p in (kind, f"{outcome.text}{quantity}", quote) if p),
            "\n".join(p for p in (str(outcome.get_direction_display()), given) if p),
            "\n".join(p for p in (str(outcome.get_follow_up_display()) if follows else "–", due) if p),
        ])  # fmt: skip
    head = [
        Head(_("No."), 0.3, number=True),
        Head(_("Outcome"), 2.6),
        Head(_("From whom to whom"), 1.2),
        Head(_("Follow-up"), 1),
    ]
    yield Heading(_("Outcomes"))
    yield Table(_("Outcomes"), head, lines, _("No outcome is recorded."))
