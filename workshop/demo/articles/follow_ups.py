"""What the articles ask to be done beyond the outcomes of the visits, which are follow-ups by themselves.

A year that an article names is a year, not a day; an interval that it does not name is ours, and says so. What only
the way prescribed by law would make the next step is a suggestion: it waits until somebody accepts it.
"""

import datetime as dt

from agreements.models import Agreement
from followups.models import Duty, Milestone, Part
from visits.models import Outcome, Visit
from workshop.demo.articles import consul_in_batam, malang_and_jambi, smart_city_in_batam
from workshop.demo.book import Book

INFERRED = "Disimpulkan dari tahapan kerja sama: artikelnya tidak menyebut langkah ini."
HALF_A_YEAR = dt.timedelta(days=182)


def log(book: Book) -> None:
    monitor_malang_and_jambi(book)
    aim_of_batam(book)
    next_steps(book)


def monitor_malang_and_jambi(book: Book) -> None:
    """Both bear the responsibility; “berkala” is all that is said of how often."""
    agreement = Agreement.objects.get(sources__outlet=malang_and_jambi.OUTLET)
    malang, jambi = book.region("35.73"), book.region("15")
    book.duty(
        Duty(
            kind="MONEV",
            title="Monitoring dan evaluasi berkala, agar semua target pembangunan dapat tercapai tepat waktu.",
            recurrence="SEMESTER",
            every_months=6,
            certainty="DEFAULT",
            as_stated="berkala",
            first_on=book.today + HALF_A_YEAR,
            agreement=agreement,
            owner=malang,
        ),
        Part(region=jambi),
    )
    promise = Milestone.objects.get(outcome__visit__sources__outlet=malang_and_jambi.OUTLET, status="OPEN", duty=None)
    book.of_milestone(promise, Part(region=malang), Part(region=jambi))


def aim_of_batam(book: Book) -> None:
    """The mayor's aim, with the year that he names; the year in the name of the synergy is only suggested as one."""
    batam = book.region("21.71")
    visit = Visit.objects.get(sources__outlet=smart_city_in_batam.OUTLET, phase=4)
    aim = Outcome.objects.get(visit=visit, due_as_stated="pada 2029 mendatang")
    agreements = Agreement.objects.filter(sources__outlet=smart_city_in_batam.OUTLET)
    book.milestone(
        Milestone(
            kind="TARGET",
            title=aim.text,
            requested_by=smart_city_in_batam.RUDI,
            due_on=dt.date(2029, 12, 31),
            due_precision="YEAR",
            due_as_stated=aim.due_as_stated,
            since=visit.starts_on or book.today,
            owner=batam,
            visit=visit,
            agreement=agreements.get(kind="KOMITMEN"),
        ),
        Part(region=batam),
    )
    synergy = agreements.get(kind="NK")
    book.milestone(
        Milestone(
            kind="TARGET",
            title="Implementasi menuju kota cerdas 2022.",
            note="Disimpulkan dari nama kesepakatannya; apakah tercapai, artikelnya tidak menyebut.",
            status="SUGGESTED",
            due_on=dt.date(2022, 12, 31),
            due_precision="YEAR",
            due_as_stated="kota cerdas 2022",
            since=dt.date(2022, 6, 13),
            owner=batam,
            agreement=synergy,
        )
    )


def next_steps(book: Book) -> None:
    """The statement of intent of a sister city that is explored; cooperation agreements under the signed one."""
    sister = Agreement.objects.get(sources__outlet=consul_in_batam.OUTLET)
    jambi = Agreement.objects.get(sources__outlet=malang_and_jambi.OUTLET)
    met = Visit.objects.get(sources__outlet=consul_in_batam.OUTLET, ordinal_claimed=3)
    for agreement, kind, title, since in [
        (
            sister,
            "LOI_SIGN",
            "Menyusun pernyataan kehendak kerja sama (LoI) Batam dan Xiangyang.",
            met.starts_on or book.today,
        ),
        (jambi, "PKS_SIGN", "Menyusun perjanjian kerja sama untuk setiap ruang lingkup kesepakatan.", book.today),
    ]:
        book.milestone(
            Milestone(
                kind=kind,
                title=title,
                note=INFERRED,
                status="SUGGESTED",
                since=since,
                owner=agreement.owner,
                agreement=agreement,
            )
        )
