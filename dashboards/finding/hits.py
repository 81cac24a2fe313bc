"""What is shown of a search: hits, in groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from pages.paging import Count
from records.asking import Unit

SHOWN = 6  # of each kind

# How sure it is that somebody meant this.
CODE, NAME, OFFICE, BEGINNING, WORD, HELD, BODY, GUESS = 100, 95, 88, 80, 70, 45, 35, 10
TITLE = 30  # more than in the body, where title and parties hold all that was asked
MEANT = 12  # more, where a word says which kind of record is meant: “kunjungan”, “MoU”, “wali kota”
CONVINCING = 62  # from here on a hit is shown as the best match


@dataclass
class Hit:
    """One record: `about` tells it from its twins, `snippet` shows where the words stand, `where` names the place."""

    kind: str
    kind_label: str
    icon: str
    pk: int
    name: str
    url: str
    score: float
    code: str = ""
    about: list[Any] = field(default_factory=list)
    snippet: SafeString | str = ""
    where: str = ""
    unsaid: tuple[Unit, ...] = ()  # what its name does not say: the place must be looked for


@dataclass
class Group:
    """What was found of one kind, the best first. `guessed`: nothing holds the words, these are a typing error away."""

    kind: str
    title: str
    icon: str
    hits: list[Hit]
    total: Count
    list_url: str = ""
    all_words: str = ""
    guessed: bool = False

    @property
    def best(self) -> Hit:
        return max(self.hits, key=lambda hit: hit.score)

    @property
    def all_of_them(self) -> str:
        """“All 12 visits”."""
        return self.all_words % {"n": self.total}

    @property
    def has_more(self) -> bool:
        return not self.guessed and (self.total.more or self.total.number > len(self.hits))


Found = tuple[Group | None, QuerySet[Any] | None]  # with what counts its total, where that is not known yet
