"""What a process is written in before it is loaded; the tables themselves are in the modules beside this one."""

from __future__ import annotations

from dataclasses import dataclass

from agreements.models import AgreementKind


@dataclass(frozen=True)
class Actor:
    """Who acts; `name_id` and `name_en` as in every table with two names."""

    code: str
    name_id: str
    name_en: str


@dataclass(frozen=True)
class Paper:
    """A paper that a step asks for."""

    kind: str
    note_id: str = ""
    note_en: str = ""
    required: bool = True


@dataclass(frozen=True)
class Step:
    """A step in its place. `unsure`: no regulation was read for it, so an officer has to confirm it."""

    code: str
    name_id: str
    name_en: str
    phase: str
    actor: str = ""
    with_actor: str = ""
    papers: tuple[Paper, ...] = ()
    guidance_id: str = ""
    guidance_en: str = ""
    basis: str = ""
    days: int | None = None
    kinds: tuple[str, ...] = ()
    signs: bool = False
    gate: bool = False
    conditional: bool = False
    test: str = ""
    unsure: bool = False


@dataclass(frozen=True)
class Template:
    """The first edition of the way of a category."""

    category: str
    name_id: str
    name_en: str
    basis: str
    steps: tuple[Step, ...]


UNDER_MEMORANDUM = (AgreementKind.PKS, AgreementKind.IA, AgreementKind.RK)
MEMORANDA = tuple(kind for kind in AgreementKind if kind not in UNDER_MEMORANDUM)
NOT_INTENT = tuple(kind for kind in AgreementKind if kind != AgreementKind.LOI)
