"""What a drill found, in figures: what was planted against what the mail server accepted; the ledger only explains."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from workshop.drill.planting import BAD, HIT, Letter, Wave

LONGEST_DELAY, LONGEST_TAKEOVER = 600, 180  # seconds
QUIET = 10  # seconds without any letter: nobody's are going out
MOST_COPIES = 2
HARMLESS = ("broker", "database", "beat", "clock", "people", "gap")
BREAKING = ("kill", "broker", "database", "mail", "beat", "clock", "people")


@dataclass(frozen=True)
class Happened:
    at: float
    kind: str
    what: str
    senders: int = 0  # that a kill ended


@dataclass(frozen=True)
class Hand:
    """What a sender held when it was killed."""

    at: float
    letters: list[str]


@dataclass
class Facts:
    waves: list[Wave]
    sink: list[dict[str, Any]]
    ledger: dict[str, tuple[str, str, list[str]]]
    inbox: list[tuple[str, str, bool, int]]
    happened: list[Happened] = field(default_factory=list)
    hands: list[Hand] = field(default_factory=list)
    timeout: float = 20


@dataclass(frozen=True)
class Figure:
    goal: str
    name: str
    value: str
    holds: bool
    examples: tuple[str, ...] = ()

    def line(self) -> str:
        shown = f"  e.g. {', '.join(self.examples[:3])}" if self.examples and not self.holds else ""
        return f"{self.goal:<3} {self.name}: {self.value}{'' if self.holds else '   MISSED'}{shown}"


class Judge:
    """Reads the facts once; `figures` are the verdict."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.expected: dict[str, Letter] = {}
        self.planted_at: dict[str, float] = {}
        for wave in facts.waves:
            self.expected |= wave.letters
            self.planted_at |= dict.fromkeys(wave.letters, wave.planted_at)
        self.copies: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for kept in facts.sink:
            self.copies[kept["message_id"]].append(kept)
        for kepts in self.copies.values():
            kepts.sort(key=lambda kept: float(kept["at"]))

    def figures(self) -> list[Figure]:
        return [
            *self._lost(),
            *self._copies(),
            *self._inbox(),
            *self._delays(),
            *self._planted(),
        ]

    # G1

    def _lost(self) -> Iterator[Figure]:
        good = [message for message, letter in self.expected.items() if letter.person.planted not in BAD]
        lost = [message for message in good if message not in self.copies]
        left_to_a_person = [m for m in lost if self._state(m) == "UNKNOWN"]
        lost = [m for m in lost if m not in left_to_a_person]
        yield _none("G1", f"letters lost, of {len(good)} that must come", [self._about(m) for m in lost])
        yield Figure("G1", "never accepted and left to a person (not counted above)", str(len(left_to_a_person)), True)
        untold = [
            f"{mark} to {letter.person.email}"
            for message, letter in self.expected.items()
            if message in self.copies
            for mark in letter.marks - set(self.copies[message][0].get("marks", ()))
        ]
        reminders = sum(len(letter.marks) for letter in self.expected.values())
        yield _none("G1", f"reminders not told in their letter, of {reminders}", untold)
        strangers = [
            f"{kept[0]['to']} {message}" for message, kept in self.copies.items() if message not in self.expected
        ]
        yield _none("G1", "letters that nobody should have got", strangers)
        wrong = [
            f"{mark} to {kepts[0]['to']}"
            for message, kepts in self.copies.items()
            if message in self.expected
            for mark in set(kepts[0].get("marks", ())) - self.expected[message].marks
        ]
        yield _none("G1", "reminders told that should not be", wrong)

    # G2

    def _copies(self) -> Iterator[Figure]:
        by_class: Counter[str] = Counter()
        by_kill: Counter[Happened] = Counter()
        examples = defaultdict(list)
        for message, kepts in self.copies.items():
            if len(kepts) > 1:
                kind, cause = self._cause(message, float(kepts[0]["at"]))
                by_class[kind] += 1
                examples[kind].append(self._about(message))
                if kind == "kill" and cause:
                    by_kill[cause] += 1
        for kind in HARMLESS:
            number = len([event for event in self.facts.happened if event.kind == kind])
            yield _none("G2", f"duplicates by {number} × {kind}", examples[kind])
        kills = [event for event in self.facts.happened if event.kind == "kill"]
        worst = max(by_kill.values(), default=0)
        fair = all(number <= max(1, event.senders) for event, number in by_kill.items())
        senders = sum(event.senders for event in kills)
        yield Figure(
            "G2", f"duplicates by {len(kills)} kills of {senders} senders (at most one each)",
            f"{by_class['kill']}, most by one kill {worst}", fair, tuple(examples["kill"]),
        )  # fmt: skip
        mail = len([event for event in self.facts.happened if event.kind == "mail"])
        yield Figure(
            "G2", f"duplicates by {mail} disturbances of mail and planted addresses", str(by_class["mail"]), True
        )
        yield _none("G2", "duplicates without an explanation", examples["unexplained"])
        most = max(map(len, self.copies.values()), default=0)
        over = [self._about(m) for m, kepts in self.copies.items() if len(kepts) > MOST_COPIES]
        yield Figure("G2", f"most copies of one letter (limit {MOST_COPIES})", str(most), not over, tuple(over))
        yield _none("G2", "reminders told under two Message-IDs", self._told_twice())

    def _told_twice(self) -> list[str]:
        """The same milestone in two letters of one kind and day to one person, though each has its own Message-ID."""
        planned = Counter((letter.person.email, mark) for letter in self.expected.values() for mark in letter.marks)
        told = Counter(
            (letter.person.email, mark)
            for message in self.copies
            if (letter := self.expected.get(message))
            for mark in self.copies[message][0].get("marks", ())
        )
        return [f"{mark} to {email}" for (email, mark), n in told.items() if n > planned[email, mark]]

    def _cause(self, message: str, first_copy_at: float) -> tuple[str, Happened | None]:
        """Of a second copy: how the try ended that made the first, and what happened then."""
        results = self.facts.ledger.get(message, ("", "", []))[2]
        near = [
            event for event in self.facts.happened
            if event.kind in (*HARMLESS, "kill", "mail") and -1 <= event.at - first_copy_at <= self.facts.timeout + 3
        ]  # fmt: skip
        kills = [event for event in near if event.kind == "kill"]
        if "UNKNOWN" in results:
            return "mail", None
        if "GONE" in results and kills:
            return "kill", min(kills, key=lambda event: abs(event.at - first_copy_at))
        before = [e for e in self.facts.happened if e.kind in HARMLESS and -2 <= first_copy_at - e.at <= 60]
        blamed = min([*near, *before], key=lambda event: abs(event.at - first_copy_at), default=None)
        return (blamed.kind if blamed else "unexplained"), blamed

    # The inbox

    def _inbox(self) -> Iterator[Figure]:
        shown = Counter(self.facts.inbox)
        yield _none("G2", "reminders twice in the inbox", [f"{row}" for row, n in shown.items() if n > 1])
        promised = {(mark, email) for mark, email, _given, _offset in self.facts.inbox}
        wanted = {reminder for wave in self.facts.waves for reminder in wave.reminders}
        yield _none("G1", f"reminders missing in the inbox, of {len(wanted)}", [f"{r}" for r in wanted - promised])
        yield _none("G1", "reminders in the inbox that should not be", [f"{r}" for r in promised - wanted])

    # G3, G5

    def _delays(self) -> Iterator[Figure]:
        innocent = {m for m, letter in self.expected.items() if not letter.person.planted and not self._was_hit(m)}
        times = []
        for hand in self.facts.hands:
            for message in set(hand.letters) & innocent & set(self.copies):
                last = float(self.copies[message][-1]["at"])
                times.append((max(0.0, last - hand.at), message))
        worst, which = max(times, default=(0.0, ""))
        yield Figure("G3", f"{len(times)} letters of killed senders are out after, at most", f"{worst:.0f} s", True)
        fair = [(taken - self._closed(float(self.copies[m][-1]["at"]) - taken, taken), m) for taken, m in times]
        worst, which = max(fair, default=(0.0, ""))
        yield Figure(
            "G3", f"without the time in which mail was refused to all, at most (limit {LONGEST_TAKEOVER} s)",
            f"{worst:.0f} s", worst <= LONGEST_TAKEOVER, (self._about(which),) if which else (),
        )  # fmt: skip
        late = sorted((delay, message) for message in innocent if (delay := self._delay(message)) is not None)
        worst, which = late[-1] if late else (0.0, "")
        yield Figure(
            "G5", f"longest delay of {len(late)} innocent letters (limit {LONGEST_DELAY} s)",
            f"{worst:.0f} s", worst <= LONGEST_DELAY, (self._about(which),) if which else (),
        )  # fmt: skip
        waited = [e for e in self.facts.happened if e.kind == "settled" and not e.what.startswith("0 ")]
        yield _none("G5", "rests after which innocents still waited", [event.what for event in waited])
        dead = [
            m
            for m, letter in self.expected.items()
            if not letter.person.planted and self._state(m) in ("DEAD", "EXPIRED")
        ]
        yield _none("G5", "innocent letters dead", [self._about(m) for m in dead])

    def _closed(self, since: float, seconds: float) -> float:
        """Seconds of this span in which no letter at all was accepted, after the mail server was killed or refused."""
        until = since + seconds
        at = sorted({since, until, *(float(k["at"]) for kepts in self.copies.values() for k in kepts)})
        ends = [moment for moment in at if since <= moment <= until]
        closing = [event.at for event in self.facts.happened if event.kind == "mail"]
        return sum(
            later - earlier
            for earlier, later in itertools.pairwise(ends)
            if later - earlier > QUIET and any(earlier - QUIET <= moment <= later for moment in closing)
        )

    def _delay(self, message: str) -> float | None:
        """Real seconds from being due, for what was due at once when it was planted."""
        letter, kepts = self.expected[message], self.copies.get(message)
        waves_day = next(wave.day for wave in self.facts.waves if message in wave.letters)
        if not kepts or letter.day != waves_day or letter.person.zone == "Europe/Amsterdam":
            return None
        return float(kepts[0]["at"]) - self.planted_at[message]

    def _was_hit(self, message: str) -> bool:
        """By the mail server itself: its wait is that of the documented states."""
        return bool({"DEFERRED", "UNKNOWN", "LOST", "REFUSED"} & set(self.facts.ledger.get(message, ("", "", []))[2]))

    # G5, G6

    def _planted(self) -> Iterator[Figure]:
        found: dict[str, Counter[str]] = defaultdict(Counter)
        wrong = []
        for message, letter in self.expected.items():
            kind = letter.person.planted
            if not kind:
                continue
            state, copies = self._state(message), len(self.copies.get(message, ()))
            must, least = (BAD | HIT)[kind]
            found[kind][state] += 1
            fits = copies >= least and copies <= MOST_COPIES and (state == must or (least and state == "UNKNOWN"))
            if not fits or (kind in BAD and (copies or not self.facts.ledger[message][1])):
                wrong.append(f"{kind} is {state} with {copies} copies")
        for kind in (*BAD, *HIT):
            states = ", ".join(f"{n} {state}" for state, n in found[kind].items())
            yield Figure("G5" if kind in BAD else "G6", f"planted {kind}", states or "none", bool(states))
        yield _none("G6", "planted letters that did not end as documented", wrong)

    def _state(self, message: str) -> str:
        return self.facts.ledger.get(message, ("missing", "", []))[0]

    def _about(self, message: str) -> str:
        letter = self.expected.get(message)
        state, error, results = self.facts.ledger.get(message, ("missing", "", []))
        who = f"{letter.person.email} of {letter.day}" if letter else message
        return f"{who} ({state} {error[:40]} {'/'.join(results)})"


def _none(goal: str, name: str, found: list[str]) -> Figure:
    return Figure(goal, name, str(len(found)), not found, tuple(found))
