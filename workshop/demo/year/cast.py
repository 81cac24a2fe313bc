"""Who there is in the made-up year: units of the governments, their heads, guests from abroad, and names for everybody.

No name here is meant for anybody alive. The heads of Batam and Malang appear by their office only: the real ones are
in the articles.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from regions.models import Level, Official, Organisation, Region
from workshop.demo.book import Book
from workshop.demo.year.calendar import BATAM, MALANG


@dataclass(frozen=True)
class Unit:
    kind: str
    name_id: str
    name_en: str
    short: str
    head: str = "Kepala"


UNITS = {
    "secretariat": Unit("SETDA", "Sekretariat Daerah", "Regional Secretariat", "Setda", "Asisten Pemerintahan"),
    "cooperation": Unit("SETDA_UNIT", "Bagian Kerja Sama", "Cooperation Division", "Bagian KS", "Kepala"),
    "planning": Unit("OPD", "Badan Perencanaan Pembangunan Daerah", "Regional Development Planning Agency", "Bappeda"),
    "ict": Unit("OPD", "Dinas Komunikasi dan Informatika", "Communication and Informatics Agency", "Diskominfo"),
    "licensing": Unit(
        "OPD",
        "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
        "Investment and One-Stop Service Agency",
        "DPMPTSP",
    ),
    "tourism": Unit("OPD", "Dinas Pariwisata dan Kebudayaan", "Tourism and Culture Agency", "Disparbud"),
    "food": Unit("OPD", "Dinas Ketahanan Pangan dan Pertanian", "Food Security and Agriculture Agency", "DKPP"),
    "livestock": Unit("OPD", "Dinas Peternakan dan Kesehatan Hewan", "Livestock and Animal Health Agency", "Disnak"),
    "environment": Unit("OPD", "Dinas Lingkungan Hidup", "Environment Agency", "DLH"),
    "health": Unit("OPD", "Dinas Kesehatan", "Health Agency", "Dinkes"),
    "transport": Unit("OPD", "Dinas Perhubungan", "Transport Agency", "Dishub"),
    "revenue": Unit("OPD", "Badan Pendapatan Daerah", "Regional Revenue Agency", "Bapenda"),
    "labour": Unit("OPD", "Dinas Tenaga Kerja", "Manpower Agency", "Disnaker"),
    "sme": Unit("OPD", "Dinas Koperasi dan Usaha Mikro", "Cooperatives and Micro Enterprise Agency", "Diskopum"),
    "disaster": Unit("OPD", "Badan Penanggulangan Bencana Daerah", "Disaster Management Agency", "BPBD"),
    "villages": Unit("OPD", "Dinas Pemberdayaan Masyarakat dan Desa", "Village Empowerment Agency", "DPMD"),
    "council": Unit("DPRD", "DPRD {region}", "{region_en} Council", "DPRD", "Ketua"),
    "authority": Unit("SPECIAL_AUTHORITY", "Badan Pengusahaan Batam", "Batam Authority", "BP Batam", "Anggota Bidang"),
}

# Region and unit, name, titles, how the post is held. One of them holds two posts, one has left hers.
HEADS = [
    (BATAM, "tourism", "Ratna Wulandari", "", "S.Sos., M.Par.", "DEFINITIVE"),
    (BATAM, "environment", "Dedi Firmanda", "Ir.", "M.T.", "PLT"),
    (BATAM, "food", "Yuliana Siregar", "", "S.P.", "DEFINITIVE"),
    (BATAM, "transport", "Hendra Kusnadi", "", "S.T., M.Si.", "DEFINITIVE"),
    (BATAM, "labour", "Taufan Harlim", "", "S.E.", "DEFINITIVE"),
    (BATAM, "cooperation", "Nurmala Sardi", "", "S.IP., M.Si.", "DEFINITIVE"),
    (BATAM, "health", "Maya Anggita", "dr.", "M.Kes.", "DEFINITIVE"),
    (MALANG, "tourism", "Bagas Prayoga", "", "S.S., M.Hum.", "DEFINITIVE"),
    (MALANG, "villages", "Wahyuni Rahmadani", "Dra.", "M.AP.", "DEFINITIVE"),
    (MALANG, "livestock", "Sutarno Adi", "drh.", "", "DEFINITIVE"),
    (MALANG, "ict", "Fajar Wicaksana", "", "S.Kom., M.T.", "DEFINITIVE"),
    (MALANG, "cooperation", "Indah Paramita", "", "S.H., M.Hum.", "DEFINITIVE"),
    (MALANG, "disaster", "Surya Dharmono", "", "S.T.", "PLT"),
    (MALANG, "health", "Kartika Lestiani", "dr.", "M.M.", "DEFINITIVE"),
]

NAMES = [
    "Rahmad Hidayatullah",
    "Siti Maryani",
    "Agus Permadi",
    "Nurul Azkiya",
    "Lina Marwati",
    "Bambang Sudarsono",
    "Arifin Daulata",
    "Melati Purnama",
    "Yoga Pradipta",
    "Desi Ariyanti",
    "Hasan Basrindo",
    "Putri Handayati",
    "Robby Tamalate",
    "Sri Kusmawati",
    "Iwan Gunardi",
    "Fitri Nurlaila",
    "Made Sudiarsa",
    "Andreas Manopo",
    "Cut Meurina",
    "Johan Palengka",
    "Ayu Sekarini",
    "Darwis Tanjungan",
    "Ketut Suwarni",
    "Zainal Mutaqin",
    "Elok Prihatini",
    "Samsul Bahtiar",
    "Rosmalia Nast",
    "Teguh Wibisana",
    "Nanda Khairani",
    "Fransiska Lende",
    "Imam Suhadak",
    "Galuh Pramesti",
]

# Regions abroad: the country's code, the level and name of the place in it (none: the country itself), who comes and
# as what.
ABROAD: dict[str, dict[str, Any]] = {
    "incheon": {
        "country": "KR",
        "place": (Level.FOREIGN_CITY, "Incheon", "Asia/Seoul"),
        "body": ("FOREIGN_LOCAL_GOV", "Pemerintah Kota Incheon", "Incheon Metropolitan City"),
        "leader": ("Han Seo-ah", "Direktur Urusan Internasional"),
    },
    "singapore": {
        "country": "SG",
        "place": None,
        "body": ("CHAMBER", "Kamar Dagang Contoh Singapura", "Sample Chamber of Commerce of Singapore"),
        "leader": ("Vincent Ong", "Ketua"),
    },
    "johor": {
        "country": "MY",
        "place": (Level.FOREIGN_CITY, "Johor Bahru", "Asia/Kuala_Lumpur"),
        "body": ("FOREIGN_LOCAL_GOV", "Majlis Bandaraya Johor Bahru", "Johor Bahru City Council"),
        "leader": ("Azlina Mohd Yusri", "Setiausaha Bandaraya"),
    },
    "danang": {
        "country": "VN",
        "place": (Level.FOREIGN_CITY, "Da Nang", "Asia/Ho_Chi_Minh"),
        "body": ("FOREIGN_LOCAL_GOV", "Pemerintah Kota Da Nang", "Da Nang City Government"),
        "leader": ("Tran Minh Chau", "Wakil Ketua Komite Rakyat"),
    },
    "toyama": {
        "country": "JP",
        "place": (Level.FOREIGN_PROVINCE, "Toyama", "Asia/Tokyo"),
        "body": ("FOREIGN_LOCAL_GOV", "Pemerintah Prefektur Toyama", "Toyama Prefectural Government"),
        "leader": ("Keiko Morishita", "Direktur Pertukaran Internasional"),
    },
}
OTHERS = {
    "company": ("COMPANY", "PT Contoh Rantai Dingin Nusantara", "Direktur"),
    "university": ("UNIVERSITY", "Universitas Contoh Kepulauan", "Rektor"),
    "ministry": ("MINISTRY", "Kementerian Contoh Pembangunan Daerah", "Direktur Jenderal"),
    "institute": ("FOREIGN_INSTITUTION", "Sample Institute for Cities", "Director"),
}


@dataclass(frozen=True)
class Side:
    """One side of a visit: its region (none for a company), the body that acts, and how texts call it."""

    region: Region | None
    body: Organisation
    name: str


class Cast:
    """Finds, or introduces, whoever is needed."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.heads: dict[tuple[str, str], Official] = {}
        for code, key, name, before, after, manner in HEADS:
            unit = self.unit(code, key)
            official = book.official(name, title_before=before, title_after=after)
            title = f"{UNITS[key].head} {unit.name_id} {book.region(code).name_id}"
            book.position(official, "AGENCY_HEAD", title, unit, manner=manner)
            self.heads[code, key] = official

    def government(self, code: str) -> Organisation:
        region = self.book.region(code)
        kind = {Level.PROVINCE: "PEMDA_PROV", Level.REGENCY: "PEMDA_KAB", Level.CITY: "PEMDA_KOTA"}[Level(region.level)]
        prefix = "Pemerintah Provinsi" if region.level == Level.PROVINCE else "Pemerintah"
        return self.book.organisation(
            kind, f"{prefix} {region.name_id}", region, name_en=f"{region.name_en} Government"
        )

    def unit(self, code: str, key: str) -> Organisation:
        region, unit = self.book.region(code), UNITS[key]
        parent = None if unit.kind in ("DPRD", "SPECIAL_AUTHORITY") else self.government(code)
        return self.book.organisation(
            unit.kind,
            unit.name_id.format(region=region.name_id),
            region,
            name_en=unit.name_en.format(region_en=region.name_en),
            short_name=unit.short,
            parent=parent,
        )

    def side(self, key: str, unit: str) -> Side:
        """`key` is a code of a region, or a key of ABROAD or OTHERS."""
        if key in OTHERS:
            kind, name, _head = OTHERS[key]
            return Side(None, self.book.organisation(kind, name, None), name)
        if key in ABROAD:
            kind, name_id, name_en = ABROAD[key]["body"]
            region = self._place_abroad(key)
            return Side(region, self.book.organisation(kind, name_id, region, name_en=name_en), region.name_id)
        region = self.book.region(key)
        return Side(region, self.unit(key, unit), region.name_id)

    def _place_abroad(self, key: str) -> Region:
        country = self.book.region(ABROAD[key]["country"])
        if ABROAD[key]["place"] is None:
            return country
        level, name, zone = ABROAD[key]["place"]
        return self.book.abroad(level, name, country, time_zone=zone)


def somebody(chance: random.Random) -> str:
    return chance.choice(NAMES)


def office_of_head(region: Region) -> str:
    """“Wali Kota Padang”, “Bupati Sleman”."""
    kind, _space, place = region.name_id.partition(" ")
    return f"{'Wali Kota' if kind == 'Kota' else 'Bupati'} {place}"
