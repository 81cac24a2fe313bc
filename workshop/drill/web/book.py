"""What people sent, and what they were told: written down while it happens, held against the database afterwards."""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections import Counter
from dataclasses import dataclass, field

MARK = "drill-{:07}"


@dataclass
class Save:
    """One state of a visit as somebody sent it: its `stamp` in each part, and `statements` times in that list."""

    mark: str
    number: int
    statements: int
    acknowledged: bool = False

    @property
    def stamp(self) -> str:
        return f"{self.mark}/{self.number}"


@dataclass
class Paper:
    """A file as it was sent; pictures are made anew before they are kept, so that only papers have a sum to compare."""

    name: str
    checksum: str = ""
    acknowledged: bool = False


@dataclass
class Book:
    """Thread-safe as far as it must be: a visit and a paper belong to one person at a time."""

    saves: dict[str, list[Save]] = field(default_factory=dict)
    papers: dict[str, Paper] = field(default_factory=dict)
    told: Counter[tuple[str, int]] = field(default_factory=Counter)  # by kind of deed and status
    strange: list[str] = field(default_factory=list)  # answers that nobody should have got
    broken: list[str] = field(default_factory=list)  # files that were said to be whole and are not
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def mark(self) -> str:
        return MARK.format(next(self.numbers))

    def new(self, statements: int) -> Save:
        """The first state of a new visit."""
        save = Save(self.mark(), 1, statements)
        self.saves[save.mark] = [save]
        return save

    def next(self, mark: str, statements: int) -> Save:
        """The state that follows the last one that was sent."""
        save = Save(mark, self.saves[mark][-1].number + 1, statements)
        self.saves[mark].append(save)
        return save

    def paper(self, content: bytes, ending: str, *, kept_as_sent: bool = True) -> Paper:
        paper = Paper(f"{self.mark()}{ending}", hashlib.sha256(content).hexdigest() if kept_as_sent else "")
        self.papers[paper.name] = paper
        return paper

    def tell(self, deed: str, status: int, expected: tuple[int, ...], about: str = "") -> None:
        with self.lock:
            self.told[deed, status] += 1
            if status and status < 500 and status not in expected:
                self.strange.append(f"{deed} {about}: {status}")

    def count(self, deed: str, *statuses: int) -> int:
        return sum(n for (what, status), n in self.told.items() if what == deed and status in statuses)
