"""What article 3 tells of the agreement: it is signed. No day, number, signatory or term; who owes what to whom."""

from agreements.models import (
    Agreement,
    AgreementCitation,
    AgreementSource,
    AgreementVisit,
    Deed,
    Party,
    Programme,
    ScopePoint,
    Signing,
)
from visits.models import Visit
from workshop.demo.articles.malang_and_jambi import OUTLET
from workshop.demo.book import Book

TRADE = "Sinergi Potensi Ekonomi dan Optimalisasi Komoditas"
DIGITAL = "Transformasi Digital dan Smart City sebagai Pilar Pembangunan"
TOURISM = "Penguatan Sektor Pariwisata dan Pertukaran Budaya"
PEOPLE = "Peningkatan Kualitas Sumber Daya Manusia (SDM)"


def log(book: Book) -> None:
    visit = Visit.objects.get(sources__outlet=OUTLET)
    malang, jambi = book.region("35.73"), book.region("15")
    source = AgreementSource(outlet=OUTLET)
    agreement = book.agreement(
        Agreement(
            title="Kesepakatan kolaborasi Malang dan Jambi",
            owner=malang,
            category="KSDD_S",
            category_certainty="INFERRED",
            kind="KB",
            kind_certainty="INFERRED",
            about="Satu agenda besar: penguatan sektor perdagangan, pariwisata, hingga transformasi digital.",
            objectives="Mengakselerasi pertumbuhan ekonomi dan kesejahteraan masyarakat.",
            benefits=(
                "Diprediksi menjadi percontohan nasional; diharapkan meningkatkan Pendapatan Asli Daerah (PAD), arus "
                "wisatawan domestik dan okupansi hotel, serta mempercepat perizinan investasi."
            ),
            remarks="Monitoring dan evaluasi dilakukan berkala; jaraknya tidak disebut.",
        ),
        source,
    )
    both = "Pemerintah Kota Malang dan Pemerintah Provinsi Jambi"
    ours = book.side(agreement, Party(role="FIRST", region=malang, certainty="INFERRED", quote=both))
    theirs = book.side(agreement, Party(role="SECOND", region=jambi, certainty="INFERRED", quote=both))
    book.of_agreement(
        agreement,
        Signing(precision="UNKNOWN", ceremony=visit, note="Tanggal, tempat, dan penanda tangannya tidak disebut."),
        *scope(book, ours, theirs),
        *programmes(book),
        AgreementVisit(visit=visit, outcome=visit.outcomes.get(kind="DOCUMENT"), relation="SIGNING"),
        *citations(source),
    )
    noted = "Dicatat dari berita: sudah ditandatangani, tanggalnya tidak disebut. Hari ini hari pencatatannya."
    book.entry(agreement, Deed.STARTED, book.today, "KB_SIGNED", reason=noted)


def scope(book: Book, malang: Party, jambi: Party) -> list[ScopePoint]:
    def point(heading: str, sector: str, text: str, quote: str, by: Party | None = None) -> ScopePoint:
        to = {malang: jambi, jambi: malang}[by] if by else None
        return ScopePoint(
            heading=heading,
            text=text,
            sector=book.sector(sector),
            direction="ONE_WAY" if by else "MUTUAL",
            giver=by,
            receiver=to,
            quote=quote,
        )

    return [
        point(
            TRADE, "trade", "Pertukaran komoditas unggulan dan jalur distribusi yang lebih efisien.",
            "kedua daerah akan membangun jalur distribusi yang lebih efisien",
        ),
        point(
            TRADE, "cooperatives-sme", "Pelatihan bersama di bidang manajemen bisnis dan pemasaran digital.",
            "sepakat untuk mengadakan program pelatihan bersama yang melibatkan para ahli di bidang manajemen bisnis "
            "dan pemasaran digital",
        ),
        point(
            TRADE, "investment", "Skema investasi yang saling menguntungkan.",
            "skema investasi yang saling menguntungkan bagi kedua belah pihak",
        ),
        point(
            DIGITAL, "smart-city", "Saling berbagi pengalaman dalam implementasi konsep Smart City.",
            "berkomitmen untuk saling berbagi pengalaman dalam implementasi konsep Smart City",
        ),
        point(
            DIGITAL, "smart-city", "Pendampingan teknis kepada jajaran birokrasi di Jambi.",
            "siap memberikan pendampingan teknis kepada jajaran birokrasi di Jambi", malang,
        ),
        point(
            DIGITAL, "e-government", "Praktik terbaik pengelolaan data sumber daya alam berbasis spasial.",
            "Jambi akan membagikan praktik terbaik dalam pengelolaan data sumber daya alam berbasis spasial", jambi,
        ),
        point(
            DIGITAL, "public-service", "Perizinan investasi yang lebih cepat dan akuntabel.",
            "proses perizinan investasi di kedua daerah diharapkan menjadi lebih cepat dan akuntabel",
        ),
        point(
            DIGITAL, "digital-economy", "Pengembangan talenta digital antaruniversitas dan pusat inkubasi bisnis.",
            "pengembangan talenta digital melalui kolaborasi antaruniversitas dan pusat inkubasi bisnis",
        ),
        point(
            TOURISM, "tourism", "Paket wisata terpadu: alam pegunungan dan edukasi Malang, Candi Muaro Jambi.",
            "memiliki potensi besar untuk dikembangkan dalam paket wisata terpadu",
        ),
        point(
            TOURISM, "culture", "Pertukaran kunjungan delegasi budaya.",
            "Pertukaran kunjungan delegasi budaya juga akan diintensifkan",
        ),
        point(
            TOURISM, "creative-industry", "Kerajinan tangan dan kuliner khas daerah masing-masing.",
            "menghidupkan sektor industri kreatif seperti kerajinan tangan dan kuliner khas daerah masing-masing",
        ),
        point(
            PEOPLE, "education", "Perguruan tinggi di Malang terbuka bagi putra-putri Jambi.",
            "siap membuka pintu bagi putra-putri terbaik Jambi untuk menimba ilmu dan pengalaman riset", malang,
        ),
        point(
            PEOPLE, "regional-finance", "Saling belajar tata kelola keuangan daerah dan manajemen krisis.",
            "saling belajar mengenai tata kelola keuangan daerah dan manajemen krisis",
        ),
    ]  # fmt: skip


def programmes(book: Book) -> list[Programme]:
    """What the article itself calls a programme or plans by name; units, days and targets it does not give."""
    return [
        Programme(name=name, sector=book.sector(sector), quote=quote)
        for name, sector, quote in [
            (
                "Program pelatihan bersama manajemen bisnis dan pemasaran digital",
                "cooperatives-sme",
                "sepakat untuk mengadakan program pelatihan bersama",
            ),
            (
                "Promosi bersama dalam pameran wisata",
                "tourism",
                "Kedua daerah berencana melakukan promosi bersama dalam ajang pameran wisata nasional maupun "
                "mancanegara.",
            ),
            (
                "Paket wisata eksklusif “Malang-Jambi”",
                "tourism",
                "menciptakan paket wisata eksklusif “Malang-Jambi”",
            ),
            (
                "Program beasiswa dan pertukaran pelajar antarwilayah",
                "education",
                "Program beasiswa dan pertukaran pelajar antarwilayah akan diperluas",
            ),
            (
                "Pelatihan kepemimpinan bagi aparatur sipil negara (ASN)",
                "civil-service",
                "pelatihan kepemimpinan bagi aparatur sipil negara (ASN) di kedua daerah",
            ),
        ]
    ]


def citations(source: AgreementSource) -> list[AgreementCitation]:
    return [
        AgreementCitation(
            source=source,
            about="PARTIES",
            fact=(
                "Pemerintah Kota Malang dan Pemerintah Provinsi Jambi: hanya sekali disebut lengkap, selebihnya "
                "“Malang dan Jambi”. Perlu dikonfirmasi (bukan Kabupaten Malang, bukan Kota Jambi)."
            ),
            quote="Pemerintah Kota Malang dan Pemerintah Provinsi Jambi",
            certainty="INFERRED",
        ),
        AgreementCitation(
            source=source,
            about="KIND",
            fact="Naskahnya disebut kesepakatan dan komitmen: agaknya kesepakatan bersama, kerja sama sukarela.",
            quote="melalui penandatanganan kesepakatan kolaborasi",
            certainty="INFERRED",
        ),
        AgreementCitation(
            source=source,
            about="SIGNING",
            fact="Sudah ditandatangani; nomor, tanggal, tempat, dan penanda tangan tidak disebut.",
            quote="Dengan komitmen yang telah ditandatangani",
        ),
        AgreementCitation(
            source=source,
            about="SIGNING",
            fact="Artikelnya kira-kira dari awal 2026.",
            quote="Resmi Berjalan! Pemkot Malang Pastikan 3 Program Makan Bergizi Gratis Tetap Aktif di Ramadan 2026",
            certainty="INFERRED",
        ),
        AgreementCitation(
            source=source,
            about="FOLLOW_UP",
            fact="Monitoring dan evaluasi berkala; jaraknya tidak disebut.",
            quote="Monitoring dan evaluasi berkala akan dilakukan untuk memastikan semua target pembangunan dapat",
        ),
        AgreementCitation(
            source=source,
            about="FOLLOW_UP",
            fact="Kedua daerah bertanggung jawab mewujudkan setiap poin menjadi program kerja.",
            quote="merealisasikan setiap poin kesepakatan menjadi program kerja yang konkret dan terukur",
        ),
        AgreementCitation(
            source=source,
            about="CONTEXT",
            fact="Diprediksi menjadi percontohan nasional.",
            quote="percontohan nasional dalam hal integrasi kebijakan pembangunan lintas pulau",
        ),
    ]
