"""Article 1 (Batam Pos): the regent of Malang with government and council at the mayor of Batam's, Monday 16 June."""

import datetime as dt

from regions.models import RegionTrait
from visits.models import AgendaItem, Citation, Delegate, Delegation, Outcome, Statement, Topic, Visit, VisitSource
from workshop.demo.articles.batam import city_government, mayors_office
from workshop.demo.book import Book

OUTLET = "batampos"
AMSAKAR, SANUSI = "Amsakar Achmad, Wali Kota Batam", "M Sanusi, Bupati Malang"


def log(book: Book) -> None:
    batam, malang = book.region("21.71"), book.region("35.07")
    pemko = city_government(book)
    bp_batam = book.organisation(
        "SPECIAL_AUTHORITY", "Badan Pengusahaan Batam", batam, short_name="BP Batam", name_en="Batam Authority"
    )
    pemkab = book.organisation(
        "PEMDA_KAB",
        "Pemerintah Kabupaten Malang",
        malang,
        short_name="Pemkab Malang",
        name_en="Malang Regency Government",
    )
    # The article says “DPRD Malang”; that it is the regency's council follows from its coming with the regent.
    council = book.organisation("DPRD", "DPRD Kabupaten Malang", malang, name_en="Malang Regency Council")
    bappeda = book.organisation(
        "OPD",
        "Badan Perencanaan Pembangunan Daerah",
        malang,
        short_name="Bappeda",
        name_en="Regional Development Planning Agency",
        parent=pemkab,
    )
    # Two offices at once, and no dates: the article gives none.
    amsakar = book.official("Amsakar Achmad")
    book.position(amsakar, "MAYOR", "Wali Kota Batam", pemko)
    book.position(amsakar, "AUTHORITY_HEAD", "Kepala BP Batam", bp_batam)
    sanusi = book.official("M Sanusi")
    book.position(sanusi, "REGENT", "Bupati Malang", pemkab)
    office = mayors_office(book)
    nongsa = book.venue("SEZ", "KEK Nongsa Digital Park", batam)

    source = VisitSource(outlet=OUTLET, author="Arjuna")
    visit = Visit(
        owner=batam,
        host_region=batam,
        host_organisation=pemko,
        venue=office,
        venue_as_stated="Kantor Wali Kota Batam",
        precision="DAY",
        starts_on=dt.date(2025, 6, 16),
        ends_on=dt.date(2025, 6, 16),
        weekday=0,
        date_as_stated="Senin (16/6)",
        date_certainty="INFERRED",
        purpose=(
            "Silaturahmi sekaligus forum strategis pertukaran informasi dan penjajakan kerja sama; mempelajari "
            "keberhasilan Batam dalam mengembangkan sektor pariwisata, investasi, dan industri."
        ),
    )
    book.visit(
        visit,
        ["KUNKER", "COURTESY", "PENJAJAKAN"],
        source,
        AgendaItem(
            kind="RECEPTION",
            title="Penyambutan rombongan",
            led_by=AMSAKAR,
            venue=office,
            quote="kata Amsakar, menyambut rombongan dari pemerintahan Malang",
        ),
        AgendaItem(
            kind="PRESENTATION",
            title="Paparan perjalanan sejarah Batam dan struktur pemerintahannya",
            note=(
                "Dari fase awal pembangunan hingga menjadi kota industri dan perdagangan; dua entitas utama, Pemko "
                "Batam dan BP Batam, kini dipimpin secara terpadu."
            ),
            led_by=AMSAKAR,
            quote="dia memaparkan perjalanan sejarah Batam",
        ),
        AgendaItem(
            kind="DISCUSSION",
            title="Diskusi terbuka antara jajaran OPD Pemkab Malang dan Pemko Batam",
            led_by=SANUSI,
            quote="Diskusi tersebut dipimpin langsung oleh Bupati Malang, M Sanusi",
        ),
        AgendaItem(
            kind="TECHNICAL",
            title="Sesi diskusi teknis tentang e-government",
            note="Bappeda Malang ditugaskan mendalami sistem tersebut.",
            # Named as where the agency is to go deeper; whether it had been held when the article was written is not
            # said.
            state="UNKNOWN",
            quote="untuk mendalami sistem tersebut dalam sesi diskusi teknis",
        ),
        AgendaItem(
            kind="SITE_VISIT",
            title="Peninjauan Kawasan Ekonomi Khusus (KEK) Nongsa Digital Park",
            note=(
                "Melihat langsung perkembangan kawasan ekonomi digital, unggulan Kota Batam dan model masa depan "
                "pengembangan industri kreatif dan teknologi."
            ),
            venue=nongsa,
            state="PLANNED",
            quote="dijadwalkan meninjau Kawasan Ekonomi Khusus (KEK) Nongsa Digital Park",
        ),
        Topic(sector=book.sector("food"), note="pasokan komoditas pangan ke Batam, seperti cabai", emphasised=True),
        Topic(sector=book.sector("agriculture"), note="dibahas secara serius", emphasised=True),
        Topic(sector=book.sector("tourism"), note="mempelajari keberhasilan Batam"),
        Topic(sector=book.sector("investment"), note="mempelajari keberhasilan Batam"),
        Topic(sector=book.sector("industry"), note="mempelajari keberhasilan Batam"),
        Topic(sector=book.sector("e-government"), note="penerapan sistem pemerintahan berbasis elektronik di Batam"),
        Topic(sector=book.sector("digital-economy"), note="KEK Nongsa Digital Park"),
        Topic(
            sector=book.sector("creative-industry"), note="model masa depan pengembangan industri kreatif dan teknologi"
        ),
        Topic(sector=book.sector("planning"), note="kelembagaan: Pemko Batam dan BP Batam dipimpin secara terpadu"),
        Statement(
            speaker=AMSAKAR,
            official=amsakar,
            text=(
                "Selamat datang di Batam, kunjungan ini membesarkan hati kami. Kita bisa saling berbagi informasi, "
                "dan jika ada hal-hal teknis yang ingin didalami lebih lanjut, kami sangat terbuka"
            ),
        ),
        Statement(
            speaker=AMSAKAR,
            official=amsakar,
            text=(
                "Mudah-mudahan ke depan dibuka ruang kerja sama yang diawali oleh pemerintah daerah dan nantinya bisa "
                "dilanjutkan dengan kolaborasi antar pelaku usaha"
            ),
        ),
        Statement(
            speaker=SANUSI,
            official=sanusi,
            text="Kami ke sini ingin pariwisata, investasi, dan industri bisa berkembang di Malang",
        ),
        Statement(
            speaker=SANUSI,
            official=sanusi,
            verbatim=False,
            text=(
                "Batam adalah salah satu kota yang layak dijadikan referensi dalam strategi pembangunan daerah; "
                "Pemkab Malang tengah mencari model pengembangan ekonomi yang bisa diterapkan secara adaptif di "
                "daerahnya."
            ),
        ),
        Outcome(
            kind="PLEDGE",
            text="Batam terbuka bila ada hal-hal teknis yang ingin didalami lebih lanjut.",
            direction="HOST_TO_GUEST",
            nature="VERBAL",
            given_by=AMSAKAR,
            given_to="Rombongan Kabupaten Malang",
            quote="jika ada hal-hal teknis yang ingin didalami lebih lanjut, kami sangat terbuka",
        ),
        Outcome(
            kind="INTEREST",
            text=(
                "Kerja sama diawali oleh pemerintah daerah, nantinya dilanjutkan dengan kolaborasi antar pelaku usaha."
            ),
            direction="HOST_TO_GUEST",
            nature="VERBAL",
            given_by=AMSAKAR,
            quote="dibuka ruang kerja sama yang diawali oleh pemerintah daerah",
        ),
        Outcome(
            kind="INTEREST",
            text=(
                "Kerja sama pertanian, pasokan komoditas pangan ke Batam seperti cabai, dinilai menguntungkan kedua "
                "belah pihak."
            ),
            sector=book.sector("food"),
            direction="MUTUAL",
            nature="VERBAL",
            given_by=AMSAKAR,
            quote="Ia menilai kerja sama di sektor ini berpotensi menguntungkan kedua belah pihak.",
        ),
        Outcome(
            kind="INTEREST",
            text="Malang sangat tertarik mengembangkan pariwisata, investasi, dan industri.",
            direction="GUEST_TO_HOST",
            nature="VERBAL",
            given_by=SANUSI,
            quote="pihaknya sangat tertarik mengembangkan pariwisata, investasi, dan industri di Malang",
        ),
        Outcome(
            kind="DECISION",
            text="Bappeda Malang mendalami sistem pemerintahan berbasis elektronik (e-government) Batam.",
            sector=book.sector("e-government"),
            nature="VERBAL",
            given_by=SANUSI,
            given_to="Bappeda Malang",
            follow_up="OPEN",
            responsible=bappeda,
            requested_by=SANUSI,
            quote=(
                "Ia pun menugaskan Badan Perencanaan Pembangunan Daerah (Bappeda) Malang untuk mendalami sistem "
                "tersebut"
            ),
        ),
        Outcome(
            kind="RECOMMENDATION",
            text="Menjajaki kerja sama pasokan pangan (cabai) antara kedua pemerintah daerah.",
            sector=book.sector("food"),
            direction="MUTUAL",
            follow_up="SUGGESTED",
            certainty="INFERRED",
        ),
        Citation(
            source=source,
            about="DATE",
            fact="16 Juni 2025: antara 2016 dan 2026 hanya pada tahun 2025 tanggal 16 Juni jatuh pada hari Senin.",
            quote="Senin (16/6)",
            certainty="INFERRED",
        ),
        Citation(
            source=source, about="PLACE", fact="Pertemuan di Kantor Wali Kota Batam.", quote="di Kantor Wali Kota Batam"
        ),
        Citation(source=source, about="KIND", fact="Kunjungan kerja.", quote="menerima kunjungan kerja Bupati Malang"),
        Citation(
            source=source,
            about="PURPOSE",
            fact="Silaturahmi, pertukaran informasi, dan penjajakan kerja sama.",
            quote=(
                "Kunjungan ini dalam sangka silaturahmi sekaligus forum strategis pertukaran informasi dan penjajakan "
                "kerja sama"
            ),
        ),
        Citation(
            source=source,
            about="PURPOSE",
            fact="Mempelajari keberhasilan Batam di sektor pariwisata, investasi, dan industri.",
            quote=(
                "bertujuan untuk mempelajari keberhasilan Batam dalam mengembangkan sektor pariwisata, investasi, dan "
                "industri"
            ),
        ),
        Citation(
            source=source,
            about="PEOPLE",
            fact="Amsakar Achmad adalah Wali Kota Batam dan juga Kepala BP Batam.",
            quote="Amsakar yang juga menjabat sebagai Kepala BP Batam",
        ),
        Citation(
            source=source,
            about="PEOPLE",
            fact="“DPRD Malang” adalah DPRD Kabupaten Malang, karena datang bersama Pemkab Malang.",
            quote="Kunjungan kerja Pemerintah Kabupaten (Pemkab) Malang dan DPRD Malang",
            certainty="INFERRED",
        ),
        Citation(
            source=source,
            about="CONTEXT",
            fact="Pemko Batam dan BP Batam dipimpin secara terpadu.",
            quote="dualisme kelembagaan ini kini dipimpin secara terpadu",
        ),
        Citation(
            source=source,
            about="OTHER",
            fact="Artikel tidak menyebut dokumen yang ditandatangani.",
            certainty="INFERRED",
        ),
    )
    book.party(
        visit,
        Delegation(
            side="GUEST", region=malang, organisation=pemkab, topics="Pariwisata, investasi, industri, e-government"
        ),
        Delegate(
            form="NAMED",
            role="LEADER",
            official=sanusi,
            name="M Sanusi",
            capacity="Bupati Malang",
            organisation=pemkab,
            quote="Bupati Malang, M Sanusi, beserta rombongan",
        ),
        Delegate(form="GROUP", capacity="rombongan dari Kabupaten Malang", quote="rombongan dari Kabupaten Malang"),
        Delegate(
            form="GROUP",
            capacity="jajaran Organisasi Perangkat Daerah (OPD) Pemkab Malang",
            organisation=pemkab,
            quote="jajaran Organisasi Perangkat Daerah (OPD) dari Pemkab Malang dan Pemko Batam",
        ),
        Delegate(
            form="GROUP",
            capacity="Badan Perencanaan Pembangunan Daerah (Bappeda) Malang",
            organisation=bappeda,
            quote="Badan Perencanaan Pembangunan Daerah (Bappeda) Malang",
        ),
    )
    book.party(
        visit,
        Delegation(side="GUEST", region=malang, organisation=council),
        Delegate(form="GROUP", capacity="DPRD Malang", organisation=council, certainty="INFERRED", quote="DPRD Malang"),
    )
    book.party(
        visit,
        Delegation(side="HOST", region=batam, organisation=pemko),
        Delegate(
            form="NAMED",
            role="LEADER",
            official=amsakar,
            name="Amsakar Achmad",
            capacity="Wali Kota Batam, Kepala BP Batam",
            organisation=pemko,
            quote="Wali Kota Batam, Amsakar Achmad, menerima kunjungan kerja",
        ),
        Delegate(
            form="GROUP",
            capacity="jajaran Organisasi Perangkat Daerah (OPD) Pemko Batam",
            organisation=pemko,
            quote="jajaran Organisasi Perangkat Daerah (OPD) dari Pemkab Malang dan Pemko Batam",
        ),
    )
    for region, kind, sector, text in [
        (batam, "WANT", "food", "Pasokan komoditas pangan ke Batam, seperti cabai"),
        (batam, "OFFER", "digital-economy", "KEK Nongsa Digital Park, kawasan ekonomi digital unggulan Kota Batam"),
        (
            batam,
            "OFFER",
            "e-government",
            "Sistem pemerintahan berbasis elektronik (e-government) yang telah diterapkan",
        ),
        (batam, "OFFER", "industry", "Kota industri dan perdagangan yang berkembang pesat"),
        (malang, "WANT", "tourism", "Ingin pariwisata bisa berkembang di Malang"),
        (malang, "WANT", "investment", "Ingin investasi bisa berkembang di Malang"),
        (malang, "WANT", "industry", "Ingin industri bisa berkembang di Malang"),
        (malang, "WANT", "e-government", "Mendalami penerapan e-government"),
    ]:
        book.write(RegionTrait(region=region, kind=kind, sector=book.sector(sector), text=text, source=OUTLET))
