"""The chain over the history: who changes, adds, removes or swaps a line of it afterwards is found out.

Every night a seal is made: of each event table, with what the context of each event says, and of the book of deeds, in
blocks of at most BLOCK rows in the order of their keys. A seal holds the digests of its blocks and the head of the seal
before, so that none can be taken out; its head is signed with a key that is not in the database, is written to a file
beside it and leaves the machine by mail. Whoever is master of the database alone can forge neither; whoever is master
of the machine too is found out by the head in a mailbox (`verify_history --head`).

What is sealed is what no transaction can still add to: rows older than AGE, and only once every transaction that ran
when their keys were given has ended. A row that is committed late, with a lower key, so raises no false alarm.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from records.holding import held
from records.models import Deed, Seal, Trace
from records.tracing import trace

BLOCK = 1_000
AGE = dt.timedelta(minutes=10)
PATIENCE = 30.0  # seconds to wait for transactions that are under way
AHEAD = dt.timedelta(minutes=5)  # the clocks of two machines
LINE = re.compile(r"(?P<number>\d{1,9}) (?P<head>[0-9a-f]{64})")  # of the file beside the database
CHAIN = 7231_0001  # of the advisory lock: one seal at a time


@dataclass(frozen=True)
class Table:
    """A table that is only ever added to. `context`: its rows point to one of pghistory."""

    name: str
    key: str
    context: bool


@dataclass(frozen=True)
class Break:
    """Where the history does not match its seals: the table, and the keys between which it happened."""

    table: str
    first: int
    last: int
    why: str

    def __str__(self) -> str:
        return f"{self.table}, {self.first}–{self.last}: {self.why}" if self.last else f"{self.table}: {self.why}"


@cache
def tables() -> dict[str, Table]:
    """The history of every tracked model, and the book of deeds."""
    found = [Table(Trace._meta.db_table, "id", context=False)]
    for model in apps.get_models():
        if getattr(model, "pgh_tracked_model", None) is not None and model._meta.managed:
            context = any(f.name == "pgh_context" for f in model._meta.fields)
            found.append(Table(model._meta.db_table, "pgh_id", context))
    return {table.name: table for table in sorted(found, key=lambda table: table.name)}


# Sealing


def seal(*, age: dt.timedelta = AGE, patience: float = PATIENCE) -> Seal:
    """Make the next link of the chain, also when nothing was added.

    Raises RuntimeError when the last one is forged, TimeoutError while a long transaction is under way, and OSError
    when the file beside cannot be written: then the seal stands all the same.
    """
    bounds = {table.name: _bound(table, age) for table in tables().values()}
    _wait_for_the_others(patience)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN])
        cursor.execute("SET LOCAL TimeZone = 'UTC'")
        last = Seal.objects.order_by("-number").first()
        if last is not None and not is_signed(last):
            raise RuntimeError("The last seal is not ours: see `manage.py verify_history`.")
        sealed = reached()
        blocks, columns = {}, {}
        for table in tables().values():
            start, end = sealed.get(table.name, 0), bounds[table.name]
            if end > start:
                columns[table.name] = _columns(table)
                blocks[table.name] = list(_blocks(table, columns[table.name], start, end))
        made = Seal(
            number=last.number + 1 if last else 1,
            at=timezone.now(),
            blocks={name: found for name, found in blocks.items() if found},
            columns=columns,
            previous=last.head if last else "",
        )
        made.head = head_of(made)
        made.mac = signed(made.head)
        made.save(force_insert=True)
        trace(Deed.SEALED, what=made, rows=sum(rows for found in made.blocks.values() for _l, rows, _d in found))
    write_beside(made)
    return made


def reached() -> dict[str, int]:
    """The last sealed key of each table."""
    found: dict[str, int] = {}
    for one in Seal.objects.order_by("number").values_list("blocks", flat=True):
        found |= {table: blocks[-1][0] for table, blocks in one.items()}
    return found


def _bound(table: Table, age: dt.timedelta) -> int:
    """The last key below which all rows are old enough."""
    at = "at" if table.key == "id" else "pgh_created_at"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce((SELECT min({table.key}) - 1 FROM {table.name}"  # noqa: S608 - ours
            f" WHERE {at} > clock_timestamp() - make_interval(secs => %s)),"
            f" (SELECT max({table.key}) FROM {table.name}), 0)",
            [age.total_seconds()],
        )
        return int(cursor.fetchone()[0])


def _wait_for_the_others(patience: float) -> None:
    """Until no transaction runs any more that ran when the bounds were taken. Raises TimeoutError."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        (then,) = cursor.fetchone()
        deadline = time.monotonic() + patience
        while True:
            cursor.execute("SELECT count(*) FROM pg_snapshot_xip(pg_current_snapshot()) x WHERE x < %s::xid8", [then])
            if cursor.fetchone()[0] == 0:
                return
            if time.monotonic() > deadline:
                raise TimeoutError("A transaction has been running for long; it is sealed the next time.")
            time.sleep(0.2)


def _columns(table: Table) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " ORDER BY attname",
            [table.name],
        )
        return [name for (name,) in cursor.fetchall()]


ROWS = """
SELECT row.{key}, sha256(convert_to(jsonb_build_array({columns}{context})::text, 'UTF8')) AS hash
FROM {table} row{join}
WHERE row.{key} > %(start)s AND row.{key} <= %(end)s
"""


def _rows(table: Table, columns: list[str]) -> str:
    """SQL: the key and the digest of each row, of these columns and of what its context says."""
    named = ", ".join(f"row.{connection.ops.quote_name(name)}" for name in columns)
    return ROWS.format(
        key=table.key,
        columns=named,
        context=", context.metadata" if table.context else "",
        table=table.name,
        join=" LEFT JOIN pghistory_context context ON context.id = row.pgh_context_id" if table.context else "",
    )


def _blocks(table: Table, columns: list[str], start: int, end: int) -> Iterator[list[Any]]:
    """[last key, rows, digest] of each block between the keys."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT max({table.key}), count(*),"  # noqa: S608 - ours
            f" encode(sha256(string_agg(hash, ''::bytea ORDER BY {table.key})), 'hex')"
            f" FROM (SELECT {table.key}, hash, (row_number() OVER (ORDER BY {table.key}) - 1) / %(block)s AS block"
            f" FROM ({_rows(table, columns)}) found) numbered GROUP BY block ORDER BY block",
            {"start": start, "end": end, "block": BLOCK},
        )
        yield from map(list, cursor.fetchall())


def head_of(one: Seal) -> str:
    """The digest of the whole seal and, by `previous`, of all before it."""
    said = [one.number, one.at.astimezone(dt.UTC).isoformat(), one.blocks, one.columns, one.previous]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def signed(said: str, key: str = "") -> str:
    """With the key of today, which is not in the database."""
    return hmac.new((key or settings.SEAL_KEYS[0]).encode(), said.encode(), hashlib.sha256).hexdigest()


def is_ours(said: str, mac: str) -> bool:
    """Signed with a key of today or an earlier one?"""
    return any(hmac.compare_digest(mac.encode(), signed(said, key).encode()) for key in settings.SEAL_KEYS)


def is_signed(one: Seal) -> bool:
    return one.head == head_of(one) and is_ours(one.head, one.mac)


# The head outside the database


def write_beside(made: Seal) -> None:
    """Add the head to the file, unless it stands there. After half a line (a full disk) comes a whole one."""
    known, line = _read_beside(), f"{made.number} {made.head}"
    if line in known.splitlines():
        return
    path = Path(settings.SEAL_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(f"{line}\n" if not known or known.endswith("\n") else f"\n{line}\n")


def _read_beside() -> str:
    """What the file says; nothing where there is none (a restored copy)."""
    try:
        return Path(settings.SEAL_FILE).read_text(errors="replace")
    except FileNotFoundError:
        return ""


def mail_head(made: Seal) -> None:
    """The head leaves the machine: whoever keeps these letters can prove later what the history said.

    Not that of a copy that is held: the mailbox would hold two heads of one number.
    """
    if not settings.SEAL_MAIL_TO or held():
        return
    at = made.at.isoformat("T", "seconds")
    words = {"site": settings.SITE_NAME, "number": made.number, "head": made.head, "at": at}
    text = _(
        "Seal %(number)s of the history of %(site)s, made %(at)s:\n\n%(head)s\n\n"
        "Keep this letter. To prove that nothing before it was changed:\n"
        "manage.py verify_history --head %(head)s\n"
    )
    subject = _("%(site)s: seal %(number)s of the history") % words
    send_mail(subject, text % words, settings.DEFAULT_FROM_EMAIL, settings.SEAL_MAIL_TO)
    trace(Deed.SEALED, what=f"{made} → {', '.join(settings.SEAL_MAIL_TO)}", mailed=signed(f"mailed {made.head}"))


def is_mailed(made: Seal) -> bool:
    """Has a mail server taken its head? The line that says so is signed: nobody else can keep the letter back."""
    proofs = [signed(f"mailed {made.head}", key) for key in settings.SEAL_KEYS]
    return Trace.objects.filter(deed=Deed.SEALED, detail__mailed__in=proofs).exists()


# Verifying


def verify(*, head: str = "", only: Iterable[str] | None = None) -> list[Break]:
    """Where the history differs from what was sealed; nothing where it does not. Reads every sealed row once.

    `head`: a seal with this head must be there; `only`: look at these tables' rows alone.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone = 'UTC'")
        seals = list(Seal.objects.order_by("number"))
        breaks = [*_breaks_of_chain(seals), *_missing(seals, head)]
        names = set(only) if only is not None else None
        ours = [one for one in seals if is_signed(one)]  # what others wrote into a seal may be anything
        for name in sorted({name for one in ours for name in one.blocks}):
            if names is None or name in names:
                breaks += _breaks_of_table(name, ours)
    return breaks


def _breaks_of_chain(seals: list[Seal]) -> Iterator[Break]:
    previous, number = "", 0
    for one in seals:
        if one.number != number + 1:
            yield Break(Seal._meta.db_table, number + 1, one.number - 1, _("these seals are missing"))
        elif one.previous != previous:
            yield Break(Seal._meta.db_table, one.number, one.number, _("it does not follow the one before"))
        if not is_signed(one):
            yield Break(Seal._meta.db_table, one.number, one.number, _("it was not made by this installation"))
        previous, number = one.head, one.number
    if seals and seals[-1].at > timezone.now() + AHEAD:  # one that is followed was made before, by a wrong clock
        yield Break(Seal._meta.db_table, number, number, _("it is dated in the future"))


def _missing(seals: list[Seal], head: str) -> Iterator[Break]:
    heads = {one.head for one in seals}
    lines = _read_beside().splitlines()
    for line in lines:
        if found := LINE.fullmatch(line):
            if found["head"] not in heads:
                number, why = int(found["number"]), _("the seal that the file beside the database names is gone")
                yield Break(Seal._meta.db_table, number, number, why)
        elif not any(other != line and other.startswith(line) for other in lines):  # half of one that came later
            why = _("the file beside the database holds a line that is broken: %(line)s") % {"line": line[:80]}
            yield Break(Seal._meta.db_table, 0, 0, why)
    if head and head not in heads:
        yield Break(Seal._meta.db_table, 0, 0, _("no seal has the head %(head)s") % {"head": head})


def _breaks_of_table(name: str, seals: list[Seal]) -> Iterator[Break]:
    """Block by block: one statement for all blocks that were made of the same columns."""
    table = tables().get(name)
    spans: list[tuple[int, int, int, str, tuple[str, ...]]] = []
    start = -(2**31)
    for one in seals:
        for last, rows, digest in one.blocks.get(name, []):
            spans.append((start, last, rows, digest, tuple(one.columns.get(name, ()))))
            start = last
    if table is None:
        yield Break(name, 0, 0, _("the table is gone"))
        return
    there = set(_columns(table))
    for columns in dict.fromkeys(span[4] for span in spans):
        if gone := sorted(set(columns) - there):
            yield Break(name, 0, 0, _("columns are gone: %(columns)s") % {"columns": ", ".join(gone)})
            continue
        own = [span for span in spans if span[4] == columns]
        found = _digests(table, list(columns), own)
        for begin, last, rows, digest, _columns_of_it in own:
            counted, computed = found.get(last, (0, ""))
            if computed != digest:
                why = _("%(n)s rows of %(of)s") % {"n": counted, "of": rows} if counted != rows else _("changed")
                yield Break(name, max(begin + 1, 1), last, why)


def _digests(table: Table, columns: list[str], spans: list[Any]) -> dict[int, tuple[int, str]]:
    bounds = sorted({span[0] for span in spans} | {span[1] for span in spans})
    ends = {span[1] for span in spans}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT block, count(*), encode(sha256(string_agg(hash, ''::bytea ORDER BY {table.key})), 'hex')"  # noqa: S608 - ours
            f" FROM (SELECT {table.key}, hash, width_bucket({table.key} - 1, %(bounds)s::bigint[]) AS block"
            f" FROM ({_rows(table, columns)}) found) numbered GROUP BY block",
            {"start": bounds[0], "end": bounds[-1], "bounds": bounds},
        )
        found = {bounds[block]: (count, digest) for block, count, digest in cursor.fetchall() if block < len(bounds)}
    return {end: value for end, value in found.items() if end in ends}
