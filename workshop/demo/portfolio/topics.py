"""What the made-up agreements are about. Points say who gives: `OURS`, `THEIRS` or `MUTUAL`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """`unit` is a key of `cast.UNITS`; a programme is its name, an indicator, its unit, baseline and target."""

    title: str
    about: str
    unit: str
    points: list[tuple[str, str, str]]
    programme: tuple[str, str, str, int, int]


TOPICS = {
    "waste": Topic(
        "Pengelolaan sampah dan bank sampah",
        "Mengurangi timbunan sampah dengan bank sampah dan pengolahan di sumbernya.",
        "environment",
        [
            ("environment", "Pendampingan pembentukan bank sampah di kelurahan.", "THEIRS"),
            ("environment", "Pertukaran data timbulan sampah setiap semester.", "MUTUAL"),
        ],
        ("Bank sampah percontohan", "Bank sampah yang berjalan", "unit", 4, 20),
    ),
    "tourism": Topic(
        "Promosi pariwisata bersama",
        "Paket wisata dan kalender acara yang saling menguatkan.",
        "tourism",
        [
            ("tourism", "Promosi bersama pada pameran wisata.", "MUTUAL"),
            ("culture", "Pertukaran delegasi budaya setiap tahun.", "MUTUAL"),
            ("creative-industry", "Ruang pamer produk usaha kreatif mitra.", "OURS"),
        ],
        ("Kalender acara bersama", "Wisatawan dari daerah mitra", "orang", 12000, 18000),
    ),
    "food": Topic(
        "Pasokan pangan antardaerah",
        "Menjaga pasokan dan harga cabai, bawang, dan beras.",
        "food",
        [
            ("food", "Pasokan cabai dan bawang merah pada bulan-bulan rawan.", "THEIRS"),
            ("trade", "Gudang penyangga dan informasi harga harian.", "OURS"),
        ],
        ("Pasokan cabai musim hujan", "Cabai yang dikirim", "ton", 0, 240),
    ),
    "digital": Topic(
        "Layanan pemerintahan berbasis elektronik",
        "Berbagi aplikasi layanan dan tenaga ahli.",
        "ict",
        [
            ("e-government", "Kode sumber aplikasi layanan yang boleh dipakai ulang.", "OURS"),
            ("civil-service", "Magang pranata komputer selama satu bulan.", "MUTUAL"),
        ],
        ("Pakai ulang aplikasi layanan", "Layanan yang sudah daring", "layanan", 12, 40),
    ),
    "licensing": Topic(
        "Mal pelayanan publik dan perizinan",
        "Mempercepat layanan perizinan dengan belajar dari mitra.",
        "licensing",
        [
            ("public-service", "Pendampingan penataan mal pelayanan publik.", "OURS"),
            ("investment", "Promosi peluang investasi bersama.", "MUTUAL"),
        ],
        ("Penataan loket bersama", "Rata-rata waktu tunggu", "menit", 45, 15),
    ),
    "transport": Topic(
        "Angkutan dan keselamatan jalan",
        "Angkutan umum yang saling terhubung.",
        "transport",
        [("transport", "Rencana trayek dan uji kendaraan bersama.", "MUTUAL")],
        ("Uji kendaraan bersama", "Kendaraan yang diuji", "kendaraan", 0, 600),
    ),
    "health": Topic(
        "Rujukan dan layanan kesehatan",
        "Rujukan pasien dan pendidikan tenaga kesehatan.",
        "health",
        [
            ("health", "Rujukan pasien melalui rumah sakit daerah.", "THEIRS"),
            ("health", "Pelatihan perawat gawat darurat.", "THEIRS"),
        ],
        ("Pelatihan gawat darurat", "Perawat terlatih", "orang", 10, 90),
    ),
    "disaster": Topic(
        "Penanggulangan bencana",
        "Saling membantu saat bencana dan latihan bersama.",
        "disaster",
        [("disaster", "Bantuan personel dan alat dalam 24 jam.", "MUTUAL")],
        ("Gladi lapang tahunan", "Personel yang ikut gladi", "orang", 0, 150),
    ),
    "labour": Topic(
        "Penempatan dan pelatihan tenaga kerja",
        "Pelatihan vokasi sesuai kebutuhan kawasan industri.",
        "labour",
        [
            ("labour", "Kuota pelatihan las dan kelistrikan.", "OURS"),
            ("industry", "Informasi lowongan kawasan industri.", "OURS"),
        ],
        ("Pelatihan vokasi", "Peserta yang bekerja", "orang", 0, 200),
    ),
    "sme": Topic(
        "Pemasaran produk usaha mikro",
        "Produk usaha mikro masuk pasar mitra.",
        "sme",
        [
            ("cooperatives-sme", "Gerai bersama produk usaha mikro.", "MUTUAL"),
            ("trade", "Kurasi produk dan sertifikasi halal.", "MUTUAL"),
        ],
        ("Gerai bersama", "Usaha mikro yang masuk gerai", "usaha", 5, 60),
    ),
    "planning": Topic(
        "Perencanaan dan data pembangunan",
        "Menyelaraskan rencana dan data wilayah.",
        "planning",
        [
            ("planning", "Pertukaran data dan metode perencanaan.", "MUTUAL"),
            ("statistics", "Satu data dan metadata bersama.", "MUTUAL"),
        ],
        ("Satu data", "Data yang sudah berbagi pakai", "set data", 8, 50),
    ),
    "culture": Topic(
        "Pendidikan, pemuda, dan kebudayaan",
        "Pertukaran pelajar, pemuda, dan seniman.",
        "tourism",
        [
            ("education", "Pertukaran pelajar dan guru.", "MUTUAL"),
            ("culture", "Festival bersama.", "MUTUAL"),
            ("youth-sport", "Pertandingan persahabatan.", "MUTUAL"),
        ],
        ("Pertukaran pelajar", "Pelajar yang bertukar", "orang", 0, 40),
    ),
}
