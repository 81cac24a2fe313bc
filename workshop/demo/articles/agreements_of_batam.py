"""What articles 1, 2 and 5 tell of agreements: one that may come, a sister city that is explored, and a synergy.

Nobody has signed the first two. Of the synergy the article says that it exists and is carried out; of the commitment
under it, the day and the place of its signing, but not who signed.
"""

import datetime as dt

from agreements.models import (
    Agreement,
    AgreementCitation,
    AgreementSource,
    AgreementVisit,
    Deed,
    Party,
    ScopePoint,
    Signing,
)
from regions.models import Organisation, Region
from visits.models import Outcome, Visit
from workshop.demo.articles import consul_in_batam, malang_in_batam, smart_city_in_batam
from workshop.demo.book import Book


def log(book: Book) -> None:
    log_potential(book)
    log_sister_city(book)
    log_synergy(book)


def log_potential(book: Book) -> None:
    """Article 1: interest on both sides and nothing promised. That it is of this category follows from who they are."""
    visit = Visit.objects.get(sources__outlet=malang_in_batam.OUTLET)
    batam, malang = book.region("21.71"), book.region("35.07")
    source = AgreementSource(outlet=malang_in_batam.OUTLET, author="Arjuna")
    agreement = book.agreement(
        Agreement(
            title="Potensi kerja sama Kota Batam dan Kabupaten Malang",
            owner=batam,
            category="KSDD_S",
            category_certainty="INFERRED",
            kind="KB",
            kind_certainty="DEFAULT",
            about=(
                "Penjajakan: diawali oleh pemerintah daerah, nantinya dapat dilanjutkan dengan kolaborasi antar "
                "pelaku usaha. Bentuk naskahnya belum dibicarakan."
            ),
        ),
        source,
    )
    ours = book.side(agreement, Party(role="FIRST", region=batam))
    theirs = book.side(agreement, Party(role="SECOND", region=malang))
    learned = {"tourism": "Pariwisata", "investment": "Investasi", "industry": "Industri"}
    food = visit.outcomes.get(kind="INTEREST", sector__code="food")
    task = visit.outcomes.get(kind="DECISION")
    opening = visit.outcomes.get(text__startswith="Kerja sama diawali")
    book.of_agreement(
        agreement,
        ScopePoint(
            heading="Pertanian dan pangan",
            text="Pasokan komoditas pangan ke Batam, seperti cabai.",
            sector=book.sector("food"),
            direction="ONE_WAY",
            giver=theirs,
            receiver=ours,
            certainty="INFERRED",
            quote="terutama dalam konteks pasokan komoditas pangan ke Batam, seperti cabai",
        ),
        ScopePoint(
            heading="E-government",
            text="Penerapan sistem pemerintahan berbasis elektronik Batam didalami oleh Malang.",
            sector=book.sector("e-government"),
            direction="ONE_WAY",
            giver=ours,
            receiver=theirs,
            certainty="INFERRED",
            quote="penerapan sistem pemerintahan berbasis elektronik atau e-government yang telah diterapkan di Batam",
        ),
        *(
            ScopePoint(
                heading=heading,
                text="Malang mempelajari keberhasilan Batam.",
                sector=book.sector(code),
                direction="ONE_WAY",
                giver=ours,
                receiver=theirs,
                certainty="INFERRED",
                quote="mempelajari keberhasilan Batam dalam mengembangkan sektor pariwisata, investasi, dan industri",
            )
            for code, heading in learned.items()
        ),
        AgreementVisit(visit=visit, outcome=opening, relation="ORIGIN"),
        AgreementVisit(visit=visit, outcome=food, relation="ORIGIN"),
        AgreementVisit(visit=visit, outcome=task, relation="ORIGIN"),
        AgreementCitation(
            source=source,
            about="KIND",
            fact="Baru penjajakan; kerja sama sukarela, karena kedua daerah tidak berbatasan.",
            quote="penjajakan kerja sama antara dua daerah",
            certainty="INFERRED",
        ),
        AgreementCitation(
            source=source,
            about="STAGE",
            fact="Belum ada yang dijanjikan atau ditandatangani: ruang kerja sama baru diharapkan terbuka.",
            quote="Mudah-mudahan ke depan dibuka ruang kerja sama yang diawali oleh pemerintah daerah",
        ),
        AgreementCitation(
            source=source,
            about="SCOPE",
            fact="Pertanian dibahas secara serius dan dinilai menguntungkan kedua belah pihak.",
            quote="Salah satu sektor yang dibahas secara serius adalah pertanian",
        ),
    )
    why = "Disimpulkan dari berita: penjajakan dalam kunjungan kerja."
    book.entry(agreement, Deed.STARTED, dt.date(2025, 6, 16), "MAPPING", reason=why)


def log_sister_city(book: Book) -> None:
    """Article 2: a plan that may become a sister city; the consul general speaks for Xiangyang, whose mayor invites."""
    visit = Visit.objects.get(sources__outlet=consul_in_batam.OUTLET, ordinal_claimed=3)
    batam, china = book.region("21.71"), book.region("CN")
    xiangyang = Region.objects.get(name_id="Xiangyang")
    consulate = Organisation.objects.get(kind="CONSULATE", region=china)
    source = AgreementSource(outlet=consul_in_batam.OUTLET, editor="dr")
    agreement = book.agreement(
        Agreement(
            title="Rencana kerja sama sister city Batam-Xiangyang",
            owner=batam,
            category="KSDPL_SISTER",
            category_certainty="INFERRED",
            kind="SISTER_CITY",
            initiator="COUNTERPART",
            about=(
                "Wali Kota Xiangyang mengundang Wali Kota Batam untuk kunjungan balasan guna memperdalam pembahasan; "
                "harinya belum ada."
            ),
            benefits=(
                "Dinilai memperkuat hubungan bilateral Indonesia dan Tiongkok serta membuka peluang di sektor "
                "investasi, pertukaran budaya, dan peningkatan kualitas hidup warga."
            ),
        ),
        source,
    )
    book.side(agreement, Party(role="FIRST", region=batam))
    book.side(agreement, Party(role="SECOND", region=xiangyang))
    book.side(
        agreement,
        Party(
            role="FACILITATOR",
            region=china,
            organisation=consulate,
            on_behalf_of_region=xiangyang,
            on_behalf_of="Wali Kota Xiangyang",
            quote="Republik Rakyat Tiongkok melalui Konsul Jenderalnya di Medan, Zhang Min",
        ),
    )
    opened = "membuka peluang besar dalam berbagai sektor, termasuk investasi, pertukaran budaya, dan peningkatan kualitas hidup warga"  # noqa: E501 -- word for word
    fields = {"investment": "Investasi", "culture": "Pertukaran budaya", "quality-of-life": "Kualitas hidup warga"}
    plan: Outcome = visit.outcomes.get(text__startswith="Rencana kerja sama sister city")
    invitation: Outcome = visit.outcomes.get(kind="INVITATION")
    book.of_agreement(
        agreement,
        *(ScopePoint(text=text, sector=book.sector(code), quote=opened) for code, text in fields.items()),
        ScopePoint(
            text="Dukungan bagi proyek-proyek strategis nasional di Batam",
            sector=book.sector("strategic-projects"),
            quote="apalagi untuk mendukung proyek-proyek strategis nasional di Batam",
        ),
        AgreementVisit(visit=visit, outcome=plan, relation="ORIGIN"),
        AgreementVisit(visit=visit, outcome=invitation, relation="ORIGIN"),
        AgreementVisit(visit=visit.replies.get(), relation="TALKS", note="Undangan yang belum bertanggal"),
        AgreementCitation(
            source=source,
            about="KIND",
            fact="Sister city; menurut peraturan, kerja sama dengan pemerintah daerah di luar negeri.",
            quote="dalam bentuk sister city bersama Kota Xiangyang, Provinsi Hubei, Tiongkok",
        ),
        AgreementCitation(
            source=source,
            about="STAGE",
            fact="Masih rencana yang dijajaki.",
            quote="Jika terealisasi, kemitraan ini akan menjadi simbol baru dari kedekatan hubungan kedua negara",
        ),
        AgreementCitation(
            source=source,
            about="FOLLOW_UP",
            fact="Undangan kunjungan balasan dari Wali Kota Xiangyang; tanpa tanggal, namanya tidak disebut.",
            quote=(
                "Wali Kota Xiangyang secara khusus mengundang Wali Kota Batam, Amsakar Achmad, untuk melakukan "
                "kunjungan balasan ke Tiongkok"
            ),
        ),
        AgreementCitation(
            source=source,
            about="PARTIES",
            fact="Prakarsanya dari pihak Tiongkok; Batam menyambut baik.",
            quote="menyambut baik inisiatif tersebut dan menyatakan keterbukaannya terhadap peluang kolaborasi",
        ),
    )
    explored = "Menurut berita dijajaki oleh Konsul Jenderal RRT di Medan."
    book.entry(agreement, Deed.STARTED, dt.date(2025, 4, 21), "EXPLORATION", reason=explored)


def log_synergy(book: Book) -> None:
    """Article 5: an agreement with the ministry of which only its existence is known, and the commitment under it."""
    phases = Visit.objects.filter(sources__outlet=smart_city_in_batam.OUTLET).order_by("phase")
    closing, batam = phases.get(phase=4), book.region("21.71")
    ministry = Organisation.objects.get(kind="MINISTRY", short_name="Kominfo")
    source = smart_city_source()
    synergy = book.agreement(
        Agreement(
            title="Kesepakatan Kominfo dan Pemko Batam tentang implementasi menuju kota cerdas 2022",
            owner=batam,
            category="SINERGI",
            category_certainty="INFERRED",
            kind="NK",
            kind_certainty="INFERRED",
            initiator="CENTRAL",
            about="Batam salah satu dari 50 kota yang terpilih menjadi tempat pelaksanaan bimtek.",
        ),
        source,
    )
    book.side(synergy, Party(role="FIRST", region=batam))
    book.side(
        synergy,
        Party(
            role="SECOND",
            organisation=ministry,
            certainty="INFERRED",
            quote="terkait kesepakatan Kominfo dan Pemko Batam",
        ),
    )
    book.of_agreement(
        synergy,
        Signing(precision="UNKNOWN", date_certainty="INFERRED", note="Disimpulkan: kesepakatannya sudah dilaksanakan."),
        ScopePoint(
            text="Bimbingan Teknis Penyusunan Masterplan Smart City (Kota Cerdas)",
            sector=book.sector("smart-city"),
            quote="Bimbingan Teknis Penyusunan Masterplan Smart City (Kota Cerdas)",
        ),
        *(AgreementVisit(visit=phase, relation="FOLLOW_UP") for phase in phases),
        AgreementCitation(
            source=source,
            about="KIND",
            fact=(
                "Kesepakatan dengan kementerian, jadi sinergi dan agaknya nota kesepakatan. Salah tulis di sumber: "
                "“tetangga implementasi” maksudnya “tentang implementasi”."
            ),
            quote="kesepakatan Kominfo dan Pemko Batam tetangga implementasi menuju kota cerdas 2022",
            certainty="INFERRED",
        ),
        AgreementCitation(
            source=source,
            about="PARTIES",
            fact="“Kominfo” adalah Kementerian Kominfo, bukan dinas kota: 50 kota dipilih secara nasional.",
            quote="Dimana Batam menjadi salah satu dari 50 kota yang terpilih menjadi tempat pelaksanaan bimtek ini",
            certainty="INFERRED",
        ),
        AgreementCitation(
            source=source,
            about="STAGE",
            fact="Sudah dilaksanakan: tahap pertama bimtek pada 13 Juni 2022.",
            quote="Tahap pertama dilaksanakan pada 13 Juni hingga 14 Juni 2022",
        ),
    )
    carried_out = "Menurut berita dilaksanakan sejak tahap pertama bimtek."
    book.entry(synergy, Deed.STARTED, dt.date(2022, 6, 13), "IMPLEMENTATION", reason=carried_out)
    log_commitment(book, synergy, closing)


def log_commitment(book: Book, synergy: Agreement, closing: Visit) -> None:
    day, source, batam = dt.date(2022, 9, 6), smart_city_source(), book.region("21.71")
    commitment = book.agreement(
        Agreement(
            title="Komitmen bersama menuju Smart City Kota Batam",
            owner=batam,
            parent=synergy,
            category="SINERGI",
            category_certainty="INFERRED",
            kind="KOMITMEN",
            about="Ditandatangani dalam tahap keempat Bimtek Penyusunan Masterplan Smart City.",
        ),
        source,
    )
    # Whose commitment it is: the city's at least, in whose hall and for whose plan it was signed. Others are not named.
    book.side(commitment, Party(role="FIRST", region=batam, certainty="INFERRED"))
    book.of_agreement(
        commitment,
        Signing(
            precision="DAY",
            starts_on=day,
            ends_on=day,
            weekday=1,
            date_as_stated="Selasa (6/9) siang",
            place=batam,
            place_as_stated="Aula Engku Hamidah Kantor Walikota Batam",
            mode="CEREMONIAL",
            ceremony=closing,
            note="Penanda tangannya tidak disebut.",
        ),
        ScopePoint(
            text="Menuju Smart City Kota Batam",
            sector=book.sector("smart-city"),
            quote="penandatanganan komitmen bersama menuju Smart City Kota Batam",
        ),
        AgreementVisit(visit=closing, outcome=closing.outcomes.get(kind="DOCUMENT"), relation="SIGNING"),
        AgreementCitation(
            source=source,
            about="SIGNING",
            fact="Ditandatangani dalam penutupan bimtek; penanda tangannya tidak disebut.",
            quote="Kegiatan tersebut juga diikuti penandatanganan komitmen bersama menuju Smart City Kota Batam",
        ),
        AgreementCitation(
            source=source,
            about="CONTEXT",
            fact="Target: kota modern pada 2029.",
            quote="Rudi menargetkan Batam menjadi kota modern yakni pada 2029 mendatang",
        ),
    )
    book.entry(commitment, Deed.STARTED, day, "NK_SIGNED")


def smart_city_source() -> AgreementSource:
    told = smart_city_in_batam.article()
    names = ("outlet", "title", "author", "published_on", "published_as_stated")
    return AgreementSource(**{name: getattr(told, name) for name in names})
