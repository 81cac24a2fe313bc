"""Article 3 (Infomalang): Malang and Jambi have signed. It tells no visit: no day, no place, no host, no person.

What it does tell is that a signing took place and what both sides owe each other from it. So the signing is logged, as
an event whose place is not known; the two regions take part without one being the other's host, and `given_by` and
`given_to` say who owes what to whom. The agreement itself comes with step 2.
"""

from regions.models import Region, RegionTrait
from visits.models import Citation, Delegation, Outcome, Topic, Visit, VisitSource
from workshop.demo.book import Book

OUTLET = "Infomalang.com"
BOTH, MALANG, JAMBI = "Kota Malang dan Provinsi Jambi", "Kota Malang", "Provinsi Jambi"


def log(book: Book) -> None:
    malang, jambi = book.region("35.73"), book.region("15")
    city = book.organisation(
        "PEMDA_KOTA", "Pemerintah Kota Malang", malang, short_name="Pemkot Malang", name_en="Malang City Government"
    )
    province = book.organisation(
        "PEMDA_PROV",
        "Pemerintah Provinsi Jambi",
        jambi,
        short_name="Pemprov Jambi",
        name_en="Jambi Provincial Government",
    )
    book.venue("HERITAGE", "Candi Muaro Jambi", jambi)
    describe(book, malang, jambi)

    source = VisitSource(outlet=OUTLET)
    visit = Visit(
        title="Penandatanganan kesepakatan kolaborasi Kota Malang dan Provinsi Jambi",
        owner=malang,
        setting="UNKNOWN",
        precision="UNKNOWN",
        purpose="Mengakselerasi pertumbuhan ekonomi dan kesejahteraan masyarakat.",
    )
    book.visit(visit, ["SIGNING"], source, *topics(book), *outcomes(book), *citations(source))
    book.party(visit, Delegation(side="GUEST", region=malang, organisation=city))
    book.party(visit, Delegation(side="GUEST", region=jambi, organisation=province))


def topics(book: Book) -> list[Topic]:
    notes = {
        "trade": "pertukaran komoditas unggulan, jalur distribusi yang lebih efisien",
        "cooperatives-sme": "pengembangan sektor UMKM, pelatihan manajemen bisnis dan pemasaran digital",
        "investment": "skema investasi yang saling menguntungkan, meningkatkan Pendapatan Asli Daerah (PAD)",
        "agriculture": "produk turunan pertanian, komoditas perkebunan",
        "smart-city": "berbagi pengalaman dalam implementasi konsep Smart City",
        "e-government": "digitalisasi birokrasi, data sumber daya alam berbasis spasial",
        "public-service": "proses perizinan investasi lebih cepat dan akuntabel",
        "digital-economy": "pengembangan talenta digital, pusat inkubasi bisnis",
        "tourism": "paket wisata terpadu, promosi bersama",
        "culture": "pertukaran kunjungan delegasi budaya",
        "creative-industry": "kerajinan tangan dan kuliner khas",
        "education": "beasiswa dan pertukaran pelajar",
        "research": "ilmu dan pengalaman riset, kolaborasi antaruniversitas",
        "civil-service": "pelatihan kepemimpinan bagi aparatur sipil negara (ASN)",
        "regional-finance": "saling belajar tata kelola keuangan daerah",
        "disaster": "saling belajar manajemen krisis",
    }
    return [Topic(sector=book.sector(code), note=note) for code, note in notes.items()]


def outcomes(book: Book) -> list[Outcome]:
    def owed(sector: str, text: str, quote: str, by: str = BOTH, to: str = "", **more: str) -> Outcome:
        direction = "MUTUAL" if by == BOTH else ""
        return Outcome(
            kind="PLEDGE",
            text=text,
            sector=book.sector(sector) if sector else None,
            direction=direction,
            nature="PRESS",
            given_by=by,
            given_to=to,
            quote=quote,
            **more,
        )

    return [
        Outcome(
            kind="DOCUMENT",
            text=(
                "Kesepakatan kolaborasi telah ditandatangani; nomor, tanggal, tempat, penanda tangan, dan jangka "
                "waktu tidak disebut."
            ),
            direction="MUTUAL",
            given_by=BOTH,
            quote="melalui penandatanganan kesepakatan kolaborasi",
        ),
        owed(
            "trade",
            (
                "Membangun jalur distribusi yang lebih efisien: produk lokal Malang ke pasar Sumatera, begitupun "
                "sebaliknya."
            ),
            "kedua daerah akan membangun jalur distribusi yang lebih efisien",
        ),
        owed(
            "cooperatives-sme",
            "Program pelatihan bersama dengan para ahli di bidang manajemen bisnis dan pemasaran digital.",
            "Pemerintah Kota Malang dan Pemerintah Provinsi Jambi sepakat untuk mengadakan program pelatihan bersama",
        ),
        owed(
            "smart-city",
            "Pendampingan teknis kepada jajaran birokrasi di Jambi.",
            "siap memberikan pendampingan teknis kepada jajaran birokrasi di Jambi",
            by=MALANG,
            to=JAMBI,
        ),
        owed(
            "e-government",
            "Membagikan praktik terbaik dalam pengelolaan data sumber daya alam berbasis spasial.",
            "Jambi akan membagikan praktik terbaik dalam pengelolaan data sumber daya alam berbasis spasial",
            by=JAMBI,
            to=MALANG,
        ),
        owed(
            "digital-economy",
            "Pengembangan talenta digital melalui kolaborasi antaruniversitas dan pusat inkubasi bisnis.",
            "pengembangan talenta digital melalui kolaborasi antaruniversitas dan pusat inkubasi bisnis",
        ),
        owed(
            "tourism",
            "Promosi bersama dalam ajang pameran wisata nasional maupun mancanegara.",
            "Kedua daerah berencana melakukan promosi bersama dalam ajang pameran wisata nasional maupun mancanegara.",
        ),
        owed(
            "tourism",
            "Mendorong pelaku perhotelan dan jasa perjalanan menciptakan paket wisata eksklusif “Malang-Jambi”.",
            "menciptakan paket wisata eksklusif “Malang-Jambi”",
        ),
        owed(
            "culture",
            "Pertukaran kunjungan delegasi budaya diintensifkan.",
            "Pertukaran kunjungan delegasi budaya juga akan diintensifkan",
        ),
        owed(
            "education",
            "Perguruan tinggi di Malang membuka pintu bagi putra-putri terbaik Jambi.",
            "siap membuka pintu bagi putra-putri terbaik Jambi untuk menimba ilmu dan pengalaman riset",
            by=MALANG,
            to=JAMBI,
        ),
        owed(
            "education",
            "Program beasiswa dan pertukaran pelajar antarwilayah diperluas.",
            "Program beasiswa dan pertukaran pelajar antarwilayah akan diperluas",
        ),
        owed(
            "civil-service",
            "Pelatihan kepemimpinan bagi aparatur sipil negara (ASN) di kedua daerah.",
            "pelatihan kepemimpinan bagi aparatur sipil negara (ASN) di kedua daerah",
        ),
        owed(
            "regional-finance",
            "Saling belajar mengenai tata kelola keuangan daerah dan manajemen krisis.",
            "saling belajar mengenai tata kelola keuangan daerah dan manajemen krisis",
        ),
        owed(
            "",
            "Merealisasikan setiap poin kesepakatan menjadi program kerja yang konkret dan terukur.",
            "merealisasikan setiap poin kesepakatan menjadi program kerja yang konkret dan terukur",
            follow_up="OPEN",
        ),
        owed(
            "",
            "Monitoring dan evaluasi berkala; jaraknya tidak disebut.",
            "Monitoring dan evaluasi berkala akan dilakukan",
            follow_up="NOT_NEEDED",  # as a recurring duty of the agreement: see follow_ups.py
            due_as_stated="berkala",
        ),
    ]


def citations(source: VisitSource) -> list[Citation]:
    return [
        Citation(
            source=source,
            about="PEOPLE",
            fact=(
                "Pihaknya Pemerintah Kota Malang dan Pemerintah Provinsi Jambi: hanya sekali disebut lengkap, "
                "selebihnya “Malang dan Jambi”. Perlu dikonfirmasi (bukan Kabupaten Malang, bukan Kota Jambi)."
            ),
            quote="Pemerintah Kota Malang dan Pemerintah Provinsi Jambi",
            certainty="INFERRED",
        ),
        Citation(
            source=source,
            about="DATE",
            fact="Tanggal penandatanganan tidak disebut; artikelnya kira-kira dari awal 2026.",
            quote="Resmi Berjalan! Pemkot Malang Pastikan 3 Program Makan Bergizi Gratis Tetap Aktif di Ramadan 2026",
            certainty="INFERRED",
        ),
        Citation(
            source=source,
            about="KIND",
            fact="Sudah ditandatangani; naskahnya disebut kesepakatan dan komitmen.",
            quote="Dengan komitmen yang telah ditandatangani",
        ),
        Citation(
            source=source,
            about="PURPOSE",
            fact="Satu agenda besar: perdagangan, pariwisata, dan transformasi digital.",
            quote="Dengan 1 agenda besar berupa penguatan sektor perdagangan, pariwisata, hingga transformasi digital",
        ),
        Citation(
            source=source,
            about="CONTEXT",
            fact="Diprediksi menjadi percontohan nasional.",
            quote="percontohan nasional dalam hal integrasi kebijakan pembangunan lintas pulau",
        ),
        Citation(
            source=source,
            about="CONTEXT",
            fact="Diharapkan meningkatkan Pendapatan Asli Daerah (PAD).",
            quote=(
                "diharapkan mampu meningkatkan Pendapatan Asli Daerah (PAD) melalui skema investasi yang saling "
                "menguntungkan"
            ),
        ),
        Citation(
            source=source,
            about="CONTEXT",
            fact="Perizinan investasi di kedua daerah diharapkan lebih cepat dan akuntabel.",
            quote="proses perizinan investasi di kedua daerah diharapkan menjadi lebih cepat dan akuntabel",
        ),
        Citation(
            source=source,
            about="CONTEXT",
            fact="Diharapkan arus wisatawan domestik dan okupansi hotel meningkat, kerajinan dan kuliner hidup.",
            quote="diharapkan terjadi peningkatan arus wisatawan domestik secara signifikan",
        ),
    ]


def describe(book: Book, malang: Region, jambi: Region) -> None:
    """Strengths and wants that the article names, nearly all in its own words."""
    for region, kind, sector, text in [
        (malang, "OFFER", "creative-industry", "Pusat industri kreatif dan agribisnis di Jawa Timur"),
        (malang, "OFFER", "agriculture", "Keahlian dalam pengolahan produk turunan pertanian"),
        (malang, "OFFER", "smart-city", "Ekosistem digital melalui berbagai aplikasi layanan publik"),
        (malang, "OFFER", "tourism", "Pesona wisata alam pegunungan dan edukasi"),
        (malang, "OFFER", "education", "Kota pendidikan dengan puluhan perguruan tinggi ternama"),
        (malang, "WANT", "trade", "Produk lokal merambah pasar Sumatera"),
        (jambi, "OFFER", None, "Kekayaan sumber daya alam"),
        (jambi, "OFFER", "agriculture", "Komoditas perkebunan yang melimpah"),
        (jambi, "OFFER", "e-government", "Pengelolaan data sumber daya alam berbasis spasial"),
        (jambi, "OFFER", "tourism", "Kekayaan situs sejarah seperti Candi Muaro Jambi"),
    ]:
        held = book.sector(sector) if sector else None
        book.write(RegionTrait(region=region, kind=kind, sector=held, text=text, source=OUTLET))
