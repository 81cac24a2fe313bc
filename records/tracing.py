"""The book of what people did: `trace(Deed.EXPORTED, what="Visits", rows=12)` in the line that does it.

Who, from where and in which request comes from the request at work (`records.work`); a task or a command names
itself there too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import translation

from records.ledger import Deed, Trace
from records.rows import along
from records.work import at_work

KNOWN_ENOUGH = 2  # how many letters of an unknown address are kept


def trace(
    deed: Deed | str,
    *,
    user: Any = None,
    what: Any = "",
    typed: str = "",
    regions: Iterable[int] = (),
    only: Iterable[int] | None = None,
    **detail: Any,
) -> None:
    """Write it down. `user`: who did it, if not who is signed in; `typed`: the address of a sign-in that failed.

    `what`: a record, a lazy string, or a function, since it is written in the language of the installation, in which
    the list is read and searched, and not in that of whoever did it.
    Who answers for the regions of that person sees it, and who answers for `regions`: those that it concerns too. Of
    what not all regions of the person may read (a record, a paper of one side) `only` names all that see it.
    What is written stands even if the page fails later, unless it stands in a transaction that does.
    """
    work = at_work()
    person = user if user is not None else work.user
    person = person if getattr(person, "is_authenticated", False) else None
    with along():
        if person is None and typed:
            person, typed = _owner_of(typed)
        Trace.objects.bulk_create([  # without asking for the row back: the web may write it, not read it
            Trace(
                deed=Deed(deed),
                user=person,
                who=(str(person) if person else typed or work.job)[:254],
                what=_in_one_language(what)[:300].replace("\x00", ""),
                region_ids=sorted({*regions_of(person), *regions} if only is None else set(only)),
                address=work.address[:45],
                request_id=work.request_id[:64],
                detail=detail,
            )
        ])  # fmt: skip


def _in_one_language(what: Any) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return str(what() if callable(what) else what)


def _owner_of(typed: str) -> tuple[Any, str]:
    """Whose address it is; of nobody's only the beginning is kept: people type passwords into the wrong field."""
    typed = typed.replace("\x00", "")[:254]
    found = get_user_model()._default_manager.filter(email__iexact=typed).first()
    return found, masked(typed)


def masked(typed: str) -> str:
    """“pe…@batam.example”; of what is no address at all, only how long it was."""
    name, at, host = typed.partition("@")
    if not at or not re.fullmatch(r"[\w.-]{1,200}", host):
        return f"({len(typed)})"
    return f"{name[:KNOWN_ENOUGH]}…@{host}"


def regions_of(person: Any) -> list[int]:
    """Regions that the person acts for, also through a unit: who answers for those sees the row."""
    if person is None:
        return []
    standing = getattr(person, "standing", [])
    found = {m.region_id or (m.unit.region_id if m.unit else None) for m in standing}
    return sorted(pk for pk in found if pk is not None)
