"""Who acts in the steps of the processes."""

from agreements.data.templates import Actor

ACTORS = (
    Actor("HEAD", "Kepala daerah", "Head of the region"),
    Actor("HEADS", "Kepala daerah kedua pihak", "Heads of both regions"),
    Actor("TKKSD", "Tim Koordinasi Kerja Sama Daerah (TKKSD)", "Regional cooperation team (TKKSD)"),
    Actor("COOPERATION_OFFICE", "Bagian/Biro Kerja Sama", "Cooperation office"),
    Actor("UNIT", "Perangkat daerah pemrakarsa", "Agency that proposes it"),
    Actor("EXECUTING_UNIT", "Perangkat daerah pelaksana", "Agency that carries it out"),
    Actor("LEGAL", "Bagian Hukum", "Legal division"),
    Actor("COUNTERPART", "Calon mitra", "Counterpart"),
    Actor("COUNCIL", "DPRD", "Regional council"),
    Actor("GOVERNOR", "Gubernur sebagai wakil pemerintah pusat", "Governor as representative of the government"),
    Actor("HOME_AFFAIRS", "Kementerian Dalam Negeri", "Ministry of Home Affairs"),
    Actor("FOREIGN_AFFAIRS", "Kementerian Luar Negeri", "Ministry of Foreign Affairs"),
    Actor("MINISTRIES", "Forum antarkementerian", "Inter-ministry forum"),
    Actor("MISSION", "Perwakilan RI atau konsulat", "Indonesian mission or consulate"),
    Actor("CENTRAL", "Kementerian/lembaga mitra", "Partner ministry or agency"),
)
