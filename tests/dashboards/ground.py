"""A small world for the dashboard, made from a seed: the same seed is the same world, so that a failure repeats."""

import datetime as dt
import random
from dataclasses import dataclass, field

from agreements.models import Agreement, Process, ProcessStep, StepActor, StepEntry
from followups.models import Milestone, MilestoneEntry
from tests.factories import (
    make_agreement,
    make_country,
    make_indicator,
    make_measurement,
    make_membership,
    make_milestone,
    make_organisation,
    make_place,
    make_programme,
    make_province,
    make_region,
    make_sector,
    make_signing,
    make_superuser,
    make_unit_user,
    make_user,
    make_visit,
)

TODAY = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
FIRST = dt.date(2024, 1, 1)
PAST = (dt.date(2026, 6, 30), dt.date(2025, 8, 15))  # days that are asked for beside today
STEPS = (
    # code, phase, days, actor, gate, signs
    ("preparation", "PREPARATION", 30, "", False, False),
    ("council", "APPROVAL", 45, "COUNCIL", True, False),
    ("ministry", "APPROVAL", None, "HOME_AFFAIRS", True, False),
    ("signing", "SIGNING", 20, "", False, True),
    ("carrying-out", "IMPLEMENTATION", 400, "", False, False),
)


@dataclass
class World:
    seed: int
    regions: dict = field(default_factory=dict)
    units: dict = field(default_factory=dict)
    sectors: list = field(default_factory=list)
    users: dict = field(default_factory=dict)


def make_world(seed):
    chance = random.Random(seed)
    world = World(seed)
    _places(world)
    _people(world)
    processes = [_process(category) for category in ("KSDD_S", "KSDPL_SISTER")]
    visits = [_visit(world, chance) for _ in range(70)]
    agreements = [_agreement(world, chance, processes, visits) for _ in range(55)]
    _renewals(world, chance, agreements)
    _edges(world, processes[0])
    for _ in range(90):
        _milestone(world, chance, visits, agreements)
    return world


def _places(world):
    riau, east = make_province("Kepulauan Riau", "21"), make_province("Jawa Timur", "35")
    china, japan = make_country("CN"), make_country("JP", "Jepang", "Japan")
    hubei = make_place("Hubei", china, "FOREIGN_PROVINCE")
    world.regions = {
        "kepri": riau,
        "batam": make_region("Kota Batam", code="21.71", parent=riau),
        "pinang": make_region("Kota Tanjungpinang", code="21.72", parent=riau),
        "malang": make_region("Kabupaten Malang", code="35.07", parent=east),
        "surabaya": make_region("Kota Surabaya", code="35.78", parent=east),
        "xiangyang": make_place("Xiangyang", hubei),
        "yokohama": make_place("Yokohama", japan),
    }
    of = world.regions
    world.units = {
        "bappeda": make_organisation("Bappeda", of["batam"]),
        "diskominfo": make_organisation("Diskominfo", of["batam"]),
        "opd-malang": make_organisation("Dinas Pertanian", of["malang"]),
        "kampus": make_organisation("Universitas Kyoto", make_place("Kyoto", japan), kind="UNIVERSITY"),
    }
    world.sectors = [make_sector(code, code.title(), code.title()) for code in ("tourism", "health", "e-government")]


def _people(world):
    of = world.regions
    manager = make_user(of["batam"], "MANAGER", email="manager@example.org")
    make_membership(manager, of["malang"], role="MANAGER")
    world.users = {
        "officer": make_user(of["batam"], "OFFICER", email="officer@example.org"),
        "manager": manager,
        "province": make_user(of["kepri"], "MANAGER", email="province@example.org", supervises=True),
        "unit": make_unit_user(world.units["bappeda"], email="unit@example.org"),
        "all": make_superuser(email="all@example.org"),
    }


def _process(category):
    process = Process.objects.create(category=category, name_id=category, silent_after_months=9)
    for position, (code, phase, days, actor, gate, signs) in enumerate(STEPS, 1):
        who = StepActor.objects.get_or_create(code=actor, defaults={"name_id": actor})[0] if actor else None
        ProcessStep.objects.create(
            process=process, position=position, code=code, name_id=code, phase=phase, days_allowed=days, actor=who,
            is_gate=gate, signs=signs,
        )  # fmt: skip
    process.published_on = dt.date(2024, 1, 1)
    process.save()
    return process


def _day(chance, first=FIRST, last=TODAY + dt.timedelta(days=120)):
    return first + dt.timedelta(days=chance.randrange((last - first).days))


def _two(world, chance):
    own = world.regions["batam"] if chance.random() < 0.5 else chance.choice(list(world.regions.values()))
    return own, chance.choice([region for region in world.regions.values() if region != own])


def _visit(world, chance):
    host, guest = sorted(_two(world, chance), key=lambda _: chance.random())
    kw = {"on": _day(chance)}
    shape = chance.random()
    if shape < 0.1:
        kw = {"on": None}
    elif shape < 0.2:
        kw |= {"ends_on": kw["on"] + dt.timedelta(days=chance.randrange(40)), "precision": "RANGE"}
    elif shape < 0.3:
        year = kw["on"].year
        kw |= {"starts_on": dt.date(year, 1, 1), "ends_on": dt.date(year, 12, 31), "precision": "YEAR"}
    status = chance.choice(
        ["COMPLETED"] * 4 + ["REPORTED"] * 3 + ["SCHEDULED", "SCHEDULED", "INVITED", "POSTPONED", "CANCELLED"]
    )
    visit = make_visit(
        host, guest, status=status, owner=chance.choice([host, guest]),
        setting=chance.choice(["AT_HOST"] * 5 + ["VIRTUAL", "THIRD_PLACE"]),
        standing="CLAIMED" if chance.random() < 0.05 else "EVIDENCED",
        sectors=chance.sample(world.sectors, chance.randrange(3)), **kw,
    )  # fmt: skip
    if chance.random() < 0.2:
        visit.delegations.create(side="GUEST", organisation=world.units["kampus"], position=1)
    if chance.random() < 0.3:
        visit.delegations.create(side="HOST", organisation=world.units["bappeda"], position=2)
    return visit


def _agreement(world, chance, processes, visits):
    parties = list(_two(world, chance))
    if chance.random() < 0.2:
        parties[1] = world.units["kampus"]
    process = chance.choice([*processes, None])
    logged = _day(chance, last=TODAY)
    agreement = make_agreement(
        *parties, owner=parties[0], title=f"Kerja sama {chance.randrange(10**6)}",
        category=process.category if process else "UNDETERMINED",
    )  # fmt: skip
    Agreement.objects.filter(pk=agreement.pk).update(
        created_at=dt.datetime.combine(logged, dt.time(4), dt.UTC),
        term_months=chance.choice([None, 6, 12, 24, 30]),
    )
    for sector in chance.sample(world.sectors, chance.randrange(3)):
        agreement.sector_links.create(sector=sector)
    if chance.random() < 0.3:
        agreement.parties.filter(position=0).update(unit=world.units["bappeda"])
    is_signed = chance.random() < 0.65
    signing = min(logged + dt.timedelta(days=chance.randrange(200)), TODAY)
    if process:
        _walk(chance, agreement, process, logged, signing if is_signed else None)
    elif is_signed:
        make_signing(agreement, signing)
    _afterwards(world, chance, agreement, logged, visits)
    agreement.refresh_from_db()
    return agreement


def _edges(world, process):
    """At the first step on the last day that is allowed, and on the day after, as of each day that is asked for."""
    (first, *_later) = process.steps.order_by("position")
    for day in (TODAY, *PAST):
        for more in (0, 1):
            agreement = make_agreement(
                world.regions["batam"], world.regions["malang"], category=process.category, title=f"Batas {day} +{more}"
            )
            began = day - dt.timedelta(days=first.days_allowed + more)
            StepEntry.objects.create(agreement=agreement, deed="STARTED", step=first, happened_on=began)


def _walk(chance, agreement, process, logged, signing):
    """Forward through the steps, sometimes back, with the gates passed on the way."""
    steps = list(process.steps.order_by("position"))
    if chance.random() < 0.1 and not signing:
        return

    def write(deed, day, step=None, **kw):
        day = min(day, TODAY)
        StepEntry.objects.create(agreement=agreement, deed=deed, step=step, happened_on=day, **kw)

    day = logged
    write("STARTED", day, steps[0])
    goal = 3 if signing else chance.randrange(4)
    for step in steps[1 : goal + 1]:
        before = steps[step.position - 2]
        day = min(day + dt.timedelta(days=chance.randrange(90)), signing or dt.date.max)
        if before.is_gate:
            write("PASSED", day, before, evidence="Surat 1")
        write("MOVED", day, step)
    if not signing and goal and chance.random() < 0.3:
        write("RETURNED", day + dt.timedelta(days=chance.randrange(60)), steps[0], reason="Perbaikan")
    if signing:
        make_signing(agreement, signing)
        if chance.random() < 0.5:
            write("MOVED", signing + dt.timedelta(days=5), steps[4])
    closing = chance.random()
    if closing < 0.15:
        write(
            "CLOSED", day + dt.timedelta(days=300), closed_as="COMPLETED" if signing else "WITHDRAWN", reason="Selesai",
        )  # fmt: skip


def _afterwards(world, chance, agreement, logged, visits):
    """Visits that belong to it, programmes with targets and what was measured."""
    for visit in chance.sample(visits, chance.randrange(3)):
        agreement.visit_links.create(visit=visit, relation=chance.choice(["ORIGIN", "TALKS", "SIGNING"]))
    if chance.random() < 0.4:
        programme = make_programme(agreement)
        for _ in range(chance.randrange(1, 3)):
            indicator = make_indicator(
                programme, target=chance.choice([None, 50, 100]), better=chance.choice(["HIGHER", "LOWER"]),
                target_on=chance.choice([None, _day(chance)]),
            )  # fmt: skip
            for _ in range(chance.randrange(3)):
                make_measurement(indicator, value=chance.randrange(150), on=_day(chance, last=TODAY))


def _renewals(world, chance, agreements):
    """Some that were signed are renewed; some renewals are not signed yet, some were withdrawn."""
    for old in [a for a in agreements if a.is_signed][::3]:
        new = make_agreement(
            *[p.region or p.organisation for p in old.parties.order_by("position")], owner=old.owner,
            title="Perpanjangan", nature="RENEWAL", predecessor=old, category=old.category,
        )  # fmt: skip
        logged = old.signed_on + dt.timedelta(days=chance.randrange(50, 300))
        logged = min(logged, TODAY)
        Agreement.objects.filter(pk=new.pk).update(created_at=dt.datetime.combine(logged, dt.time(4), dt.UTC))
        if chance.random() < 0.3:
            make_signing(new, logged + dt.timedelta(days=20))
        elif chance.random() < 0.3:
            StepEntry.objects.create(
                agreement=new, deed="CLOSED", closed_as="WITHDRAWN", reason="Batal",
                happened_on=min(logged + dt.timedelta(days=30), TODAY),
            )  # fmt: skip


def _milestone(world, chance, visits, agreements):
    own, other = _two(world, chance)
    of = chance.random()
    kw = {"visit": chance.choice(visits)} if of < 0.4 else {"agreement": chance.choice(agreements)} if of < 0.8 else {}
    since = _day(chance, last=TODAY)
    parts = chance.choice(
        [[own], [other], [own, other], [world.units["bappeda"]], [world.units["opd-malang"], own], [],
         [world.units["diskominfo"], world.units["bappeda"]]]
    )  # fmt: skip
    status = chance.choice(["OPEN"] * 4 + ["IN_PROGRESS", "BLOCKED", "SUGGESTED", "DONE", "DONE", "DONE", "CANCELLED"])
    if status == "DONE":
        kw["done_on"] = min(since + dt.timedelta(days=chance.randrange(200)), TODAY)
    owner = next(iter(kw.values())).owner if of < 0.8 else own
    milestone = make_milestone(
        f"Tindak lanjut {chance.randrange(10**6)}", *parts, owner=owner, since=since, status=status,
        due=chance.choice([None, since + dt.timedelta(days=chance.randrange(300))]),
        kind=chance.choice(["FOLLOW_UP", "FOLLOW_UP", "RETURN_VISIT", "DELIVERABLE"]),
        internal=chance.random() < 0.1, **kw,
    )  # fmt: skip
    if status == "CANCELLED" and chance.random() < 0.8:
        at = dt.datetime.combine(since + dt.timedelta(days=chance.randrange(300)), dt.time(4), dt.UTC)
        MilestoneEntry.objects.create(milestone=milestone, deed="CANCELLED", text="Batal", at=min(at, NOW))
    if parts and status in ("OPEN", "BLOCKED") and chance.random() < 0.2:
        milestone.parts.filter(position=0).update(done_on=since)
    assert Milestone.objects.filter(pk=milestone.pk).exists()
    return milestone
