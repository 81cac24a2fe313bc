"""Agreements, visits and follow-ups by what they and their papers say: ranked among the latest that answer.

Ranking every hit of a common word costs more than the whole page; the best of the latest `RANKED` are found quickly.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchRank
from django.db.models import Case, DecimalField, F, Func, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models import Count as CountOf
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agreements.lists import rows as rows_of_agreements
from agreements.models import Agreement
from agreements.models.querysets import KINDS_BY_WORD
from dashboards.finding.hits import BODY, MEANT, SHOWN, TITLE, Found, Group, Hit
from dashboards.finding.patterns import pattern_of, says
from documents.finding import MANY, TOO_MANY, papers_saying
from followups.lists import rows as rows_of_follow_ups
from followups.models import Milestone
from pages.paging import Count, Row
from records.asking import LEVELS, NAMING, PHRASES_OF, Asked, Unit, asked
from regions.lookups import ORGANISATIONS, REGIONS
from regions.models import Region
from visits.lists import rows as rows_of_visits
from visits.models import Visit

RANKED = 500
MOST_NAMED = 200  # organisations that are called so

Papers = dict[str, dict[int, list[int]]]  # kind -> key of the record -> keys of its papers that answer


@dataclass(frozen=True)
class Register:
    """A kind of record that has papers. `spoken`: lines of synonyms that say that this kind is meant."""

    kind: str
    model: type[Any]
    list_name: str
    icon: str
    latest: tuple[Any, ...]
    rows: Callable[[Any, Any], Any]
    spoken: frozenset[str]
    asked_with: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        return {"agreements": _("Agreements"), "visits": _("Visits"), "follow-ups": _("Follow-ups")}[self.kind]

    @property
    def label(self) -> str:
        return {
            "agreements": _("Agreement"),
            "visits": _("Visit"),
            "follow-ups": pgettext("kind of milestone", "Follow-up"),
        }[self.kind]

    @property
    def all_words(self) -> str:
        return {
            "agreements": _("All %(n)s agreements"),
            "visits": _("All %(n)s visits"),
            "follow-ups": _("All %(n)s follow-ups"),
        }[self.kind]

    def question(self, text: str) -> Asked:
        return asked(text, self.model.called)

    def saying(self, text: str, user: Any, papers: Papers) -> QuerySet[Any]:
        """As the list of the register counts them."""
        found: Any = self.model.objects.visible_to(user)
        if self.model is Visit:
            found = found.evidenced()
        read = papers[self.kind]
        keys = read.keys() if sum(map(len, read.values())) <= MANY else TOO_MANY
        answer: QuerySet[Any] = found.saying(text, user, keys)
        return answer


REGISTERS = (
    Register(
        "agreements", Agreement, "agreements:list", "handshake",
        (F("last_active_on").desc(nulls_last=True), "-pk"), rows_of_agreements,
        frozenset({*KINDS_BY_WORD, "agreement", "kerja sama", "perpanjangan", "signing"}),
    ),
    Register(
        "visits", Visit, "visits:list", "footprints",
        (F("starts_on").desc(nulls_last=True), "-pk"), rows_of_visits,
        frozenset({
            "kunjungan", "kunjungan kerja", "studi tiru", "studi banding", "penjajakan", "courtesy call",
            "kunjungan balasan", "bimbingan teknis", "rapat koordinasi", "misi dagang", "delegasi",
        }),
    ),
    Register(
        "follow-ups", Milestone, "followups:list", "list-checks",
        ("-pk",), rows_of_follow_ups,
        frozenset({"tindak lanjut", "tenggat"}), (("state", "all"),),
    ),
)  # fmt: skip


def papers(text: str, user: Any) -> Papers:
    """The papers that answer and that the user may read. One query for all registers."""
    found: Papers = {register.kind: {} for register in REGISTERS}
    arms = []
    for register in REGISTERS:
        said = papers_saying(register.model, register.question(text).query, user).annotate(of_kind=Value(register.kind))
        arms.append(said.values_list("of_kind", said.model.of, "pk")[: MANY + 1])
    for kind, record, paper in arms[0].union(*arms[1:], all=True):
        found[kind].setdefault(record, []).append(paper)
    return found


def registered(register: Register, text: str, user: Any, papers: Papers) -> Found:
    """The best of those that answer; if more answer than are ranked, with the query that counts them. One query."""
    found = register.saying(text, user, papers)
    question = register.question(text)
    chosen = _ranked(register, found, text, question)[: SHOWN + 1]
    rows = list(register.rows(_for_list(chosen), user))
    if not rows:
        return None, None
    total = rows[0]["total"]
    meant = MEANT if asked(text).names & register.spoken else 0
    hits = [_hit(register, row, question.units, meant) for row in rows[:SHOWN]]
    parameters = [("q", text), *register.asked_with]
    group = Group(
        kind=register.kind,
        title=register.title,
        icon=register.icon,
        hits=hits,
        total=Count(total),
        list_url=f"{reverse(register.list_name)}?{urlencode(parameters)}",
        all_words=register.all_words,
    )
    return group, found if total >= RANKED else None


def _ranked(register: Register, found: QuerySet[Any], text: str, question: Asked) -> QuerySet[Any]:
    """First those whose title or parties hold most of what was asked, then those that say it most, then the latest."""
    latest = found.order_by(*register.latest)[:RANKED]
    named = reduce(add, [_is_named(register, unit) for unit in _telling(question.units)], Value(0))
    if len(question.units) > 1:
        named += _is_named_so(text)
    said_most = SearchRank(F("words"), question.query)
    ranked: QuerySet[Any] = register.model.objects.filter(pk__in=latest.values("pk")).annotate(
        named=named,
        spoken=Func(said_most, template="round((%(expressions)s)::numeric, 1)", output_field=DecimalField()),
        total=Window(CountOf("pk")),
    )
    return ranked.order_by("-named", "-spoken", *register.latest)


def _telling(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Without “Kota”, which tells nothing by itself."""
    return tuple(unit for unit in units if unit.name not in LEVELS) or units


def _is_named(register: Register, unit: Unit) -> Any:
    """1 where the title, the parties or the kind say it. Words that no name is made of are not looked for in names."""
    pattern = rf"\m(?:{pattern_of(unit)})"
    says_so = Q(title__iregex=pattern)
    if unit.name in register.spoken and register.model is not Agreement:
        return Value(1)
    if register.model is Agreement and unit.name in KINDS_BY_WORD:
        says_so |= Q(kind=KINDS_BY_WORD[unit.name])
    if not unit.name or unit.name in NAMING:
        says_so |= Q(region_ids__overlap=ArraySubquery(_regions_called(unit).values("pk")))
        if len("".join(unit.typed)) > 2:
            called = ORGANISATIONS.holding(" ".join(unit.typed)).order_by().values("pk")[:MOST_NAMED]
            says_so |= Q(organisation_ids__overlap=ArraySubquery(called))
    return Case(When(says_so, then=Value(1)), default=Value(0), output_field=IntegerField())


def _regions_called(unit: Unit) -> QuerySet[Region]:
    phrases = PHRASES_OF.get(unit.name, (unit.typed,))
    called = Q()
    for words in (" ".join(phrase) for phrase in phrases):
        begun = rf"\m{re.escape(words)}"
        for name in ("name_id", "name_en"):
            called |= Q((f"{name}__icontains", words), (f"{name}__iregex", begun))
    return Region.objects.order_by().filter(called)


def _is_named_so(text: str) -> Any:
    """1 where the title holds all of it side by side, or a region of the parties is called so: “Kota Malang”."""
    regions = Region.objects.order_by().filter(REGIONS.whole(REGIONS.normalise(text)))
    says_so = Q(title__icontains=text) | Q(region_ids__overlap=ArraySubquery(regions.values("pk")))
    return Case(When(says_so, then=Value(1)), default=Value(0), output_field=IntegerField())


def _for_list(chosen: Any) -> Any:
    asked_for = ("named", "total")
    return chosen.for_list(None, *asked_for) if chosen.model is Agreement else chosen.for_list(*asked_for)


def _hit(register: Register, row: Row, units: tuple[Unit, ...], meant: int) -> Hit:
    name, about = _ABOUT[register.kind](row)
    shown = strip_tags(" ".join([name, *(str(part) for part in about)]))
    return Hit(
        register.kind,
        register.label,
        register.icon,
        row["pk"],
        name,
        row["url"],
        BODY + TITLE * min(1, row["named"] / max(1, len(_telling(units)))) + meant,
        about=[part for part in about if part],
        unsaid=tuple(unit for unit in units if not says(shown, unit)),
    )


def _of_agreement(row: Row) -> tuple[str, list[Any]]:
    when = row["signed"] or row["stage"]
    return row["heading"], [row["state_badge"], row["kind_label"], row["below"], when, row["numbers"]]


def _of_visit(row: Row) -> tuple[str, list[Any]]:
    name = row["heading"] if row["title"] else f"{row['heading']} → {row['host']}"
    to = row["host"] if row["title"] else ""
    return name, [row["date"], row["status_badge"], row["direction_mark"], row["below"], to]


def _of_follow_up(row: Row) -> tuple[str, list[Any]]:
    due = _("due %(day)s") % {"day": row["due"]} if row["due"] else ""
    return row["heading"], [row["state_badge"], due, row["who"], row["below"]]


_ABOUT: dict[str, Callable[[Row], tuple[str, list[Any]]]] = {
    "agreements": _of_agreement,
    "visits": _of_visit,
    "follow-ups": _of_follow_up,
}
