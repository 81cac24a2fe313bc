"""Ways out: what the sender asks of each, and what it hears back.

A way is opened before a letter is begun, so that an outage costs no letter anything. How far a conversation came
decides what a failure means: what was refused before the whole letter was handed over is known not to be sent; where
no answer came after it, that is not known, and only that may ever make a second copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from notices.letters import Letter
from notices.models import Delivery, Result

TIMEOUT = "no answer in time"


@dataclass(frozen=True)
class Outcome:
    """How a try ended: a `Result`, how far it came, and the words of the other side (or what happened instead)."""

    result: Result
    phase: str
    reply: str = ""


@dataclass(frozen=True)
class Prepared:
    """A letter as this way sends it, ready before it is begun to be sent; address, subject and body are kept."""

    address: str
    subject: str
    body: str
    payload: Any


class Closed(Exception):
    """The way does not work at the moment. `slowly`: it will hardly mend by itself (credentials, configuration)."""

    def __init__(self, phase: str, reply: str, *, slowly: bool = False) -> None:
        self.phase, self.reply, self.slowly = phase, reply, slowly
        super().__init__(f"{phase}: {reply}")


class Way(Protocol):
    route: str

    def open(self) -> None:
        """Raises `Closed`."""

    def prepare(self, delivery: Delivery, letter: Letter, to: str) -> Prepared:
        """Raises whatever the letter or address makes impossible."""

    def send(self, prepared: Prepared) -> Outcome:
        """Never raises for what the other side does."""

    def close(self) -> None:
        """Never raises."""


def in_words(error: BaseException) -> str:
    """The error in one line; a timeout says so."""
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return TIMEOUT
    return " ".join(str(error).split()) or type(error).__name__
