"""Agreements that hang together: what lies under what, what renews, changes, replaces or ends what, and the lapses."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import connection, transaction
from django.db.models.expressions import RawSQL
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from agreements import moving
from agreements.lists import OF_START, end_in_words, rows
from agreements.models import (
    CHANGES,
    CLOSED_UNSIGNED,
    CONTINUATIONS,
    ENDLESS,
    UNKNOWN_SINCE,
    Agreement,
    AgreementKind,
    AgreementNature,
    AgreementSector,
    Party,
    ScopePoint,
)
from agreements.rules import RULES
from pages.paging import Row

MOST = 200  # members of a family that a page shows
Nature = AgreementNature
LINKED = ("parent_id", "predecessor_id", "nature", *OF_START, "runs_until", "counts_from")
NOT_RENEWED = (Nature.AMENDMENT, Nature.ADDENDUM, Nature.TERMINATION)

# Everything that is linked to the agreement, however far, in either direction.
FAMILY = """
WITH RECURSIVE family(id) AS (
    SELECT %s::bigint
    UNION
    SELECT linked.id FROM family JOIN agreements_agreement one ON one.id = family.id
    CROSS JOIN LATERAL (
        SELECT unnest(ARRAY[one.parent_id, one.predecessor_id]) AS id
        UNION SELECT id FROM agreements_agreement WHERE parent_id = one.id
        UNION SELECT id FROM agreements_agreement WHERE predecessor_id = one.id) linked
    WHERE linked.id IS NOT NULL)
SELECT id FROM family LIMIT %s
"""


@dataclass
class Member:
    """One agreement of the family, as a row of `agreements.lists`; what acts on it and what lies under it."""

    row: Row
    is_here: bool = False
    acts: list[Member] = field(default_factory=list)
    under: list[Member] = field(default_factory=list)
    lapse: str = ""

    @property
    def relation(self) -> str:
        """What it is to the one above it in the tree: “Renewal”; empty where it only lies under it."""
        return str(self.row["nature_label"])

    @property
    def term(self) -> str:
        """From when until when it holds by itself."""
        start, end = self.row["starts"], self.row["ends"]
        return f"{start or '…'} – {end or '…'}" if start or end else ""

    @property
    def begins(self) -> dt.date | None:
        """When a signed one takes effect; None while it is not signed, or nobody knows when it was."""
        first: dt.date | None = self.row["runs_from"] or self.row["counts_from"]
        return first if self.row["is_signed"] and first != UNKNOWN_SINCE else None

    def has_begun(self, on: dt.date) -> bool:
        """Signed by the day, and in effect."""
        counts: dt.date | None = self.row["counts_from"]
        return counts is not None and counts <= on and (self.begins is None or self.begins <= on)


@dataclass
class Chain:
    """The family of one agreement as far as the reader may see it; false where it stands alone."""

    here: Member
    roots: list[Member]
    members: dict[int, Member]
    day: dt.date

    def __bool__(self) -> bool:
        return len(self.members) > 1

    @property
    def parent(self) -> Member | None:
        return self.members.get(self.here.row["parent_id"] or 0)

    @property
    def predecessor(self) -> Member | None:
        return self.members.get(self.here.row["predecessor_id"] or 0)

    @cached_property
    def stands_now(self) -> Member:
        """Follow what continues it, as far as that has taken effect."""
        found, seen = self.here, {self.here.row["pk"]}
        while later := self._continuation(found):
            if later.row["pk"] in seen:
                break
            seen.add(later.row["pk"])
            found = later
        return found

    @property
    def banners(self) -> list[Banner]:
        return list(self._banners())

    def _banners(self) -> Iterator[Banner]:
        here, nature = self.here, self.here.row["nature"]
        if nature != Nature.NEW and self.predecessor is not None:
            yield Banner("quiet", str(ACTS_ON[nature]), self.predecessor)
        if self.stands_now is not here:
            first = self._continuation(here)
            day = first.row["starts"] if first and first.begins else ""
            replaced = first is not None and first.row["nature"] == Nature.REPLACEMENT
            yield Banner("info", _told_since(REPLACED if replaced else RENEWED, day), self.stands_now)
        for act in here.acts:
            if act.row["nature"] == Nature.TERMINATION and act.has_begun(self.day):
                yield Banner("warn", _told_since(TERMINATED, act.row["starts"] if act.begins else ""), act)
            elif act.row["nature"] in CHANGES and act.has_begun(self.day) and not act.row["closed_as"]:
                yield Banner("info", str(CHANGED[act.row["nature"]]), act)

    def _continuation(self, member: Member) -> Member | None:
        return next((a for a in member.acts if a.row["nature"] in CONTINUATIONS and a.has_begun(self.day)), None)


@dataclass(frozen=True)
class Banner:
    """What the reader has to know before reading on, and where what stands now is."""

    tone: str
    words: str
    member: Member


ACTS_ON = {
    Nature.RENEWAL: gettext_lazy("This renews an earlier agreement:"),
    Nature.REPLACEMENT: gettext_lazy("This replaces an earlier agreement:"),
    Nature.AMENDMENT: gettext_lazy("This amends an agreement, which goes on with the change:"),
    Nature.ADDENDUM: gettext_lazy("This adds to an agreement, which goes on with it:"),
    Nature.TERMINATION: gettext_lazy("This ends an agreement:"),
}
CHANGED = {
    Nature.AMENDMENT: gettext_lazy("It was amended. Read it together with:"),
    Nature.ADDENDUM: gettext_lazy("It was added to. Read it together with:"),
}
RENEWED = (
    gettext_lazy("It was renewed. What stands now:"),
    gettext_lazy("It was renewed from %(day)s. What stands now:"),
)
REPLACED = (
    gettext_lazy("It was replaced. What stands now:"),
    gettext_lazy("It was replaced from %(day)s. What stands now:"),
)
TERMINATED = (gettext_lazy("It was ended by:"), gettext_lazy("It was ended from %(day)s by:"))


def _told_since(words: tuple[Any, Any], day: str) -> str:
    return str(words[1]) % {"day": day} if day else str(words[0])


def chain_of(agreement: Agreement, user: Any) -> Chain:
    """The family tree, in one query. What hangs on it only through an agreement that the reader may not see is left
    out, as is everything beyond the first 200 members."""
    family = RawSQL(FAMILY, [agreement.pk, MOST])  # noqa: S611 -- two numbers
    found = Agreement.objects.visible_to(user).filter(pk__in=family)
    members = {row["pk"]: Member(row) for row in rows(found.for_list(None, *LINKED), user)}
    here = members[agreement.pk]
    here.is_here = True
    members = _connected(members, here)
    roots = _tree(members)
    day = agreement.today()
    for member in members.values():
        _tell_lapses(member, day)
    return Chain(here, roots, members, day)


def trees_of(found: Any, user: Any) -> tuple[list[Member], dict[int, Member]]:
    """The trees of several agreements at once, and the members of all; of links that lead outside nothing is told. One
    query."""
    members = {row["pk"]: Member(row) for row in rows(found.newest_first()[:MOST].for_list(None, *LINKED), user)}
    roots = _tree(members)
    for member in members.values():
        _tell_lapses(member, user.today())
    return roots, members


def _connected(members: dict[int, Member], here: Member) -> dict[int, Member]:
    near: dict[int, set[int]] = {pk: set() for pk in members}
    for pk, member in members.items():
        for other in (member.row["parent_id"], member.row["predecessor_id"]):
            if other in near:
                near[pk].add(other)
                near[other].add(pk)
    reached, todo = {here.row["pk"]}, [here.row["pk"]]
    while todo:
        fresh = near[todo.pop()] - reached
        reached |= fresh
        todo += fresh
    return {pk: member for pk, member in members.items() if pk in reached}


def _tree(members: dict[int, Member]) -> list[Member]:
    """An act hangs on what it acts on, everything else on its parent; the earliest first."""
    roots = []
    for member in sorted(members.values(), key=_age):
        before, above = members.get(member.row["predecessor_id"] or 0), members.get(member.row["parent_id"] or 0)
        if before is not None:
            before.acts.append(member)
        elif above is not None:
            above.under.append(member)
        else:
            roots.append(member)
    return roots


def _age(member: Member) -> tuple[dt.date, int]:
    return member.row["counts_from"] or dt.date.max, member.row["pk"]


def _tell_lapses(member: Member, day: dt.date) -> None:
    """The days between the end and the next signed agreement; those so far, where it is to be renewed."""
    end = member.row["reach"]
    if end is None or end == ENDLESS or not member.row["is_signed"]:
        return
    for act in member.acts:
        if act.row["nature"] not in CONTINUATIONS or act.row["closed_as"] in CLOSED_UNSIGNED:
            continue
        begins = act.begins
        if begins is None and not act.row["is_signed"] and end < day:
            act.lapse = lapse_in_words(end, None, (day - end).days)
        elif begins is not None and (begins - end).days > 1:
            act.lapse = lapse_in_words(end, begins, (begins - end).days - 1)


def lapse_in_words(end: dt.date, begins: dt.date | None, days: int) -> str:
    """`end` is the last day in force; `days` are those on which nothing was."""
    words = {"end": date_format(end, "j F Y"), "days": days}
    if begins is None:
        return (
            ngettext(
                "ended %(end)s: %(days)s day without an agreement so far",
                "ended %(end)s: %(days)s days without an agreement so far",
                days,
            )
            % words
        )
    return ngettext(
        "ended %(end)s, renewed from %(begins)s: %(days)s day without an agreement",
        "ended %(end)s, renewed from %(begins)s: %(days)s days without an agreement",
        days,
    ) % (words | {"begins": date_format(begins, "j F Y")})


# Acts: each makes a record of its own that is linked to the one it acts on


def why_no_act(agreement: Agreement) -> str:
    """Why nothing can act on it, in words; '' where it can."""
    if not agreement.is_signed or agreement.closed_as in CLOSED_UNSIGNED:
        return str(RULES["agreement_acts_on_a_signed_one"])
    if agreement.nature in NOT_RENEWED:
        return str(RULES["agreement_acts_on_the_one_that_is_changed"])
    return ""


def kind_of_act(agreement: Agreement, nature: str) -> str:
    """The kind of instrument by which it is usually done."""
    if nature in CHANGES:
        return AgreementKind.ADENDUM
    return AgreementKind.PENGAKHIRAN if nature == Nature.TERMINATION else agreement.kind


@transaction.atomic
def act_on(
    agreement: Agreement, nature: Nature, fields: dict[str, Any], *, by: User, submission: uuid.UUID
) -> Agreement:
    """Make the linked record, put it on its way, and carry over what it shares with the old one.

    Parties come with their units and liaison, but without numbers and signatories: those are of the new instrument.
    What was only inferred stays so. A
    renewal or replacement also takes scope, aims and funding, and stays under the same parent. Raises IntegrityError
    where the earlier one may not be acted on (`agreements.rules`).
    """
    record = Agreement(
        category=agreement.category,
        category_certainty=agreement.category_certainty,
        nature=nature,
        owner=agreement.owner,
        predecessor=agreement,
        created_by=by,
        submission=submission,
        **fields,
    )
    goes_on = nature in CONTINUATIONS
    if goes_on:
        record.parent_id = agreement.parent_id  # whoever acts may see it or not
        for name in ("objectives", "benefits", "funding"):
            setattr(record, name, getattr(agreement, name))
    record.save()
    parties = _copy_parties(agreement, record)
    if goes_on:
        _copy_scope(agreement, record, parties)
    AgreementSector.objects.bulk_create(
        AgreementSector(agreement=record, sector_id=link.sector_id) for link in agreement.sector_links.all()
    )
    record.refresh_from_db()
    moving.start(record, by=by)
    return record


def _copy_parties(old: Agreement, new: Agreement) -> dict[int, Party]:
    taken = ("role", "region_id", "organisation_id", "on_behalf_of_region_id", "on_behalf_of", "unit_id", "liaison",
             "certainty", "position")  # fmt: skip
    before = list(old.parties.all())
    made = Party.objects.bulk_create(
        Party(agreement=new, **{name: getattr(party, name) for name in taken}) for party in before
    )
    return {party.pk: copy for party, copy in zip(before, made, strict=True)}


def _copy_scope(old: Agreement, new: Agreement, parties: dict[int, Party]) -> None:
    ScopePoint.objects.bulk_create(
        ScopePoint(
            agreement=new,
            heading=point.heading,
            text=point.text,
            sector_id=point.sector_id,
            direction=point.direction,
            giver=parties.get(point.giver_id or 0),
            receiver=parties.get(point.receiver_id or 0),
            certainty=point.certainty,
            position=point.position,
        )
        for point in old.scope.all()
    )


@dataclass(frozen=True)
class Term:
    """How long an agreement holds, beside another: from, until, where that comes from, and the last day for notice."""

    runs_from: dt.date | None
    until: dt.date | None
    notice_days: int | None
    because: str = ""

    @property
    def until_in_words(self) -> str:
        return end_in_words(self.until)

    @property
    def notice_on(self) -> dt.date | None:
        if self.until is None or self.until == ENDLESS or self.notice_days is None:
            return None
        return self.until - dt.timedelta(days=self.notice_days)


def term_of(agreement: Agreement) -> Term:
    """Of a stored one; needs `with_state()` for its effective end."""
    reach: dt.date | None = agreement.reach  # type: ignore[attr-defined]  # annotated by with_state
    if reach is None:
        because = ""
    elif reach != agreement.runs_until:
        because = _("moved by a signed act on it")
    elif agreement.open_ended:
        because = ""
    elif agreement.valid_until:
        because = _("as stated")
    else:
        because = _("counted from the term in months")
    return Term(agreement.runs_from, reach, agreement.notice_days, because)


def term_from(runs_from: dt.date | None, until: dt.date | None, months: int | None, notice: int | None) -> Term:
    """Of one that is being made: the end as stated, else counted from the term, as the database counts it."""
    if until is None and runs_from is not None and months:
        return Term(runs_from, last_day(runs_from, months), notice, _("counted from the term in months"))
    return Term(runs_from, until, notice, _("as stated") if until else "")


def last_day(first: dt.date, months: int) -> dt.date:
    """Asked of the database, so that there is one rule for the ends of months."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT agreements_last_day(%s, %s)", [first, months])
        (found,) = cursor.fetchone()
    day: dt.date = found
    return day
