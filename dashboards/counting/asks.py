"""The single numbers: what must be done today, and what is quietly counted beside it. One query for nearly all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.filters import WAITING
from agreements.models import AgreementState
from agreements.standing import at_steps
from agreements.targets import Target
from dashboards.counting.milestones import invitations_in, milestones_in
from dashboards.figures import Figure
from dashboards.scope import PROCESS, Scope
from followups.models import MilestoneKind, MilestoneQuerySet
from pages.paging import Count, counts_of

SOON, LATER, LATEST = 30, 90, 180  # days until the end of an agreement
WEEK = 7


@dataclass(frozen=True)
class Ask:
    """A number before it is counted: its records, and how it is told. `presses`: something must be done or decided.

    The records are asked for when they are counted: for telling a number that was, a page need not know them. Numbers
    of agreements by their targets are counted with these (`targets`), and name a Target in place of records.
    """

    code: str
    records: Callable[[], Any] | Target
    label: str
    href: str
    icon: str
    tone: str = ""
    presses: bool = False


def count(asks: list[Ask], standing: dict[Target, Count]) -> list[Count]:
    """In the order of the asks, each as its list counts it. One query; `standing` are agreements by their targets."""
    plain = [ask.records for ask in asks if not isinstance(ask.records, Target)]
    numbers = iter(counts_of(*(records() for records in plain)))
    return [standing[ask.records] if isinstance(ask.records, Target) else next(numbers) for ask in asks]


def figures(asks: list[Ask], counts: list[Count]) -> dict[str, Figure]:
    """By code. What is nought presses nobody."""
    return {
        ask.code: Figure(number, ask.label, ask.href, ask.icon, ask.tone if number else "")
        for ask, number in zip(asks, counts, strict=True)
    }


def asks_of(scope: Scope) -> list[Ask]:
    """All of them, the most pressing first."""
    return [
        *_late(scope),
        *_to_decide(scope),
        *_soon(scope),
        *_beside(scope),
        *_targets(scope),
        *_came_of_visits(scope),
    ]


def _on_our_side(scope: Scope, found: MilestoneQuerySet) -> MilestoneQuerySet:
    return found.on_side_of(scope.place.ids) if scope.place else found.for_side_of(scope.user)


def _on_other_sides(scope: Scope, found: MilestoneQuerySet) -> MilestoneQuerySet:
    return found.on_other_sides(scope.place.ids) if scope.place else found.for_others(scope.user)


def _late(scope: Scope) -> list[Ask]:
    """What should have happened already."""
    agreements, today, past = scope.agreements(), scope.today, scope.past

    def lapsed() -> Any:
        return agreements.in_state(AgreementState.EXPIRED, on=scope.on).with_open_renewal(scope.user, today, past)

    return [
        Ask(
            "overdue", lambda: _on_our_side(scope, milestones_in(scope, "overdue")),
            _("Follow-ups overdue on our side"), scope.to_milestones(state="overdue", whose="ours"), "alarm-clock",
            "bad", presses=True,
        ),
        Ask(
            "lapsed", lapsed, _("Ended, the renewal is not signed"),
            scope.to_agreements(state="EXPIRED", renewal="on"), "calendar-x", "bad", presses=True,
        ),
        Ask(
            "late", lambda: agreements.standing(past).late(today), _("Longer at their step than allowed"),
            scope.to_agreements(late="on", sort="stage"), "timer", "bad", presses=True,
        ),
        Ask(
            "missed", Target.MISSED, _("Agreements with a missed target"),
            scope.to_agreements(targets="missed"), "target", "bad", presses=True,
        ),
    ]  # fmt: skip


def _to_decide(scope: Scope) -> list[Ask]:
    """Where a decision is waited for."""
    agreements, past = scope.agreements(), scope.past
    words = {"council": _("Waiting for the council"), "ministry": _("Waiting for a ministry")}
    waiting = [
        Ask(
            who, partial(at_steps, agreements, past, actor__code__in=WAITING[who][1]), label,
            scope.to_agreements(waiting=who, sort="stage"), "landmark", "warn", presses=True,
        )
        for who, label in words.items()
    ]  # fmt: skip
    suggested = Ask(
        "suggested", lambda: scope.milestones().suggested(), _("Suggested follow-ups to accept or decline"),
        scope.to_milestones(state="suggested"), "lightbulb", "warn", presses=True,
    )  # fmt: skip
    return waiting if past else [*waiting, suggested]


def _soon(scope: Scope) -> list[Ask]:
    """What will be late if nothing is done."""
    agreements, today = scope.agreements(), scope.today
    months = None if scope.silent == PROCESS else int(scope.silent)
    silent = (
        _("In force, but silent for long")
        if months is None
        else ngettext("In force, but silent for %(n)s month", "In force, but silent for %(n)s months", months)
        % {"n": months}
    )
    return [
        _ending(scope, SOON, presses=True),
        Ask(
            "week", lambda: _on_our_side(scope, milestones_in(scope, str(WEEK))), _("Follow-ups due within seven days"),
            scope.to_milestones(state=WEEK, whose="ours"), "calendar-check", "warn", presses=True,
        ),
        Ask(
            "unreported", lambda: scope.visits().unreported(today), _("Visits over, not yet reported"),
            scope.to_visits(stage="unreported"), "file-clock", "warn", presses=True,
        ),
        Ask(
            "silent", lambda: agreements.silent(months, today, scope.on), silent,
            scope.to_agreements(silent=scope.silent, sort="active"), "moon", "warn", presses=True,
        ),
    ]  # fmt: skip


def _ending(scope: Scope, days: int, *, presses: bool = False) -> Ask:
    return Ask(
        f"ending-{days}", lambda: scope.agreements().ending_within(days, scope.today),
        _("Ending within %(n)s days") % {"n": days}, scope.to_agreements(ending=days, sort="ends"), "hourglass",
        "warn" if presses else "", presses=presses,
    )  # fmt: skip


def _beside(scope: Scope) -> list[Ask]:
    """What is good to know."""

    def signed() -> Any:
        return scope.agreements().signed_between(scope.since, scope.until)

    period = {"since": scope.since.isoformat(), "until": scope.until.isoformat()}
    return [
        _ending(scope, LATER),
        _ending(scope, LATEST),
        Ask(
            "theirs", lambda: _on_other_sides(scope, milestones_in(scope, "overdue")),
            _("Follow-ups overdue with partners"), scope.to_milestones(state="overdue", whose="theirs"), "hourglass",
        ),
        Ask(
            "invitations", lambda: invitations_in(scope), _("Open invitations"),
            scope.to_milestones(kind=MilestoneKind.RETURN_VISIT), "mail",
        ),
        Ask(
            "upcoming", lambda: scope.visits().upcoming(scope.today), _("Upcoming visits"),
            scope.to_visits(stage="upcoming"), "calendar",
        ),
        Ask("signed", signed, _("Agreements signed in the period"), scope.to_agreements(**period), "signature"),
    ]  # fmt: skip


def _targets(scope: Scope) -> list[Ask]:
    """Agreements by how their targets stand; the missed ones press."""
    return [
        Ask(
            f"target-{how}", how, str(how.label),
            scope.to_agreements(targets=how), "target",
        )
        for how in (Target.REACHED, Target.COMING, Target.UNMEASURED)
    ]  # fmt: skip


def _came_of_visits(scope: Scope) -> list[Ask]:
    """From the visit to the signature: of the visits of the period that took place."""

    def held(led: str) -> Any:
        found = scope.visits().held(scope.today).between(scope.since, scope.until)
        return found.led_to(led, scope.today, scope.user) if led else found

    words = {
        "": _("Visits that took place"),
        "follow-up": _("… with a follow-up"),
        "done": _("… with a follow-up that is done"),
        "agreement": _("… that led to an agreement"),
        "signed": _("… that led to a signed agreement"),
    }
    return [
        Ask(f"led-{led}", partial(held, led), label, scope.to_period(stage="held", led=led), "footprints")
        for led, label in words.items()
    ]
