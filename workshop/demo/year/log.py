"""Writes the made-up year down, the way an officer would."""

from __future__ import annotations

import datetime as dt
import random
from calendar import monthrange
from decimal import Decimal

from regions.models import Organisation
from visits.models import (
    AgendaItem,
    Delegate,
    Delegation,
    Outcome,
    Statement,
    Topic,
    Visit,
    VisitNote,
    VisitSeries,
    VisitSource,
)
from workshop.demo.book import Book
from workshop.demo.year.calendar import BATAM, CALENDAR, MALANG, Entry
from workshop.demo.year.cast import ABROAD, OTHERS, UNITS, Cast, Side, office_of_head, somebody
from workshop.demo.year.stories import STORIES, Result, Story

REMARK = "Contoh rekaan untuk demo: bukan peristiwa nyata."
HELD = ("COMPLETED", "REPORTED")


def log(book: Book, today: dt.date) -> dict[str, Visit]:
    """Returns the visits that have a name in the calendar."""
    year = Year(book, today)
    for entry in CALENDAR:
        year.log(entry)
    return year.named


class Year:
    def __init__(self, book: Book, today: dt.date) -> None:
        self.book, self.today, self.cast = book, today, Cast(book)
        self.named: dict[str, Visit] = {}
        self.programme = book.write(
            VisitSeries(
                name="Bimtek Penyusunan Naskah Kerja Sama Daerah",
                owner=book.region(MALANG),
                phases_planned=4,
                about=REMARK,
            )
        )

    def log(self, entry: Entry) -> None:
        story, chance = STORIES[entry.story], random.Random(f"{entry.day} {entry.story}")  # noqa: S311 - a demo, no secret
        owner = self.book.region(entry.host if entry.host in (BATAM, MALANG) else entry.guest)
        host, guest = (
            self.cast.side(entry.host, story.unit),
            self.cast.side(entry.guest, self._guest_unit(entry, story)),
        )
        first, last = self._days(entry)
        visit = self.book.visit(
            Visit(
                owner=owner,
                host_region=host.region,
                host_organisation=host.body,
                setting=story.setting,
                status=entry.status,
                precision=entry.precision if entry.days == 1 else "RANGE",
                starts_on=first,
                ends_on=last,
                start_time=dt.time(chance.choice([8, 9, 9, 10, 13]), chance.choice([0, 30]))
                if entry.days == 1
                else None,
                date_as_stated=self._date_in_words(entry, first),
                venue_as_stated=""
                if story.setting == "VIRTUAL"
                else f"Ruang rapat {host.body.short_name or host.body.name_id}",
                title=f"{self.programme.name}, tahap {entry.phase}" if entry.phase else "",
                purpose=_filled(story.purpose, host, guest),
                minutes=self._minutes(entry, story, host, guest),
                remarks=f"{REMARK} {entry.remark}".strip(),
                series=self.programme if entry.phase else None,
                phase=entry.phase,
                replies_to=self.named.get(entry.replies_to),
            ),
            [*story.kinds, *(["RECIPROCAL"] if entry.replies_to and "RECIPROCAL" not in story.kinds else [])],
            *(Topic(sector=self.book.sector(code), note=note) for code, note in story.sectors.items()),
            *self._agenda(entry, story),
            *self._results(entry, story, host, guest, last, chance),
            *self._papers(entry, guest, first),
        )
        self._guests(visit, entry, story, guest, chance)
        self._hosts(visit, entry, story, host)
        if story.said and entry.status in HELD:
            who = f"{UNITS[story.unit].head} {host.body.name_id}"
            self.book.add(visit, Statement(speaker=who, text=story.said))
        if chance.random() < 0.2:
            note = "Catatan internal (rekaan): siapkan konsumsi sederhana dan cendera mata produk usaha mikro."
            self.book.add(visit, VisitNote(region=owner, text=note, by=visit.created_by))
        if entry.name:
            self.named[entry.name] = visit

    def _days(self, entry: Entry) -> tuple[dt.date | None, dt.date | None]:
        """The first and last day: never on a weekend, except for what is going on today."""
        if entry.precision == "UNKNOWN":
            return None, None
        first = self.today + dt.timedelta(days=entry.day)
        if entry.precision == "MONTH":
            return first.replace(day=1), first.replace(day=monthrange(first.year, first.month)[1])
        while entry.day and (first.weekday() > 4 or (first + dt.timedelta(days=entry.days - 1)).weekday() > 4):
            first += dt.timedelta(days=1 if entry.day > 0 else -1)
        return first, first + dt.timedelta(days=entry.days - 1)

    def _date_in_words(self, entry: Entry, first: dt.date | None) -> str:
        return "menunggu surat" if first is None else ("bulan depan" if entry.precision == "MONTH" else "")

    def _guest_unit(self, entry: Entry, story: Story) -> str:
        if entry.head == "council":
            return "council"
        # What only Batam, or only a regency, has: elsewhere somebody else does it.
        return {"authority": "planning", "villages": "planning", "livestock": "food"}.get(story.unit, story.unit)

    def _guests(self, visit: Visit, entry: Entry, story: Story, guest: Side, chance: random.Random) -> None:
        region, body = guest.region, guest.body
        if entry.head in ("head", "PJ", "PLT", "PLH", "secretary", "role") and entry.guest not in OTHERS:
            body = self.cast.government(entry.guest)
        comparator, count = entry.crowd or ("EXACT", 0)
        delegation = Delegation(
            side="GUEST",
            region=region,
            organisation=body,
            headcount=count or None,
            headcount_comparator=comparator,
            topics="; ".join(story.sectors.values()),
        )
        members = [self._leader(entry, story, guest, body, chance)]
        if count > 10:
            members.append(Delegate(form="NAMED", name=somebody(chance), capacity="Kepala Bagian Kerja Sama"))
        if count > 2:
            rest = (
                "para kepala perangkat daerah dan staf"
                if entry.head != "council"
                else "para anggota dan sekretariat dewan"
            )
            members.append(
                Delegate(form="GROUP", capacity=rest, count=count - len(members), count_comparator=comparator)
            )
        self.book.party(visit, delegation, *members)
        if entry.council:
            council = self.cast.unit(entry.guest, "council")
            self.book.party(
                visit,
                Delegation(side="GUEST", region=region, organisation=council, topics="pengawasan dan anggaran"),
                Delegate(
                    form="NAMED",
                    role="LEADER",
                    name=somebody(chance),
                    capacity="Wakil Ketua DPRD",
                    organisation=council,
                ),
                Delegate(form="GROUP", capacity="pimpinan dan anggota komisi", organisation=council),
            )

    def _leader(self, entry: Entry, story: Story, guest: Side, body: Organisation, chance: random.Random) -> Delegate:
        leader = Delegate(form="NAMED", role="LEADER", name=somebody(chance), organisation=body)
        # The real heads of Batam and Malang are not put into made-up visits: they are there by their office.
        if entry.head == "role" or (entry.head == "head" and entry.guest in (BATAM, MALANG)):
            leader.form, leader.name = "ROLE_ONLY", ""
        if entry.guest in ABROAD:
            leader.name, leader.capacity = ABROAD[entry.guest]["leader"]
        elif entry.guest in OTHERS:
            leader.capacity = OTHERS[entry.guest][2]
        elif entry.head == "council":
            leader.capacity = f"Ketua Panitia Khusus {body.name_id}"
        elif entry.head == "secretary":
            leader.capacity = f"Sekretaris Daerah {guest.name}"
        elif entry.head in ("head", "PJ", "PLT", "PLH") and guest.region:
            leader.capacity = office_of_head(guest.region)
            leader.manner = entry.head if entry.head != "head" else "DEFINITIVE"
        else:
            unit = self._guest_unit(entry, story)
            leader.capacity = f"{UNITS[unit].head} {UNITS[unit].name_id} {guest.name}"
        return leader

    def _hosts(self, visit: Visit, entry: Entry, story: Story, host: Side) -> None:
        delegation = Delegation(side="HOST", region=host.region, organisation=host.body)
        if entry.host in ABROAD:
            name, capacity = ABROAD[entry.host]["leader"]
            self.book.party(
                visit,
                delegation,
                Delegate(form="NAMED", role="LEADER", name=name, capacity=capacity, organisation=host.body),
            )
            return
        unit = UNITS[story.unit]
        capacity = f"{unit.head} {host.body.name_id}" + ("" if host.name in host.body.name_id else f" {host.name}")
        official = self.cast.heads.get((entry.host, story.unit))
        receiver = Delegate(form="ROLE_ONLY", capacity=capacity, organisation=host.body)
        if official:
            receiver.form, receiver.official, receiver.name = "NAMED", official, str(official)
            receiver.manner = official.positions.all()[0].manner
        members = [receiver, Delegate(form="GROUP", capacity=f"jajaran {host.body.short_name or host.body.name_id}")]
        if entry.behalf and host.region:
            members.insert(
                0,
                Delegate(
                    form="ROLE_ONLY",
                    capacity=f"Sekretaris Daerah {host.name}",
                    organisation=self.cast.unit(entry.host, "secretariat"),
                    on_behalf_of=office_of_head(host.region),
                ),
            )
        members[0].role = "LEADER"
        self.book.party(visit, delegation, *members)

    def _agenda(self, entry: Entry, story: Story) -> list[AgendaItem]:
        state = {"REPORTED": "DONE", "COMPLETED": "DONE", "CANCELLED": "CANCELLED"}.get(entry.status, "PLANNED")
        return [AgendaItem(kind=kind, title=title, state=state) for kind, title in story.agenda]

    def _results(
        self, entry: Entry, story: Story, host: Side, guest: Side, held: dt.date | None, chance: random.Random
    ) -> list[Outcome]:
        if entry.status not in HELD or held is None:
            return []
        return [self._outcome(result, host, guest, held, chance) for result in story.results]

    def _outcome(self, result: Result, host: Side, guest: Side, held: dt.date, chance: random.Random) -> Outcome:
        outcome = Outcome(
            kind=result.kind,
            text=_filled(result.text, host, guest),
            direction=result.direction,
            nature="" if result.kind in ("NONE", "LEARNING", "INFORMATION") else result.nature,
        )
        if result.direction != "MUTUAL":
            giver, taker = (guest, host) if result.direction == "GUEST_TO_HOST" else (host, guest)
            outcome.given_by, outcome.given_to = giver.name, taker.name
        if result.quantity:
            outcome.comparator, value, outcome.unit = result.quantity
            outcome.quantity = Decimal(value)
        if result.due is not None:
            outcome.responsible = (host if result.by == "host" else guest).body
            outcome.due_on = held + dt.timedelta(days=result.due)
            outcome.follow_up = self._state(outcome.due_on, chance)
        return outcome

    def _state(self, due: dt.date, chance: random.Random) -> str:
        """What was due long ago is settled, most of it done; of the rest some was forgotten, some is stuck."""
        if due < self.today - dt.timedelta(days=150):
            return chance.choices(["DONE", "CANCELLED"], [16, 1])[0]
        if due < self.today - dt.timedelta(days=60):
            return chance.choices(["DONE", "OPEN", "BLOCKED", "CANCELLED"], [13, 2, 1, 1])[0]
        if due < self.today:
            return chance.choices(["DONE", "OPEN", "IN_PROGRESS"], [1, 2, 1])[0]
        return chance.choices(["OPEN", "IN_PROGRESS"], [3, 2])[0]

    def _papers(self, entry: Entry, guest: Side, first: dt.date | None) -> list[VisitSource]:
        if entry.status == "REPORTED":
            return [VisitSource(kind="MINUTES", outlet="Bagian Kerja Sama", title="Notulen kunjungan (rekaan)")]
        if entry.status in ("INVITED", "PROPOSED", "SCHEDULED"):
            return [VisitSource(kind="LETTER", outlet=guest.body.name_id, title="Surat permohonan kunjungan (rekaan)")]
        return []

    def _minutes(self, entry: Entry, story: Story, host: Side, guest: Side) -> str:
        if entry.status != "REPORTED":
            return ""
        steps = " ".join(f"{number}. {title}." for number, (_kind, title) in enumerate(story.agenda, start=1))
        results = " ".join(_filled(result.text, host, guest) for result in story.results)
        return f"Pertemuan dibuka oleh tuan rumah. {steps}\n\nHasil: {results}"


def _filled(text: str, host: Side, guest: Side) -> str:
    return text.format(host=host.name, guest=guest.name)
