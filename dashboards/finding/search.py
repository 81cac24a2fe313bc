"""The answer to a search: groups of hits, the best first, and where to see all of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dashboards.finding.hits import CONVINCING, Group, Hit
from dashboards.finding.names import DIRECTORIES, alike, named
from dashboards.finding.registers import REGISTERS, Papers, papers, registered
from dashboards.finding.snippets import show_places
from dashboards.finding.spelling import corrected
from pages.paging import counts_of
from records.asking import Asked, asked


@dataclass
class Search:
    """What the user finds with the words. At most a dozen queries."""

    text: str
    user: Any
    groups: list[Group] = field(default_factory=list)
    correction: str = ""  # the text as it may have been meant, where nothing was found

    def __post_init__(self) -> None:
        question = asked(self.text)
        if not question:
            return
        said = papers(self.text, self.user)
        self._find(question, said)
        if not self.groups:
            self._guess()
        self.groups.sort(key=lambda group: -group.best.score)
        show_places([hit for group in self.groups for hit in group.hits], question, said)

    @property
    def best(self) -> Hit | None:
        """What was most probably meant, where there is more to choose from."""
        hits = [hit for group in self.groups for hit in group.hits]
        best = max(hits, key=lambda hit: hit.score, default=None)
        return best if best and best.score >= CONVINCING and len(hits) > 1 else None

    def _find(self, question: Asked, said: Papers) -> None:
        found = [named(directory, self.text, question, self.user) for directory in DIRECTORIES]
        found += [registered(register, self.text, self.user, said) for register in REGISTERS]
        many = [(group, query) for group, query in found if group and query is not None]
        if many:
            for (group, _query), total in zip(many, counts_of(*(query for _group, query in many)), strict=True):
                group.total = total
        self.groups = [group for group, _query in found if group]

    def _guess(self) -> None:
        """Names a typing error away. What has digits is a number: nobody means another one."""
        if any(character.isdecimal() for character in self.text):
            return
        self.groups = [group for directory in DIRECTORIES if (group := alike(directory, self.text))]
        self.correction = corrected(self.text, [hit.name for group in self.groups for hit in group.hits])
