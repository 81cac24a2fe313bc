"""Planning: which reminders have come due, for whom, and which letters carry them.

Set-based, and safe to run any number of times, in parallel, after any outage: what is promised already is not promised
again, because its key is unique. Nothing is found by the equality of dates: of the days of a rule that have come within
the last `CATCH_UP_DAYS` the last one counts, so a day without service is caught up by one reminder, not by several. The
day is that of the recipient, in their own time zone; what falls on a free day is told on the working day before
(`notices.CalendarDay`).

One transaction:

1. `PROMISES`: rules x milestones x people, assignments, comments and snoozes that have run out -> `Reminder` rows
2. one DIGEST notice for each person and local working day, one AT_ONCE notice for what cannot wait
3. reminders are bound to their notice while its sending has not begun, and each wanted way gets its delivery
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pghistory
from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from followups.models import OPEN, TOPICS, Basis, MilestoneKind, ReminderRule, Why
from notices.heartbeats import beat
from notices.models import Channel, Topic

CATCH_UP_DAYS = 30
FURTHEST = 32_000  # days after which nothing is repeated any more: a slip of a century must not stop the others
LONGEST_BREAK = 16  # days in a row on which no letter goes out; the longest holidays with joint leave and weekends: 11
LOCK = 7_305_001  # planners take turns: a second one finds nothing to do
# One that hangs lets go of its turn.
LIMITS = "SET LOCAL statement_timeout = '100s'; SET LOCAL idle_in_transaction_session_timeout = '30s'"


@dataclass(frozen=True)
class Promise:
    """What a rule (or an assignment, a comment, a snooze) says today: tell this person of this milestone."""

    milestone_id: int
    recipient_id: int
    why: Why
    rule_id: int | None
    entry_id: int | None
    offset: int
    due_on: dt.date
    topic: Topic
    at_once: bool
    channels: list[str]
    today: dt.date
    zone: str
    digest_at: dt.time


@dataclass(frozen=True)
class Planned:
    """How much one planning has found: reminders, letters, ways of letters."""

    reminders: int = 0
    notices: int = 0
    deliveries: int = 0


def plan() -> Planned:
    """Make what has come due. Does nothing while another process plans."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return Planned()
        cursor.execute(LIMITS)
        made = {statement: _run(cursor, statement) for statement in (REMIND, KEEP_HOURS)}
        # Of what waits for a letter the server guesses one row, since a moment ago there was none: 10 000 x 10 000
        cursor.execute("SET LOCAL enable_nestloop = off")
        made |= {statement: _run(cursor, statement) for statement in (LETTERS, BIND)}
        cursor.execute("SET LOCAL enable_nestloop = on")
        return Planned(reminders=made[REMIND], notices=made[LETTERS], deliveries=_run(cursor, WAYS))


def derive() -> None:
    """Bring the milestones that follow the data up to the day, for all agreements: days pass by themselves.

    With a context for the history: without one each of its rows costs a failed subtransaction, which with many rows
    waiting for their triggers is quadratic (measured: of 10 000 agreements not done after 6 minutes).
    """
    context = pghistory.context(url="followups.planning.derive")
    with context, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("WITH done AS MATERIALIZED (SELECT followups_derive(NULL)) TABLE done")  # SELECT gets no context
    beat("deriver")


def derive_hourly() -> None:
    """The same, unless it was done within the hour: asked of the database, so that a lost tick loses nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM notices_heartbeat WHERE name = 'deriver'"
            " AND at > notices_now() - interval '1 hour' AND at <= notices_now()"
        )
        lately = cursor.fetchone()
    if lately is None:
        derive()


def promises(
    on: dt.date | None = None,
    *,
    rules: Iterable[dict[str, Any]] | None = None,
    milestone: int | None = None,
    fresh: bool = True,
) -> list[Promise]:
    """What planning would promise on a day that has not come yet, in everybody's own zone; nothing is written.

    `rules` take the place of the stored ones: dicts as of `as_row`. `fresh=False` also tells what is promised already.
    """
    with _cursor() as cursor:
        cursor.execute(
            f"{_promises(stored=rules is None)} SELECT * FROM promise"  # noqa: S608 -- fixed text
            + (" WHERE NOT known" if fresh else "")
            + " ORDER BY recipient_id, milestone_id, rule_id",
            _parameters() | {"on": on, "rules": json.dumps(list(rules or [])), "only": milestone},
        )
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    fields = Promise.__dataclass_fields__
    return [Promise(**{k: v for k, v in row.items() if k in fields} | {"why": Why(row["why"])}) for row in rows]


def preview(rule: ReminderRule, on: dt.date, *, people: Iterable[int] | None = None) -> list[Promise]:
    """“On this day the rule would write to these people”: also of a rule as it stands in a form, not saved."""
    return [p for p in promises(on, rules=[as_row(rule, people)]) if p.why == Why.RULE]


def as_row(rule: ReminderRule, people: Iterable[int] | None = None) -> dict[str, Any]:
    """A rule as planning reads it; `people` where they are not stored yet."""
    known = list(people) if people is not None else list(rule.people.values_list("pk", flat=True)) if rule.pk else []
    return {
        "id": rule.pk or 0, "kinds": rule.kinds, "region_id": rule.region_id, "basis": rule.basis, "days": rule.days,
        "every_days": rule.every_days, "audience": rule.audience, "people": known, "channels": rule.channels,
        "at_once": rule.at_once, "escalates": rule.escalates,
    }  # fmt: skip


@contextmanager
def _cursor() -> Iterator[Any]:
    with connection.cursor() as cursor:
        yield cursor


def _run(cursor: Any, statement: str) -> int:
    cursor.execute(statement, _parameters() | {"on": None, "rules": "[]", "only": None})
    return int(max(cursor.rowcount, 0))


def _parameters() -> dict[str, Any]:
    """The host and salt of Message-IDs, the zone of who has none."""
    return {
        "zone": settings.TIME_ZONE,
        "salt": salted_hmac("notices.message_id", "").hexdigest(),
        "host": settings.MESSAGE_ID_HOST,
        "window": CATCH_UP_DAYS,
        "slack": LONGEST_BREAK,
        "furthest": FURTHEST,
    }


def _topics() -> str:
    cases = " ".join(f"WHEN '{kind}' THEN '{TOPICS[kind]}'" for kind in MilestoneKind.values)
    return f"CASE m.kind {cases} END"


OPEN_NOW = "m.status IN ({})".format(", ".join(f"'{status}'" for status in OPEN))
LATELY = "notices_now() - make_interval(days => %(window)s)"  # each asked for by itself, so that its index serves
BY_ALL_WAYS = f"ARRAY['{Channel.EMAIL}', '{Channel.WEBHOOK}']"
FITS = """(r.kinds = '{}' OR m.kind = ANY (r.kinds)) AND (r.region_id IS NULL OR r.region_id = m.owner_id)
        AND CASE WHEN r.agreement_id IS NOT NULL THEN m.agreement_id = r.agreement_id
            ELSE m.agreement_id IS NULL OR NOT EXISTS (SELECT 1 FROM followups_ruleoverride v
                WHERE v.rule_id = r.id AND v.agreement_id = m.agreement_id) END
        AND (%(only)s::bigint IS NULL OR m.id = %(only)s)"""
STORED = """
    SELECT id, kinds, region_id, basis, days, every_days, audience, channels, at_once, escalates,
        ARRAY(SELECT user_id FROM followups_reminderrule_people WHERE reminderrule_id = x.id)::bigint[] AS people
    FROM followups_reminderrule x WHERE is_active AND %(rules)s::text IS NOT NULL"""
GIVEN = """
    SELECT id, kinds, region_id, basis, days, every_days, audience, channels, at_once, escalates, people
    FROM jsonb_to_recordset(%(rules)s::jsonb) AS x(id bigint, kinds text[], region_id bigint, basis text,
        days smallint[], every_days int, audience text, channels text[], at_once boolean, escalates boolean,
        people bigint[])"""


def _dated(basis: str, day: str) -> str:
    """Days of rules that may have come: those that are stated, and those that repeat after the last of them.

    OFFSET 0 keeps the server to one look into the index for each day of a rule; else it reads all that is open. So does
    a lower bound, far back as it lies: with it the server takes a range for narrow whose ends it does not know.
    """
    fits = f"{OPEN_NOW} AND {FITS} AND r.basis = '{basis}'" + (" AND m.due_on IS NULL" if basis == Basis.SINCE else "")
    found = f"SELECT m.id, {day} AS day FROM followups_milestone m WHERE {fits}"  # noqa: S608 -- fixed text
    return f"""
    SELECT m.id AS milestone_id, r.id AS rule_id, r.agreement_id, o.days AS "offset", m.day AS due_on
    FROM timetable r CROSS JOIN LATERAL unnest(r.days) AS o(days) CROSS JOIN clock c
    CROSS JOIN LATERAL ({found} AND {day} >= c.first - o.days AND {day} <= c.last - o.days OFFSET 0) m
    UNION ALL
    SELECT m.id, r.id, r.agreement_id, r.latest + k * r.every_days, m.day
    FROM timetable r CROSS JOIN clock c
    CROSS JOIN LATERAL ({found} AND {day} > c.last - %(furthest)s
        AND {day} <= c.last - r.latest - r.every_days OFFSET 0) m
    CROSS JOIN LATERAL generate_series(GREATEST(1, (c.first - m.day - r.latest) / r.every_days),
        (c.last - m.day - r.latest) / r.every_days) AS k
    WHERE r.every_days IS NOT NULL"""  # noqa: S608 -- fixed text


def _promises(*, stored: bool) -> str:
    """The question of planning, as a chain of WITH; `promise` is its answer, `known` what was promised before."""
    return f"""
WITH people AS MATERIALIZED (
    SELECT a.user_id, a.zone, a.digest_at, COALESCE(%(on)s::date, a.today) AS today
    FROM notices_addressees(%(zone)s) a
), clock AS (
    SELECT d.day - %(window)s - 2 AS first, d.day + %(slack)s AS last, d.day
    FROM (SELECT COALESCE(%(on)s::date, (notices_now() AT TIME ZONE 'UTC')::date) AS day) d
), rules AS MATERIALIZED ({STORED if stored else GIVEN}
), timetable AS MATERIALIZED (
    SELECT r.*, NULL::bigint AS agreement_id, (SELECT max(x) FROM unnest(r.days) x)::int AS latest FROM rules r
    UNION ALL
    SELECT r.id, r.kinds, r.region_id, r.basis, v.days, r.every_days, r.audience, r.channels, r.at_once, r.escalates,
        r.people, v.agreement_id, (SELECT max(x) FROM unnest(v.days) x)::int
    FROM rules r JOIN followups_ruleoverride v ON v.rule_id = r.id WHERE v.days <> '{{}}'
), come AS MATERIALIZED (
    SELECT d.milestone_id, d.rule_id, d."offset", d.due_on, COALESCE(w.send_on, d.due_on + d."offset") AS send_on
    FROM ({_dated("DUE", "m.due_on")}
    UNION ALL {_dated("SINCE", "m.since")}) d
    CROSS JOIN clock c
    LEFT JOIN notices_calendarday w ON w.day = d.due_on + d."offset"
    WHERE COALESCE(w.send_on, d.due_on + d."offset") BETWEEN c.day - %(window)s - 1 AND c.day + 1
), told AS MATERIALIZED (
    SELECT c.milestone_id, c.rule_id, a.user_id
    FROM (SELECT DISTINCT milestone_id, rule_id FROM come) c JOIN rules r ON r.id = c.rule_id
    CROSS JOIN LATERAL (SELECT DISTINCT f AS user_id FROM followups_audience(c.milestone_id, r.audience, r.people) f) a
), by_rule AS (
    SELECT DISTINCT ON (c.milestone_id, c.rule_id, t.user_id) c.milestone_id, t.user_id, 'RULE' AS why, c.rule_id,
        NULL::bigint AS entry_id, c."offset", c.due_on,
        CASE WHEN r.escalates THEN 'ESCALATED' ELSE {_topics()} END AS topic, r.at_once, r.channels
    FROM come c
    JOIN told t ON t.milestone_id = c.milestone_id AND t.rule_id = c.rule_id
    JOIN people p ON p.user_id = t.user_id
    JOIN rules r ON r.id = c.rule_id
    JOIN followups_milestone m ON m.id = c.milestone_id
    WHERE c.send_on <= p.today AND c.send_on > p.today - %(window)s
    ORDER BY c.milestone_id, c.rule_id, t.user_id, c."offset" DESC
), opened AS MATERIALIZED (
    SELECT m.id FROM followups_milestone m WHERE m.opened_at > {LATELY} AND {OPEN_NOW}
), given_parts AS (
    SELECT id FROM followups_part WHERE done_on IS NULL AND given_at > {LATELY}
    UNION SELECT p.id FROM opened n JOIN followups_part p ON p.milestone_id = n.id AND p.done_on IS NULL
), given_people AS (
    SELECT id FROM followups_assignee WHERE given_at > {LATELY}
    UNION SELECT a.id FROM opened n JOIN followups_assignee a ON a.milestone_id = n.id
), given AS (
    SELECT p.milestone_id, COALESCE(x.user_id, o.user_id) AS user_id, p.given_at, p.given_by_id
    FROM given_parts n
    JOIN followups_part p ON p.id = n.id
    LEFT JOIN LATERAL (SELECT f AS user_id FROM followups_workers(p.unit_id) f) x ON true
    LEFT JOIN LATERAL (SELECT f AS user_id FROM followups_officers(p.region_id) f WHERE x.user_id IS NULL) o ON true
    WHERE NOT EXISTS (SELECT 1 FROM followups_assignee a WHERE a.milestone_id = p.milestone_id)
    UNION ALL
    SELECT a.milestone_id, a.user_id, a.given_at, a.given_by_id
    FROM given_people n JOIN followups_assignee a ON a.id = n.id
), handed AS (
    SELECT m.id, g.user_id, max(GREATEST(g.given_at, m.opened_at)) AS at
    FROM given g JOIN followups_milestone m ON m.id = g.milestone_id
    WHERE {OPEN_NOW} AND (m.origin IN ('PERSON', 'OUTCOME') OR g.given_by_id IS NOT NULL) AND g.user_id IS NOT NULL
        AND g.user_id IS DISTINCT FROM g.given_by_id
        AND NOT (g.given_by_id IS NULL AND g.user_id IS NOT DISTINCT FROM m.created_by_id)
        AND (%(only)s::bigint IS NULL OR m.id = %(only)s)
    GROUP BY m.id, g.user_id
), by_hand AS (  -- given back on the same day it is told again: the entry is that by which it had gone to others
    SELECT h.id, h.user_id, 'ASSIGNED', NULL::bigint, (
            SELECT max(e.id) FROM followups_milestoneentry e WHERE e.milestone_id = h.id AND e.deed = 'REASSIGNED'
                AND e.at < h.at AND e.at >= date_trunc('day', h.at, 'UTC')),
        0, (h.at AT TIME ZONE 'UTC')::date, 'ASSIGNED', true, {BY_ALL_WAYS}
    FROM handed h
), commented AS (
    SELECT m.id, w.user_id, 'COMMENT', NULL::bigint, e.id, 0, (e.at AT TIME ZONE 'UTC')::date, {_topics()}, false,
        {BY_ALL_WAYS}
    FROM followups_milestoneentry e JOIN followups_milestone m ON m.id = e.milestone_id
    CROSS JOIN LATERAL (
        SELECT f AS user_id FROM followups_responsible(m.id) f
        UNION SELECT by_id FROM followups_milestoneentry x WHERE x.milestone_id = m.id AND x.by_id IS NOT NULL
        UNION SELECT created_by_id FROM followups_milestone x WHERE x.id = m.id AND x.created_by_id IS NOT NULL
    ) w
    WHERE e.deed = 'COMMENTED' AND e.at > {LATELY} AND {OPEN_NOW} AND w.user_id IS DISTINCT FROM e.by_id
        AND followups_is_seen_by(w.user_id, m.region_ids, m.organisation_ids, m.user_ids)
        AND (%(only)s::bigint IS NULL OR m.id = %(only)s)
), woken AS (
    SELECT m.id, s.user_id, 'SNOOZED', NULL::bigint, NULL::bigint, 0, s.until, {_topics()}, false, {BY_ALL_WAYS}
    FROM people p JOIN followups_snooze s ON s.user_id = p.user_id
        AND s.until <= p.today AND s.until > p.today - %(window)s
    JOIN followups_milestone m ON m.id = s.milestone_id
    WHERE {OPEN_NOW} AND followups_is_seen_by(s.user_id, m.region_ids, m.organisation_ids, m.user_ids)
        AND (%(only)s::bigint IS NULL OR m.id = %(only)s)
), promise AS (
    SELECT x.milestone_id, x.user_id AS recipient_id, x.why, x.rule_id, x.entry_id, x."offset", x.due_on, x.topic,
        x.at_once, ARRAY(SELECT c FROM unnest(x.channels) c WHERE NOT EXISTS (
            SELECT 1 FROM notices_optout o WHERE o.user_id = x.user_id AND o.topic = x.topic AND o.channel = c)
            AND (c <> 'WEBHOOK' OR EXISTS (SELECT 1 FROM notices_preference f
                WHERE f.user_id = x.user_id AND f.gateway_address <> ''))) AS channels,
        p.today, p.zone, p.digest_at,
        EXISTS (SELECT 1 FROM followups_reminder k WHERE k.milestone_id = x.milestone_id
            AND k.recipient_id = x.user_id AND k.why = x.why AND k.rule_id IS NOT DISTINCT FROM x.rule_id
            AND k."offset" = x."offset" AND k.due_on = x.due_on AND k.entry_id IS NOT DISTINCT FROM x.entry_id
        ) AS known
    FROM (SELECT * FROM by_rule UNION ALL SELECT * FROM by_hand UNION ALL SELECT * FROM commented
        UNION ALL SELECT * FROM woken) x
    JOIN people p ON p.user_id = x.user_id
    WHERE NOT EXISTS (SELECT 1 FROM followups_snooze s
        WHERE s.milestone_id = x.milestone_id AND s.user_id = x.user_id AND s.until > p.today)
)"""  # noqa: S608 -- fixed text


REMIND = f"""{_promises(stored=True)}
INSERT INTO followups_reminder (milestone_id, recipient_id, why, rule_id, entry_id, "offset", due_on, topic, channels,
    at_once, told_on, planned_at)
SELECT milestone_id, recipient_id, why, rule_id, entry_id, "offset", due_on, topic, channels, at_once, today,
    notices_now()
FROM promise WHERE NOT known
ORDER BY recipient_id, milestone_id, rule_id, why, "offset", due_on, entry_id
ON CONFLICT ON CONSTRAINT reminder_is_promised_once DO NOTHING"""  # noqa: S608 -- fixed text

# Somebody moved, or wants the digest at another hour: what has not begun to be sent goes by the new one.
KEEP_HOURS = """
WITH moved AS (
    UPDATE notices_notice n SET time_zone = p.zone, send_at = (n.on + p.digest_at) AT TIME ZONE p.zone
    FROM notices_addressees(%(zone)s) p
    WHERE p.user_id = n.recipient_id AND n.frozen_at IS NULL AND n.kind = 'DIGEST'
        AND n.send_at <> (n.on + p.digest_at) AT TIME ZONE p.zone
    RETURNING n.id, n.send_at
)
UPDATE notices_delivery d SET next_try_at = m.send_at
FROM moved m WHERE d.notice_id = m.id AND d.state = 'PENDING' AND d.attempts = 0"""

# The digest of a person's day: today's while it has not gone and today is a working day, else of the next working day.
WAITING = """
WITH people AS MATERIALIZED (
    SELECT * FROM notices_addressees(%(zone)s) WHERE user_id IN (
        SELECT recipient_id FROM followups_reminder WHERE notice_id IS NULL AND channels <> '{}')
), waiting AS MATERIALIZED (
    SELECT r.id, r.recipient_id, r.at_once, r.why, p.zone, p.digest_at, p.today,
        concat_ws(':', r.milestone_id, r.why, COALESCE(r.rule_id, 0), r."offset", r.due_on, COALESCE(r.entry_id, 0))
            AS key
    FROM followups_reminder r JOIN people p ON p.user_id = r.recipient_id
    WHERE r.notice_id IS NULL AND r.channels <> '{}'
), days AS (
    SELECT w.recipient_id, w.zone, w.digest_at, w.today, CASE
        WHEN notices_send_on(w.today) = w.today AND NOT EXISTS (SELECT 1 FROM notices_notice n
            WHERE n.recipient_id = w.recipient_id AND n.kind = 'DIGEST' AND n.occasion = w.today::text
                AND n.frozen_at IS NOT NULL) THEN w.today
        ELSE notices_next_working_day(w.today) END AS "on"
    FROM (SELECT DISTINCT recipient_id, zone, digest_at, today FROM waiting) w
), letters AS (
    SELECT DISTINCT w.recipient_id, 'DIGEST' AS kind, d.on::text AS occasion, d.on, w.zone,
        (d.on + w.digest_at) AT TIME ZONE w.zone AS send_at, NULL::text AS why
    FROM waiting w JOIN days d ON d.recipient_id = w.recipient_id WHERE NOT w.at_once
    UNION ALL
    SELECT w.recipient_id, 'AT_ONCE', min(w.key), CASE w.why WHEN 'RULE' THEN d.on ELSE w.today END, w.zone,
        CASE w.why WHEN 'RULE' THEN (d.on + w.digest_at) AT TIME ZONE w.zone ELSE notices_now() END, w.why
    FROM waiting w JOIN days d ON d.recipient_id = w.recipient_id WHERE w.at_once
    GROUP BY w.recipient_id, w.why, w.today, d.on, w.zone, w.digest_at
)"""
LETTERS = f"""{WAITING}
INSERT INTO notices_notice (recipient_id, kind, occasion, "on", time_zone, send_at, created_at)
SELECT recipient_id, kind, occasion, "on", zone, send_at, notices_now() FROM letters
ORDER BY recipient_id, kind, occasion
ON CONFLICT ON CONSTRAINT notice_is_unique DO NOTHING"""  # noqa: S608 -- fixed text
BIND = f"""{WAITING}, open AS MATERIALIZED (
    SELECT n.id, n.recipient_id, n.kind, l.why FROM notices_notice n
    JOIN letters l ON l.recipient_id = n.recipient_id AND l.kind = n.kind AND l.occasion = n.occasion
    WHERE n.frozen_at IS NULL ORDER BY n.id FOR UPDATE OF n
)
UPDATE followups_reminder r SET notice_id = o.id FROM waiting w, open o
WHERE r.id = w.id AND r.notice_id IS NULL AND r.channels <> '{{}}' AND o.recipient_id = w.recipient_id
    AND CASE WHEN w.at_once THEN o.kind = 'AT_ONCE' AND o.why = w.why ELSE o.kind = 'DIGEST' END"""  # noqa: S608
WAYS = """
INSERT INTO notices_delivery (notice_id, channel, state, next_try_at, attempts, unknowns, message_id, address, subject,
    body, reply, error)
SELECT n.id, c.channel, 'PENDING', n.send_at, 0, 0,
    notices_message_id(%(salt)s, n.recipient_id, n.kind, n.occasion, c.channel, %(host)s), '', '', '', '', ''
FROM notices_notice n
JOIN LATERAL (
    SELECT DISTINCT unnest(r.channels) AS channel FROM followups_reminder r WHERE r.notice_id = n.id) c ON true
WHERE n.frozen_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM notices_delivery d WHERE d.notice_id = n.id AND d.channel = c.channel)
ORDER BY n.id, c.channel
ON CONFLICT DO NOTHING"""
