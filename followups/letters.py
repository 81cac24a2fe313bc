"""What the letters about follow-ups say: the daily digest, and what could not wait.

Asked when the sending of a letter starts (`settings.NOTICE_WRITERS`), in the language of its recipient. Only what is
still true is told: open, with the same due day, still for this person to see and to do, not switched off, not snoozed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Value
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from followups.models import OPEN, Milestone, MilestoneStatus, Why
from followups.telling import due_in_words
from notices.letters import Letter, link
from notices.models import Notice
from pages.moulds import Mould, below_each_other
from records import prepared

TEXT, HTML = Mould("followups/letter.txt", plain=True), Mould("followups/letter.html")
LINE_TEXT, LINE_HTML = Mould("followups/_letter_line.txt", plain=True), Mould("followups/_letter_line.html")

MANY = 40  # lines; what is beyond them is counted, and one click away

# One query: the reminders of a notice that still hold, with what a line says. Every join costs each letter: the server
# plans it anew each time.
STILL_TRUE = """
SELECT m.id, m.kind, m.title, m.due_on, m.due_precision, m.due_as_stated, m.since, m.priority, m.requested_by,
    r.why, r.topic, COALESCE(u.escalates, false) AS escalates, e.text AS comment, w.name AS writer, a.today,
    m.status, COALESCE((
        SELECT string_agg(x.side || CASE WHEN x.done THEN ' ✓' ELSE '' END, '; ' ORDER BY x.position, x.id) FROM (
            SELECT p.id, p.position, p.done_on IS NOT NULL AS done, concat_ws(', ', CASE WHEN %(english)s
                    THEN COALESCE(NULLIF(o.short_name, ''), NULLIF(o.name_en, ''), o.name_id)
                    ELSE COALESCE(NULLIF(o.short_name, ''), o.name_id) END,
                CASE WHEN o.id IS NULL OR count(*) OVER () > 1 THEN CASE WHEN %(english)s
                    THEN COALESCE(NULLIF(g.name_en, ''), g.name_id) ELSE g.name_id END END) AS side
            FROM followups_part p LEFT JOIN regions_organisation o ON o.id = p.unit_id
            LEFT JOIN regions_region g ON g.id = p.region_id WHERE p.milestone_id = m.id) x), '') AS responsible
FROM followups_reminder r
JOIN followups_milestone m ON m.id = r.milestone_id
CROSS JOIN (SELECT (notices_now() AT TIME ZONE %(zone)s)::date AS today) a
LEFT JOIN followups_reminderrule u ON u.id = r.rule_id
LEFT JOIN followups_milestoneentry e ON e.id = r.entry_id
LEFT JOIN accounts_user w ON w.id = e.by_id
WHERE r.notice_id = %(notice)s AND %(channel)s = ANY (r.channels) AND m.status = ANY (%(open)s)
    AND followups_is_seen_by(r.recipient_id, m.region_ids, m.organisation_ids, m.user_ids)
    AND NOT EXISTS (SELECT 1 FROM notices_optout x
        WHERE x.user_id = r.recipient_id AND x.topic = r.topic AND x.channel = %(channel)s)
    AND NOT EXISTS (SELECT 1 FROM followups_snooze s
        WHERE s.milestone_id = m.id AND s.user_id = r.recipient_id AND s.until > a.today)
    AND CASE r.why
        WHEN 'RULE' THEN u.is_active AND (u.kinds = '{}' OR m.kind = ANY (u.kinds))
            AND (u.region_id IS NULL OR u.region_id = m.owner_id)
            AND EXISTS (SELECT 1 FROM (SELECT COALESCE((SELECT v.days FROM followups_ruleoverride v
                    WHERE v.rule_id = u.id AND v.agreement_id = m.agreement_id), u.days) AS days) d
                WHERE r."offset" = ANY (d.days) OR (SELECT r."offset" > max(x)
                    AND mod(r."offset" - max(x), u.every_days) = 0 FROM unnest(d.days) x))
            AND CASE u.basis WHEN 'DUE' THEN m.due_on = r.due_on ELSE m.due_on IS NULL AND m.since = r.due_on END
            AND r.recipient_id IN (SELECT f FROM followups_audience(m.id, u.audience, ARRAY(
                SELECT user_id FROM followups_reminderrule_people WHERE reminderrule_id = u.id)::bigint[]) f)
        WHEN 'ASSIGNED' THEN r.recipient_id IN (SELECT f FROM followups_responsible(m.id) f)
        ELSE true END
ORDER BY m.due_on NULLS LAST, m.id, r.id
"""


COLUMNS = (
    *("id", "kind", "title", "due_on", "due_precision", "due_as_stated", "since", "priority", "requested_by"),
    *("why", "topic", "escalates", "comment", "writer", "today", "status", "responsible"),
)


@dataclass
class Line:
    """One milestone in a letter, with all the reasons for which it stands there."""

    pk: int
    heading: str
    due: str
    late: int
    responsible: str
    requested_by: str
    since: dt.date
    blocked: bool
    news: list[str] = field(default_factory=list)
    topics: set[str] = field(default_factory=set)

    def words(self) -> dict[str, str]:
        """What the two moulds of a line are filled with, but for the news."""
        return {
            "heading": self.heading,
            "due": self.due,
            "late": _late(get_language(), self.late) if self.late else "",
            "since": "" if self.due else due_in_words(self.since),
            "blocked": _("Blocked") if self.blocked else "",
            "responsible": self.responsible,
            "requested_by": self.requested_by,
            "url": link("followups:detail", self.pk),
            "done_url": link("followups:done", self.pk),
        }


@lru_cache(maxsize=2_000)
def _late(_language: str | None, days: int) -> str:
    return ngettext("%(n)s day overdue", "%(n)s days overdue", days) % {"n": days}


def digest(notice: Notice, channel: str) -> Letter | None:
    """The day's letter; None when nothing of it holds any more."""
    lines = _lines(notice, channel)
    if not lines:
        return None
    return _letter(_counted(lines), _("This is to be done, as of today."), lines)


def _counted(lines: list[Line]) -> str:
    """“2 overdue, 1 follow-up coming up”; of one also which."""
    late = sum(1 for line in lines if line.late)
    due = len(lines) - late
    parts = [
        ngettext("%(n)s overdue", "%(n)s overdue", late) % {"n": late} if late else "",
        ngettext("%(n)s follow-up coming up", "%(n)s follow-ups coming up", due) % {"n": due} if due else "",
    ]
    subject = ", ".join(part for part in parts if part)
    return f"{subject}: {lines[0].heading}" if len(lines) == 1 else subject


def at_once(notice: Notice, channel: str) -> Letter | None:
    """What could not wait for the digest: given to you, left undone by others, or by a rule with letters of its own."""
    lines = _lines(notice, channel)
    if not lines:
        return None
    n = len(lines)
    if all("ESCALATED" in line.topics for line in lines):
        opening = _("This is overdue.")
        subject = ngettext("%(n)s follow-up is overdue", "%(n)s follow-ups are overdue", n) % {"n": n}
        if n == 1:
            subject = _("Overdue: %(what)s") % {"what": lines[0].heading}
    elif any("ASSIGNED" in line.topics for line in lines):
        opening = _("This was given to you or your unit.")
        subject = ngettext("%(n)s follow-up for you to do", "%(n)s follow-ups for you to do", n) % {"n": n}
        if n == 1:
            subject = _("For you to do: %(what)s") % {"what": lines[0].heading}
    else:
        opening, subject = _("This is to be done, as of today."), _counted(lines)
    return _letter(subject, opening, lines)


def _letter(subject: str, opening: str, lines: list[Line]) -> Letter:
    late = [line for line in lines if line.late][:MANY]
    coming = [line for line in lines if not line.late][:MANY]
    more = len(lines) - len(late) - len(coming)
    words = {
        "opening": opening,
        "more": ngettext("And %(n)s more.", "And %(n)s more.", more) % {"n": more} if more else "",
        "mine": link("followups:mine"),
    }
    topics = sorted({topic for line in lines for topic in line.topics})
    (text_late, html_late), (text_coming, html_coming) = _told(late), _told(coming)
    return Letter(
        subject=subject,
        text=TEXT.fill({**words, "late": text_late, "coming": text_coming}).strip(),
        html=HTML.fill({**words, "late": html_late, "coming": html_coming}),
        unsubscribe_topics=tuple(topics),
    )


def _told(lines: list[Line]) -> tuple[str, SafeString]:
    """The lines one after the other, as text and in HTML."""
    texts, htmls = [], []
    for line in lines:
        words = line.words()
        texts.append(LINE_TEXT.fill({**words, "news": "\n  ".join(line.news)}))
        htmls.append(LINE_HTML.fill({**words, "news": below_each_other(line.news)}))
    return "".join(texts), SafeString("".join(htmls))


def _lines(notice: Notice, channel: str) -> list[Line]:
    """Those that still hold, by due day; one line for each milestone."""
    rows = _rows(notice, channel)
    named = _headings({row["id"] for row in rows if not row["title"]}, notice.recipient_id)
    lines: dict[int, Line] = {}
    for row in rows:
        line = lines.get(row["id"])
        if line is None:
            due, today = row["due_on"], row["today"]
            line = lines[row["id"]] = Line(
                pk=row["id"],
                heading=" ".join((row["title"] or named[row["id"]]).split())[:300],
                due=due_in_words(due, row["due_precision"], row["due_as_stated"]),
                late=(today - due).days if due and due < today else 0,
                responsible=row["responsible"],
                requested_by=row["requested_by"],
                since=row["since"],
                blocked=row["status"] == MilestoneStatus.BLOCKED,
            )
        line.topics.add(row["topic"])
        line.news += _news(row)
    return list(lines.values())


def _headings(unnamed: set[int], reader: int) -> dict[int, str]:
    """Of what was made from the data. As on its page, the agreement is not named to who does not see it."""
    if not unnamed:
        return {}
    no_people = Value([], ArrayField(BigIntegerField()))
    seen = Func(
        Value(reader), F("agreement__region_ids"), F("agreement__organisation_ids"), no_people,
        function="followups_is_seen_by", output_field=BooleanField(),
    )  # fmt: skip
    milestones: list[Any] = list(Milestone.objects.for_names().filter(pk__in=unnamed).annotate(agreement_seen=seen))
    for milestone in milestones:
        if not milestone.agreement_seen:
            milestone.agreement = milestone.indicator = None
    return {milestone.pk: milestone.heading for milestone in milestones}


def _news(row: dict[str, Any]) -> list[str]:
    """Why it stands in the letter, where the day does not say it."""
    if row["why"] == Why.COMMENT:
        words = " ".join((row["comment"] or "").split())[:300]
        return [_("%(who)s wrote: “%(what)s”") % {"who": row["writer"] or _("Somebody"), "what": words}]
    if row["why"] == Why.SNOOZED:
        return [_("You wanted to be reminded today.")]
    return []


def _rows(notice: Notice, channel: str) -> list[dict[str, Any]]:
    english = (get_language() or "").startswith("en")
    asked: dict[str, Any] = {"notice": notice.pk, "channel": channel, "zone": notice.time_zone}
    asked |= {"open": [*OPEN], "english": english}
    return [dict(zip(COLUMNS, row, strict=True)) for row in prepared.ask(STILL_TRUE, asked)]
