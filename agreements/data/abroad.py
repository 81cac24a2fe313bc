"""Ways abroad: with a sister region, another foreign local government, or a foreign institution.

The first seven steps were read in a regional regulation (Perda Kab. Semarang 4/2021), the rest in pages of practice,
so these are to be confirmed. A letter of intent has a short way of its own: it is signed and then followed up.
"""

from __future__ import annotations

from dataclasses import replace

from agreements.data.templates import NOT_INTENT, Paper, Step, Template
from agreements.models import AgreementKind

RULE = "PP 28/2018; Permendagri 25/2020"
READ = "Permendagri 25/2020; Perda Kab. Semarang 4/2021"

GOVERNMENTS = (
    Step(
        "INITIATIVE", "Prakarsa", "Initiative", "EXPLORATION", "HEAD", "COUNTERPART",
        (Paper("REQUEST", "Permohonan atau persetujuan pemerintah asing", "Request or consent of the other side"),),
        "Dari pemerintah daerah, dari mitra, atau dari pemerintah pusat.",
        "From the own government, from the partner, or from the central government.",
        basis=READ,
    ),
    Step(
        "EXPLORATION", "Penjajakan", "Exploration", "EXPLORATION", "COOPERATION_OFFICE", "MISSION",
        (Paper("POTENTIAL"), Paper("PARTNER_PROFILE", required=False)),
        "Pertukaran data potensi melalui perwakilan. Periksa kesetaraan status, kesamaan ciri, saling melengkapi, dan "
        "hubungan diplomatik.",
        "Exchange of potentials through representations. Check equal status, likeness, complementarity and diplomatic "
        "relations.",
        basis=READ,
    ),
    Step(
        "LOI", "Pernyataan kehendak kerja sama", "Statement of intent", "EXPLORATION", "HEADS", "",
        (Paper("SIGNED", "Pernyataan kehendak yang ditandatangani", "Signed letter of intent"),),
        "Ditandatangani kepala kedua daerah; tidak mengikat.",
        "Signed by the heads of both; not binding.",
        basis=READ, kinds=NOT_INTENT,
    ),
    Step(
        "LOI_SIGNED", "Penandatanganan pernyataan kehendak", "Signing of the letter of intent", "SIGNING", "HEADS", "",
        (Paper("DRAFT", required=False), Paper("SIGNED")),
        "Ditandatangani kepala kedua daerah; tidak mengikat, biasanya untuk 1 sampai 2 tahun.",
        "Signed by the heads of both; not binding, usually for one or two years.",
        basis=READ, kinds=(AgreementKind.LOI,), signs=True,
    ),
    Step(
        "LOI_FOLLOW_UP", "Tindak lanjut pernyataan kehendak", "Follow-up of the letter of intent", "IMPLEMENTATION",
        "COOPERATION_OFFICE", "MISSION", (Paper("WORKPLAN", required=False),),
        "Nota kesepahaman yang menyusul dicatat sebagai kerja sama tersendiri.",
        "The memorandum that follows is a record of its own.",
        basis=RULE, kinds=(AgreementKind.LOI,), unsure=True,
    ),
    Step(
        "WORKPLAN", "Penyusunan rencana kerja sama", "Cooperation plan", "PREPARATION", "TKKSD", "UNIT",
        (Paper("TOR"), Paper("WORKPLAN"), Paper("EXPERT_STUDY")),
        "Kerangka acuan dan rencana aksi, dengan kajian pakar.",
        "Terms of reference and plan of action, with an expert study.",
        basis=READ, kinds=NOT_INTENT,
    ),
    Step(
        "DPRD", "Persetujuan DPRD", "Council approval", "APPROVAL", "COUNCIL", "HEAD",
        (Paper("DPRD_APPROVAL"),),
        "Atas rencana kerja sama dan pernyataan kehendak. Selalu perlu untuk kerja sama luar negeri. Apakah DPRD "
        "menjawab dalam 15 atau 45 hari kerja belum dipastikan.",
        "On the plan and the letter of intent. Always needed for cooperation abroad. Whether the council answers "
        "within 15 or 45 working days is still to be confirmed.",
        basis=READ, days=45, kinds=NOT_INTENT, gate=True, unsure=True,
    ),
    Step(
        "VERIFICATION", "Verifikasi Kementerian Dalam Negeri", "Verification by Home Affairs", "APPROVAL",
        "HOME_AFFAIRS", "", (Paper("MOHA_LETTER"), Paper("REQUEST", required=False)),
        "Permohonan fasilitasi dan verifikasi kepada Menteri Dalam Negeri.",
        "Request to the Minister of Home Affairs for facilitation and verification.",
        basis=READ, kinds=NOT_INTENT, gate=True,
    ),
    Step(
        "MOU_DRAFTING", "Penyusunan rancangan naskah", "Drafting of the memorandum", "PREPARATION",
        "FOREIGN_AFFAIRS", "COOPERATION_OFFICE", (Paper("DRAFT"),),
        "Rancangan dibahas bersama Kementerian Luar Negeri.",
        "The draft is worked out with the Ministry of Foreign Affairs.",
        basis=READ, kinds=NOT_INTENT,
    ),
    Step(
        "INTERMINISTERIAL", "Pembahasan antarkementerian dan paraf", "Inter-ministry session, initialling", "APPROVAL",
        "MINISTRIES", "", (Paper("MINUTES"),),
        basis=RULE, kinds=NOT_INTENT, unsure=True,
    ),
    Step(
        "COUNTER_DRAFT", "Penyampaian naskah kepada calon mitra", "Exchange of the counter-draft", "APPROVAL",
        "MISSION", "COUNTERPART", (Paper("DRAFT"), Paper("REPLY", required=False)),
        "Melalui perwakilan RI di negara mitra.",
        "Through the Indonesian mission in the partner's country.",
        basis=RULE, kinds=NOT_INTENT, unsure=True,
    ),
    Step(
        "FULL_POWERS", "Surat kuasa penuh (Full Powers)", "Full powers", "APPROVAL", "FOREIGN_AFFAIRS",
        "HOME_AFFAIRS", (Paper("FULL_POWERS"),),
        "Diterbitkan Menteri Luar Negeri atas rekomendasi Menteri Dalam Negeri.",
        "Issued by the Minister of Foreign Affairs on the recommendation of the Minister of Home Affairs.",
        basis=RULE, kinds=NOT_INTENT, gate=True, unsure=True,
    ),
    Step(
        "MOU_SIGNED", "Penandatanganan nota kesepahaman", "Signing of the memorandum", "SIGNING", "HEADS", "",
        (Paper("SIGNED"),),
        "Ditandatangani kepala daerah dengan surat kuasa penuh.",
        "Signed by the head of the region with full powers.",
        basis=RULE, kinds=NOT_INTENT, signs=True, unsure=True,
    ),
    Step(
        "DEPOSIT", "Penyimpanan naskah asli di Kementerian Luar Negeri", "Deposit of the original", "REPORTING",
        "FOREIGN_AFFAIRS", "COOPERATION_OFFICE",
        (Paper("EVIDENCE", "Tanda terima naskah asli", "Receipt for the original"),),
        "Naskah asli disimpan Kementerian Luar Negeri, salinan resmi untuk pemerintah daerah dan Kementerian Dalam "
        "Negeri.",
        "The Ministry of Foreign Affairs keeps the original; the region and Home Affairs get certified copies.",
        basis=RULE, kinds=NOT_INTENT, unsure=True,
    ),
    Step(
        "IMPLEMENTATION", "Pelaksanaan", "Implementation", "IMPLEMENTATION", "EXECUTING_UNIT", "COUNTERPART",
        (Paper("EVIDENCE", required=False),), basis=RULE, kinds=NOT_INTENT, unsure=True,
    ),
    Step(
        "MONEV", "Monitoring dan evaluasi", "Monitoring and evaluation", "REPORTING", "COOPERATION_OFFICE", "",
        (Paper("MONEV_FORM"), Paper("PERIODIC_REPORT", required=False)),
        basis=RULE, kinds=NOT_INTENT, unsure=True,
    ),
)  # fmt: skip

INSTITUTION = tuple(
    replace(
        step,
        guidance_id="Penerusan kerja sama Pemerintah, atau bentuk lain dengan persetujuan Pemerintah.",
        guidance_en="Carrying on a cooperation of the Government, or another form with its approval.",
    )
    if step.code == "INITIATIVE"
    else step
    for step in GOVERNMENTS
)

TEMPLATES = (
    Template("KSDPL_SISTER", "Daerah bersaudara di luar negeri", "Sister region abroad", RULE, GOVERNMENTS),
    Template(
        "KSDPL_OTHER", "Pemerintah daerah luar negeri, kerja sama lainnya", "Foreign local government, other", RULE,
        GOVERNMENTS,
    ),
    Template("KSDLL", "Lembaga di luar negeri", "Foreign institution", RULE, INSTITUTION),
)  # fmt: skip
