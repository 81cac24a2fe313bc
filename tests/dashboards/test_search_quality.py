"""Does the search find first what somebody means? Queries as officers type them, over the demo and some records more.

Not a test of what the search happens to do: each expectation was written before it was tried. 95 of 100 must be right.
"""

import datetime as dt

import pytest
from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import Func, Value
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone

from accounts.models import User
from agreements.models import Agreement, AgreementPaperText
from followups.models import Milestone, MilestonePaperText
from regions.models import Region
from tests.demo import demo  # noqa: F401 -- a fixture
from tests.factories import make_agreement, make_agreement_paper, make_attachment, make_milestone_paper
from visits.models import Visit, VisitPaperText

MODELS = {"regions": Region, "agreements": Agreement}

MALANGS = ("Kabupaten Malang", "Kota Malang")
MAYORS = ("Amsakar Achmad", "H Muhammad Rudi")
CHILLIES = "Rencana kerja pasokan cabai"
SOPPENG = "Pemerintah Kabupaten Soppeng → Pemerintah Kota Batam"

# language, what is typed, of which kind the first hit must be, how it must be called (one of several)
QUERIES = [
    # codes and numbers jump
    ("id", "35.07", "regions", "Kabupaten Malang"),
    ("id", "35.73", "regions", "Kota Malang"),
    ("id", "21.71", "regions", "Kota Batam"),
    ("id", "73.12", "regions", "Kabupaten Soppeng"),
    ("en", "13.72", "regions", "Solok City"),
    ("id", "CN", "regions", "Tiongkok"),
    ("id", "119/KSB/2024", "agreements", "Gudang bersama"),
    ("id", "No. 119/KSB/2024", "agreements", "Gudang bersama"),
    ("id", "nomor: 119/ksb/2024", "agreements", "Gudang bersama"),
    ("id", "027/RK/68/2026", "agreements", CHILLIES),
    # regions and their twins
    ("id", "malang", "regions", MALANGS),
    ("id", "Kota Malang", "regions", "Kota Malang"),
    ("id", "kabupaten malang", "regions", "Kabupaten Malang"),
    ("id", "Kab. Malang", "regions", "Kabupaten Malang"),
    ("en", "malang city", "regions", "Malang City"),
    ("en", "malang regency", "regions", "Malang Regency"),
    ("id", "solok", "regions", ("Kabupaten Solok", "Kota Solok")),
    ("id", "kota solok", "regions", "Kota Solok"),
    ("id", "kabupaten solok", "regions", "Kabupaten Solok"),
    ("id", "solok selatan", "regions", "Kabupaten Solok Selatan"),
    ("id", "batam", "regions", "Kota Batam"),
    ("id", "jatim", "regions", "Jawa Timur"),
    ("id", "prov kepri", "regions", "Kepulauan Riau"),
    ("en", "east java", "regions", "East Java"),
    ("en", "china", "regions", "China"),
    # organisations, also by their short names
    ("id", "pemkot batam", "organisations", "Pemerintah Kota Batam"),
    ("en", "batam city government", "organisations", "Batam City Government"),
    ("id", "BP Batam", "organisations", "Badan Pengusahaan Batam"),
    ("id", "dprd batam", "organisations", "DPRD Kota Batam"),
    ("en", "regional council of batam", "organisations", ("DPRD Kota Batam", "Batam City Council", "Regional Council")),
    ("id", "diskominfo batam", "organisations", "Dinas Komunikasi dan Informatika"),
    ("id", "bappeda malang", "organisations", "Badan Perencanaan Pembangunan Daerah"),
    ("id", "universitas contoh", "organisations", "Universitas Contoh Kepulauan"),
    # people, also by their office
    ("id", "amsakar achmad", "officials", "Amsakar Achmad"),
    ("id", "sanusi", "officials", "M Sanusi"),
    ("id", "wali kota batam", "officials", MAYORS),
    ("id", "walikota batam", "officials", MAYORS),
    ("en", "mayor of batam", "officials", MAYORS),
    ("id", "bupati malang", "officials", "M Sanusi"),
    ("en", "regent of soppeng", "officials", "H Andi Kaswadi Razak"),
    ("en", "consul general", ("officials", "organisations"), ("Zhang Min", "Konsulat Jenderal", "Consulate General")),
    # typing errors
    ("id", "sopeng", "regions", "Kabupaten Soppeng"),
    ("id", "malng", "regions", MALANGS),
    ("en", "surabya", "regions", "Surabaya City"),
    ("id", "xianyang", "regions", "Xiangyang"),
    ("id", "amsakar ahmad", "officials", "Amsakar Achmad"),
    # stems
    ("id", "kunjungan soppeng", "visits", SOPPENG),
    ("id", "berkunjung soppeng", "visits", SOPPENG),
    ("en", "visits of soppeng", "visits", SOPPENG.replace("Pemerintah Kabupaten Soppeng", "Soppeng Regency Government")[:12]),
    ("id", "penutupan bimtek", "visits", "Penutupan Bimtek"),
    ("id", "mengundang wali kota incheon", "follow-ups", "Mengundang Wali Kota Incheon"),
    ("id", "undangan wali kota incheon", "follow-ups", "Mengundang Wali Kota Incheon"),
    ("id", "survei kepuasan", "follow-ups", "Survei kepuasan mitra"),
    # what means the same, in both languages
    ("id", "kerjasama cabai", "agreements", CHILLIES),
    ("id", "kerja sama cabai", "agreements", CHILLIES),
    ("id", "MoU pariwisata pekanbaru", "agreements", "Promosi pariwisata bersama dengan Kota Pekanbaru"),
    ("id", "nota kesepahaman pariwisata pekanbaru", "agreements", "Promosi pariwisata bersama dengan Kota Pekanbaru"),
    ("en", "memorandum of understanding tourism denpasar", "agreements", "Promosi pariwisata bersama dengan Kota Denpasar"),
    ("id", "LoI johor", "agreements", "Pemasaran produk usaha mikro dengan Johor Bahru"),
    ("id", "kota kembar xiangyang", "agreements", "Rencana kerja sama sister city Batam-Xiangyang"),
    ("en", "twin city incheon", "agreements", "Pendidikan, pemuda, dan kebudayaan dengan Incheon"),
    ("en", "trade mission da nang", "visits", "Batam"),
    ("id", "studi banding pajak daerah", "visits", ("DPRD Kota Palembang", "DPRD Kota Manado")),
    ("id", "tindak lanjut gudang cabai", "follow-ups", "Menetapkan narahubung gudang cabai"),
    # what papers say
    ("id", "gudang pendingin terapung", "agreements", "Gudang bersama"),
    ("id", "jadwal sandar kapal pesiar", "visits", SOPPENG),
    ("id", "kwitansi katering panitia", "follow-ups", "Uji kirim cabai lewat laut"),
]  # fmt: skip

pytestmark = pytest.mark.usefixtures("asked")


def say(texts, paper, text):
    """As if the text had been read out of the paper."""
    words = Func(Value(text), function="visits_words", output_field=SearchVectorField())
    texts.objects.create(paper=paper, text=text, words=words, read_at=timezone.now())


@pytest.fixture(scope="module")
def asked(demo, tmp_path_factory):  # noqa: F811
    """The demo and a few records more, with what their papers say."""
    from django.conf import settings

    kept, settings.MEDIA_ROOT = settings.MEDIA_ROOT, str(tmp_path_factory.mktemp("media"))
    batam, malang = Region.objects.get(code="21.71"), Region.objects.get(code="35.07")
    agreement = make_agreement(batam, malang, title="Gudang bersama", kind="PKS", signed=dt.date(2024, 5, 2))
    agreement.parties.filter(role="FIRST").update(number="119/KSB/2024")
    for number, twin in enumerate(("Pertama", "Kedua")):
        made = make_agreement(batam, malang, title=f"Kembaran {twin}", owner=(batam, malang)[number])
        made.parties.filter(role="FIRST").update(number="77/KEMBAR/2024")
    say(AgreementPaperText, make_agreement_paper(agreement), "Para pihak membangun gudang pendingin terapung di Batam.")
    secret = make_agreement_paper(agreement, malang, access="RESTRICTED", title="Strategi")
    say(AgreementPaperText, secret, "Tawaran tertinggi kami adalah burungkenari rupiah.")
    visit = Visit.objects.get(sources__outlet="PAREPOS.FAJAR.CO.ID")
    say(VisitPaperText, make_attachment(visit, visit.owner), "Lampiran: jadwal sandar kapal pesiar.")
    milestone = Milestone.objects.filter(title__startswith="Uji kirim cabai").first()
    say(MilestonePaperText, make_milestone_paper(milestone), "Kwitansi katering panitia pelepasan.")
    yield
    settings.MEDIA_ROOT = kept


def client_of(email, language="id"):
    client = Client()
    client.force_login(User.objects.get(email=email))
    client.cookies["django_language"] = language
    return client


def first(response):
    """The kind and name of what stands first, or to which the answer leads straight."""
    if response.status_code == 302:
        match = resolve(response.url)
        kind = match.namespace
        return kind, str(MODELS[kind].objects.get(pk=match.kwargs["pk"]))
    found = response.context["found"]
    hit = found.best or (found.groups[0].hits[0] if found.groups else None)
    return (hit.kind, hit.name) if hit else ("", "")


def fits(wanted, found):
    return any(found.startswith(one) for one in ((wanted,) if isinstance(wanted, str) else wanted))


def test_the_first_hit_is_right_in_95_of_100():
    clients = {language: client_of("petugas@batam.example", language) for language in ("id", "en")}
    misses = []
    for language, text, kind, name in QUERIES:
        found = first(clients[language].get("/search/", {"q": text}))
        if not (fits(kind, found[0]) and fits(name, found[1])):
            misses.append(f"{text}: wanted {kind} {name}, found {found}")

    print("\n".join(misses))  # noqa: T201 -- shown where the test fails
    assert len(QUERIES) >= 60
    assert len(misses) <= len(QUERIES) * 0.05, "\n".join(misses)


def test_no_query_costs_more_than_fifteen():
    client = client_of("petugas@batam.example")
    costs = {}
    for _language, text, _kind, _name in [*QUERIES, ("", "qqqzzz wwwqqq", "", ""), ("", "12/QQ/2020", "", "")]:
        with CaptureQueriesContext(connection) as queries:
            client.get("/search/", {"q": text})
        costs[text] = len(queries)

    assert {text: cost for text, cost in costs.items() if cost > 15} == {}


def test_a_number_that_two_agreements_bear_leads_to_none_of_them():
    response = client_of("petugas@batam.example").get("/search/", {"q": "77/KEMBAR/2024"})

    agreements = next(group for group in response.context["found"].groups if group.kind == "agreements")
    assert {hit.name for hit in agreements.hits} == {"Kembaran Pertama", "Kembaran Kedua"}
    assert "77/KEMBAR/2024" in response.content.decode()


def test_the_number_of_what_one_may_not_see_leads_nowhere():
    response = client_of("petugas@soppeng.example").get("/search/", {"q": "119/KSB/2024"})

    assert response.status_code == 200
    assert response.context["found"].groups == []


def test_a_restricted_paper_of_the_other_side_is_neither_found_nor_shown_nor_counted():
    theirs = client_of("petugas@batam.example").get("/search/", {"q": "burungkenari"})
    ours = client_of("petugas@malang.example").get("/search/", {"q": "burungkenari"})

    assert [hit.name for group in theirs.context["found"].groups for hit in group.hits] == []
    assert "Tawaran" not in theirs.content.decode()
    [group] = ours.context["found"].groups
    assert ([hit.name for hit in group.hits], group.total.number) == (["Gudang bersama"], 1)
    assert "Tawaran tertinggi kami adalah <mark>burungkenari</mark> rupiah." in ours.content.decode()


def test_all_of_them_is_as_many_as_the_list_counts():
    client = client_of("petugas@batam.example")

    for text in ("malang", "kerja sama", "MoU", "cabai", "dinas", "kunjungan"):
        for group in client.get("/search/", {"q": text}).context["found"].groups:
            listed = client.get(group.list_url).context
            total = listed["total"] if "total" in listed else listed["page"].paginator.count
            assert (text, group.kind, int(str(total).replace(".", ""))) == (text, group.kind, group.total.number)


def test_strangers_to_a_record_find_none_of_it():
    seen = Visit.objects.visible_to(User.objects.get(email="petugas@soppeng.example")).values("pk")
    kept_from_them = set(Visit.objects.exclude(pk__in=seen).values_list("pk", flat=True))
    client = client_of("petugas@soppeng.example")

    for text in ("malang", "cabai", "smart city", "kerja sama", "kunjungan", "konsul jenderal"):
        for group in client.get("/search/", {"q": text}).context["found"].groups:
            if group.kind == "visits":
                assert kept_from_them.isdisjoint(hit.pk for hit in group.hits)
