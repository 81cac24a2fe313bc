"""Requests that come when they come, whether or not others were answered (an open loop), and how long each took."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from workshop.drill.web.deeds import Person
from workshop.drill.web.visitors import Answer

MIX = {"list": 70, "dashboard": 15, "save": 10, "export": 5}  # per cent
LISTS = ("/visits/", "/visits/?q=cabai", "/follow-ups/", "/visits/?page=2", "/agreements/", "/visits/?status=REPORTED")
TABS = 96  # requests under way at most


@dataclass(frozen=True)
class Asked:
    """`due` is when it should have begun; from then on somebody waits."""

    kind: str
    due: float
    answer: Answer

    @property
    def seconds(self) -> float:
        return self.answer.ended - self.due


class Flow:
    """So many requests a second, in the mix of G19, by people in turn. A context manager: inside, they come."""

    def __init__(self, people: Sequence[Person], rate: float, seed: int) -> None:
        self.people, self.rate = people, rate
        self.random = random.Random(seed)  # noqa: S311 - no secret
        self.asked: list[Asked] = []
        self.over = threading.Event()
        self.pool = ThreadPoolExecutor(TABS)
        self.thread = threading.Thread(target=self._go)

    def __enter__(self) -> Flow:
        self.began = time.monotonic()
        self.thread.start()
        return self

    def __exit__(self, error: object, *_rest: object) -> None:
        """When all have been answered."""
        self.over.set()
        self.thread.join()
        self.pool.shutdown(cancel_futures=error is not None)
        self.ended = time.monotonic()

    def _go(self) -> None:
        people, lists = itertools.cycle(self.people), itertools.cycle(LISTS)
        kinds, weights = list(MIX), list(MIX.values())
        due = time.monotonic()
        while not self.over.is_set():
            due += self.random.expovariate(self.rate)
            self.over.wait(max(0.0, due - time.monotonic()))
            kind = self.random.choices(kinds, weights)[0]
            self.pool.submit(self._do, kind, next(people), next(lists), due)

    def _do(self, kind: str, person: Person, path: str, due: float) -> None:
        if kind == "save":
            logs = not person.own or person.random.random() < 0.6
            answers = [person.log()] if logs else person.change()
        elif kind == "export":
            answers = [person.take_away(person.random.choice(["csv", "xlsx"]))]
        else:
            answers = [person.visitor.get("/dashboard/" if kind == "dashboard" else path)]
            person.book.tell(kind, answers[0].status, (200,), answers[0].path)
        first, *rest = answers
        self.asked.append(Asked(kind, due, first))
        self.asked.extend(Asked(kind, answer.began, answer) for answer in rest)


def percentile(values: Sequence[float], share: float) -> float:
    """0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def times(asked: Sequence[Asked]) -> str:
    """“p50 40 ms, p95 120 ms, p99 300 ms, longest 900 ms”."""
    seconds = [one.seconds for one in asked]
    shares = [f"p{share * 100:.0f} {percentile(seconds, share) * 1000:.0f} ms" for share in (0.5, 0.95, 0.99)]
    return ", ".join([*shares, f"longest {max(seconds, default=0) * 1000:.0f} ms"])
