"""The dashboard in words: what presses on top, then the rest in quiet sections. All is counted when the first number is
told; telling asks nothing more of the database."""

from __future__ import annotations

from functools import cached_property

from dashboards.counting import agreements, asks, milestones, regions, targets, visits
from dashboards.counting.agreements import Stop
from dashboards.counting.counted import Counted, counted
from dashboards.counting.targets import Line
from dashboards.counting.visits import Balance
from dashboards.figures import Chart, Figure
from dashboards.scope import Scope

STEPS = 8  # that are shown at once


class Board:
    def __init__(self, scope: Scope, *, anew: bool = False) -> None:
        self.scope = scope
        self.anew = anew

    @cached_property
    def counted(self) -> Counted:
        return counted(self.scope, anew=self.anew)

    @cached_property
    def _asks(self) -> list[asks.Ask]:
        return asks.asks_of(self.scope)

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Every single number by its code."""
        return asks.figures(self._asks, self.counted.numbers)

    # What must I do today?

    @property
    def pressing(self) -> list[Figure]:
        """What is late or waits for somebody, as far as there is any."""
        return [self.figures[ask.code] for ask in self._asks if ask.presses and self.figures[ask.code].number]

    @property
    def settled(self) -> list[Figure]:
        """What would press if there were any: said in one quiet line."""
        return [self.figures[ask.code] for ask in self._asks if ask.presses and not self.figures[ask.code].number]

    def _of(self, *codes: str) -> list[Figure]:
        return [self.figures[code] for code in codes]

    @cached_property
    def regions(self) -> list[regions.Line]:
        """Of a province as a whole: one by one."""
        return regions.lines(self.scope, self.counted.regions)

    # Agreements

    @property
    def endings(self) -> list[Figure]:
        """What presses of them stands on top already."""
        return self._of("ending-30", "ending-90", "ending-180", "signed")

    @cached_property
    def states(self) -> Chart:
        return agreements.states(self.scope, self.counted.agreements)

    @cached_property
    def phases(self) -> Chart:
        return agreements.phases(self.scope, self.counted.agreements)

    @cached_property
    def steps(self) -> list[Stop]:
        return agreements.steps(self.scope, self.counted.agreements)

    @property
    def first_steps(self) -> list[Stop]:
        """Where it is worst; the rest is folded away."""
        return self.steps[:STEPS]

    @property
    def other_steps(self) -> list[Stop]:
        return self.steps[STEPS:]

    # Follow-ups

    @property
    def follow_ups(self) -> list[Figure]:
        return self._of("overdue", "theirs", "invitations")

    @cached_property
    def units(self) -> Chart:
        return milestones.units(self.scope, self.counted.units)

    # Visits

    @property
    def walks(self) -> list[Figure]:
        """Upcoming, not reported."""
        return self._of("upcoming", "unreported")

    @cached_property
    def months(self) -> Chart:
        return visits.months(self.scope, self.counted.visits)

    @cached_property
    def charts_of_visits(self) -> list[Chart]:
        return [
            tell(self.scope, self.counted.visits)
            for tell in (visits.sectors, visits.partners, visits.provinces, visits.world)
        ]

    @cached_property
    def balances(self) -> list[Balance]:
        return visits.balances(self.scope, self.counted.visits)

    @property
    def came_of_it(self) -> list[tuple[Figure, str]]:
        """From the visit to the signature, with the median of days where there is one."""
        days = {what: visits.days_until(self.counted.visits, what) for what in ("done", "signed")}
        codes = ("", "follow-up", "done", "agreement", "signed")
        return [(self.figures[f"led-{code}"], days.get(code, "")) for code in codes]

    # Targets

    @property
    def targets(self) -> list[Figure]:
        return self._of("missed", "target-coming", "target-unmeasured", "target-reached")

    @cached_property
    def lines(self) -> list[Line]:
        return targets.lines(self.counted.targets)

    # Everything, for whoever follows the links

    @property
    def charts(self) -> list[Chart]:
        return [self.states, self.phases, self.units, self.months, *self.charts_of_visits]
