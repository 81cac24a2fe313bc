"""What was typed into a search box, turned into one question to the texts that PostgreSQL keeps.

asked("kunker mal").query          # for a filter: words=…
asked("MoU Malang").names          # {"mou"}: which lines of `records.synonyms` were meant

A text is found by its words as written, by their Indonesian stems and by what means the same. The last word may be a
beginning. Understands "exact words", -without and or. The texts need no new index for that: only the question is
widened. (They hold every word twice, as written and stemmed: see `visits_words`.)
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.contrib.postgres.search import SearchQuery

from records.synonyms import LINES, WHERE, WHO

LONGEST_WORD = 200  # letters; PostgreSQL refuses search words beyond 2 046 bytes
MOST = 40  # words; a question is no essay
BEGUN = 2  # letters from which the last word may go on
# Small words that say nothing beside others, in both languages.
SMALL = """yang dan di ke dari untuk pada dengan oleh dalam antara atas tentang para itu ini serta bagi sebagai
    the of and in to with for by on at from an a about between"""
EMPTY = frozenset(SMALL.split())
OR = {"or", "atau"}
ITEM = re.compile(r'(?P<no>(?<!\S)-)?(?:"(?P<exact>[^"]*)"|(?P<word>\w+(?:[./-]\w+)*))')


def _read(lines: tuple[str, ...]) -> tuple[dict[tuple[str, ...], str], dict[str, tuple[tuple[str, ...], ...]]]:
    """Phrase -> the name of its line; name -> all phrases of the line. Where two lines hold a phrase, the first one."""
    name_of: dict[tuple[str, ...], str] = {}
    phrases_of: dict[str, tuple[tuple[str, ...], ...]] = {}
    for line in lines:
        phrases = [tuple(phrase.split()) for phrase in line.split(" | ")]
        name = " ".join(phrases[0])
        phrases_of[name] = tuple(phrases)
        for phrase in phrases:
            name_of.setdefault(phrase, name)
    return name_of, phrases_of


NAME_OF, PHRASES_OF = _read(LINES)
LEVELS = {"kabupaten", "kota", "provinsi"}  # lines that only say of which level a region is
NAMING = frozenset(NAME_OF[tuple(line.split(" | ")[0].split())] for line in (*WHO, *WHERE))  # what names are made of
LINES_OF_WORDS = frozenset(word for phrase in NAME_OF for word in phrase)
LONGEST_PHRASE = max(len(phrase) for phrase in NAME_OF)


@dataclass(frozen=True)
class Unit:
    """A word, an exact phrase, or several words that mean one thing. `name`: its line of synonyms."""

    typed: tuple[str, ...]
    name: str = ""
    exact: bool = False
    negated: bool = False
    begun: bool = False

    @property
    def phrases(self) -> list[tuple[str, ...]]:
        """What may stand in the text in its place, as written; what was typed first."""
        if self.exact or self.name:
            return [self.typed, *(phrase for phrase in PHRASES_OF.get(self.name, ()) if phrase != self.typed)]
        return [self.typed, *((form,) for form in _other_numbers(self.typed[0]))]

    @property
    def sql(self) -> tuple[str, list[str]]:
        written = " | ".join(
            " <-> ".join(_lexeme(word) for word in phrase) + (":*" if self.begun and n == 0 else "")
            for n, phrase in enumerate(self.phrases)
        )
        stems = [] if self.exact else [_lexeme(phrase[0]) for phrase in self.phrases if len(phrase) == 1]
        if stems and self.begun and len(self.typed) == 1:
            stems[0] += ":*"
        sql, params = "to_tsquery('simple', %s)", [written]
        if stems:
            sql, params = f"({sql} || to_tsquery('indonesian', %s))", [*params, " | ".join(stems)]
        return f"!!{sql}" if self.negated else sql, params


@dataclass(frozen=True)
class Asked:
    """A question: one of the ways (between them stood an “or”) must hold with all its units."""

    ways: tuple[tuple[Unit, ...], ...]

    def __bool__(self) -> bool:
        return any(self.ways)

    @cached_property
    def query(self) -> SearchQuery:
        return Question(self)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """What must be in the text, in any of the ways."""
        return tuple(unit for way in self.ways for unit in way if not unit.negated)

    @property
    def names(self) -> set[str]:
        return {unit.name for unit in self.units if unit.name}

    @property
    def words(self) -> list[str]:
        return [word for unit in self.units for word in unit.typed]

    def without(self, names: Container[str]) -> Asked:
        """The same question without what these lines of synonyms stand for; a way may be left without units."""
        kept = (tuple(unit for unit in way if unit.negated or unit.name not in names) for way in self.ways)
        return replace(self, ways=tuple(kept))

    @property
    def sql(self) -> tuple[str, list[str]]:
        ways, params = [], []
        for way in filter(None, self.ways):
            units = [unit.sql for unit in way]
            ways.append(" && ".join(sql for sql, _ in units))
            params += [param for _, given in units for param in given]
        return "(" + " || ".join(f"({way})" for way in ways) + ")" if ways else "''::tsquery", params


class Question(SearchQuery):
    """A question as the database takes it; fit for filters, ranks and headlines."""

    def __init__(self, asked: Asked, **options: Any) -> None:
        super().__init__(" ".join(asked.words), config="simple", **options)
        self.asked = asked

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> Any:  # type: ignore[override]
        return self.asked.sql


def asked(text: str, called: Container[str] = ()) -> Asked:
    """Never refuses: what makes no sense finds nothing.

    `called`: lines of synonyms that say no more than what is searched (“visit” among visits). They are left out where
    something else was asked as well.
    """
    question = _parsed(text)
    rest = question.without(called)
    return rest if rest.ways and all(any(not unit.negated for unit in way) for way in rest.ways) else question


def _parsed(text: str) -> Asked:
    ways: list[list[Unit]] = [[]]
    run: list[str] = []  # plain words that stand side by side

    def close() -> None:
        ways[-1].extend(_united(run))
        run.clear()

    for item in _items(text):
        if item["word"] and not item["no"] and item["word"].casefold() in OR and (run or ways[-1]):
            close()
            ways.append([])
        elif item["word"] and not item["no"]:
            run.append(item["word"].casefold()[:LONGEST_WORD])
        else:
            close()
            typed = tuple(word.casefold()[:LONGEST_WORD] for word in _words(item["exact"] or item["word"] or ""))
            if typed:
                ways[-1].append(Unit(typed, exact=item["exact"] is not None, negated=bool(item["no"])))
    goes_on = bool(run) and len(run[-1]) >= BEGUN and bool(re.search(r"\w$", text))
    close()
    if goes_on:
        ways[-1][-1] = replace(ways[-1][-1], begun=True)
    return Asked(tuple(_telling(way) for way in ways if way))


def _items(text: str) -> Iterator[dict[str, str | None]]:
    text = text.replace("\x00", " ").replace("_", " ")
    text = re.sub(r"(?<=[^\W\d])\.(?=[^\W\d])", ". ", text)  # “Kab.Malang” are two words
    for n, item in enumerate(ITEM.finditer(text)):
        if n == MOST:
            return
        yield item.groupdict()


def _words(text: str) -> list[str]:
    return re.findall(r"\w+(?:[./-]\w+)*", text)


def _united(run: list[str]) -> Iterator[Unit]:
    """Words that mean one thing together as one unit, the longest first."""
    at = 0
    while at < len(run):
        for length in range(min(LONGEST_PHRASE, len(run) - at), 0, -1):
            typed = tuple(run[at : at + length])
            name = NAME_OF.get(typed, "")
            if name or length == 1:
                yield Unit(typed, name)
                at += length
                break


def _telling(way: list[Unit]) -> tuple[Unit, ...]:
    """Without the small words, unless there is nothing else."""
    telling = tuple(unit for unit in way if unit.exact or unit.begun or unit.typed[0] not in EMPTY or unit.name)
    return telling if any(not unit.negated for unit in telling) else tuple(way)


def _other_numbers(word: str) -> list[str]:
    """English plural and singular: “agreements” is also found as agreement."""
    if len(word) < 4 or not (word.isascii() and word.isalpha()):
        return []
    if word.endswith("ies"):
        return [f"{word[:-3]}y"]
    return [word[:-1]] if word.endswith("s") else [f"{word}s"]


def _lexeme(word: str) -> str:
    return "'" + word.replace("\\", "").replace("'", "''") + "'"
