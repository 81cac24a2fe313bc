"""What is given to people and taken from them: for the book of what people did, and for what was made for them."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from allauth.usersessions.models import UserSession
from django.db.models import Max

from accounts.models import Membership, User
from records.history import event_model
from records.ledger import Deed
from records.tracing import trace

ACTIVE, SYSTEM, SUPERVISES = "ACTIVE", "SYSTEM", "SUPERVISES"


@dataclass(frozen=True)
class _Given:
    """What a person may do somewhere: compared by `said`; `what` and `regions` only tell whom it concerns."""

    said: str
    what: str = field(compare=False)
    regions: tuple[int, ...] = field(compare=False)


@contextlib.contextmanager
def tracing_rights(people: Iterable[int | None]) -> Iterator[None]:
    """Around what may change the memberships of these people, or whether they come in at all.

    Who may not come in any more is out of every browser for good, also when they may again.
    """
    keys = [pk for pk in people if pk is not None]
    before = _given_to(keys)
    yield
    after = _given_to(keys)
    for key in before | after:
        was, now = before.get(key), after.get(key)
        told = now or was
        if told is None or was == now:
            continue
        shut = key[0] is User and was is not None and ACTIVE in was.said and now is not None and ACTIVE not in now.said
        deed = Deed.DEACTIVATED if shut else Deed.RIGHTS_CHANGED
        words: dict[str, Any] = {} if shut else {"was": was.said if was else "", "now": now.said if now else ""}
        trace(deed, what=told.what, regions=told.regions, **words)
        if shut:
            _end_sessions(key[1])


def last_taken_from(user: User) -> dt.datetime | None:
    """When a membership of the user last ended or changed, or they ceased to see all; None: never.

    New memberships do not count: they only add. Two or three queries.
    """
    members = event_model(Membership).objects
    own = members.filter(user=user.pk).values("pgh_obj_id")  # also one that was handed to somebody else
    people = event_model(User).objects.filter(pgh_obj=user.pk)
    times = [members.filter(pgh_obj_id__in=own).exclude(pgh_label="insert").aggregate(at=Max("pgh_created_at"))["at"]]
    if not user.sees_all and people.filter(is_superuser=True).exists():
        times.append(people.aggregate(at=Max("pgh_created_at"))["at"])
    return max((at for at in times if at is not None), default=None)


def _end_sessions(user: int) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()


def _given_to(people: list[int]) -> dict[tuple[type, int], _Given]:
    found: dict[tuple[type, int], _Given] = {}
    regions: dict[int, set[int]] = {pk: set() for pk in people}
    for member in Membership.objects.filter(user__in=people).select_related("user", "region", "unit").order_by("pk"):
        place = member.region_id or (member.unit.region_id if member.unit else None)
        regions[member.user_id] |= {place} if place else set()
        said = ", ".join([str(member.role), *([SUPERVISES] if member.supervises else [])])
        found[Membership, member.pk] = _Given(said, f"{member.user} · {member.place}", (place,) if place else ())
    for user in User.objects.filter(pk__in=people).order_by("pk"):
        said = ", ".join([*([ACTIVE] if user.is_active else []), *([SYSTEM] if user.sees_all else [])])
        found[User, user.pk] = _Given(said, str(user), tuple(sorted(regions[user.pk])))
    return found
