"""A world in which records that everybody of Batam sees are tied to records that only Jambi and Padang may know.

Links cross the borders of governments: an agreement comes from a visit that only one of its parties knows, a task is
given to somebody who sees nothing else of it. Whatever shows what a record is tied to is put to the test by these.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from agreements.models import Agreement
from regions.models import Region
from tests import factories as make
from tests.isolation.world import ASK, FOREIGN, MALANG, SHARED, World, make_world
from visits.models import Visit

SIGNED = dt.date(2024, 6, 16)


def make_tangled_world() -> World:
    world = make_world()
    tie(world)
    make.settle()
    return world


def tie(world: World) -> None:
    """Between the records that the addresses are made of, ours and foreign ones."""
    ours, others, words = world.ids, world.foreign, f"{ASK} {FOREIGN}"
    batam, malang = (Region.objects.get(pk=ours["relation"][name]) for name in ("ours", "theirs"))
    jambi, padang = (Region.objects.get(pk=others["relation"][name]) for name in ("ours", "theirs"))
    visit, other = (Visit.objects.get(pk=ids["visit"]["pk"]) for ids in (ours, others))
    agreement, strange = (Agreement.objects.get(pk=ids["agreement"]["pk"]) for ids in (ours, others))

    agreement.visit_links.create(visit=other)
    strange.visit_links.create(visit=visit)
    Visit.objects.filter(pk=visit.pk).update(replies_to=other)
    Visit.objects.filter(pk=other.pk).update(series=visit.series)
    Agreement.objects.filter(pk=agreement.pk).update(parent=strange)
    make.make_agreement(jambi, padang, title=f"{words} below", parent=agreement)
    over = {"signed": SIGNED, "valid_until": SIGNED + dt.timedelta(days=365)}
    ended = make.make_agreement(batam, malang, title=f"{ASK} {SHARED} ended", **over)
    make.make_agreement(jambi, padang, title=f"{words} renewal", predecessor=ended, nature="RENEWAL")

    for about in ({"visit": visit}, {"agreement": agreement}):  # only for the side of Malang
        make.make_milestone(f"{ASK} {MALANG} internal", malang, owner=malang, internal=True, **about)
    held = {"visit": visit, "status": "DONE", "done_on": visit.ends_on + dt.timedelta(days=9)}
    make.make_milestone(f"{ASK} {MALANG} held", malang, owner=malang, internal=True, **held)

    duty = make.make_duty(strange, owner=batam, title=f"{ASK} {SHARED} duty")
    given = f"{ASK} {SHARED} given"
    make.make_milestone(given, batam, owner=jambi, visit=other, agreement=strange, duty=duty, due=dt.date(2026, 3, 1))
    lone = make.make_duty(strange, owner=jambi, title="lone duty")
    make.make_milestone(f"{given} alone", batam, owner=jambi, agreement=strange, duty=lone, due=dt.date(2026, 3, 1))
    kept = f"{ASK} {MALANG} kept"
    make.make_milestone(kept, malang, owner=malang, internal=True, duty=duty, due=dt.date(2026, 2, 1), evidence=kept)

    tell_of_today(world, jambi, padang, words)


def tell_of_today(world: World, jambi: Region, padang: Region, words: str) -> None:
    """What pages about these days would show."""
    today = timezone.localdate()
    visit = make.make_visit(jambi, padang, title=f"{words} today", on=today)
    signed = {"signed": today - dt.timedelta(days=300), "valid_until": today + dt.timedelta(days=20)}
    make.make_agreement(jambi, padang, title=f"{words} ending", **signed)
    milestone = make.make_milestone(f"{words} due", jambi, visit=visit, due=today + dt.timedelta(days=2))
    for who in ("stranger", "other side", "officer"):
        make.make_reminder(milestone, world.people[who])
    position = milestone.owner.organisations.first().positions.first()
    make.make_delegate(visit.delegations.first(), name=f"{words} delegate", official=position.official)
