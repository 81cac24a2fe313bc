"""What a template may say: the facts of an agreement in Indonesian, for these are Indonesian legal texts.

What is not known is a visible blank; nothing is invented. The names are Indonesian because officers write them in Word.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.lists import end_in_words
from agreements.models import Agreement, ScopeDirection, ScopePoint
from agreements.models.parties import Party, Signatory
from records.folding import read_together

BLANK = "……………"
ORDINALS = ("KESATU", "KEDUA", "KETIGA", "KEEMPAT", "KELIMA", "KEENAM", "KETUJUH", "KEDELAPAN", "KESEMBILAN")
DIGITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
LETTERS = "abcdefghijklmnopqrstuvwxyz"

# What each placeholder is, for the page that explains them; those of lists stand under the name of the list.
PLACEHOLDERS: dict[str, Any] = {
    "jenis": _("Kind of agreement"),
    "kategori": _("Category"),
    "tentang": _("Title"),
    "para_pihak": _("All parties that sign, in one line"),
    "tempat": _("Place of signing"),
    "hari": _("Weekday of signing"),
    "tanggal": _("Day of signing"),
    "bulan": _("Month of signing"),
    "tahun": _("Year of signing"),
    "maksud": _("Summary"),
    "tujuan": _("Objectives"),
    "manfaat": _("Expected results"),
    "pembiayaan": _("Funding"),
    "jangka_waktu": _("Term"),
    "mulai": _("First day of validity"),
    "berakhir": _("Last day of validity"),
    "pemberitahuan": _("Notice period"),
    "induk": _("The agreement above it, with its numbers"),
}
PARTS: dict[str, dict[str, Any]] = {
    "pihak": {
        "sebutan": _("What the party is called in the text"),
        "nama": _("Party"),
        "nomor": _("Number given by this party"),
        "penandatangan": _("Signatory"),
        "jabatan": _("Office of the signatory"),
        "kuasa": _("Power of attorney"),
        "mewakili": _("On whose behalf"),
        "perangkat_daerah": _("Responsible unit"),
        "narahubung": _("Liaison and address for letters"),
        "hak": _("Rights: left blank, to be written by hand"),
        "kewajiban": _("Duties: left blank, to be written by hand"),
    },
    "ruang_lingkup": {
        "huruf": pgettext_lazy("of a list", "Letter"),
        "judul": _("Heading"),
        "teks": _("Point of the scope"),
        "arah": _("Who gives to whom"),
    },
    "program": {"huruf": pgettext_lazy("of a list", "Letter"), "nama": _("Programme"), "uraian": _("What is done")},
}


def facts_of(agreement: Agreement) -> dict[str, Any]:
    """All placeholders of one agreement. Reads its parties, scope, programmes and last signing."""
    with translation.override("id"):
        tables = [_parties(agreement), agreement.scope.all(), agreement.programmes.all()]
        parties, points, programmes = read_together(tables)
        main = [party for party in parties if party.is_main] or parties
        called = {party.pk: _called(n) for n, party in enumerate(main)}
        pihak = [_party(party, called[party.pk]) for party in main] or [_unknown(n) for n in range(2)]
        return {
            "jenis": str(agreement.get_kind_display()),
            "kategori": str(agreement.get_category_display()),
            "tentang": agreement.title.upper() or BLANK,
            "para_pihak": " DAN ".join(one["nama"].upper() for one in pihak),
            **_signing(agreement),
            "maksud": agreement.about or BLANK,
            "tujuan": agreement.objectives or BLANK,
            "manfaat": agreement.benefits or BLANK,
            "pembiayaan": agreement.funding or BLANK,
            "jangka_waktu": _term(agreement),
            "mulai": end_in_words(agreement.valid_from, agreement.validity_precision) or BLANK,
            "berakhir": end_in_words(agreement.valid_until, agreement.validity_precision) or BLANK,
            "pemberitahuan": f"{_counted(agreement.notice_days)} hari" if agreement.notice_days else BLANK,
            "induk": _parent(agreement),
            "pihak": pihak,
            "ruang_lingkup": [_point(n, point, called) for n, point in enumerate(points)] or [_no_point()],
            "program": [
                {"huruf": _letter(n), "nama": one.name, "uraian": one.about or BLANK}
                for n, one in enumerate(programmes)
            ]
            or [{"huruf": "a", "nama": BLANK, "uraian": BLANK}],
        }


def sample() -> dict[str, Any]:
    """Facts with which a template is tried out."""
    party = dict.fromkeys(PARTS["pihak"], "Contoh")
    point = dict.fromkeys(PARTS["ruang_lingkup"], "contoh")
    return {
        **dict.fromkeys(PLACEHOLDERS, "Contoh"),
        "pihak": [party | {"sebutan": f"PIHAK {ordinal}"} for ordinal in ORDINALS[:3]],
        "ruang_lingkup": [point, point],
        "program": [dict.fromkeys(PARTS["program"], "contoh")],
    }


def blanks_in(facts: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What is not known: the placeholder, and what it is."""
    for name, label in PLACEHOLDERS.items():
        if facts[name] == BLANK:
            yield name, label
    for name, parts in PARTS.items():
        for row in facts[name]:
            for part, label in parts.items():
                if row[part] == BLANK and part not in {"hak", "kewajiban", "judul"}:
                    yield f"{name}.{part}", f"{label} ({row['sebutan']})" if "sebutan" in row else label


def _parties(agreement: Agreement) -> QuerySet[Party]:
    signatories = Prefetch("signatories", Signatory.objects.select_related("official"))
    named = ("region", "organisation__region", "unit", "on_behalf_of_region")
    return agreement.parties.select_related(*named).prefetch_related(signatories)


def _called(number: int) -> str:
    return f"PIHAK {ORDINALS[number]}" if number < len(ORDINALS) else f"PIHAK KE-{number + 1}"


def _party(party: Party, called: str) -> dict[str, str]:
    signatory = next(iter(party.signatories.all()), None)
    government = f"Pemerintah {party.region.name_id}" if party.region and not party.organisation else party.name
    return {
        "sebutan": called,
        "nama": government,
        "nomor": party.number or BLANK,
        "penandatangan": (signatory.spoken_name if signatory else "") or BLANK,
        "jabatan": (signatory.office if signatory else "") or BLANK,
        "kuasa": (signatory.power if signatory else "") or BLANK,
        "mewakili": (signatory.on_behalf_of if signatory else "") or _represented(party) or government,
        "perangkat_daerah": str(party.unit or "") or BLANK,
        "narahubung": party.liaison or BLANK,
        "hak": BLANK,
        "kewajiban": BLANK,
    }


def _represented(party: Party) -> str:
    return party.on_behalf_of or (str(party.on_behalf_of_region) if party.on_behalf_of_region else "")


def _unknown(number: int) -> dict[str, str]:
    return dict.fromkeys(PARTS["pihak"], BLANK) | {"sebutan": _called(number)}


def _signing(agreement: Agreement) -> dict[str, str]:
    """When and where, as far as it is known to the day; a month or a year alone fills no weekday."""
    signing = agreement.signings.select_related("place").order_by("starts_on").last()
    day = signing.starts_on if signing and signing.precision == "DAY" else None
    where = signing.where if signing else ""
    known = {"tempat": where or BLANK} | dict.fromkeys(("hari", "tanggal", "bulan", "tahun"), BLANK)
    if day is None:
        return known
    return known | {
        "hari": date_format(day, "l"),
        "tanggal": in_words(day.day),
        "bulan": date_format(day, "F"),
        "tahun": f"{in_words(day.year)} ({day:%d-%m-%Y})",
    }


def _term(agreement: Agreement) -> str:
    if agreement.validity_as_stated and agreement.term_months is None:
        return agreement.validity_as_stated
    if agreement.term_months is None:
        return BLANK
    years, months = divmod(agreement.term_months, 12)
    return f"{_counted(agreement.term_months)} bulan" if months else f"{_counted(years)} tahun"


def _counted(number: int) -> str:
    return f"{number} ({in_words(number)})"


def _parent(agreement: Agreement) -> str:
    found = Agreement.objects.for_names().filter(pk=agreement.parent_id or 0)
    parent = found.first()  # none where whoever asks may not see it
    if parent is None:
        return BLANK
    numbers = [party.number for party in parent.parties.all() if party.number]
    named = f"{parent.get_kind_display()} {parent.title or parent.between}"
    return f"{named} Nomor {', '.join(numbers)}" if numbers else named


def _point(number: int, point: ScopePoint, called: dict[int, str]) -> dict[str, str]:
    text = f"{point.heading}: {point.text}" if point.heading and point.text else point.heading or point.text
    return {"huruf": _letter(number), "judul": point.heading or BLANK, "teks": text, "arah": _direction(point, called)}


def _direction(point: ScopePoint, called: dict[int, str]) -> str:
    if point.direction == ScopeDirection.MUTUAL:
        return "timbal balik"
    if point.direction != ScopeDirection.ONE_WAY or point.giver_id is None:
        return BLANK
    receiver = called.get(point.receiver_id or 0, "pihak lain")
    return f"dari {called.get(point.giver_id, BLANK)} kepada {receiver}"


def _no_point() -> dict[str, str]:
    return dict.fromkeys(PARTS["ruang_lingkup"], BLANK) | {"huruf": "a"}


def _letter(number: int) -> str:
    return LETTERS[number] if number < len(LETTERS) else str(number + 1)


def in_words(number: int) -> str:
    """A number below a million in Indonesian words."""
    if number < 10:
        return DIGITS[number]
    if number < 20:
        return {10: "sepuluh", 11: "sebelas"}.get(number) or f"{DIGITS[number - 10]} belas"
    for size, name in ((1000, "ribu"), (100, "ratus"), (10, "puluh")):
        if number >= size:
            count, rest = divmod(number, size)
            head = f"se{name}" if count == 1 else f"{in_words(count)} {name}"
            return f"{head} {in_words(rest)}" if rest else head
    raise AssertionError(number)
