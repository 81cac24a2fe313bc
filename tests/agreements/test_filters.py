import datetime as dt

import pytest
from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, Value

from agreements import moving, reference
from agreements.filters import AgreementFilter
from agreements.models import AgreementPaperText
from tests.dashboards.sums import OF_THE_DASHBOARD
from tests.factories import (
    make_agreement,
    make_agreement_paper,
    make_country,
    make_officer,
    make_organisation,
    make_place,
    make_region,
    make_sector,
)

pytestmark = pytest.mark.django_db
URL = "/agreements/"
NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)


def pks(response):
    assert response.status_code == 200
    return {row["pk"] for row in response.context["page"].object_list}


@pytest.fixture(autouse=True)
def _in_2026(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def wanted(batam, officer):
    """An agreement that every filter below finds."""
    reference.load()
    xiangyang = make_place("Xiangyang", make_country("CN"))
    agreement = make_agreement(
        batam, xiangyang, title="Kerja sama cabai", category="KSDLL", kind="KB", nature="RENEWAL",
        predecessor=make_agreement(batam, signed=dt.date(2019, 1, 1), title="Lama", owner=make_region("Kota Lain"), parent=make_agreement(batam, owner=make_region("Kota Lain"))),
    )  # fmt: skip
    agreement.sector_links.create(sector=make_sector())
    moving.start(agreement, by=officer, on=dt.date(2020, 1, 1))
    steps = {step.code: step for step in agreement.process.steps.all()}
    moving.move(agreement, steps["DPRD"], moving.Grounds(dt.date(2020, 2, 1)), by=officer, version=None)
    return agreement


@pytest.fixture
def ended(batam):
    """One that is in force until the end of the year, and stands nowhere."""
    return make_agreement(
        batam, make_region("Kabupaten Soppeng"), signed=dt.date(2021, 12, 31), term_months=60, title="Lain",
        owner=make_region("Kota Lain"), parent=make_agreement(batam, owner=make_region("Kota Lain")),
    )  # fmt: skip


FILTERS = {
    "q": lambda one: {"q": "cabai"},
    "region": lambda one: {"region": one.parties.last().region_id},
    "country": lambda one: {"country": one.parties.last().region.parent_id},
    "category": lambda one: {"category": "KSDLL"},
    "kind": lambda one: {"kind": "KB", "category": "KSDLL"},
    "phase": lambda one: {"phase": "APPROVAL"},
    "step": lambda one: {"category": "KSDLL", "step": "DPRD"},
    "sector": lambda one: {"sector": make_sector().pk},
    "nature": lambda one: {"nature": "RENEWAL"},
    "kept": lambda one: {"kept": "ours"},
    "lacking": lambda one: {"lacking": "on"},
    "late": lambda one: {"late": "on"},
    "decision": lambda one: {"decision": "on"},
    "top": lambda one: {"top": "on", "kept": "ours"},
}


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_filters(client, wanted, ended, name):
    assert len(pks(client.get(URL))) == 5
    assert pks(client.get(URL, FILTERS[name](wanted))) == {wanted.pk}


def test_every_filter_is_tried():
    apart = {"sort", "on", "organisation", "ending", "state"}  # below and in test_list
    assert set(FILTERS) == set(AgreementFilter.base_filters) - apart - OF_THE_DASHBOARD["agreements"]


def test_an_organisation_is_found_as_party_and_as_responsible_unit(client, officer, batam, malang):
    unit = make_organisation("Dinas Kominfo", batam)
    party = make_agreement(unit, malang)
    responsible = make_agreement(batam, malang)
    responsible.parties.filter(region=batam).update(unit=unit)
    make_agreement(batam, malang)

    assert pks(client.get(URL, {"organisation": unit.pk})) == {party.pk, responsible.pk}


def test_the_country_of_an_organisation_counts(client, officer, batam):
    china = make_country("CN")
    university = make_organisation("Hubei University", make_place("Wuhan", china))
    abroad = make_agreement(batam, university)
    abroad.parties.filter(organisation=university).update(region=None)
    make_agreement(batam, make_region("Kabupaten Soppeng"))

    assert pks(client.get(URL, {"country": china.pk})) == {abroad.pk}


@pytest.mark.parametrize(
    ("on", "state"),
    [
        ("2021-12-30", "PIPELINE"),
        ("2021-12-31", "ACTIVE"),
        ("2022-10-01", "ACTIVE"),
        ("2026-12-30", "EXPIRING"),
        ("2026-12-31", "EXPIRED"),
    ],
)
def test_the_state_is_that_of_the_day_asked_for(client, officer, ended, on, state):
    response = client.get(URL, {"on": on})

    assert {row["pk"]: row["state"] for row in response.context["page"].object_list}[ended.pk] == state
    assert ended.pk in pks(client.get(URL, {"on": on, "state": state}))
    assert ended.pk not in pks(client.get(URL, {"on": on, "state": "DORMANT"}))
    assert f"state on {int(on[-2:])}" in " ".join(response.content.decode().split())


@pytest.mark.parametrize(("days", "found"), [(37, False), (38, True), (39, True), (3650, True)])
def test_ending_within_counts_the_last_day(client, officer, ended, days, found):
    """It ends on 30 December 2026; today is 22 November."""
    assert (ended.pk in pks(client.get(URL, {"ending": days}))) is found


def test_what_was_renewed_is_not_ending(client, officer, batam, ended):
    make_agreement(batam, nature="RENEWAL", predecessor=ended, signed=dt.date(2026, 11, 1), term_months=60)

    assert pks(client.get(URL, {"ending": 90})) == set()


def test_the_text_of_papers_is_found_by_those_who_may_read_them(client, officer, batam, malang):
    agreement = make_agreement(batam, malang)
    for name, access, words in [("a.pdf", "INTERNAL", "anggrek"), ("b.pdf", "RESTRICTED", "belibis")]:
        paper = make_agreement_paper(agreement, owner=malang, name=name, access=access)
        read = Func(Value(f"naskah {words} panjang"), function="visits_words", output_field=SearchVectorField())
        AgreementPaperText.objects.update_or_create(paper=paper, defaults={"words": read})

    assert pks(client.get(URL, {"q": "anggrek"})) == {agreement.pk}
    assert pks(client.get(URL, {"q": "belibis"})) == set()
    client.force_login(make_officer(malang))
    assert pks(client.get(URL, {"q": "belibis"})) == {agreement.pk}
    client.force_login(make_officer(make_region("Kota Medan")))
    assert pks(client.get(URL, {"q": "anggrek"})) == set()


def test_text_finds_numbers_titles_and_parties(client, officer, batam, malang):
    agreement = make_agreement(batam, malang, title="Penanganan sampah pesisir")
    agreement.parties.filter(region=malang).update(number="415.4/17/KB/2025")

    for asked in ["sampah pes", "penanganan sampah", "Malang", "415.4/17", "batam"]:
        assert pks(client.get(URL, {"q": asked})) == {agreement.pk}, asked
    assert pks(client.get(URL, {"q": "sampah -pesisir"})) == set()


def test_a_step_is_offered_only_with_its_category_and_let_go_with_another(client, wanted, ended):
    def offered(asked):
        fields = client.get(URL, asked).context["form"].fields
        return [value for value, _label in fields["step"].choices if value]

    assert offered({}) == []
    assert offered({"category": "SINERGI"}) == [
        "INITIATION", "NK_DRAFTING", "NK_SIGNED", "IMPLEMENTATION", "EVALUATION",
    ]  # fmt: skip
    response = client.get(URL, {"category": "SINERGI", "step": "DPRD"})
    assert pks(response) == set()
    assert "Step" not in [chip.label for chip in response.context["chips"]]
    assert client.get(URL, {"category": "SINERGI", "step": "nonsense"}).status_code == 422


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"on": "31/31"}, "This is not a date. Write it as day/month/year, for example 31/12/2025."),
        ({"region": "999999"}, "Select a valid choice. That choice is not one of the available choices."),
        ({"sector": "999999"}, "Select a valid choice. 999999 is not one of the available choices."),
        ({"sort": "evil"}, "Select a valid choice. evil is not one of the available choices."),
        ({"state": "UP"}, "Select a valid choice. UP is not one of the available choices."),
        ({"ending": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"ending": "99999999999"}, "Ensure this value is less than or equal to 3650."),
        ({"ending": "x"}, "Write a whole number in digits, for example 65."),
        ({"q": "a\x00b"}, "Null characters are not allowed."),
        ({"q": "a" * 201}, "Ensure this value has at most 200 characters (it has 201)."),
        ({"step": "\x00"}, "Select a valid choice."),
    ],
)
@pytest.mark.parametrize("page", ["", "board/"])
def test_a_wrong_filter_is_explained_and_shows_nothing(client, officer, batam, malang, asked, message, page):
    make_agreement(batam, malang)

    response = client.get(URL + page, asked)

    assert response.status_code == 422
    assert message in response.content.decode().replace("&quot;", '"')
    assert "page" not in response.context
    assert "columns" not in response.context


@pytest.mark.parametrize("text", ["'", '"', "&", ":*", "<script>", "\\", "%", "😀", "' OR 1=1 --", "- -", "or"])
def test_odd_characters_are_only_text(client, officer, batam, malang, text):
    make_agreement(batam, malang)

    assert client.get(URL, {"q": text}).status_code == 200
    assert client.get(f"{URL}board/", {"q": text}).status_code == 200


def test_chips_name_the_filters_and_take_one_away(client, officer, batam, malang):
    make_agreement(batam, malang)

    response = client.get(URL, {"region": malang.pk, "kind": "KB", "state": "", "sort": "ends", "page": "1"})
    chips = {chip.label: (chip.value, chip.remove_url) for chip in response.context["chips"]}

    assert chips == {
        "Party: region": (malang.label, "?kind=KB&sort=ends"),
        "Kind": ("Memorandum of understanding", f"?region={malang.pk}&sort=ends"),
    }
