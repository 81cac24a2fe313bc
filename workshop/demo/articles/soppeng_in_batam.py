"""Article 4 (Parepos): the regent of Soppeng studies Batam's public service mall, “Kamis lalu”: a Thursday, no date."""

from regions.models import RegionTrait
from visits.models import AgendaItem, Citation, Delegate, Delegation, Outcome, Statement, Topic, Visit, VisitSource
from workshop.demo.articles.batam import city_government, mayors_office
from workshop.demo.book import Book

OUTLET = "PAREPOS.FAJAR.CO.ID"
TITLE = "Pemkab Soppeng Studi Tiru MPP di Kota Batam, Wujudkan Layanan Digital Masyarakat"
KASWADI, RUDI = "H Andi Kaswadi Razak, Bupati Soppeng", "H Muhammad Rudi, Wali Kota Batam"


def log(book: Book) -> None:
    batam, soppeng = book.region("21.71"), book.region("73.12")
    pemko = city_government(book)
    secretariat = book.organisation(
        "SETDA", "Sekretariat Daerah", batam, short_name="Setda", name_en="Regional Secretariat", parent=pemko
    )
    licensing = book.organisation(
        "OPD",
        "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
        batam,
        short_name="DPMPTSP",
        name_en="Investment and One-Stop Service Agency",
        parent=pemko,
    )
    pemkab = book.organisation(
        "PEMDA_KAB",
        "Pemerintah Kabupaten Soppeng",
        soppeng,
        short_name="Pemkab Soppeng",
        name_en="Soppeng Regency Government",
    )
    council = book.organisation("DPRD", "DPRD Kabupaten Soppeng", soppeng, name_en="Soppeng Regency Council")
    kaswadi = book.official("Andi Kaswadi Razak", title_before="H")
    book.position(kaswadi, "REGENT", "Bupati Soppeng", pemkab)
    syahruddin = book.official("Syahruddin M Adam", title_before="H")
    book.position(syahruddin, "COUNCIL_CHAIR", "Ketua DPRD Soppeng", council)
    rudi = book.official("Muhammad Rudi", title_before="H")
    book.position(rudi, "MAYOR", "Wali Kota Batam", pemko)
    jefridin = book.official("Jefridin Hamid", title_before="H")
    book.position(jefridin, "SECRETARY", "Sekda Kota Batam", secretariat)
    firmansyah = book.official("Firmansyah")
    book.position(firmansyah, "AGENCY_HEAD", "Kadis PMPTSP", licensing)
    office = mayors_office(book)
    mall = book.venue("SERVICE_MALL", "Mal Pelayanan Publik (MPP) Batam", batam)
    book.venue("AIRPORT", "Bandara Internasional Hang Nadim", batam)

    source = VisitSource(outlet=OUTLET, title=TITLE, author="wis")
    visit = Visit(
        owner=batam,
        host_region=batam,
        host_organisation=pemko,
        venue=office,
        venue_as_stated="Kantor Wali Kota Batam",
        precision="WEEKDAY_ONLY",
        weekday=3,
        date_as_stated="Kamis lalu",
        purpose="Studi tiru mal pelayanan publik (MPP) sebagai upaya mewujudkan layanan digital masyarakat.",
    )
    book.visit(
        visit,
        ["STUDI_TIRU", "KUNKER"],
        source,
        AgendaItem(
            kind="RECEPTION",
            title="Penyambutan rombongan",
            led_by=RUDI,
            venue=office,
            quote="disambut Wali Kota Batam, H Muhammad Rudi bersama Sekda Kota Batam H Jefridin Hamid",
        ),
        AgendaItem(
            kind="PRESENTATION",
            title="Penjelasan profil Kota Batam dan pelayanannya",
            led_by=RUDI,
            quote="Wali Kota Batam, H Muhammad Rudi menjelaskan, profil Kota Batam yang sangat strategis",
        ),
        # The purpose of the journey; whether they walked through the mall is not said.
        AgendaItem(
            kind="SITE_VISIT",
            title="Studi tiru Mal Pelayanan Publik (MPP)",
            venue=mall,
            state="UNKNOWN",
            certainty="INFERRED",
            quote="tujuan kami ke sini (Kota Batam) untuk melakukan studi tiru Mall Palayanan publik",
        ),
        Topic(sector=book.sector("public-service"), note="mal pelayanan publik, PTSP, perizinan", emphasised=True),
        Topic(sector=book.sector("e-government"), note="layanan digital masyarakat"),
        Topic(sector=book.sector("ict"), note="pelayanan by digital"),
        Topic(sector=book.sector("investment"), note="investasi dan lahan berpusat di MPP PTSP"),
        Topic(sector=book.sector("land"), note="tanah hak pakai"),
        Topic(sector=book.sector("civil-service"), note="karakter dan sikap ASN"),
        Topic(sector=book.sector("transport"), note="pembangunan bandara Hang Nadim"),
        Statement(
            speaker=KASWADI,
            official=kaswadi,
            text=(
                "Dan tentu studi tiru yang kami lakukan ini, merupakan hal yang belum kami lakukan di Kabupaten Soppeng"
            ),
        ),
        Statement(
            speaker=KASWADI,
            official=kaswadi,
            verbatim=False,
            text=(
                "Kota Batam adalah salah satu referensi nasional; ingin seperti Kota Batam dalam pelayanan untuk "
                "masyarakat, karena itu semua pihak terkait diajak mengikuti studi tiru."
            ),
        ),
        Statement(
            speaker=RUDI,
            official=rudi,
            verbatim=False,
            text=(
                "Batam sangat strategis, terletak antara Singapura dan Johor; investasi dan teknologi berkembang "
                "pesat, dikendalikan oleh otoritas Batam."
            ),
        ),
        Statement(
            speaker=RUDI,
            official=rudi,
            verbatim=False,
            text=(
                "Seluruh jenis pelayanan, mulai dari investasi dan lahan, berpusat di MPP PTSP. Dalam waktu dekat "
                "suasana dan wajah Singapura dihadirkan di Batam; barang bebas masuk tanpa pajak dan bea cukai."
            ),
        ),
        Statement(
            speaker=RUDI,
            official=rudi,
            verbatim=False,
            text=(
                "Bandara Hang Nadim akan dibangun dengan dana investasi swasta tanpa APBD dan APBN, menjadi ikon Kota "
                "Batam, juga pusat industri elektronik dan perhotelan."
            ),
        ),
        Statement(
            speaker=RUDI,
            official=rudi,
            text=(
                "Semua tanah di Kota Batam adalah hak pakai oleh masyarakat, sehingga memudahkan untuk mengendalikan "
                "infrastruktur tanpa ada tekanan dari masyarakat"
            ),
        ),
        Statement(
            speaker=RUDI,
            official=rudi,
            verbatim=False,
            text=(
                "Karakter dan sikap ASN ditata perlahan dengan memberikan beban kerja supaya berpikir dan kreatif: "
                "bangun dulu semangat etos kerja, skill persoalan kedua."
            ),
        ),
        Statement(
            speaker=RUDI,
            official=rudi,
            text=(
                "Pelayanan di Kota Batam sudah by digital secara menyeluruh, terstruktur dan sistematis dimana fungsi "
                "manusia hanya bersifat pengawasan atau kontroling"
            ),
        ),
        Outcome(
            kind="LEARNING",
            text="Pengetahuan tentang mal pelayanan publik dan layanan digital Batam.",
            sector=book.sector("public-service"),
            direction="HOST_TO_GUEST",
            certainty="INFERRED",
        ),
        Outcome(
            kind="RECOMMENDATION",
            text="Soppeng menyusun rencana mal pelayanan publiknya sendiri.",
            sector=book.sector("public-service"),
            follow_up="SUGGESTED",
            responsible=book.organisation(
                "OPD",
                "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
                soppeng,
                short_name="DPMPTSP",
                name_en="Investment and One-Stop Service Agency",
                parent=pemkab,
            ),
            certainty="INFERRED",
        ),
        Citation(source=source, about="DATE", fact="Hari Kamis; tanggalnya tidak disebut.", quote="Kamis lalu"),
        Citation(
            source=source, about="PLACE", fact="Kantor Wali Kota Batam.", quote="di Kantor Wali Kota Batam, Kamis lalu"
        ),
        Citation(
            source=source,
            about="KIND",
            fact="Kunjungan kerja (Kunker) studi tiru.",
            quote="melakukan kunjungan kerja (Kunker) studi tiru mall pelayanan publik (MPP) di Kota Batam",
        ),
        Citation(
            source=source,
            about="PURPOSE",
            fact="Mewujudkan layanan digital masyarakat.",
            quote="Sebagai upaya mewujudkan layanan digital masyarakat",
        ),
        Citation(
            source=source,
            about="CONTEXT",
            fact="Pertama kali bagi Soppeng.",
            quote="merupakan hal yang belum kami lakukan di Kabupaten Soppeng",
        ),
        Citation(
            source=source,
            about="PEOPLE",
            fact="Salah tulis di sumber: “Perangkat Searah” maksudnya Perangkat Daerah.",
            quote="para kepala Organisasi Perangkat Searah (OPD)",
            certainty="INFERRED",
        ),
        Citation(
            source=source,
            about="CONTEXT",
            fact="“Otoritas Batam” agaknya BP Batam.",
            quote="yang dikendalikan oleh otoritas Batam",
            certainty="INFERRED",
        ),
    )
    book.party(
        visit,
        Delegation(side="GUEST", region=soppeng, organisation=pemkab),
        Delegate(
            form="NAMED",
            role="LEADER",
            official=kaswadi,
            name="H Andi Kaswadi Razak",
            capacity="Bupati Soppeng",
            organisation=pemkab,
            quote="dipimpin langsung Bupati Soppeng, H Andi Kaswadi Razak",
        ),
        Delegate(
            form="NAMED",
            official=syahruddin,
            name="H Syahruddin M Adam",
            capacity="Ketua DPRD Soppeng",
            organisation=council,
            quote="Ketua DPRD Soppeng H Syahruddin M Adam",
        ),
        Delegate(form="ROLE_ONLY", capacity="Ketua Komisi DPRD", organisation=council, quote="Ketua Komisi DPRD"),
        Delegate(
            form="GROUP",
            capacity=(
                "para kepala Organisasi Perangkat Searah (OPD) yang berhubungan langsung dengan fungsi pelayanan"
            ),
            quote="para kepala Organisasi Perangkat Searah (OPD) yang berhubungan langsung dengan fungsi pelayanan",
        ),
        Delegate(
            form="GROUP",
            capacity="para kepala desa se-Kabupaten Soppeng",
            quote="para kepala desa se-Kabupaten Soppeng",
        ),
    )
    book.party(
        visit,
        Delegation(side="HOST", region=batam, organisation=pemko),
        Delegate(
            form="NAMED",
            role="LEADER",
            official=rudi,
            name="H Muhammad Rudi",
            capacity="Wali Kota Batam",
            organisation=pemko,
            quote="Wali Kota Batam, H Muhammad Rudi",
        ),
        Delegate(
            form="NAMED",
            official=jefridin,
            name="H Jefridin Hamid",
            capacity="Sekda Kota Batam",
            organisation=secretariat,
            quote="Sekda Kota Batam H Jefridin Hamid",
        ),
        Delegate(
            form="NAMED",
            official=firmansyah,
            name="Firmansyah",
            capacity="Kadis PMPTSP",
            organisation=licensing,
            quote="Kadis PMPTSP Firmansyah",
        ),
        Delegate(
            form="GROUP",
            capacity="jajaran Pemkot Batam lainnya",
            organisation=pemko,
            quote="jajaran Pemkot Batam lainnya",
        ),
    )
    for region, kind, sector, text in [
        (batam, "OFFER", "investment", "Terletak antara dua negara yang potensial, yakni Singapura dan Johor"),
        (batam, "OFFER", "public-service", "Mal pelayanan publik (MPP) sebagai salah satu referensi nasional"),
        (soppeng, "WANT", "public-service", "Mal pelayanan publik, layanan digital masyarakat"),
    ]:
        book.write(RegionTrait(region=region, kind=kind, sector=book.sector(sector), text=text, source=OUTLET))
