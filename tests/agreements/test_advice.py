"""The category adviser: two questions, a proposal with its reason, and what remains to be checked."""

import pytest
from django.utils.translation import override

from agreements.advice import geometry, partner_of, propose, propose_for
from regions.models import Border
from tests import factories as make

pytestmark = pytest.mark.django_db
ADVISER = "/agreements/adviser/"
HINT = "/agreements/category/"


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


@pytest.mark.parametrize(
    ("partner", "about", "category"),
    [
        ("REGION", "AFFAIRS", "KSDD_S"),
        ("REGION", "SHARED", "KSDD_W"),
        ("REGION", "ASSETS", None),
        ("CENTRAL", "AFFAIRS", "SINERGI"),
        ("FOREIGN_REGION", "SISTER", "KSDPL_SISTER"),
        ("FOREIGN_REGION", "FIELD", "KSDPL_OTHER"),
        ("FOREIGN_BODY", "FIELD", "KSDLL"),
        ("THIRD", "AFFAIRS", "KSDPK"),
        ("THIRD", "INFRASTRUCTURE", None),
        ("THIRD", "PURCHASE", None),
        ("THIRD", "INVESTMENT", None),
    ],
)
def test_two_answers_lead_to_a_category_with_its_reason(partner, about, category):
    proposal = propose(partner, about)

    assert proposal.category == category
    assert proposal.reason


@pytest.fixture
def regions():
    """By name: two regencies and a city of one province, a city of another, both provinces."""
    east, islands = make.make_province(), make.make_province("Kepulauan Riau", "21")
    regency, city = make.make_malangs()
    return {
        "east": east, "islands": islands, "regency": regency, "city": city,
        "batam": make.make_region("Kota Batam", code="21.71", parent=islands), "abroad": make.make_place(),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "pair"),
    [
        ("regency", "city", "regencies or cities of one province"),
        ("batam", "city", "regencies or cities of different provinces"),
        ("east", "islands", "two provinces"),
        ("batam", "islands", "a regency or city and its province"),
        ("islands", "batam", "a regency or city and its province"),
        ("batam", "east", ""),
        ("batam", "abroad", ""),
    ],
)
def test_mandatory_cooperation_has_four_geometries(regions, one, other, pair):
    assert geometry(regions[one], regions[other]) == pair


def shared(regions, one, other):
    return propose("REGION", "SHARED", [regions[one], regions[other]])


def test_neighbours_cooperate_mandatorily(regions):
    Border.objects.create(region=regions["regency"], neighbour=regions["city"])

    proposal = shared(regions, "regency", "city")

    assert proposal.category == "KSDD_W"
    assert [note.split(":")[0] for note in proposal.notes] == [
        f"{regions['regency']} and {regions['city']} border each other"
    ]


def test_an_unknown_border_is_said_and_left_to_the_officer(regions):
    proposal = shared(regions, "regency", "city")

    assert proposal.category == "KSDD_W"
    assert "is not recorded: check it" in proposal.notes[0]


def test_regions_that_do_not_border_cooperate_voluntarily(regions):
    Border.objects.create(region=regions["regency"], neighbour=make.make_region("Kota Batu"))
    Border.objects.create(region=regions["batam"], neighbour=make.make_region("Kabupaten Bintan"))

    proposal = shared(regions, "regency", "batam")

    assert proposal.category == "KSDD_S"
    assert "do not border each other" in proposal.notes[0]


def test_a_pair_that_the_rules_do_not_name_is_voluntary(regions):
    assert shared(regions, "batam", "east").category == "KSDD_S"


def test_a_region_and_its_province_need_no_recorded_border(regions):
    proposal = shared(regions, "batam", "islands")

    assert (proposal.category, "border each other" in proposal.notes[0]) == ("KSDD_W", True)


@pytest.mark.parametrize(
    ("kind", "partner"),
    [("MINISTRY", "CENTRAL"), ("OPD", "REGION"), ("COMPANY", "THIRD"), ("UNIVERSITY", "THIRD"), ("CONSULATE", "FOREIGN_BODY"), ("FOREIGN_LOCAL_GOV", "FOREIGN_REGION")],
)  # fmt: skip
def test_the_kind_of_an_organisation_says_which_partner_it_is(regions, kind, partner):
    organisation = make.make_organisation("Mitra", regions["city"], kind=kind)

    assert partner_of(organisation.region, organisation) == partner


def test_a_university_abroad_is_a_foreign_institution(regions):
    assert (
        partner_of(None, make.make_organisation("Hubei University", regions["abroad"], kind="UNIVERSITY"))
        == "FOREIGN_BODY"
    )


def test_the_parties_alone_lead_to_a_proposal(regions):
    own = (regions["batam"], None)

    assert propose_for([own], regions["batam"]) is None
    assert propose_for([own, (regions["city"], None)], regions["batam"]).category == "KSDD_S"
    assert propose_for([own, (regions["abroad"], None)], regions["batam"]).category == "KSDPL_OTHER"


def test_an_agency_of_the_own_region_is_no_partner(regions):
    batam = regions["batam"]
    ours = make.make_organisation("Diskominfo", batam)
    company = make.make_organisation("PT Nongsa", batam, kind="COMPANY")
    theirs = make.make_organisation("Diskominfo", regions["city"])

    assert propose_for([(batam, ours)], batam) is None
    assert propose_for([(batam, ours), (batam, company)], batam).category == "KSDPK"
    assert propose_for([(None, ours), (None, theirs)], batam).category == "KSDD_S"
    assert propose_for([(batam, None), (batam, ours)], None).category == "KSDD_S"


# The page


def test_the_adviser_answers_and_leads_to_a_new_agreement(client, officer, malang):
    asked = {
        "partner": "REGION",
        "about": "AFFAIRS",
        "own": "",
        "own_text": "",
        "region": str(malang.pk),
        "region_text": malang.label,
    }

    answer = client.get(ADVISER, asked)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Voluntary inter-regional" in page
    assert f'href="/agreements/new/?category=KSDD_S&amp;region={malang.pk}"' in page
    new = client.get(f"/agreements/new/?category=KSDD_S&region={malang.pk}").content.decode()
    assert '<option value="KSDD_S" selected>' in new
    assert malang.name in new


def test_the_adviser_asks_again_what_was_not_answered(client, officer):
    assert client.get(ADVISER).status_code == 200
    assert client.get(ADVISER, {"partner": "REGION"}).status_code == 422
    assert client.get(ADVISER, {"partner": "x", "about": "\x00"}).status_code == 422


def test_the_line_beside_the_category_follows_the_parties(client, officer, batam, malang):
    typed = {"parties-0-region": batam.pk, "parties-1-region": malang.pk, "category": "UNDETERMINED"}

    undetermined = client.get(HINT, typed).content.decode()
    fitting = client.get(HINT, typed | {"category": "KSDD_S"}).content.decode()
    other = client.get(HINT, typed | {"category": "SINERGI"}).content.decode()

    assert "By its parties it may be “Voluntary inter-regional”." in undetermined
    assert "The category fits the parties." in fitting
    assert 'data-tone="warn"' in other


@pytest.mark.parametrize(
    "typed", [{}, {"parties-0-region": "x"}, {"parties-0-region": "9" * 40}, {"parties-1-organisation": "\x00"}]
)
def test_the_line_bears_anything(client, officer, typed):
    assert client.get(HINT, typed).status_code == 200


@pytest.mark.parametrize("address", [ADVISER, HINT])
def test_a_reader_is_not_advised(client, batam, address):
    client.force_login(make.make_viewer(batam))

    assert client.get(address).status_code == 403
    assert client.post(address).status_code in (403, 405)
