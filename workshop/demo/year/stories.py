"""What the visits of the made-up year are about: each story serves several visits, with other guests each time.

`{host}` and `{guest}` are filled with the names of the two sides.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Result:
    """An outcome; `due` counts days from the visit, `by` is the side whose unit must do it."""

    kind: str
    text: str
    direction: str = "MUTUAL"
    nature: str = "VERBAL"
    due: int | None = None
    by: str = "host"
    quantity: tuple[str, str, str] | None = None  # comparator, value, unit


@dataclass(frozen=True)
class Story:
    """`unit` receives the guests and is what their own counterpart is called; both are keys of `cast.UNITS`."""

    kinds: list[str]
    unit: str
    sectors: dict[str, str]
    purpose: str
    agenda: list[tuple[str, str]]
    results: list[Result] = field(default_factory=list)
    said: str = ""
    setting: str = "AT_HOST"
    topic: str = ""


STORIES = {
    "mall": Story(
        ["STUDI_TIRU", "KUNKER"],
        "licensing",
        {"public-service": "mal pelayanan publik dan standar layanan", "investment": "perizinan berusaha"},
        "Mempelajari penyelenggaraan mal pelayanan publik dan perizinan digital di {host}.",
        [
            ("PRESENTATION", "Paparan alur layanan mal pelayanan publik"),
            ("SITE_VISIT", "Peninjauan loket layanan dan ruang kendali antrean"),
            ("DISCUSSION", "Diskusi standar pelayanan dan survei kepuasan"),
        ],
        [
            Result(
                "LEARNING",
                "Gambaran alur layanan satu pintu dan cara menyatukan loket instansi vertikal.",
                "HOST_TO_GUEST",
            ),
            Result("PLEDGE", "Salinan standar pelayanan dan peraturan kepala daerah dikirim.", "HOST_TO_GUEST", due=21),
        ],
        "Yang paling sulit bukan aplikasinya, melainkan menyepakati siapa menandatangani apa.",
    ),
    "data": Story(
        ["STUDI_BANDING", "TECHNICAL"],
        "ict",
        {"e-government": "arsitektur SPBE", "statistics": "satu data daerah"},
        "Membandingkan tata kelola SPBE dan satu data antara {guest} dan {host}.",
        [
            ("PRESENTATION", "Paparan arsitektur SPBE dan pusat data"),
            ("TECHNICAL", "Pembahasan pertukaran data antarperangkat daerah"),
        ],
        [
            Result("INFORMATION", "Pertukaran daftar data prioritas dan pengalaman pengisian indeks SPBE."),
            Result("PLEDGE", "Tim teknis kedua pihak menyusun contoh perjanjian berbagi data.", due=30),
        ],
    ),
    "command": Story(
        ["STUDI_TIRU"],
        "ict",
        {"smart-city": "pusat kendali kota", "public-order": "aduan dan kedaruratan"},
        "Melihat pusat kendali kota cerdas dan penanganan aduan warga di {host}.",
        [
            ("RECEPTION", "Penyambutan rombongan"),
            ("SITE_VISIT", "Peninjauan pusat kendali dan layanan 112"),
            ("DISCUSSION", "Diskusi pembiayaan dan sumber daya operator"),
        ],
        [
            Result(
                "LEARNING", "Pola kerja operator tiga gilir dan pembagian aduan ke perangkat daerah.", "HOST_TO_GUEST"
            )
        ],
    ),
    "investment": Story(
        ["KUNKER", "PENJAJAKAN"],
        "licensing",
        {"investment": "insentif dan kemudahan penanaman modal", "industry": "kawasan industri"},
        "Menjajaki kerja sama promosi penanaman modal antara {guest} dan {host}.",
        [
            ("PRESENTATION", "Paparan peluang investasi kedua daerah"),
            ("SITE_VISIT", "Peninjauan kawasan industri"),
            ("DISCUSSION", "Temu usaha dengan pengelola kawasan"),
        ],
        [
            Result("INTEREST", "Minat menyusun paket promosi investasi bersama."),
            Result("PLEDGE", "Daftar proyek siap tawar dipertukarkan.", due=28, by="guest"),
        ],
        "Kami tidak mencari saingan, kami mencari pasangan rantai pasok.",
    ),
    "tourism": Story(
        ["PENJAJAKAN", "KUNKER"],
        "tourism",
        {"tourism": "paket perjalanan dan kalender acara", "creative-industry": "pasar cendera mata"},
        "Menjajaki paket perjalanan dan promosi pariwisata bersama {guest} dan {host}.",
        [
            ("PRESENTATION", "Paparan destinasi dan kalender acara"),
            ("DISCUSSION", "Diskusi dengan asosiasi perjalanan dan perhotelan"),
        ],
        [
            Result("INTEREST", "Kedua pihak berminat menjual paket perjalanan bersama."),
            Result("PLEDGE", "Rancangan kalender promosi bersama disusun.", due=35),
        ],
    ),
    "waste": Story(
        ["STUDI_TIRU", "TECHNICAL"],
        "environment",
        {"environment": "pengurangan dan pengolahan sampah"},
        "Mempelajari pengolahan sampah dan retribusi kebersihan di {host}.",
        [
            ("PRESENTATION", "Paparan neraca sampah dan armada"),
            ("SITE_VISIT", "Peninjauan tempat pengolahan sampah terpadu"),
        ],
        [
            Result("LEARNING", "Perhitungan tarif retribusi dan pola angkut terjadwal.", "HOST_TO_GUEST"),
            Result("RECOMMENDATION", "Uji coba pemilahan di lima kelurahan sebelum menambah armada.", "HOST_TO_GUEST"),
        ],
    ),
    "food": Story(
        ["PENJAJAKAN", "TRADE_MISSION"],
        "food",
        {"food": "pasokan antardaerah untuk pengendalian inflasi", "agriculture": "sayur, telur, dan hortikultura"},
        "Menjajaki pasokan pangan antardaerah antara {guest} dan {host} untuk pengendalian inflasi.",
        [
            ("DISCUSSION", "Pembahasan kebutuhan bulanan dan musim panen"),
            ("SITE_VISIT", "Peninjauan pasar induk dan gudang pendingin"),
        ],
        [
            Result("INTEREST", "Kebutuhan pasokan dicocokkan dengan musim panen."),
            Result(
                "PLEDGE",
                "Pasokan percobaan dikirim melalui koperasi tani.",
                "GUEST_TO_HOST",
                due=40,
                by="guest",
                quantity=("ABOUT", "12", "ton"),
            ),
        ],
        "Harga di hulu dan di hilir harus sama-sama masuk akal.",
    ),
    "council": Story(
        ["DPRD_VISIT", "KUNKER"],
        "council",
        {"planning": "pembahasan rancangan peraturan daerah"},
        "Konsultasi panitia khusus DPRD {guest} tentang rancangan peraturan daerah kerja sama daerah.",
        [
            ("RECEPTION", "Penyambutan oleh sekretariat dewan"),
            ("DISCUSSION", "Tukar pengalaman pembahasan raperda"),
        ],
        [
            Result("INFORMATION", "Pertukaran naskah akademik dan daftar inventarisasi masalah."),
            Result("PLEDGE", "Salinan peraturan daerah dan notulen pembahasan dikirim.", "HOST_TO_GUEST", due=14),
        ],
    ),
    "budget": Story(
        ["DPRD_VISIT", "STUDI_BANDING"],
        "revenue",
        {"regional-finance": "pajak dan retribusi daerah"},
        "Studi banding komisi keuangan tentang pajak daerah dan penggalian pendapatan asli daerah.",
        [
            ("PRESENTATION", "Paparan kinerja pajak daerah"),
            ("DISCUSSION", "Diskusi pemasangan alat perekam transaksi"),
        ],
        [
            Result(
                "LEARNING", "Cara menyandingkan data listrik, air, dan pajak untuk menemukan potensi.", "HOST_TO_GUEST"
            )
        ],
    ),
    "transport": Story(
        ["STUDI_BANDING"],
        "transport",
        {"transport": "angkutan umum massal", "public-works": "halte dan trotoar"},
        "Membandingkan pengelolaan angkutan umum massal di {host}.",
        [
            ("PRESENTATION", "Paparan skema pembelian layanan"),
            ("SITE_VISIT", "Menumpang satu koridor bus bersama operator"),
        ],
        [Result("LEARNING", "Skema pembelian layanan per kilometer dan pengawasannya.", "HOST_TO_GUEST")],
    ),
    "trade": Story(
        ["TRADE_MISSION", "DIPLOMATIC"],
        "licensing",
        {"trade": "temu dagang", "industry": "komponen elektronik dan galangan"},
        "Misi dagang dan temu usaha {guest} di {host}.",
        [
            ("RECEPTION", "Penyambutan delegasi"),
            ("DISCUSSION", "Temu usaha satu lawan satu"),
            ("MEAL", "Jamuan makan siang"),
        ],
        [
            Result(
                "INTEREST",
                "Perusahaan delegasi menyatakan minat menanam modal.",
                "GUEST_TO_HOST",
                quantity=("AT_LEAST", "14", "perusahaan"),
            ),
            Result("PLEDGE", "Pendampingan perizinan bagi perusahaan yang berminat.", "HOST_TO_GUEST", due=45),
        ],
    ),
    "hospital": Story(
        ["STUDI_TIRU"],
        "health",
        {"health": "rujukan dan rekam medis elektronik"},
        "Mempelajari rekam medis elektronik dan antrean daring rumah sakit daerah.",
        [
            ("PRESENTATION", "Paparan sistem informasi rumah sakit"),
            ("SITE_VISIT", "Peninjauan pendaftaran dan farmasi"),
        ],
        [Result("PLEDGE", "Modul pelatihan petugas pendaftaran dibagikan.", "HOST_TO_GUEST", due=20)],
    ),
    "labour": Story(
        ["KUNKER", "PENJAJAKAN"],
        "labour",
        {"labour": "pelatihan vokasi dan penempatan", "education": "magang industri"},
        "Menjajaki penempatan lulusan balai latihan kerja {guest} di industri {host}.",
        [
            ("DISCUSSION", "Pembahasan kebutuhan keahlian industri"),
            ("SITE_VISIT", "Peninjauan balai latihan kerja"),
        ],
        [
            Result(
                "PLEDGE",
                "Kuota magang tahap pertama disediakan.",
                "HOST_TO_GUEST",
                due=60,
                quantity=("EXACT", "40", "peserta"),
            ),
            Result("DECISION", "Kurikulum las dan mekatronika diselaraskan.", due=25, by="guest"),
        ],
    ),
    "online": Story(
        ["ONLINE", "COORDINATION"],
        "cooperation",
        {"planning": "tindak lanjut kunjungan"},
        "Rapat daring membahas tindak lanjut kunjungan {guest} ke {host}.",
        [("DISCUSSION", "Pembahasan daftar tindak lanjut satu per satu")],
        [Result("DECISION", "Narahubung kedua pihak ditetapkan; rapat berikutnya bulan depan.", due=30)],
        setting="VIRTUAL",
    ),
    "culture": Story(
        ["CULTURAL", "RECIPROCAL"],
        "tourism",
        {"culture": "pertunjukan dan lokakarya", "tourism": "kunjungan wisata budaya"},
        "Pertukaran sanggar dan lokakarya tari {guest} di {host}.",
        [
            ("RECEPTION", "Penyambutan dengan sekapur sirih"),
            ("OTHER", "Pertunjukan bersama dan lokakarya"),
        ],
        [
            Result(
                "INVITATION",
                "Sanggar tuan rumah diundang tampil pada perayaan hari jadi.",
                "GUEST_TO_HOST",
                due=90,
                by="host",
            )
        ],
    ),
    "fair": Story(
        ["EXHIBITION"],
        "sme",
        {"cooperatives-sme": "gerai usaha mikro", "trade": "temu pembeli"},
        "Pameran produk unggulan bersama {guest} dan {host}.",
        [("OTHER", "Pembukaan pameran"), ("DISCUSSION", "Temu pembeli"), ("PRESS", "Konferensi pers")],
        [
            Result(
                "INFORMATION",
                "Transaksi selama pameran dicatat panitia.",
                quantity=("MORE_THAN", "350", "juta rupiah"),
            )
        ],
    ),
    "review": Story(
        ["MONEV"],
        "cooperation",
        {"planning": "pemantauan dan evaluasi kerja sama"},
        "Pemantauan dan evaluasi pelaksanaan kerja sama {guest} dan {host}.",
        [("PRESENTATION", "Paparan capaian tiap program"), ("DISCUSSION", "Penilaian bersama dan kendala")],
        [
            Result("RECOMMENDATION", "Kerja sama dilanjutkan dengan sasaran yang dipersempit."),
            Result("DECISION", "Laporan evaluasi ditandatangani kedua pihak.", due=21, nature="SIGNED_SOFT"),
        ],
    ),
    "courtesy": Story(
        ["COURTESY"],
        "secretariat",
        {"planning": "perkenalan dan agenda tahun depan"},
        "Silaturahmi dan perkenalan pimpinan {guest}.",
        [("RECEPTION", "Penerimaan di ruang tamu pimpinan"), ("MEAL", "Jamuan")],
        [Result("NONE", "Perkenalan, tanpa hasil khusus.")],
    ),
    "sister": Story(
        ["SISTER_CITY_EXPLORATION", "DIPLOMATIC"],
        "cooperation",
        {"education": "pertukaran pelajar", "environment": "pengelolaan air", "culture": "pekan budaya"},
        "Menjajaki kerja sama kota bersaudara antara {guest} dan {host}.",
        [
            ("RECEPTION", "Penyambutan delegasi"),
            ("PRESENTATION", "Pertukaran data potensi"),
            ("DISCUSSION", "Pembahasan bidang yang mungkin"),
        ],
        [
            Result("INTEREST", "Kedua pihak berminat menyusun pernyataan kehendak kerja sama."),
            Result("INVITATION", "Undangan kunjungan balasan tahun depan.", "GUEST_TO_HOST", due=120),
            Result("PLEDGE", "Data potensi daerah dalam bahasa Inggris dikirim.", "HOST_TO_GUEST", due=30),
        ],
    ),
    "training": Story(
        ["BIMTEK"],
        "cooperation",
        {"civil-service": "penyusunan naskah kerja sama", "planning": "pemetaan urusan"},
        "Bimbingan teknis penyusunan naskah kerja sama daerah bagi perangkat daerah.",
        [("PHASE", "Materi dan latihan kelas"), ("DISCUSSION", "Bedah naskah peserta")],
        [Result("DECISION", "Setiap perangkat daerah membawa satu rancangan ke tahap berikutnya.", due=30)],
    ),
    "disaster": Story(
        ["COORDINATION", "TECHNICAL"],
        "disaster",
        {"disaster": "kesiapsiagaan dan bantuan antardaerah"},
        "Rapat koordinasi kesiapsiagaan bencana antara {guest} dan {host}.",
        [("DISCUSSION", "Pembahasan jalur komunikasi dan gudang logistik"), ("TECHNICAL", "Gladi meja")],
        [
            Result("DECISION", "Daftar narahubung dan jalur radio bersama ditetapkan.", due=14),
            Result("RECOMMENDATION", "Gladi lapangan bersama sebelum musim hujan."),
        ],
    ),
    "village": Story(
        ["STUDI_TIRU", "KUNKER"],
        "villages",
        {"community-village": "badan usaha milik desa", "tourism": "desa wisata"},
        "Mempelajari pengelolaan desa wisata dan badan usaha milik desa di {host}.",
        [
            ("PRESENTATION", "Paparan perjalanan desa wisata"),
            ("SITE_VISIT", "Peninjauan kafe sawah dan unit usaha desa"),
        ],
        [
            Result("LEARNING", "Pembagian hasil usaha dan tata kelola badan usaha milik desa.", "HOST_TO_GUEST"),
            Result("PLEDGE", "Contoh peraturan desa tentang bagi hasil dikirim.", "HOST_TO_GUEST", due=18),
        ],
        "Yang datang melihat sawah, yang pulang membawa hitungan.",
    ),
    "dairy": Story(
        ["STUDI_TIRU"],
        "livestock",
        {"agriculture": "peternakan sapi perah", "cooperatives-sme": "koperasi susu"},
        "Mempelajari koperasi susu dan kesehatan ternak di {host}.",
        [("SITE_VISIT", "Peninjauan koperasi dan pos penampungan susu"), ("DISCUSSION", "Diskusi pakan dan vaksinasi")],
        [Result("LEARNING", "Cara koperasi menjaga mutu susu dari kandang ke tangki.", "HOST_TO_GUEST")],
    ),
    "coffee": Story(
        ["TRADE_MISSION", "PENJAJAKAN"],
        "food",
        {"agriculture": "kopi rakyat", "industry": "hilirisasi", "trade": "pasar ekspor"},
        "Menjajaki pemasaran kopi rakyat melalui {host}.",
        [("PRESENTATION", "Cicip kopi dan paparan mutu"), ("DISCUSSION", "Pembahasan gudang dan pengapalan")],
        [
            Result(
                "PLEDGE",
                "Contoh biji kopi dikirim untuk uji pasar.",
                "GUEST_TO_HOST",
                due=25,
                by="guest",
                quantity=("EXACT", "250", "kg"),
            ),
            Result("INTEREST", "Minat membuka gerai bersama di terminal feri."),
        ],
    ),
    "children": Story(
        ["STUDI_TIRU", "TECHNICAL"],
        "health",
        {"health": "pencegahan tengkes", "women-children": "kelas ibu"},
        "Mempelajari percepatan penurunan tengkes dan peran kader di {host}.",
        [("PRESENTATION", "Paparan angka dan intervensi"), ("SITE_VISIT", "Peninjauan posyandu")],
        [Result("PLEDGE", "Panduan kelas ibu dan lembar pantau dibagikan.", "HOST_TO_GUEST", due=15)],
    ),
    "signing": Story(
        ["SIGNING", "KUNKER"],
        "cooperation",
        {"planning": "kesepakatan bersama", "trade": "perdagangan antardaerah"},
        "Penandatanganan kesepakatan bersama {guest} dan {host}.",
        [("SIGNING", "Penandatanganan kesepakatan bersama"), ("PRESS", "Keterangan pers"), ("MEAL", "Jamuan")],
        [
            Result("DOCUMENT", "Kesepakatan bersama ditandatangani.", nature="SIGNED_SOFT"),
            Result("PLEDGE", "Rencana kerja tahun pertama disusun.", due=60),
        ],
    ),
    "spatial": Story(
        ["STUDI_BANDING"],
        "planning",
        {"public-works": "rencana detail tata ruang", "land": "peta dasar"},
        "Studi banding penyusunan rencana detail tata ruang digital.",
        [("PRESENTATION", "Paparan peta dasar dan layanan informasi ruang"), ("TECHNICAL", "Bedah basis data")],
        [Result("LEARNING", "Urutan kerja dari peta dasar sampai perizinan terhubung.", "HOST_TO_GUEST")],
    ),
    "authority": Story(
        ["KUNKER"],
        "authority",
        {"investment": "kawasan perdagangan bebas", "transport": "pelabuhan peti kemas"},
        "Mempelajari pengelolaan kawasan perdagangan bebas dan pelabuhan.",
        [("PRESENTATION", "Paparan kewenangan dan layanan kawasan"), ("SITE_VISIT", "Peninjauan pelabuhan")],
        [Result("INFORMATION", "Pertukaran data arus barang dan waktu sandar.")],
    ),
    "archive": Story(
        ["OTHER"],
        "secretariat",
        {"archives": "arsip statis daerah", "library": "koleksi kedaerahan"},
        "Penyerahan salinan arsip dan foto lama {host} yang disimpan {guest}.",
        [("OTHER", "Penyerahan dan pembacaan berita acara")],
        [Result("DOCUMENT", "Berita acara serah terima salinan arsip.", "GUEST_TO_HOST", nature="SIGNED_SOFT")],
    ),
    "youth": Story(
        ["COURTESY", "CULTURAL"],
        "secretariat",
        {"youth-sport": "pertukaran pemuda", "education": "duta daerah"},
        "Penerimaan rombongan pertukaran pemuda {guest}.",
        [("RECEPTION", "Penerimaan dan dialog"), ("SITE_VISIT", "Kunjungan ke kampung tua")],
        [Result("INVITATION", "Pemuda {host} diundang pada perkemahan tahun depan.", "GUEST_TO_HOST", due=150)],
    ),
}
