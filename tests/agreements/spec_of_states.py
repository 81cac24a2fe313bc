"""What an agreement is on a day, said again in plain Python: from the words of the issue, not from the code.

Slow and simple on purpose. `tests/agreements/test_states.py` compares it with what the database answers.
"""

import calendar
import datetime as dt
from dataclasses import dataclass, field

ALWAYS, NEVER = dt.date.min, dt.date.max  # since nobody knows when; without an end


@dataclass
class Facts:
    """What is known of one agreement. `None` as a day: signed, but nobody knows when."""

    sides: int = 2
    for_all: list = field(default_factory=list)  # days of signings by all parties
    by_side: dict = field(default_factory=dict)  # side -> days on which it signed
    by_witness: list = field(default_factory=list)
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    term_months: int | None = None
    open_ended: bool = False
    log: list = field(default_factory=list)  # (deed, day, closing), in the order in which it was written
    active: list = field(default_factory=list)  # days of anything else that happened, the day of logging among them
    soon_days: int = 90
    silent_months: int = 12
    acts: list = field(default_factory=list)  # (nature, Facts)


def state(facts, day):
    closed = last(facts.log, ("CLOSED", "REOPENED"), day)
    held = last(facts.log, ("HELD", "RESUMED"), day)
    acts = [(nature, act) for nature, act in facts.acts if is_signed(act, day)]
    if closed and closed[0] == "CLOSED":
        return closed[2]
    if not is_signed(facts, day):
        if held and held[0] == "HELD":
            return "ON_HOLD"
        return "DORMANT" if is_silent(facts, day) else "PIPELINE"
    if any(nature == "TERMINATION" and begins(act) <= day for nature, act in acts):
        return "TERMINATED"
    renewals = [begins(act) for nature, act in acts if nature in ("RENEWAL", "REPLACEMENT")]
    if any(first <= day for first in renewals):
        return "RENEWED"
    end = effective_end(facts, day)
    if end is not None and end < day:
        return "EXPIRED"
    if held and held[0] == "HELD":
        return "ON_HOLD"
    if begins(facts) > day:
        return "PIPELINE"
    if end not in (None, NEVER) and not renewals and (end - day).days <= facts.soon_days:
        return "EXPIRING"
    return "DORMANT" if is_silent(facts, day) else "ACTIVE"


def last(log, deeds, day):
    """What was written last about such deeds, of all that had happened by the day."""
    found = None
    for entry in log:
        if entry[0] in deeds and entry[1] <= day:
            found = entry
    return found


def signed_on(facts):
    """The day of the signature that completed it; `ALWAYS` where no day is known; None where it is not complete."""
    if not facts.for_all and any(not facts.by_side.get(side) for side in range(facts.sides)):
        return None
    days = [*facts.for_all, *(day for days in facts.by_side.values() for day in days)]
    return max((day for day in days if day is not None), default=ALWAYS)


def is_signed(facts, day):
    """Signed nobody knows when: at the latest when its validity began."""
    complete = signed_on(facts)
    if complete is None:
        return False
    if complete == ALWAYS and facts.valid_from:
        return facts.valid_from <= day
    return complete <= day


def begins(facts):
    return facts.valid_from or signed_on(facts) or ALWAYS


def own_end(facts):
    """The last day, as stated or counted from the term; None where it is not known."""
    if facts.open_ended:
        return NEVER
    if facts.valid_until:
        return facts.valid_until
    first = facts.valid_from or signed_on(facts)
    if facts.term_months is None or first in (None, ALWAYS):
        return None
    year, month = divmod(first.year * 12 + first.month - 1 + facts.term_months, 12)
    days_there = calendar.monthrange(year, month + 1)[1]
    if first.day > days_there:  # 31 January and a month: to the last of February
        return dt.date(year, month + 1, days_there)
    return dt.date(year, month + 1, first.day) - dt.timedelta(days=1)


def effective_end(facts, day):
    end = own_end(facts)
    changes = [
        (when_counted(act), number, own_end(act))
        for number, (nature, act) in enumerate(facts.acts)
        if nature in ("AMENDMENT", "ADDENDUM") and is_signed(act, day) and own_end(act)
    ]
    if changes:
        end = max(changes)[2]
    for nature, act in facts.acts:
        if nature == "TERMINATION" and is_signed(act, day) and begins(act) > ALWAYS:
            before = begins(act) - dt.timedelta(days=1)
            end = before if end is None else min(end, before)
    return end


def when_counted(facts):
    """The day from which an act counts; of acts of the same day the one that was written later."""
    complete = signed_on(facts)
    return facts.valid_from if complete == ALWAYS and facts.valid_from else complete


def is_silent(facts, day):
    """Nothing happened for so many months, though something had happened."""
    happened = [*facts.active, *(entry[1] for entry in facts.log)]
    signatures = [*facts.for_all, *facts.by_witness, *(d for days in facts.by_side.values() for d in days)]
    happened += [signature for signature in signatures if signature]
    until_now = [event for event in happened if event <= day]
    if not until_now:
        return False
    year, month = divmod(day.year * 12 + day.month - 1 - facts.silent_months, 12)
    months_ago = dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    return max(until_now) <= months_ago
