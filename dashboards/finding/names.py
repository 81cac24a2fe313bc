"""Regions, organisations and officials by name, code or office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from dashboards.finding.hits import BEGINNING, CODE, GUESS, HELD, MEANT, NAME, OFFICE, SHOWN, WORD, Found, Group, Hit
from dashboards.finding.patterns import says
from pages.lookups import Lookup
from pages.paging import Count
from records.asking import Asked
from regions.lookups import OFFICIALS, ORGANISATIONS, REGIONS
from regions.models import Official, Organisation, Position, Region

BY_RANK = (CODE, WORD, NAME, BEGINNING, WORD, HELD + 5)  # of `Lookup.search`; further ones are weighed here
OF_ORGANISATIONS = {
    "pemkot", "pemkab", "pemprov", "pemda", "dprd", "setda", "opd", "konsul jenderal", "konsulat", "kedutaan besar",
    "kementerian", "kementerian dalam negeri", "kementerian luar negeri", "universitas",
}  # fmt: skip
OF_OFFICIALS = {
    "wali kota", "bupati", "gubernur", "wakil wali kota", "wakil bupati", "wakil gubernur", "sekretaris daerah",
    "kepala dinas", "konsul jenderal", "duta besar",
}  # fmt: skip


@dataclass(frozen=True)
class Directory:
    """A kind that is found by name. `spoken`: lines of synonyms that say that this kind is meant."""

    kind: str
    lookup: Lookup[Any]
    list_name: str
    icon: str
    records: Callable[[], QuerySet[Any]]
    spoken: frozenset[str]

    @property
    def title(self) -> str:
        return {"regions": _("Regions"), "organisations": _("Organisations"), "officials": _("Officials")}[self.kind]

    @property
    def label(self) -> str:
        return {"regions": _("Region"), "organisations": _("Organisation"), "officials": _("Official")}[self.kind]

    @property
    def all_words(self) -> str:
        return {
            "regions": _("All %(n)s regions"),
            "organisations": _("All %(n)s organisations"),
            "officials": _("All %(n)s officials"),
        }[self.kind]


DIRECTORIES = (
    Directory(
        "regions", REGIONS, "regions:list", "map",
        lambda: Region.objects.select_related("parent__parent"), frozenset({"kabupaten", "kota", "provinsi"}),
    ),
    Directory(
        "organisations", ORGANISATIONS, "regions:organisation-list", "landmark",
        lambda: Organisation.objects.select_related("region", "parent"), frozenset(OF_ORGANISATIONS),
    ),
    Directory(
        "officials", OFFICIALS, "regions:official-list", "users-round",
        lambda: Official.objects.prefetch_related("positions"), frozenset(OF_OFFICIALS),
    ),
)  # fmt: skip


def named(directory: Directory, text: str, question: Asked, user: Any) -> Found:
    """Those that hold every word; if there are more than are shown, with the query that counts them. One query, of
    officials two."""
    found = directory.lookup.search(text, directory.records())
    records = list(found[: SHOWN + 1])
    hits = [_hit(directory, record, text, question, user) for record in records]
    hits.sort(key=lambda hit: -hit.score)
    return _group(directory, text, hits), found if len(records) > SHOWN else None


def alike(directory: Directory, text: str) -> Group | None:
    """Those whose name is a typing error away."""
    records = directory.lookup.alike(text, directory.records())[:SHOWN]
    hits = [_shown(directory, record, GUESS + GUESS * getattr(record, "nearness", 0)) for record in records]
    group = _group(directory, text, hits)
    if group:
        group.guessed = True
    return group


def _group(directory: Directory, text: str, hits: list[Hit]) -> Group | None:
    if not hits:
        return None
    return Group(
        kind=directory.kind,
        title=directory.title,
        icon=directory.icon,
        hits=hits[:SHOWN],
        total=Count(len(hits)),
        list_url=f"{reverse(directory.list_name)}?{urlencode({'q': text})}",
        all_words=directory.all_words,
    )


def _hit(directory: Directory, record: Any, text: str, question: Asked, user: Any) -> Hit:
    """Between twins, the own region stands first."""
    rank = getattr(record, "rank", len(BY_RANK))
    score = BY_RANK[rank] if rank < len(BY_RANK) else _weight(record, text, question, user.today())
    meant = MEANT if question.names & directory.spoken else 0
    own = (record.pk if isinstance(record, Region) else getattr(record, "region_id", None)) in user.region_ids
    return _shown(directory, record, score + meant + own)


def _shown(directory: Directory, record: Any, score: float) -> Hit:
    option = directory.lookup.option(record)
    about = [part for part in (option.level, option.context) if part]
    return Hit(
        directory.kind,
        directory.label,
        directory.icon,
        record.pk,
        option.name,
        record.get_absolute_url(),
        score,
        code=option.code,
        about=about,
    )


def _weight(record: Any, text: str, question: Asked, today: dt.date) -> float:
    """Of a record that holds the words, but not side by side in its name."""
    if isinstance(record, Official):
        return max((_of_office(p, text, question) + p.held_on(today) for p in record.positions.all()), default=HELD)
    if isinstance(record, Organisation):
        own = f"{record.name_id} {record.name_en} {record.short_name}"
        place = f"{record.region.name_id} {record.region.name_en}" if record.region else ""
        said = [says(own, unit) for unit in question.units]
        all_said = all(here or says(place, unit) for here, unit in zip(said, question.units, strict=True))
        return WORD + all(said) if any(said) and all_said else HELD
    above = [record.parent, record.parent.parent] if record.parent else []
    own = " ".join(f"{region.name_id} {region.name_en}" for region in (record, *above) if region)
    return WORD + 2 if all(says(own, unit) for unit in question.units) else HELD


def _of_office(position: Position, text: str, question: Asked) -> float:
    """Somebody who is asked for by their office; who holds it today stands before who held it."""
    if position.title.casefold() == text.casefold():
        return OFFICE
    words = len(position.title.split())  # of Malang the regent first, then the heads of its agencies
    return WORD + 2 / max(1, words) if all(says(position.title, unit) for unit in question.units) else HELD
