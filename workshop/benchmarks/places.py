"""What benchmarks stand on: twenty cities with governments and people, an officer of one, somebody who sees all."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pgtrigger
from django.db.models import Model

from accounts.models import Membership, User
from accounts.rights import Role
from regions.models import Official, Organisation, Position, Region
from workshop.benchmarks.scratch import sql

REGIONS = 20
OFFICER, CHIEF = "officer@bench.example", "chief@bench.example"


def make_places(number_of_places: int = REGIONS) -> None:
    """The table `bench_place` numbers the cities (and regencies) from 0; the officer keeps the records of the first.

    Raises ValueError where there are not so many.
    """
    cities = list(Region.objects.filter(level__in=["CITY", "REGENCY"]).order_by("level", "code")[:number_of_places])
    if len(cities) < number_of_places:
        raise ValueError(f"There are {len(cities)} regencies and cities.")
    keys = "region_id bigint, government_id bigint, council_id bigint, official_id bigint"
    sql(f"CREATE TABLE bench_place (n int, {keys})")
    for number, city in enumerate(cities):
        government = Organisation.objects.create(kind="PEMDA_KOTA", name_id=f"Pemerintah {city.name_id}", region=city)
        council = Organisation.objects.create(kind="DPRD", name_id=f"DPRD {city.name_id}", region=city)
        official = Official.objects.create(name=f"Contoh Nama {number}")
        Position.objects.create(official=official, organisation=government, title=f"Wali {city.name_id}")
        places = (number, city.pk, government.pk, council.pk, official.pk)
        sql("INSERT INTO bench_place VALUES (%s, %s, %s, %s, %s)", *places)
    officer = User.objects.create_user(OFFICER, name="Officer")
    Membership.objects.create(user=officer, region=cities[0], role=Role.OFFICER)
    User.objects.create_superuser(CHIEF, name="Chief")


def between(number: str, size: int) -> str:
    """Rows 1 to `size` as i, each at home in city `h` and with another, `g`: the other nineteen in turn."""
    return (
        f"generate_series(1, {size}) AS i JOIN bench_place h ON h.n = {number} % {REGIONS} "
        f"JOIN bench_place g ON g.n = ({number} + 1 + {number} / {REGIONS} % {REGIONS - 1}) % {REGIONS}"
    )


def triggers(tables: Collection[type[Model]], names: Collection[str]) -> list[str]:
    """Those triggers of the tables by the names under which they can be left out."""
    registered: list[tuple[Any, Any]] = pgtrigger.registered()
    return [f"{m._meta.label}:{t.name}" for m, t in registered if m in tables and t.name in names]
