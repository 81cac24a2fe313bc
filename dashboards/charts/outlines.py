"""Outlines of the countries, read from the package countryinfo and projected once in the life of a process (0.2 s).

Equal Earth (Šavrič, Patterson and Jenny, 2018): a country is as large on the map as it is on earth. The map is cut in
the Atlantic, so that Indonesia lies near its middle and nothing but Greenland is cut in two.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from countryinfo import CountryInfo
from countryinfo.exceptions import CountryNotFoundError

Point = tuple[float, float]

WIDTH = 2_000  # units; coordinates are whole
NORTH, SOUTH = 83.7, -56.0  # Antarctica is left out
CUT = -30.0  # the meridian at which the map begins and ends
COARSE = 2.4  # units that an outline may be off
SMALLEST = 5.0  # units: smaller islands are left out where the country has a larger one
EQUAL_EARTH = (1.340264, -0.081106, 0.000893, 0.003796)


@dataclass(frozen=True)
class Outline:
    """A country on the map: its path (“” where it has no outline), the point of its label, how large it is."""

    path: str
    x: int
    y: int
    size: int = 0


@cache
def outlines() -> dict[str, Outline]:
    """By ISO 3166 code. Those of which the package knows no outline are dots: at its coordinates, or at those of the
    country's first town in the tz database. Antarctica and what has neither is not on the map."""
    found = {}
    towns = _towns()
    for code in _codes():
        try:
            info: Mapping[str, Any] = CountryInfo(code).info()
        except CountryNotFoundError:
            info = {}
        rings = [ring for polygon in _polygons(info.get("geoJSON") or {}) for ring in _drawn(polygon)]
        if rings:
            found[code] = _outline(rings)
        elif (place := info.get("latlng") or towns.get(code)) and place[0] > SOUTH:
            x, y = _project(place[1], place[0])
            found[code] = Outline("", round(x), round(y))
    return found


@cache
def height() -> int:
    return round(_project(CUT, SOUTH)[1])


def _codes() -> list[str]:
    return [code for code, _name in _table("iso3166.tab")]


def _towns() -> dict[str, Point]:
    """Latitude and longitude of the first town that the tz database has of a country; none of uninhabited ones."""
    towns: dict[str, Point] = {}
    for code, coordinates, *_rest in _table("zone.tab"):
        cut = max(coordinates.rfind("+"), coordinates.rfind("-"))
        towns.setdefault(code, (_degrees(coordinates[:cut], 2), _degrees(coordinates[cut:], 3)))
    return towns


def _table(name: str) -> Iterator[list[str]]:
    text = resources.files("tzdata").joinpath("zoneinfo", name).read_text("utf-8")
    return (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))


def _degrees(text: str, digits: int) -> float:
    """±DDMM, ±DDDMM, each perhaps with seconds."""
    sign = -1 if text[0] == "-" else 1
    return sign * (int(text[1 : 1 + digits]) + int(text[1 + digits : 3 + digits]) / 60)


def _polygons(geography: Mapping[str, Any]) -> Iterator[list[list[Point]]]:
    for feature in geography.get("features") or []:
        shape = feature["geometry"]
        yield from shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]


def _drawn(polygon: list[list[Point]]) -> Iterator[list[tuple[int, int]]]:
    """The rings of a polygon on the map: cut at the edge, projected, made coarse."""
    for ring in polygon:
        for part in (_clip(ring, east=True), _clip(ring, east=False)):
            points = _coarse([_project(*point) for point in part])
            if len(points) > 3 and min(y for _x, y in points) < height():
                yield [(round(x), round(y)) for x, y in points]


def _clip(ring: list[Point], *, east: bool) -> list[Point]:
    """The part of a ring on one side of the cut, with longitudes that run on (−30 to 330)."""

    def inside(point: Point) -> bool:
        return point[0] >= CUT if east else point[0] <= CUT

    shift = 0 if east else 360
    kept: list[Point] = []
    for before, here in zip([ring[-1], *ring], ring, strict=False):
        if inside(before) != inside(here):
            along = (CUT - before[0]) / (here[0] - before[0])
            kept.append((CUT + shift, before[1] + along * (here[1] - before[1])))
        if inside(here):
            kept.append((here[0] + shift, here[1]))
    return kept


def _project(longitude: float, latitude: float) -> Point:
    """Units from the upper left corner."""
    middle = CUT + 180
    if longitude < CUT:
        longitude += 360
    right, down = _equal_earth(math.radians(longitude - middle), math.radians(latitude))
    widest, _ = _equal_earth(math.pi, 0)
    _, highest = _equal_earth(0, math.radians(NORTH))
    scale = WIDTH / (2 * widest)
    return scale * (right + widest), scale * (highest - down)


def _equal_earth(longitude: float, latitude: float) -> Point:
    a, b, c, d = EQUAL_EARTH
    t = math.asin(math.sqrt(3) / 2 * math.sin(latitude))
    x = 2 * math.sqrt(3) * longitude * math.cos(t) / (3 * (9 * d * t**8 + 7 * c * t**6 + 3 * b * t**2 + a))
    return x, d * t**9 + c * t**7 + b * t**3 + a * t


def _coarse(points: list[Point]) -> list[Point]:
    """Fewer points, none farther off than COARSE (Douglas and Peucker)."""
    if len(points) < 4:
        return points
    keep = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        far, distance = first, COARSE
        for n in range(first + 1, last):
            off = _off(points[n], points[first], points[last])
            if off > distance:
                far, distance = n, off
        if far != first:
            keep.add(far)
            spans += [(first, far), (far, last)]
    return [points[n] for n in sorted(keep)]


def _off(point: Point, start: Point, end: Point) -> float:
    length = math.dist(start, end)
    if length == 0:
        return math.dist(point, start)
    cross = (end[0] - start[0]) * (start[1] - point[1]) - (start[0] - point[0]) * (end[1] - start[1])
    return abs(cross) / length


def _outline(rings: list[list[tuple[int, int]]]) -> Outline:
    """The label stands on the largest part; on the middle of all where none is half as wide as the whole."""
    rings = sorted(rings, key=_breadth, reverse=True)
    rings = rings[:1] + [ring for ring in rings[1:] if _breadth(ring) >= SMALLEST]
    all_points = [point for ring in rings for point in ring]
    shown = rings if _breadth(rings[0]) < _breadth(all_points) / 2 else rings[:1]
    across, down = [x for ring in shown for x, _y in ring], [y for ring in shown for _x, y in ring]
    x, y = (min(across) + max(across)) // 2, (min(down) + max(down)) // 2
    return Outline("".join(_path(ring) for ring in rings), x, y, round(_breadth(rings[0])))


def _breadth(ring: list[tuple[int, int]]) -> float:
    across, down = [x for x, _y in ring], [y for _x, y in ring]
    return max(max(across) - min(across), max(down) - min(down))


def _path(ring: list[tuple[int, int]]) -> str:
    """Relative steps, which are short: “M1204 310l5 -3 2 8z”."""
    steps = " ".join(f"{x - u} {y - v}" for (u, v), (x, y) in itertools.pairwise(ring))
    return f"M{ring[0][0]} {ring[0][1]}l{steps}z"
