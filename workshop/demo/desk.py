"""What the officers of the demo keep for themselves, and made-up strengths and wants by which partners are found."""

from __future__ import annotations

from accounts.models import User
from agreements.models import Agreement
from dashboards.models import Feed, SavedView, Watch
from regions.models import RegionTrait
from visits.models import Visit
from workshop.demo.book import Book
from workshop.demo.year.log import REMARK

# Region, offers or wants, sector, in words. Of regions that the articles tell of nothing is made up.
TRAITS = [
    ("32.73", "OFFER", "creative-industry", "Inkubasi usaha kreatif"),
    ("32.73", "WANT", "food", "Pasokan pangan antardaerah"),
    ("32.73", "WANT", "digital-economy", "Kawasan ekonomi digital sebagai mitra perusahaan rintisan"),
    ("33.74", "OFFER", "food", "Pasokan komoditas pangan, termasuk cabai dan bawang"),
    ("33.74", "WANT", "industry", "Kemitraan kawasan industri"),
    ("34.71", "OFFER", "civil-service", "Balai diklat aparatur"),
    ("34.71", "WANT", "investment", "Promosi investasi bersama"),
    ("51.71", "OFFER", "tourism", "Pelatihan pemandu wisata"),
    ("51.71", "WANT", "agriculture", "Buah dan sayuran untuk hotel"),
    ("12.71", "WANT", "public-service", "Penyederhanaan perizinan"),
    ("12.71", "OFFER", "trade", "Gudang dan jaringan dagang di Sumatera Utara"),
]
# Whose, shared with a region or not, of which list, name, address.
VIEWS = [
    ("petugas@batam.example", "21.71", "agreements", "Berakhir dalam 180 hari", "ending=180&sort=ends"),
    ("petugas@batam.example", "", "follow-ups", "Terlambat di unit kami", "state=overdue&whose=ours"),
    ("petugas@batam.example", "21.71", "visits", "Belum dilaporkan", "stage=unreported"),
    ("petugas@malang.example", "35.07", "agreements", "Menunggu keputusan", "decision=on"),
]


def log(book: Book, people: dict[str, User]) -> None:
    """After the people are members of their regions: what they watch is what they see."""
    for code, kind, sector, text in TRAITS:
        book.write(
            RegionTrait(region=book.region(code), kind=kind, sector=book.sector(sector), text=text, source=REMARK)
        )
    for email, code, of, name, query in VIEWS:
        region = book.region(code) if code else None
        book.write(SavedView(owner=people[email], region=region, of=of, name=name, query=query))
    officer = people["petugas@batam.example"]
    view = SavedView.objects.get(owner=officer, of="follow-ups")
    Watch.objects.create(user=officer, view=view)
    for agreement in Agreement.objects.visible_to(officer).order_by("-pk")[:2]:
        Watch.objects.create(user=officer, agreement=agreement)
    visit = Visit.objects.visible_to(officer).order_by("-pk").first()
    if visit:
        Watch.objects.create(user=officer, visit=visit)
    Feed.objects.create(user=officer)
