"""The register of probes, and how they ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from accounts.models import User
from agreements.models import Agreement
from followups.models import Milestone
from records import rows
from regions.models import Region
from tests import factories as make
from tests.isolation.world import World, everything
from visits.models import Visit

Probe = Callable[[World], Any]
PROBES: dict[str, Probe] = {}


def notices(*names: str) -> Callable[[Probe], Probe]:
    """Registers a probe for calls, by their names in `doors.csv`."""

    def keep(probe: Probe) -> Probe:
        PROBES.update(dict.fromkeys(names, probe))
        return probe

    return keep


@contextmanager
def acting(world: World, who: str) -> Iterator[User]:
    """The person, without what was asked of them before; what is read inside is read as by their request."""
    user = User.objects.get(pk=world.people[who].pk)
    make.settle()
    with rows.acting_for(user):
        yield user


def page(world: World, who: str, url: str, asked: dict[str, Any] | None = None, **headers: str) -> str:
    """All that comes back."""
    make.settle()
    return everything(world.browser(who).get(url, asked or {}, headers=headers))


def sent(world: World, who: str, url: str, data: dict[str, Any] | None = None) -> Any:
    make.settle()
    return world.browser(who).post(url, data or {})


class Known:
    """The records of which the addresses are made: of Batam and Malang, or those of Jambi and Padang."""

    def __init__(self, ids: dict[str, dict[str, Any]]) -> None:
        self.ids = ids

    @property
    def visit(self) -> Visit:
        return Visit.objects.get(pk=self.ids["visit"]["pk"])

    @property
    def agreement(self) -> Agreement:
        return Agreement.objects.get(pk=self.ids["agreement"]["pk"])

    @property
    def milestone(self) -> Milestone:
        return Milestone.objects.get(pk=self.ids["followups"]["pk"])

    @property
    def host(self) -> Region:
        return Region.objects.get(pk=self.ids["relation"]["ours"])

    @property
    def guest(self) -> Region:
        return Region.objects.get(pk=self.ids["relation"]["theirs"])


def ours(world: World) -> Known:
    return Known(world.ids)


def foreign(world: World) -> Known:
    return Known(world.foreign)
