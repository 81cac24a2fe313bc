import pytest
from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import Func, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.models import AgreementPaperText
from tests.factories import (
    make_agreement,
    make_agreement_paper,
    make_malangs,
    make_milestone,
    make_officer,
    make_official,
    make_organisation,
    make_position,
    make_region,
    make_superuser,
    make_unit_user,
    make_visit,
)

pytestmark = pytest.mark.django_db
URL = "/search/"


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def _officer(client, batam):
    client.force_login(make_officer(batam, language="en"))


def groups(response):
    """Kind -> names of its hits, the best kind first."""
    return {group.kind: [hit.name for hit in group.hits] for group in response.context["found"].groups}


def ask(client, text):
    return groups(client.get(URL, {"q": text}))


def queries_of(client, text):
    with CaptureQueriesContext(connection) as queries:
        client.get(URL, {"q": text})
    return len(queries)


@pytest.mark.usefixtures("_officer")
def test_one_question_finds_everything_of_that_name(client, batam):
    regency, city = make_malangs()
    make_organisation("Bappeda Malang", regency)
    make_official("Malangkaya Putra")
    visit = make_visit(batam, regency, title="Malang di Batam")
    make_visit(city, False)
    make_agreement(batam, regency, title="Pasokan dari Malang")
    make_milestone("Undang Malang", owner=batam)

    assert ask(client, "malang") == {
        "regions": ["Malang Regency", "Malang City", "Pemalang Regency"],
        "officials": ["Malangkaya Putra"],
        "organisations": ["Bappeda Malang"],
        "agreements": ["Pasokan dari Malang"],
        "visits": [visit.title],
        "follow-ups": ["Undang Malang"],
    }


@pytest.mark.usefixtures("_officer")
def test_twins_are_told_apart_by_level_code_and_province(client):
    make_malangs()

    page = client.get(URL, {"q": "malang"}).content.decode()

    for word in ("35.07", "35.73", "Regency", "City", "East Java"):
        assert word in page


@pytest.mark.usefixtures("_officer")
def test_what_was_most_probably_meant_stands_on_top_and_once(client, batam):
    make_malangs()
    make_organisation("Dinas Kota Malang", batam)

    response = client.get(URL, {"q": "malang city"})

    assert response.context["found"].best.name == "Malang City"
    page = response.content.decode()
    assert "Best match" in page
    assert page.count(response.context["found"].best.url) == 1


@pytest.mark.usefixtures("_officer")
def test_a_code_leads_straight_to_its_region(client):
    regency, _city = make_malangs()

    response = client.get(URL, {"q": " 35.07 "})

    assert response.status_code == 302
    assert response.url == regency.get_absolute_url()


@pytest.mark.usefixtures("_officer")
@pytest.mark.parametrize("typed", ["119/KSB/2024", "119/ksb/2024", "No. 119/KSB/2024", "Nomor: 119/KSB/2024"])
def test_a_number_leads_straight_to_its_agreement(client, typed):
    agreement = make_agreement()
    agreement.parties.filter(role="FIRST").update(number="119/KSB/2024")

    assert client.get(URL, {"q": typed}).url == agreement.get_absolute_url()


@pytest.mark.usefixtures("_officer")
@pytest.mark.parametrize(
    "typed",
    ["kerjasama", "kerja sama", "cooperation", "bekerja sama", "kerja sam", '"kerja sama"', "Kerja Sama -cabai"],
)
def test_one_word_is_found_in_the_words_of_the_other(client, batam, typed):
    visit = make_visit(batam, title="Rapat", purpose="Membahas bidang kerja sama.")

    assert ask(client, typed)["visits"] == [visit.title]


@pytest.mark.usefixtures("_officer")
@pytest.mark.parametrize(
    "typed", ["MoU", "nota kesepahaman", "memorandum of understanding", "kesepakatan bersama", "mou batam"]
)
def test_a_kind_of_paper_finds_the_agreements_of_that_kind(client, batam, typed):
    other = make_region("Kota Medan")
    make_agreement(batam, other, kind="KB", title="Angkutan laut")
    make_agreement(batam, other, kind="PKS", title="Angkutan darat")

    assert ask(client, typed)["agreements"] == ["Angkutan laut"]


@pytest.mark.usefixtures("_officer")
def test_people_are_found_by_their_office_in_both_languages(client, batam):
    mayor = make_official("Amsakar Achmad")
    make_position(mayor, make_organisation("Pemerintah Kota Batam", batam), title="Wali Kota Batam")

    assert ask(client, "walikota batam")["officials"] == ["Amsakar Achmad"]
    assert ask(client, "mayor of batam")["officials"] == ["Amsakar Achmad"]


@pytest.mark.usefixtures("_officer")
def test_the_place_where_the_words_stand_is_shown_and_escaped(client, batam):
    make_visit(batam, title="Rapat", purpose="Membahas <b>cabai</b> & bawang.")

    page = client.get(URL, {"q": "cabai"}).content.decode()

    assert "Membahas &lt;b&gt;<mark>cabai</mark>&lt;/b&gt; &amp; bawang." in page


@pytest.mark.usefixtures("_officer")
@pytest.mark.parametrize("ranked", [500, 7])
def test_more_than_a_few_are_one_click_away_and_counted_alike(client, batam, monkeypatch, ranked):
    """Whether all of them are ranked, which tells how many there are, or only the latest."""
    monkeypatch.setattr("dashboards.finding.registers.RANKED", ranked)
    for _number in range(8):
        make_visit(batam, False, purpose="cabai merah")

    response = client.get(URL, {"q": "cabai"})

    assert len(groups(response)["visits"]) == 6
    assert '<a href="/visits/?q=cabai">All 8 visits</a>' in response.content.decode()
    assert int(str(client.get("/visits/?q=cabai").context["total"])) == 8


@pytest.mark.usefixtures("_officer")
def test_a_typing_error_is_answered_with_what_may_be_meant(client):
    make_region("Kabupaten Soppeng", name_en="Soppeng Regency")

    response = client.get(URL, {"q": "sopeng"})

    assert groups(response) == {"regions": ["Soppeng Regency"]}
    assert "Did you mean" in response.content.decode()


@pytest.mark.usefixtures("_officer")
def test_unknown_words_are_exchanged_for_near_ones(client, batam):
    make_region("Kabupaten Soppeng", name_en="Soppeng Regency")

    response = client.get(URL, {"q": "kunjugan sopeng"})

    assert response.context["found"].correction == "kunjungan soppeng"
    assert '<a href="?q=kunjungan+soppeng">' in response.content.decode()


@pytest.mark.usefixtures("_officer")
def test_nothing_found_says_so(client):
    assert "Nothing was found" in client.get(URL, {"q": "zzzzqqq"}).content.decode()


@pytest.mark.usefixtures("_officer")
@pytest.mark.parametrize("text", ["", "   ", "\x00"])
def test_an_empty_question_is_answered_with_a_hint(client, text):
    assert "What are you looking for?" in client.get(URL, {"q": text}).content.decode()


ODD = [
    "'", '"', '""', '"\'"', "&", "|", "!", ":", "*", "<", "\\", "\\'", "%", "_", "(", "[", "😀", "😀 malang", "a" * 5000,
    "a " * 2500, "or", "or or", "atau", "- -", "-", "-batam", "-\"batam\"", "--", '"a', "a\"b\"c", "' OR 1=1", "\x00x",
    "a\x00b", "<script>alert(1)</script>", "35.07'", "٣", "½", "x", "1", "1/2", "/", "././.", "مالانج", "\u202emalang",
    "e-government-", "kerja-", "9" * 200, "9" * 18 + "/KB", "!!malang", "malang:*", "a & b | !c", "%s %d {} {0}", "$1",
    ("mou pks loi " * 16).strip(),
]  # fmt: skip


@pytest.mark.usefixtures("_officer")
@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_questions_never_break_anything(client, batam, text):
    make_visit(batam)

    for url in (URL, "/visits/", "/agreements/", "/follow-ups/"):
        response = client.get(url, {"q": text})
        assert response.status_code in {200, 302, 422}
        assert "<script>alert" not in response.content.decode()


@pytest.mark.usefixtures("_officer")
def test_a_long_question_is_cut_and_says_so(client):
    assert "only its first 200 characters" in client.get(URL, {"q": "batam " * 100}).content.decode()


@pytest.mark.parametrize("who", ["stranger", "unit"])
def test_records_of_others_are_not_found(client, batam, who):
    other = make_region("Kota Medan")
    visit = make_visit(batam, purpose="burungkenari")
    agreement = make_agreement(batam, make_region("Kota Padang"), title="burungkenari")
    make_milestone("burungkenari", owner=batam, visit=visit)
    say(make_agreement_paper(agreement), "burungkenari")
    users = {
        "stranger": lambda: make_officer(other, language="en"),
        "unit": lambda: make_unit_user(make_organisation("Dinas", other)),
    }
    client.force_login(users[who]())

    assert ask(client, "burungkenari") == {}
    assert "Best match" not in client.get(URL, {"q": "burungkenari"}).content.decode()


def test_who_sees_all_finds_all(client, batam):
    make_visit(batam, title="Rapat", purpose="burungkenari")
    client.force_login(make_superuser())

    assert ask(client, "burungkenari")["visits"] == ["Rapat"]


def say(paper, text):
    words = Func(Value(text), function="visits_words", output_field=SearchVectorField())
    AgreementPaperText.objects.create(paper=paper, text=text, words=words, read_at=timezone.now())


@pytest.mark.usefixtures("_officer")
def test_where_very_many_papers_say_it_none_is_left_out(client, batam, monkeypatch):
    monkeypatch.setattr("documents.finding.MANY", 1)
    monkeypatch.setattr("dashboards.finding.registers.MANY", 1)
    monkeypatch.setattr("dashboards.finding.registers.TOO_MANY", range(2))
    other = make_region("Kota Padang")
    for number in range(3):
        say(make_agreement_paper(make_agreement(batam, other, title=f"Naskah {number}")), "burungkenari")

    assert sorted(ask(client, "burungkenari")["agreements"]) == ["Naskah 0", "Naskah 1", "Naskah 2"]
    assert client.get("/agreements/?q=burungkenari").context["total"].number == 3


@pytest.mark.usefixtures("_officer")
def test_the_search_costs_the_same_for_one_hit_and_three(client, batam):
    other = make_region("Kota Padang")

    def add(number):
        make_visit(batam, purpose="cabai")
        make_organisation(f"Dinas Cabai {number}", batam)
        make_position(make_official(f"Cabai {number}"), make_organisation(f"Badan {number}", batam))
        make_milestone("cabai", owner=batam)
        say(make_agreement_paper(make_agreement(batam, other, title=f"Cabai {number}")), "cabai")

    add(1)
    one = queries_of(client, "cabai")
    add(2)
    add(3)

    assert queries_of(client, "cabai") == one
    assert one <= 15


@pytest.mark.usefixtures("_officer")
@pytest.mark.parametrize("text", ["zzqq wwqq", "12/QQ/2020", "sopeng kunjugan"])
def test_a_search_for_nothing_costs_fifteen_queries_at_most(client, text):
    make_region("Kabupaten Soppeng")

    assert queries_of(client, text) <= 15


def test_nobody_is_sent_to_sign_in(client):
    assert client.get(URL, {"q": "x"}).status_code == 302


@pytest.mark.usefixtures("_officer")
def test_nothing_is_posted(client):
    assert client.post(URL).status_code == 405
