"""The sheet of one agreement. Internal notes and papers are never in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.chains import chain_of
from agreements.models import Agreement, AgreementNature, AgreementState
from agreements.programmes import told as told_of_programmes
from agreements.programmes import work_of
from agreements.telling import Telling
from agreements.ways import Way
from dashboards.reports.asking import letterhead
from dashboards.reports.counted import follow_ups, footer
from dashboards.reports.document import Block, Cell, Facts, Head, Heading, Line, Report, Signature, Table, day_cell
from visits.models.visits import party


def agreement_sheet(form: Any, agreement: Agreement) -> Report:
    """`agreement` as `Agreement.objects.visible_to(user).for_detail()` gives it."""
    told = Telling(agreement, form.user)
    return Report(
        title=_("Agreement sheet"),
        subject=str(agreement),
        letterhead=letterhead(agreement.owner, form.cleaned_data.get("office", "")),
        facts=_of_agreement(agreement, told),
        footer=footer(agreement.pk, told.today),
        blocks=[
            *_parties(told), *_says(agreement, told), *_chain(agreement, form.user), *_way(agreement),
            *_work(agreement, form.user), *follow_ups(form.user, agreement=agreement),
        ],
        signature=Signature(**form.signature()),
    )  # fmt: skip


def _of_agreement(agreement: Agreement, told: Telling) -> list[tuple[str, str]]:
    state = str(AgreementState(agreement.state).label)  # type: ignore[attr-defined]  # annotated by with_state
    signed = ["; ".join(p for p in (str(one.signing), one.by) if p) for one in told.signings]
    days = agreement.notice_days or 0
    notice = ngettext("%(n)s day before the end", "%(n)s days before the end", days) % {"n": days} if days else ""
    words = agreement.validity_as_stated
    nature = agreement.get_nature_display() if agreement.nature != AgreementNature.NEW else ""
    return [
        (_("Category"), str(agreement.get_category_display())),
        (_("Kind"), ", ".join(str(part) for part in (agreement.get_kind_display(), nature) if part)),
        (_("Parties"), agreement.between),
        (_("State"), f"{state} ({date_format(agreement.today())})"),
        (_("Signed"), "\n".join(signed)),
        (_("In force from"), told.starts),
        (_("Effective end"), told.ends),
        (_("Validity as stated"), f"“{words}”" if words else ""),
        (_("Notice"), notice),
        (_("Sectors"), "; ".join(sector.name for sector in told.sectors)),
    ]


def _parties(told: Telling) -> Iterator[Block]:
    lines: list[Line] = []
    for n, side in enumerate(told.sides, start=1):
        party = side.party
        behalf = _("on behalf of %(whom)s") % {"whom": party.stands_for} if party.stands_for else ""
        unit = _("Responsible unit: %(unit)s") % {"unit": party.unit} if party.unit else ""
        who = "\n".join(str(signatory) for signatory in side.signatories)
        described = [party.name, str(party.get_role_display()), behalf, unit]
        lines.append([n, "\n".join(part for part in described if part), party.number, who])
    head = [Head(_("No."), 0.3, number=True), Head(_("Party"), 1.8), Head(_("Number"), 1.3), Head(_("Signatory"), 1.6)]
    yield Heading(_("Parties and signatories"))
    yield Table(_("Parties"), head, lines, _("Nobody is named."))


def _says(agreement: Agreement, told: Telling) -> Iterator[Block]:
    said = [
        (_("Summary"), agreement.about), (_("Objectives"), agreement.objectives),
        (_("Expected results"), agreement.benefits), (_("Funding"), agreement.funding),
    ]  # fmt: skip
    if any(text for _term, text in said):
        yield Heading(_("Contents"))
        yield Facts(said)
    lines: list[Line] = [
        [
            n,
            "\n".join(p for p in (one.point.heading, one.point.text) if p),
            str(one.point.sector or ""),
            one.between or one.direction,
        ]
        for n, one in enumerate(told.scope, start=1)
    ]
    if lines:
        head = [
            Head(_("No."), 0.3, number=True),
            Head(_("Point"), 2.6),
            Head(_("Sector"), 1.1),
            Head(_("From whom to whom"), 1.3),
        ]
        yield Heading(_("Scope"))
        yield Table(_("Scope"), head, lines)


def _chain(agreement: Agreement, user: Any) -> Iterator[Block]:
    chain = chain_of(agreement, user)
    if not chain:
        return
    told = sorted(
        chain.members.values(), key=lambda m: (m.row["counts_from"] is None, str(m.row["counts_from"]), m.row["pk"])
    )
    lines: list[Line] = [
        [
            n, Cell("\n".join(p for p in (m.row["heading"], m.row["numbers"]) if p), m.row["url"]),
            m.relation or m.row["kind_label"], m.row["signed"], m.term, m.row["state_label"],
        ]
        for n, m in enumerate(told, start=1)
    ]  # fmt: skip
    head = [
        Head(_("No."), 0.3, number=True), Head(_("Agreement"), 2.2), Head(_("Kind"), 1.1), Head(_("Signed"), 1.15),
        Head(_("Term"), 1.2), Head(_("State"), 0.9),
    ]  # fmt: skip
    yield Heading(_("Chain of agreements"))
    yield Table(_("Chain"), head, lines)


def _way(agreement: Agreement) -> Iterator[Block]:
    lines: list[Line] = [
        [
            day_cell(entry.happened_on),
            ": ".join(str(p) for p in (entry.get_deed_display(), entry.step and entry.step.name) if p),
            entry.reason,
        ]
        for entry in Way(agreement).log
    ]
    if lines:
        head = [Head(_("Date"), 0.9), Head(_("What happened"), 2), Head(_("Reason"), 2)]
        yield Heading(_("Process"))
        yield Table(_("Process"), head, lines)


def _work(agreement: Agreement, user: Any) -> Iterator[Block]:
    """Programmes with every measurement of their indicators."""
    for programme in told_of_programmes(agreement.programmes.all()):
        work = work_of(programme, user)
        yield Heading(_("Programme: %(name)s") % {"name": programme.name})
        days = [date_format(day) if day else "…" for day in (programme.starts_on, programme.ends_on)]
        term = " – ".join(days) if programme.starts_on or programme.ends_on else ""
        units = "; ".join(party(str(unit), str(unit.region or "")) for unit in work.units)
        yield Facts([(_("What is done"), programme.about), (_("Term"), term), (_("Responsible units"), units)])
        lines: list[Line] = []
        for course in work.courses:
            unit = course.indicator.unit
            lines.append([
                f"{course.indicator.name} ({unit})", Cell(course.baseline, exact=course.indicator.baseline),
                Cell(course.target, exact=course.indicator.target), "", "", course.standing[0],
            ])  # fmt: skip
            lines += [
                ["", "", "", day_cell(m.measurement.measured_on), Cell(m.value, exact=m.measurement.value), ""]
                for m in reversed(course.rows)
            ]
        head = [
            Head(_("Indicator"), 2), Head(_("Baseline"), 0.8, number=True), Head(_("Target"), 0.8, number=True),
            Head(_("Measured on"), 1.2), Head(_("Value"), 0.8, number=True), Head(_("State"), 1.1),
        ]  # fmt: skip
        yield Table(_("Programmes"), head, lines, _("No indicator is kept."))
