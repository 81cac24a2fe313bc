"""Words of the field that mean the same, in Indonesian and English, as officers write them.

Whoever types one of a line finds what was written in the words of the others. A line holds words or phrases, in small
letters; its first one names it. Add a line here and nothing needs to be indexed anew: the question is widened, not the
text.
"""

from __future__ import annotations

# What officers type for the longer names of provinces.
PROVINCES = {
    "kepri": "kepulauan riau",
    "babel": "bangka belitung",
    "dki": "ibukota jakarta",
    "diy": "istimewa yogyakarta",
    "jogja": "yogyakarta",
    "sumut": "sumatera utara",
    "sumbar": "sumatera barat",
    "sumsel": "sumatera selatan",
    "jabar": "jawa barat",
    "jateng": "jawa tengah",
    "jatim": "jawa timur",
    "ntb": "nusa tenggara barat",
    "ntt": "nusa tenggara timur",
    "kalbar": "kalimantan barat",
    "kalteng": "kalimantan tengah",
    "kalsel": "kalimantan selatan",
    "kaltim": "kalimantan timur",
    "kaltara": "kalimantan utara",
    "sulut": "sulawesi utara",
    "sulteng": "sulawesi tengah",
    "sulsel": "sulawesi selatan",
    "sultra": "sulawesi tenggara",
    "sulbar": "sulawesi barat",
    "malut": "maluku utara",
}

# Shorter words within the names of governments and their parts: “Pemkot Batam” is called Pemerintah Kota Batam.
OFFICES = {
    "kab": "kabupaten",
    "pemkot": "pemerintah kota",
    "pemko": "pemerintah kota",
    "pemkab": "pemerintah kabupaten",
    "pemprov": "pemerintah provinsi",
    "setda": "sekretariat daerah",
    "setwan": "sekretariat dprd",
    "walikota": "wali kota",
    "wakot": "wakil wali kota",
    "wabup": "wakil bupati",
    "wagub": "wakil gubernur",
    "sekda": "sekretaris daerah",
    "kadis": "kepala dinas",
    "kaban": "kepala badan",
    "kabag": "kepala bagian",
    "konjen": "konsul jenderal",
    "dubes": "duta besar",
    "kemendagri": "kementerian dalam negeri",
    "kemlu": "kementerian luar negeri",
    "univ": "universitas",
}

DEEDS = (
    # papers
    "kerja sama | kerjasama | kerja-sama | cooperation | collaboration | kolaborasi",
    "mou | nota kesepahaman | kesepakatan bersama | memorandum of understanding | memorandum kesepahaman | mous",
    "pks | perjanjian kerja sama | perjanjian kerjasama | cooperation agreement",
    "loi | letter of intent | pernyataan kehendak | pernyataan kehendak kerja sama | surat pernyataan minat | "
    "surat pernyataan kehendak | statement of intent",
    "nota kesepakatan | synergy memorandum | nota kesepakatan sinergi",
    "agreement | perjanjian | kesepakatan | agreements",
    "sister city | sister-city | kota kembar | kota bersaudara | kabupaten bersaudara | twin city | twin cities | "
    "sister cities | kota kembaran",
    "sister province | provinsi kembar | provinsi bersaudara | sister-province",
    "friendship city | daerah sahabat | kota sahabat | friendship region",
    "plan of action | rencana aksi | rencana kerja | work plan | action plan | workplan",
    "implementing arrangement | implementation arrangement | pengaturan pelaksanaan",
    "adendum | addendum | amandemen | amendment | perubahan perjanjian",
    "perpanjangan | renewal | pembaruan | extension | diperpanjang",
    "joint commitment | komitmen bersama",
    "signing | penandatanganan | tanda tangan | tandatangan | ditandatangani | menandatangani | signed | signature",
    "full powers | kuasa penuh | surat kuasa penuh | full power",
    "power of attorney | surat kuasa",
    "terms of reference | kerangka acuan kerja | kerangka acuan | tor | kak",
    "feasibility study | studi kelayakan",
    "notulen | minutes | notula | risalah rapat",
    "work programme | program kerja | work program",
    # visits
    "kunjungan | visit | visits | kunjungi | visited | visiting",
    "kunjungan kerja | kunker | working visit | work visit",
    "studi tiru | replication study | studi replikasi",
    "studi banding | benchmarking study | study visit | benchmarking | comparative study | study tour | kaji banding",
    "penjajakan | exploratory | exploration | exploratory visit",
    "courtesy call | silaturahmi | silaturahim | kunjungan kehormatan | courtesy visit",
    "kunjungan balasan | return visit | reciprocal visit",
    "bimbingan teknis | bimtek | technical guidance",
    "pelatihan | training | diklat | pendidikan dan pelatihan",
    "rapat koordinasi | rakor | coordination meeting",
    "misi dagang | trade mission | misi perdagangan",
    "monev | monitoring dan evaluasi | monitoring and evaluation | pemantauan dan evaluasi",
    "delegasi | delegation | rombongan | delegations",
    "undangan | invitation | mengundang | diundang",
    "laporan | report | pelaporan | reports",
    # follow-ups
    "tindak lanjut | follow-up | follow up | follow-ups | rtl | rencana tindak lanjut | menindaklanjuti | "
    "ditindaklanjuti",
    "tenggat | deadline | batas waktu | jatuh tempo",
)

WHO = (
    "kabupaten | kab | regency | regencies",
    "kota | city | municipality",
    "provinsi | propinsi | prov | province",
    "pemkot | pemko | pemerintah kota | city government | municipal government",
    "pemkab | pemerintah kabupaten | regency government",
    "pemprov | pemerintah provinsi | provincial government",
    "pemda | pemerintah daerah | local government | regional government",
    "dprd | dewan perwakilan rakyat daerah | regional council | local council | city council | regency council | "
    "legislatif daerah | council",
    "wali kota | walikota | mayor",
    "bupati | regent",
    "gubernur | governor",
    "wakil wali kota | wakil walikota | vice mayor | deputy mayor",
    "wakil bupati | vice regent | deputy regent",
    "wakil gubernur | vice governor | deputy governor",
    "sekretaris daerah | sekda | regional secretary",
    "setda | sekretariat daerah | regional secretariat",
    "opd | perangkat daerah | regional agency | skpd",
    "kepala dinas | kadis | head of agency",
    "konsul jenderal | konjen | consul general | consul-general | consulate general",
    "konsulat | consulate",
    "duta besar | dubes | ambassador",
    "kedutaan besar | kedubes | embassy",
    "kementerian dalam negeri | kemendagri | ministry of home affairs | home affairs | mendagri",
    "kementerian luar negeri | kemlu | ministry of foreign affairs | foreign ministry",
    "kementerian komunikasi dan informatika | kominfo | kemkominfo",
    "kementerian | ministry",
    "universitas | university | perguruan tinggi | univ",
    "tkksd | tim koordinasi kerja sama daerah",
)

SUBJECTS = (
    "pariwisata | wisata | tourism | kepariwisataan",
    "perdagangan | trade | commerce",
    "investasi | investment | penanaman modal | investments",
    "pendidikan | education",
    "kesehatan | health | healthcare",
    "pertanian | agriculture | agricultural",
    "perikanan | fisheries | fishery",
    "kebudayaan | budaya | culture | cultural",
    "lingkungan hidup | environment | environmental",
    "pelayanan publik | layanan publik | public service | public services",
    "mal pelayanan publik | mpp | public service mall",
    "kota cerdas | smart city | smart-city | kota pintar",
    "e-government | egovernment | spbe | pemerintahan digital | digital government",
    "ekonomi kreatif | creative economy | ekraf",
    "kawasan ekonomi khusus | kek | special economic zone",
    "kawasan industri | industrial estate | industrial area | industrial park",
    "umkm | ukm | usaha mikro | smes | small business | msme",
    "inflasi | inflation",
    "cabai | cabe | chili | chilli | chillies",
    "transportasi | transport | perhubungan | transportation",
    "pelabuhan | port | harbour | seaport",
    "bandara | bandar udara | airport",
    "sampah | persampahan | waste",
    "air minum | air bersih | drinking water | clean water",
    "olahraga | sports | sport | keolahragaan",
    "pemuda | youth | kepemudaan",
    "anggaran | budget | apbd",
)

WHERE = (
    "tiongkok | china | cina | rrt",
    "jepang | japan",
    "korea selatan | south korea",
    "singapura | singapore",
    "belanda | netherlands",
    "jerman | germany",
    "australia | australian",
    "amerika serikat | united states | usa",
    *(f"{short} | {name}" for short, name in PROVINCES.items()),
)

LINES = (*DEEDS, *WHO, *SUBJECTS, *WHERE)
