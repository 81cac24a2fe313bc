"""Ways inside the country: with another region, with a third party, and in synergy with the central government.

Permendagri 22/2020 was read by its chapters only, so the order of these steps is to be confirmed; days are defaults.
"""

from __future__ import annotations

from dataclasses import replace

from agreements.data.templates import MEMORANDA, UNDER_MEMORANDUM, Paper, Step, Template

RULE = "PP 28/2018; Permendagri 22/2020"

MAPPING = Step(
    "MAPPING", "Identifikasi dan pemetaan urusan", "Mapping of affairs", "EXPLORATION", "TKKSD", "UNIT",
    (Paper("POTENTIAL", required=False), Paper("TEAM_DECREE", required=False)),
    "Dilakukan setiap tahun: urusan apa yang lebih baik dikerjakan bersama, dan dengan siapa.",
    "Done every year: which affairs are better done together, and with whom.",
    basis="Permendagri 22/2020, bab identifikasi dan pemetaan urusan", kinds=MEMORANDA,
)  # fmt: skip
PREPARATION = Step(
    "PREPARATION", "Persiapan", "Preparation", "PREPARATION", "UNIT", "TKKSD",
    (Paper("TOR"), Paper("FEASIBILITY", required=False)),
    "Siapkan kerangka acuan kerja: maksud, ruang lingkup, manfaat, pembiayaan, jangka waktu.",
    "Prepare the terms of reference: purpose, scope, benefit, funding, term.",
    basis=RULE, unsure=True,
)  # fmt: skip
OFFER = Step(
    "OFFER", "Penawaran", "Offer", "PREPARATION", "HEAD", "COUNTERPART",
    (Paper("OFFER"), Paper("REPLY")),
    "Surat penawaran dan surat jawaban. Batas hari adalah bawaan sistem, bukan dari peraturan.",
    "The letter of offer and the reply. The days allowed are a default of the register, not from a regulation.",
    basis=RULE, days=30, kinds=MEMORANDA, unsure=True,
)  # fmt: skip
KB_DRAFTING = Step(
    "KB_DRAFTING", "Penyusunan Kesepakatan Bersama", "Drafting of the memorandum", "PREPARATION", "TKKSD", "LEGAL",
    (Paper("DRAFT"), Paper("PARTNER_PROFILE", required=False)),
    "Rancangan disusun TKKSD dan diparaf Bagian Hukum. Batas hari adalah bawaan sistem, bukan dari peraturan.",
    "The team drafts, the legal division initials. The days allowed are a default of the register, not from a "
    "regulation.",
    basis=RULE, days=30, kinds=MEMORANDA, unsure=True,
)  # fmt: skip
KB_SIGNED = Step(
    "KB_SIGNED", "Penandatanganan Kesepakatan Bersama", "Signing of the memorandum", "SIGNING", "HEADS", "",
    (Paper("SIGNED"), Paper("PROXY", required=False)),
    "Ditandatangani kepala daerah. Sesudahnya periksa paraf basah, meterai, dan stempel.",
    "Signed by the heads of the regions. Check initials, duty stamp and seal afterwards.",
    basis=RULE, kinds=MEMORANDA, signs=True, unsure=True,
)  # fmt: skip
DPRD = Step(
    "DPRD", "Persetujuan DPRD", "Council approval", "APPROVAL", "COUNCIL", "HEAD",
    (Paper("DPRD_APPROVAL"),),
    "Perlu bila rencana membebani masyarakat atau daerah, atau belum teranggarkan di APBD berjalan. Bila tidak "
    "keduanya, tahap ini dilewati dengan alasan. Apakah DPRD menjawab dalam 15 atau 45 hari kerja belum dipastikan.",
    "Needed where the plan burdens the public or the region, or is outside the running budget; else it is skipped "
    "with a reason. Whether the council answers within 15 or 45 working days is still to be confirmed.",
    basis="PP 28/2018", days=45, gate=True, conditional=True, test="COUNCIL", unsure=True,
)  # fmt: skip
PKS_DRAFTING = Step(
    "PKS_DRAFTING", "Penyusunan Perjanjian Kerja Sama", "Drafting of the cooperation agreement", "PREPARATION",
    "UNIT", "TKKSD",
    (Paper("DRAFT"), Paper("WORKPLAN", required=False)),
    "Memuat hak dan kewajiban, keadaan kahar, dan penyelesaian perselisihan. Batas hari adalah bawaan sistem, bukan "
    "dari peraturan.",
    "With rights and duties, force majeure and settlement of disputes. The days allowed are a default of the "
    "register, not from a regulation.",
    basis=RULE, days=30, kinds=UNDER_MEMORANDUM, unsure=True,
)  # fmt: skip
PKS_SIGNED = Step(
    "PKS_SIGNED", "Penandatanganan Perjanjian Kerja Sama", "Signing of the cooperation agreement", "SIGNING",
    "HEADS", "UNIT",
    (Paper("SIGNED"), Paper("PROXY", "Bila kepala perangkat daerah yang menandatangani",
                            "Where the head of an agency signs", required=False)),
    "Ditandatangani kepala daerah, atau kepala perangkat daerah dengan surat kuasa.",
    "Signed by the heads of the regions, or by the head of an agency with a power of attorney.",
    basis=RULE, kinds=UNDER_MEMORANDUM, signs=True, unsure=True,
)  # fmt: skip
IMPLEMENTATION = Step(
    "IMPLEMENTATION", "Pelaksanaan", "Implementation", "IMPLEMENTATION", "EXECUTING_UNIT", "COUNTERPART",
    (Paper("EVIDENCE", required=False),),
    "Jalankan program dan catat capaian dengan buktinya.",
    "Carry out the programmes and record what was reached, with evidence.",
    basis=RULE, unsure=True,
)  # fmt: skip
ADMINISTRATION = Step(
    "ADMINISTRATION", "Penatausahaan", "Filing and registration", "REPORTING", "COOPERATION_OFFICE", "",
    (Paper("EVIDENCE", required=False),),
    "Simpan naskah asli dan daftarkan.",
    "Keep the original and register it.",
    basis=RULE, unsure=True,
)  # fmt: skip
REPORTING = Step(
    "REPORTING", "Pelaporan", "Reporting", "REPORTING", "HEAD", "GOVERNOR",
    (Paper("PERIODIC_REPORT"), Paper("MONEV_FORM", required=False)),
    "Kepala daerah melapor kepada Gubernur, Gubernur kepada Menteri. Bulan dan alamat laporan belum dipastikan.",
    "The head of the region reports to the governor, the governor to the minister. Month and addressee are to be "
    "confirmed.",
    basis="PP 28/2018 pasal 44; UU 23/2014 pasal 368", unsure=True,
)  # fmt: skip

BETWEEN_REGIONS = (
    MAPPING, PREPARATION, OFFER, KB_DRAFTING, KB_SIGNED, DPRD, PKS_DRAFTING, PKS_SIGNED, IMPLEMENTATION,
    ADMINISTRATION, REPORTING,
)  # fmt: skip
WITH_THIRD_PARTY = tuple(
    {
        "PREPARATION": replace(
            PREPARATION,
            papers=(
                Paper("TOR"),
                Paper("FEASIBILITY", "Bila prakarsa pihak ketiga", "Where a third party proposes it", required=False),
            ),
            guidance_id="Atas prakarsa pemerintah daerah, atau pihak ketiga dengan studi kelayakan.",
            guidance_en="On the initiative of the government, or of a third party with a feasibility study.",
        ),
        "KB_DRAFTING": replace(KB_DRAFTING, papers=(Paper("DRAFT"), Paper("PARTNER_PROFILE"))),
        "KB_SIGNED": replace(
            KB_SIGNED,
            actor="HEAD",
            with_actor="COUNTERPART",
            guidance_id="Ditandatangani kepala daerah dan pihak ketiga.",
            guidance_en="Signed by the head of the region and the third party.",
        ),
        "PKS_SIGNED": replace(PKS_SIGNED, actor="HEAD", with_actor="COUNTERPART"),
    }.get(step.code, step)
    for step in BETWEEN_REGIONS
)

SYNERGY_RULE = "PP 28/2018 pasal 46"
SYNERGY = (
    Step(
        "INITIATION", "Prakarsa", "Initiation", "EXPLORATION", "UNIT", "CENTRAL",
        (Paper("REQUEST", required=False), Paper("TOR", required=False)),
        "Sinergi perencanaan dan pelaksanaan pembangunan dengan kementerian atau lembaga.",
        "Synergy in planning and development with a ministry or agency.",
        basis=SYNERGY_RULE, unsure=True,
    ),
    Step(
        "NK_DRAFTING", "Penyusunan Nota Kesepakatan dan rencana kerja", "Drafting with the annexed plan of action",
        "PREPARATION", "COOPERATION_OFFICE", "CENTRAL",
        (Paper("DRAFT"), Paper("WORKPLAN", "Lampiran nota kesepakatan", "Annexed to the memorandum")),
        "Rencana kerja dilampirkan pada nota kesepakatan; tidak ada kesepakatan bersama dan PKS tersendiri. Batas "
        "hari adalah bawaan sistem, bukan dari peraturan.",
        "The plan of action is annexed; there is no memorandum and cooperation agreement beside it. The days allowed "
        "are a default of the register, not from a regulation.",
        basis=SYNERGY_RULE, days=30, unsure=True,
    ),
    Step(
        "NK_SIGNED", "Penandatanganan Nota Kesepakatan", "Signing of the synergy memorandum", "SIGNING",
        "HEAD", "CENTRAL", (Paper("SIGNED"),),
        basis=SYNERGY_RULE, signs=True, unsure=True,
    ),
    Step(
        "IMPLEMENTATION", "Pelaksanaan", "Implementation", "IMPLEMENTATION", "EXECUTING_UNIT", "CENTRAL",
        (Paper("EVIDENCE", required=False),), basis=SYNERGY_RULE, unsure=True,
    ),
    Step(
        "EVALUATION", "Evaluasi", "Evaluation", "REPORTING", "COOPERATION_OFFICE", "CENTRAL",
        (Paper("MONEV_FORM"), Paper("PERIODIC_REPORT", required=False)), basis=SYNERGY_RULE, unsure=True,
    ),
)  # fmt: skip

TEMPLATES = (
    Template("KSDD_W", "Kerja sama wajib antardaerah", "Mandatory inter-regional cooperation", RULE, BETWEEN_REGIONS),
    Template(
        "KSDD_S", "Kerja sama sukarela antardaerah", "Voluntary inter-regional cooperation", RULE, BETWEEN_REGIONS
    ),
    Template("KSDPK", "Kerja sama dengan pihak ketiga", "Cooperation with a third party", RULE, WITH_THIRD_PARTY),
    Template("SINERGI", "Sinergi dengan pemerintah pusat", "Synergy with central government", SYNERGY_RULE, SYNERGY),
)
