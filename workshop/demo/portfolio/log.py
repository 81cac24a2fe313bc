"""Writes the made-up portfolio down, the way officers would: step by step, with a log."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

import pghistory
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from agreements.models import (
    Agreement,
    AgreementAttachment,
    AgreementNote,
    AgreementSector,
    AgreementSource,
    AgreementVisit,
    Deed,
    Evaluation,
    Indicator,
    Measurement,
    Party,
    ProcessStep,
    Programme,
    ProgrammeUnit,
    ScopePoint,
    Signatory,
    Signing,
)
from documents.keeping import keep
from documents.models import DocumentKind
from documents.uploads import look_into
from regions.models import Level, Organisation, Region
from visits.models import Visit
from workshop.demo.book import Book
from workshop.demo.portfolio.deals import DEALS, Deal
from workshop.demo.portfolio.papers import pdf
from workshop.demo.portfolio.topics import TOPICS, Topic
from workshop.demo.year.calendar import BATAM, MALANG
from workshop.demo.year.cast import ABROAD, Cast, office_of_head, somebody

REMARK = "Contoh rekaan untuk demo: bukan peristiwa nyata."
ROLES = ["FIRST", "SECOND", *["NTH"] * 8]
EVIDENCE = {"DPRD": "Keputusan DPRD Nomor {n}/DPRD/{year}", "FULL_POWERS": "Full Powers Nomor {n}/FP/{year}"}
WHY_SKIPPED = "Tidak membebani masyarakat dan daerah; sudah dianggarkan dalam APBD tahun berjalan."
WHY_WAIVED = "Surat menteri masih dalam perjalanan; salinannya sudah diterima lewat surat elektronik."
WHY = {
    "HELD": "Anggaran pelaksana dialihkan tahun ini.",
    "RETURNED": "Mitra meminta perubahan ruang lingkup.",
    "RESUMED": "Anggaran sudah tersedia kembali.",
    "REOPENED": "Mitra bersedia melanjutkan pembahasan.",
    "REJECTED": "Tim koordinasi menilai manfaatnya belum jelas.",
    "WITHDRAWN": "Mitra menarik tawarannya.",
    "COMPLETED": "Semua keluaran tercapai.",
    "TERMINATED": "Diakhiri atas kesepakatan kedua pihak.",
    "REVOKED": "Dicabut: mitra tidak memenuhi kewajibannya.",
}


def log(book: Book, managers: dict[str, User], visits: dict[str, Visit]) -> dict[str, Agreement]:
    """`managers` by the code of their region; `visits` are those of the made-up year that have a name.

    Returns the agreements that have a name.
    """
    portfolio = Portfolio(book, managers, visits)
    for number, deal in enumerate(DEALS, start=1):
        portfolio.log(number, deal)
    return portfolio.named


class Portfolio:
    def __init__(self, book: Book, managers: dict[str, User], visits: dict[str, Visit]) -> None:
        self.book, self.managers, self.visits, self.cast = book, managers, visits, Cast(book)
        self.named: dict[str, Agreement] = {}

    def log(self, number: int, deal: Deal) -> None:
        topic, chance = TOPICS[deal.topic], random.Random(f"{number} {deal.topic}")  # noqa: S311 - a demo, no secret
        agreement = self._agreement(deal, topic)
        parties = self._parties(agreement, number, deal, topic, chance)
        self._contents(agreement, deal, topic, parties)
        self._walk(agreement, number, deal, parties)
        self._afterwards(agreement, deal)
        if deal.values:
            self._programme(agreement, deal, topic, parties)
        for day, rating, advice in deal.judged:
            self._judge(agreement, self._day(day), rating, advice)
        for kind in deal.papers:
            self._paper(agreement, kind, topic)
        if deal.name:
            self.named[deal.name] = agreement

    def _day(self, number: int) -> dt.date:
        """A working day; those of the past move back to one."""
        day = self.book.today + dt.timedelta(days=number)
        return day - dt.timedelta(days=max(0, day.weekday() - 4))

    def _agreement(self, deal: Deal, topic: Topic) -> Agreement:
        skipped = deal.council == "SKIPPED" and deal.stands not in ("DPRD", "")
        return self.book.agreement(
            Agreement(
                title=deal.title
                or ("" if deal.nature != "NEW" else f"{topic.title} dengan {self._name(deal.others[0])}"),
                owner=self.book.region(deal.owner),
                category=deal.category,
                kind=deal.kind,
                nature=deal.nature,
                initiator="COUNTERPART" if deal.begun % 3 == 0 else "KEEPER",
                parent=self.named.get(deal.under),
                predecessor=self.named.get(deal.acts_on),
                valid_from=self._day(deal.starts) if deal.starts is not None else None,
                valid_until=self._day(deal.until) if deal.until is not None else None,
                term_months=deal.term,
                open_ended=deal.endless,
                notice_days=60 if deal.kind == "PKS" and deal.term else None,
                about=topic.about,
                objectives=topic.about,
                funding="APBD masing-masing pihak.",
                remarks=f"{REMARK} {deal.note}".strip(),
                **({"burdens_public": False, "outside_budget": False, "council_note": WHY_SKIPPED} if skipped else {}),
                **deal.extra,
            ),
            logged=self._day(deal.begun),
        )

    def _parties(
        self, agreement: Agreement, number: int, deal: Deal, topic: Topic, chance: random.Random
    ) -> list[Party]:
        made = []
        for role, key in zip(ROLES, (deal.owner, *deal.others), strict=False):
            region, body = self._who(key)
            unit = self.cast.unit(key, topic.unit) if deal.units or (role == "FIRST" and region) else None
            party = Party(role=role, region=region, organisation=body, unit=unit)
            if deal.signed is not None:
                signed = self._day(deal.signed)
                party.number = f"{number:03}/{deal.kind}/{chance.randint(1, 90)}/{signed.year}"
            signers = [self._signatory(key, deal, unit, chance)] if deal.signed is not None else []
            made.append(self.book.side(agreement, party, *signers))
        return made

    def _who(self, key: str) -> tuple[Region | None, Organisation | None]:
        """A government is its region; others are organisations."""
        side = self.cast.side(key, "cooperation")
        if key in ABROAD:
            chamber = side.body.kind != "FOREIGN_LOCAL_GOV"
            return side.region, side.body if chamber else None
        return (side.region, None) if side.region else (None, side.body)

    def _name(self, key: str) -> str:
        region, body = self._who(key)
        return (body or region or self.book.region(key)).name_id

    def _signatory(self, key: str, deal: Deal, unit: Organisation | None, chance: random.Random) -> Signatory:
        """The real heads of Batam and Malang are not put into made-up agreements: they sign by their office."""
        if key in ABROAD:
            name, capacity = ABROAD[key]["leader"]
            return Signatory(name=name, capacity=capacity)
        region = self.book.region(key) if key[0].isdigit() else None
        if region is None:
            return Signatory(name=somebody(chance), capacity="Pimpinan")
        if deal.units and unit:
            power = f"Surat Kuasa Nomor {chance.randint(10, 99)}/SKU/{self._day(deal.signed or 0).year}"
            return Signatory(name=somebody(chance), capacity=f"Kepala {unit.name_id}", power=power)
        name = "" if key in (BATAM, MALANG) else somebody(chance)
        office = office_of_head(region) if region.level != Level.PROVINCE else f"Gubernur {region.name_id}"
        return Signatory(name=name, capacity=office, manner=deal.manner)

    def _contents(self, agreement: Agreement, deal: Deal, topic: Topic, parties: list[Party]) -> None:
        ours, theirs = parties[0], parties[1]
        gives = {"OURS": (ours, theirs), "THEIRS": (theirs, ours), "MUTUAL": (None, None)}
        visit = self.visits.get(deal.visit)
        relation = "SIGNING" if deal.visit == "signing" else "ORIGIN"
        self.book.of_agreement(
            agreement,
            *(AgreementSector(sector=self.book.sector(code)) for code in dict.fromkeys(p[0] for p in topic.points)),
            *(
                ScopePoint(
                    text=text,
                    sector=self.book.sector(code),
                    direction="MUTUAL" if side == "MUTUAL" else "ONE_WAY",
                    giver=gives[side][0],
                    receiver=gives[side][1],
                )
                for code, text, side in topic.points
            ),
            AgreementSource(kind="LETTER", outlet="Bagian Kerja Sama", title="Berkas kerja sama (rekaan)"),
            *([AgreementVisit(visit=visit, relation=relation)] if visit else []),
        )
        if deal.note:
            note = AgreementNote(region=agreement.owner, text=f"{deal.note} (rekaan)", by=agreement.created_by)
            self.book.of_agreement(agreement, note)

    def _walk(self, agreement: Agreement, number: int, deal: Deal, parties: list[Party]) -> None:
        """From the first step to where it stands; signed where that is done."""
        if not deal.stands:
            return
        steps = [s for s in self.book.steps(agreement.category) if s.applies_to(deal.kind)]
        stands = next(place for place, step in enumerate(steps) if step.code == deal.stands)
        signing = next(place for place, step in enumerate(steps) if step.signs)
        days = self._days(deal, stands, signing)
        self.book.entry(agreement, Deed.STARTED, days[0], steps[0].code)
        for place in range(stands + 1):
            if place:
                self._settle(agreement, number, deal, steps[place - 1], days[place])
                self.book.entry(agreement, Deed.MOVED, days[place], steps[place].code)
            if place == signing and deal.signed is not None:
                self._sign(agreement, deal, parties)

    def _days(self, deal: Deal, stands: int, signing: int) -> list[dt.date]:
        """On which day it came to each step: evenly, with the signing on its day and the last step on its."""
        ends = {0: deal.begun, stands: deal.since}
        if deal.signed is not None and signing <= stands:
            ends |= {signing: deal.signed + deal.apart} if signing else {}
        known = sorted(ends.items())
        days = []
        for place in range(stands + 1):
            before = max(item for item in known if item[0] <= place)
            after = min((item for item in known if item[0] >= place), default=before)
            share = (place - before[0]) / ((after[0] - before[0]) or 1)
            days.append(self._day(round(before[1] + (after[1] - before[1]) * share)))
        return days

    def _settle(self, agreement: Agreement, number: int, deal: Deal, step: ProcessStep, day: dt.date) -> None:
        if not step.is_gate:
            self.book.entry(agreement, Deed.PASSED, day, step.code)
        elif step.code in deal.waived or (step.code == "DPRD" and deal.council == "WAIVED"):
            by = self.managers[deal.owner]
            self.book.entry(agreement, Deed.WAIVED, day, step.code, reason=WHY_WAIVED, by=by)
        elif step.conditional and deal.council == "SKIPPED":
            self.book.entry(agreement, Deed.SKIPPED, day, step.code, reason=WHY_SKIPPED)
        else:
            named = EVIDENCE.get(step.code, "Surat Nomor {n}/{year}").format(n=100 + number, year=day.year)
            self.book.entry(agreement, Deed.PASSED, day, step.code, evidence=named)

    def _sign(self, agreement: Agreement, deal: Deal, parties: list[Party]) -> None:
        day, visit = self._day(deal.signed or 0), self.visits.get(deal.visit) if deal.visit == "signing" else None
        place = self.book.region(deal.owner)
        if visit and visit.starts_on:
            day = visit.starts_on
        if not deal.apart:
            once = Signing(starts_on=day, ends_on=day, place=place, mode=deal.mode, ceremony=visit)
            self.book.of_agreement(agreement, once)
        else:  # each in their own city, the others some days later
            later = self._day(deal.signed or 0) + dt.timedelta(days=deal.apart)
            for party in parties:
                on, by_link = (day if party.role == "FIRST" else later), deal.mode == "HYBRID"
                where = party.region
                row = Signing(party=party, starts_on=on, ends_on=on, place=where, mode=deal.mode, by_video_link=by_link)
                self.book.of_agreement(agreement, row)
        self.book.settle(agreement)

    def _afterwards(self, agreement: Agreement, deal: Deal) -> None:
        for deed, day, to in deal.log:
            if deed in ("RETURNED", "MOVED"):
                self.book.entry(agreement, Deed(deed), self._day(day), to, reason=WHY.get(deed, ""))
            else:
                self.book.entry(agreement, Deed(deed), self._day(day), closed_as=to, reason=WHY[to or deed])

    def _programme(self, agreement: Agreement, deal: Deal, topic: Topic, parties: list[Party]) -> None:
        name, measured, unit, baseline, target = topic.programme
        by, begun = agreement.created_by, self._day((deal.signed or deal.begun) + 20)
        programme = Programme(name=name, sector=self.book.sector(topic.points[0][0]), starts_on=begun)
        self.book.of_agreement(agreement, programme)
        units = [self.cast.unit(key, topic.unit) for key in (deal.owner, *deal.others[:1]) if key[0].isdigit()]
        units = [unit for unit in units if unit.region_id and unit.region and unit.region.level != Level.PROVINCE]
        self.book.under(programme, "programme", *(ProgrammeUnit(organisation=unit) for unit in units), by=by)
        indicator = Indicator(
            name=measured,
            unit=unit,
            better="LOWER" if target < baseline else "HIGHER",
            baseline=Decimal(baseline),
            baseline_on=begun,
            target=Decimal(target),
            target_on=begun + dt.timedelta(days=900),
        )
        self.book.under(programme, "programme", indicator, by=by)
        for day, share in deal.values:
            value = Decimal(round(baseline + (target - baseline) * share))
            row = Measurement(measured_on=self._day(day), value=value, region=agreement.owner, by=by)
            self.book.under(indicator, "indicator", row, by=by)

    def _judge(self, agreement: Agreement, day: dt.date, rating: int, advice: str) -> None:
        """By the office, the unit or the partner, whose side that is."""
        programme = agreement.programmes.first()
        role = {4: "UNIT", 5: "PARTNER"}.get(rating, "SECRETARIAT")
        partner = agreement.parties.exclude(region=agreement.owner).filter(region__isnull=False).first()
        self.book.of_agreement(
            agreement,
            Evaluation(
                programme=programme,
                role=role,
                region=partner.region if role == "PARTNER" and partner else agreement.owner,
                period_from=day - dt.timedelta(days=180),
                period_until=day - dt.timedelta(days=1),
                evaluated_on=day,
                rating=rating,
                findings="Kegiatan berjalan sesuai rencana kerja; laporan semester sudah diterima (rekaan).",
                obstacles="Pergantian petugas penghubung." if rating < 4 else "",
                advice=advice,
                by=agreement.created_by,
            ),
        )

    def _paper(self, agreement: Agreement, kind: str, topic: Topic) -> None:
        label = DocumentKind(kind).label
        lines = [str(agreement), "", topic.about, *(point[1] for point in topic.points), "", REMARK]
        upload = SimpleUploadedFile(f"{kind.lower()}-{agreement.pk}.pdf", pdf(lines))
        row = AgreementAttachment(
            agreement=agreement,
            kind=kind,
            title=f"{label} (rekaan)",
            owner=agreement.owner,
            step=agreement.step,
            access="RESTRICTED" if kind == "DRAFT" else "INTERNAL",
            uploaded_by=agreement.created_by,
        )
        with pghistory.context(user=agreement.created_by_id, url="bin/manage demo"):
            keep(row, look_into(upload))
