"""Made-up tasks: overdue, due soon, later, without a day, blocked, shared by two sides, suggested, done.

Days are working days from today. Regions go by code, units by the keys of `cast.UNITS`, agreements by the names in
`portfolio.deals`, people by their e-mail address.
"""

from __future__ import annotations

from dataclasses import dataclass

from workshop.demo.year.calendar import BATAM, MALANG

KOTA_MALANG, KOTA_BATU, LUMAJANG = "35.73", "35.79", "35.08"
RANI, MIRA, HAFIZ = "petugas@batam.example", "opd@batam.example", "pimpinan@batam.example"
BAYU, EKO, LARAS = "petugas@malang.example", "opd@malang.example", "petugas@kotamalang.example"


@dataclass(frozen=True)
class Side:
    """Who must do it: a unit of a region, or the region; `done` is the day on which that side confirmed its part."""

    region: str
    unit: str = ""
    done: int | None = None


@dataclass(frozen=True)
class Said:
    """An entry of the log: a deed with its reason, or a comment."""

    day: int
    by: str
    deed: str
    text: str = ""


@dataclass(frozen=True)
class Task:
    """`since`: given on that day; `done`: completed on that day; `snoozed`: by whom, until when."""

    what: str
    owner: str
    since: int
    due: int | None = None
    sides: tuple[Side, ...] = ()
    people: tuple[str, ...] = ()
    kind: str = "FOLLOW_UP"
    status: str = "OPEN"
    priority: str = "NORMAL"
    asked: str = ""
    agreement: str = ""
    log: tuple[Said, ...] = ()
    done: int | None = None
    evidence: str = ""
    internal: bool = False
    snoozed: tuple[str, int] | None = None


TASKS = [
    # Batam: what the licensing agency owes
    Task("Menyiapkan data perizinan Batam–Balikpapan untuk bahan perpanjangan kerja sama.", BATAM, -14, -3,
         (Side(BATAM, "licensing"),), priority="HIGH", asked="Kepala Bagian Kerja Sama", agreement="ending"),
    Task("Mengusulkan dua nama petugas untuk magang loket layanan.", BATAM, -1, 3, (Side(BATAM, "licensing"),), (MIRA,),
         asked="Sekretaris Daerah Kota Batam",
         log=(Said(-1, RANI, "COMMENTED", "Surat tugasnya disiapkan Bagian Kerja Sama begitu namanya ada."),)),
    Task("Menyusun daftar proyek siap tawar triwulan depan dalam bahasa Inggris.", BATAM, -8, 6,
         (Side(BATAM, "licensing"),), status="IN_PROGRESS", asked="Asisten Perekonomian Kota Batam",
         log=(Said(-5, MIRA, "STARTED", "Sebelas dari dua puluh proyek sudah diterjemahkan."),)),
    Task("Memperbarui daftar perizinan yang sudah daring untuk dibagikan kepada mitra.", BATAM, -28, None,
         (Side(BATAM, "licensing"),), priority="LOW"),
    # Batam: the cooperation division
    Task("Memutuskan perpanjangan kerja sama perizinan dengan Kota Balikpapan.", BATAM, -10, 5, (Side(BATAM),),
         (HAFIZ, RANI), kind="RENEWAL_DECISION", priority="HIGH", agreement="ending",
         log=(Said(-4, RANI, "COMMENTED", "Evaluasi terakhir: diperluas. Konsep surat ada di berkas."),)),
    Task("Menyusun bahan paparan pimpinan untuk evaluasi akhir tahun.", BATAM, -6, 2, (Side(BATAM),), (RANI,),
         status="IN_PROGRESS", internal=True),
    Task("Menjawab tawaran pertukaran pelajar dari Incheon.", BATAM, -26, None, (Side(BATAM, "cooperation"),),
         asked="Direktur Urusan Internasional Incheon", agreement="incheon"),
    Task("Memeriksa kelengkapan arsip kerja sama yang sudah berakhir.", BATAM, -12, 1, (Side(BATAM),), (RANI,),
         priority="LOW", snoozed=(RANI, 4)),
    Task("Menyewa gerai pada pameran dagang bersama.", BATAM, -30, -9, (Side(BATAM, "sme"),), status="CANCELLED",
         log=(Said(-15, RANI, "CANCELLED", "Pamerannya dibatalkan oleh penyelenggara."),)),
    Task("Mengundang Wali Kota Incheon pada hari jadi Batam.", BATAM, -3, 20, status="SUGGESTED", agreement="incheon"),
    Task("Mengirim dokumen standar layanan kepada Kota Balikpapan.", BATAM, -24, -10, (Side(BATAM, "licensing"),),
         agreement="ending", done=-12, evidence="Surat Nomor 412/KS/{year}",
         log=(Said(-12, MIRA, "COMPLETED", "Surat Nomor 412/KS/{year}"),)),
    Task("Menerjemahkan naskah kerja sama dengan Incheon ke bahasa Inggris.", BATAM, -45, -25,
         (Side(BATAM, "cooperation"),), agreement="incheon", done=-20, evidence="Naskah terjemahan, 14 halaman",
         log=(Said(-20, RANI, "COMPLETED", "Naskah terjemahan, 14 halaman"),)),
    # Batam and Kabupaten Malang: one record, two sides
    Task("Menetapkan narahubung gudang cabai di kedua daerah.", BATAM, -9, 4,
         (Side(BATAM, "food", done=-3), Side(MALANG, "food")), agreement="food",
         log=(Said(-3, RANI, "CONFIRMED", "Kepala Bidang Distribusi Dinas Ketahanan Pangan dan Pertanian."),
              Said(-2, BAYU, "COMMENTED", "Surat penunjukan kami menunggu tanda tangan kepala dinas."))),
    Task("Uji kirim cabai lewat laut sebanyak dua ton.", BATAM, -20, -6,
         (Side(MALANG, "food"), Side(BATAM, "transport")), kind="DELIVERABLE", status="BLOCKED", priority="URGENT",
         agreement="food",
         log=(Said(-7, BAYU, "BLOCKED", "Kapal menunggu jadwal sandar."),
              Said(-4, RANI, "COMMENTED", "Jadwal sandar sudah diminta ke otoritas pelabuhan; kabar minggu depan."))),
    Task("Membagi biaya gudang penyangga untuk triwulan ini.", BATAM, -5, 12, (Side(BATAM), Side(MALANG)),
         kind="PAYMENT", agreement="food"),
    # Kabupaten Malang: what the planning agency owes
    Task("Menyusun matriks capaian kerja sama untuk rencana kerja tahun depan.", MALANG, -1, 6,
         (Side(MALANG, "planning"),), (EKO,), priority="HIGH", asked="Sekretaris Daerah Kabupaten Malang",
         log=(Said(-1, BAYU, "COMMENTED", "Contoh matriks tahun lalu ada di arsip Bagian Kerja Sama."),)),
    Task("Mengirim peta dasar perbatasan kepada Kota Malang.", MALANG, -22, -2, (Side(MALANG, "planning"),),
         asked="Wali Kota Malang", agreement="waste"),
    Task("Mengisi formulir evaluasi kerja sama persampahan.", MALANG, -7, 9, (Side(MALANG, "planning"),),
         status="IN_PROGRESS", agreement="waste", log=(Said(-4, EKO, "STARTED"),)),
    Task("Mengirim data capaian semester lalu kepada Bagian Kerja Sama.", MALANG, -40, -21, (Side(MALANG, "planning"),),
         done=-21, evidence="Nota Dinas Nomor 87/BAPPEDA/{year}",
         log=(Said(-21, EKO, "COMPLETED", "Nota Dinas Nomor 87/BAPPEDA/{year}"),)),
    # Kabupaten Malang and its neighbours
    Task("Menyepakati titik angkut sampah lintas batas.", MALANG, -12, 7,
         (Side(MALANG, "environment", done=-2), Side(KOTA_MALANG, "environment")), agreement="waste-pks",
         log=(Said(-2, BAYU, "CONFIRMED", "Tujuh titik, daftarnya pada berkas."),
              Said(-1, LARAS, "COMMENTED", "Kami periksa dua titik di Kedungkandang dahulu."))),
    Task("Rapat tim gabungan penanggulangan bencana.", MALANG, -8, 0,
         (Side(MALANG, "disaster"), Side(KOTA_MALANG), Side(KOTA_BATU), Side(LUMAJANG)), agreement="disaster"),
    Task("Menerjemahkan data potensi daerah ke bahasa Jepang.", MALANG, -10, 10, (Side(MALANG, "cooperation"),),
         status="IN_PROGRESS", agreement="toyama-loi"),
    Task("Menyusun usulan anggaran kerja sama tahun depan.", MALANG, -4, 15, status="SUGGESTED"),
    Task("Mengirim adendum bank sampah sekolah untuk disimpan Kota Malang.", MALANG, -24, -14,
         (Side(MALANG, "environment"), Side(KOTA_MALANG)), agreement="waste", done=-13,
         evidence="Tanda terima tanggal pengiriman", log=(Said(-13, BAYU, "COMPLETED", "Diantar langsung."),)),
]  # fmt: skip
