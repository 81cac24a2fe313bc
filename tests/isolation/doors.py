"""Every call of `visible_to` in the code, by a name that survives other edits, and what stands without one of them.

A call is named `file:function:n`: the nth of that function or class body. `Doors` takes one away while a request is
sent: it gives back every row then. The second layer is switched off meanwhile, else it would hide the gap.
"""

from __future__ import annotations

import ast
import csv
import io
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import cache as answers
from django.db import transaction

from regions.models.reference import ReferenceQuerySet
from tests.isolation.world import ASK, World, address, addresses, everything, leaks
from tests.test_addresses import codes_for

ROOT = Path(settings.BASE_DIR)
REGISTER = Path(__file__).with_name("doors.csv")
REFERENCE = "reference"  # reference data: everybody who is signed in reads it
PROBED = "probe"  # a function of `probes` notices it
REDUNDANT = "redundant"  # another condition keeps foreign rows out as well; `why` says which
NOTHING = "nothing"
KINDS = (PROBED, REFERENCE, REDUNDANT, NOTHING)  # in place of who asks
FIELDS = ["call", "noticed by", "method", "name", "records", "question", "why"]

Place = tuple[str, int, int]  # file, line and column of its end


@dataclass(frozen=True)
class Door:
    """One call: its name, and the expression whose rows it chooses from."""

    name: str
    file: str
    rows: ast.expr

    @property
    def is_of_reference(self) -> bool:
        """By the name with which the expression begins: a model, or a look-up of one, that the module knows."""
        root: ast.expr = self.rows
        while isinstance(root, ast.Attribute | ast.Call | ast.Subscript):
            root = root.func if isinstance(root, ast.Call) else root.value
        module = import_module(self.file.removesuffix(".py").replace("/", "."))
        known = getattr(module, root.id, None) if isinstance(root, ast.Name) else None
        model = getattr(known, "model", known)
        return hasattr(model, "_default_manager") and isinstance(model._default_manager.all(), ReferenceQuerySet)


@cache
def doors_of_the_code() -> dict[Place, Door]:
    """Every call of `visible_to` in the code of the apps, but those of demo and benchmarks."""
    found: dict[Place, Door] = {}
    for app in apps.get_app_configs():
        folder = Path(app.path)
        if folder.parent != ROOT or app.label == "workshop":
            continue
        for file in sorted(folder.rglob("*.py")):
            if "migrations" not in file.parts:
                found |= _doors_of(str(file.relative_to(ROOT)), ast.parse(file.read_text()))
    return found


def calls() -> list[str]:
    return [door.name for door in doors_of_the_code().values()]


def _doors_of(file: str, tree: ast.AST) -> dict[Place, Door]:
    found: dict[Place, Door] = {}
    numbers: Counter[str] = Counter()

    def walk(node: ast.AST, within: tuple[str, ...]) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            within = (*within, node.name)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "visible_to":
            name = f"{file}:{'.'.join(within)}"
            numbers[name] += 1
            place = file, node.end_lineno or 0, node.end_col_offset or 0
            found[place] = Door(f"{name}:{numbers[name]}", file, node.func.value)
        for child in ast.iter_child_nodes(node):
            walk(child, within)

    walk(tree, ())
    return found


class Doors:
    """Wraps `visible_to` of every kind of queryset: notes which calls were made, and takes one away."""

    def __init__(self) -> None:
        self.gone: str | None = None
        self.asking: Any = None
        self.met: dict[str, dict[Any, None]] = defaultdict(dict)  # call -> what asked when it was made, in order
        self.kinds: dict[str, set[type]] = defaultdict(set)  # call -> whose rows it chose from

    def hang_in(self, monkeypatch: Any) -> None:
        kinds = {type(model._default_manager.all()) for model in apps.get_models()}
        for kind in {base for given in kinds for base in given.__mro__ if "visible_to" in vars(base)}:
            monkeypatch.setattr(kind, "visible_to", self._instead_of(vars(kind)["visible_to"]))

    @contextmanager
    def without(self, call: str) -> Iterator[None]:
        assert call in calls(), f"there is no call {call}"
        self.gone = call
        try:
            yield
        finally:
            self.gone = None

    def is_of_reference(self, call: str) -> bool:
        return bool(self.kinds[call]) and all(issubclass(kind, ReferenceQuerySet) for kind in self.kinds[call])

    def _instead_of(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def visible_to(queryset: Any, user: Any) -> Any:
            call = _caller()
            if call:
                self.kinds[call].add(type(queryset))
                if self.asking is not None:
                    self.met[call].setdefault(self.asking)
                if call == self.gone:
                    return queryset.all()
            return original(queryset, user)

        return visible_to


def _caller() -> str | None:
    """The call in the code of the apps by which it came; managers of Django stand between."""
    frame = sys._getframe(2)
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(ROOT) and not file.is_relative_to(ROOT / ".venv"):
            positions = list(frame.f_code.co_positions())[frame.f_lasti // 2]
            door = doors_of_the_code().get((str(file.relative_to(ROOT)), positions[1] or 0, positions[3] or 0))
            return door.name if door else None
        frame = frame.f_back  # type: ignore[assignment]
    return None


def register() -> list[dict[str, str]]:
    with REGISTER.open(newline="") as file:
        return list(csv.DictReader(file))


def row_of(call: str, *said: str, why: str = "") -> dict[str, str]:
    """A line of the register."""
    told = [call, *said]
    return dict(zip(FIELDS, [*told, *[""] * (len(FIELDS) - 1 - len(told)), why], strict=True))


def write_register(rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda row: row["call"]))
    REGISTER.write_text(text.getvalue())


# What is asked, again and again


PEOPLE = ("stranger", "unit user", "other side", "officer", "viewer", "supervisor", "manager", "administrator")
LIKE_OFFICERS = ("manager", "administrator")  # they are asked where they may more
OURS, FOREIGN_ONES = "shared", "foreign"
WORDS = ("q", "text")
KEYS = {
    "region": ("regions", "pk"),
    "place": ("regions", "pk"),
    "owner": ("regions", "pk"),
    "party": ("regions", "pk"),
    "partner": ("regions", "pk"),
    "visit": ("visit", "pk"),
    "agreement": ("agreement", "pk"),
    "organisation": ("organisation", "pk"),
    "series": ("series", "pk"),
    "programme": ("agreements", "programme_pk"),
    "indicator": ("agreements", "indicator_pk"),
    "outcome": ("outcome", "pk"),
    "milestone": ("followups", "pk"),
    "view": ("view", "pk"),
    "programme.series": ("series", "pk"),  # in the list of visits a programme is a series
}


@dataclass(frozen=True)
class Asked:
    """One request: by whom, how, to which address with which records, and what the question names."""

    who: str
    method: str
    name: str
    records: str
    question: str = ""

    def url(self, world: World) -> str:
        return address(self.name, parameters_of()[self.name], world.ids if self.records == OURS else world.foreign)

    def data(self, world: World) -> dict[str, Any]:
        if self.question in WORDS:
            return {self.question: ASK}
        if self.question:
            group, key = KEYS[self.question]
            return {self.question.partition(".")[0]: world.foreign[group][key]}
        return {}

    def expected(self) -> tuple[int, ...]:
        """The statuses that the table of addresses allows; none where any will do."""
        codes = codes_for(self.name)
        if self.question:
            return ()
        if self.records == OURS:
            return (codes[self.who],)
        if self.method == "post":
            return (404, 405) if codes["stranger"] in (404, 405) else ()
        return (404,) if codes["stranger"] == 404 else ()

    @classmethod
    def of(cls, row: dict[str, str]) -> Asked:
        """The request that a line of the register names."""
        return cls(row["noticed by"], row["method"], row["name"], row["records"], row["question"])

    def row(self, call: str) -> dict[str, str]:
        return row_of(call, self.who, self.method, self.name, self.records, self.question)


@cache
def parameters_of() -> dict[str, tuple[str, ...]]:
    """Names of the parameters of every address."""
    return dict(addresses())


def all_asked() -> Iterator[Asked]:
    """In the order in which they are likely to tell."""
    for who in PEOPLE:
        for name, parameters in parameters_of().items():
            if who in LIKE_OFFICERS and codes_for(name)[who] == codes_for(name)["officer"]:
                continue
            if parameters:
                yield Asked(who, "get", name, FOREIGN_ONES)
                yield Asked(who, "post", name, FOREIGN_ONES)
            yield Asked(who, "get", name, OURS)
            if not parameters:
                yield from (Asked(who, "get", name, OURS, word) for word in WORDS)
                if who in ("stranger", "other side", "unit user"):
                    yield from (Asked(who, "get", name, OURS, key) for key in KEYS)


def answer(world: World, browsers: dict[str, Any], asked: Asked) -> tuple[int, str]:
    """Status, and all that came back; what it changed is taken back."""
    answers.clear()
    with transaction.atomic():
        response = getattr(browsers[asked.who], asked.method)(asked.url(world), asked.data(world))
        text = everything(response)
        transaction.set_rollback(True)
    return response.status_code, text


def fault(world: World, browsers: dict[str, Any], asked: Asked) -> str:
    """What is wrong with the answer, or nothing."""
    expected = asked.expected()
    status, text = answer(world, browsers, asked)
    if status >= 500 and status not in expected:
        return "an error"
    if expected and status not in expected:
        return f"{status} instead of {expected}"
    return " ".join(sorted(leaks(asked.who, text)))
