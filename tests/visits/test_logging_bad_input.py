"""Whatever is sent: a clear message, nothing lost, never a 500."""

import re

import pytest
from django.utils.html import escape
from django.utils.http import urlencode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages.sheets.fields import QuantityField, WholeNumberField
from tests import factories as make
from tests.sent import problems_on, sent_by
from visits.forms.delegations import DelegationForm
from visits.models import Delegation, Visit

pytestmark = pytest.mark.django_db
NEW = "/visits/new/"
LONG = "n" * 10_000


@pytest.fixture
def page(client):
    batam = make.make_region("Kota Batam", code="21.71")
    make.make_malangs()
    client.force_login(make.make_officer(batam, language="en"))
    return sent_by(client.get(NEW)) | {"guests-0-region_text": "35.07", "day": "2025-06-16"}


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ({"guests-0-delegates-0-name": LONG}, ["Delegation 1, member 1: Name: Ensure this value has at most 200 characters (it has 10000)."]),
        ({"guests-0-delegates-0-name": "a\x00b"}, ["Delegation 1, member 1: Name: Null characters are not allowed."]),
        ({"purpose": "a\x00b"}, ["Purpose: Null characters are not allowed."]),
        ({"host_region_text": "a\x00b"}, None),
        ({"guests-0-region": "9" * 40, "guests-0-region_text": ""}, ["Delegation 1: Region: Say whose delegation it is: choose a region or an organisation."]),
        ({"guests-0-region_text": "", "guests-0-headcount": "65"}, ["Delegation 1: Region: Say whose delegation it is: choose a region or an organisation."]),
        ({"guests-0-region_text": "", "guests-0-delegates-0-name": "Sanusi"}, ["Delegation 1: Region: Say whose delegation it is: choose a region or an organisation."]),
        ({"guests-0-region_text": ""}, ["Say who came: choose the region or organisation of a delegation. If nobody is known, give a title."]),
        ({"guests-0-side": "THIRD"}, ["Say who came: choose the region or organisation of a delegation. If nobody is known, give a title."]),
        ({"host_region_text": "", "host_region": ""}, ["Host region: Say who receives the visit: a host region or a host organisation."]),
        ({"guests-0-headcount": "9" * 30}, ["Delegation 1: Number of people: This number is too large."]),
        ({"guests-0-headcount": "99999999999"}, ["Delegation 1: Number of people: Ensure this value is less than or equal to 2147483647."]),
        ({"guests-0-headcount": "-1"}, ["Delegation 1: Number of people: Ensure this value is greater than or equal to 1."]),
        ({"guests-0-delegates-0-form": "GROUP", "guests-0-delegates-0-count": "65"}, ["Delegation 1, member 1: Office or group: Name the office or the group as the source calls it."]),
        ({"guests-0-delegates-0-capacity": "Bupati"}, ["Delegation 1, member 1: Name: Give the name of the person, or choose “Role only” or “Group” above."]),
        ({"guests-0-delegates-0-name": "Sanusi", "guests-0-delegates-0-count": "3"}, ["Delegation 1, member 1: Number of people: Only a group has a number of people: choose “Group” above, or clear the number."]),
        ({"phase": "4"}, ["Programme: A phase belongs to a programme: choose the programme, or leave the phase empty."]),
        ({"phase": "99999", "new_series": "Bimtek"}, ["Phase: Ensure this value is less than or equal to 32767."]),
        ({"kinds": "99999999999999999999"}, None),
        ({"status": "DONE"}, ["Status: Select a valid choice. DONE is not one of the available choices."]),
        ({"start_time": "25:99"}, ["Begins at: Enter a valid time."]),
        ({"replies_to_text": "tidak ada"}, ["Return visit for: No visit fits “tidak ada”. Try the name of a region or a person."]),
        ({"guests-TOTAL_FORMS": ""}, None),
        ({"guests-TOTAL_FORMS": "-1"}, None),
        ({"guests-TOTAL_FORMS": "99999999999999999999999"}, None),
        ({"guests-0-delegates-TOTAL_FORMS": "x"}, None),
        ({"guests-0-key": "'; drop table"}, []),
        ({"guests-0-order": "-5"}, []),
        ({"submission": "not-a-uuid"}, []),
        ({"version": "x", "base": "[1, 2"}, []),
    ],
)  # fmt: skip
def test_bad_input_is_told_kept_and_not_saved(client, page, typed, problems):
    answer = client.post(NEW, page | typed)

    if problems == []:
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    told = problems_on(answer)
    assert told == problems if problems is not None else told
    assert Visit.objects.count() == 0
    shown = sent_by(answer)
    for name, value in typed.items():
        if name in shown and "\x00" not in value and not name.endswith("FORMS") and name not in ("kinds", "status"):
            assert shown[name] == [value]


def test_a_row_of_an_absurd_number_is_no_row(client, page):
    typed = page | {f"guests-{'9' * 5000}-region": "1"}

    answer = client.post(NEW, urlencode(typed, doseq=True), content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 302


def test_two_heads_of_one_delegation_are_told_at_the_second(client, page):
    page |= {"guests-0-delegates-0-name": "A", "guests-0-delegates-0-role": "LEADER"}
    page = sent_by(client.post(NEW, page | {"add": "guests-0-delegates"}))

    answer = client.post(NEW, page | {"guests-0-delegates-1-name": "B", "guests-0-delegates-1-role": "LEADER"})

    assert problems_on(answer) == [
        "Delegation 1, member 2: Role in the delegation: A delegation has one head. Make one of them deputy or member."
    ]


def test_a_sector_twice_is_told_at_the_second(client, page):
    sector = make.make_sector()
    page = sent_by(client.post(NEW, page | {"add": "topics"}))
    page = sent_by(client.post(NEW, page | {"add": "topics"}))

    answer = client.post(NEW, page | {"topics-0-sector": str(sector.pk), "topics-1-sector": str(sector.pk)})

    assert problems_on(answer) == ["Topic 2: Sector: This sector is listed already. Put both remarks in one row."]


@pytest.mark.parametrize(
    ("target", "typed", "problem"),
    [
        ("agenda", {"agenda-0-note": "x"}, "Agenda item 1: What: This field is required."),
        ("agenda", {"agenda-0-title": "x", "agenda-0-on": "2025-06-16", "agenda-0-until": "2025-06-15"}, "Agenda item 1: Until: The end lies before the start. Swap the two dates or correct one."),
        ("agenda", {"agenda-0-title": "x", "agenda-0-until": "2025-06-15"}, "Agenda item 1: Day: Give the first day too, or clear the last."),
        ("statements", {"statements-0-text": "x"}, "Statement 1: Speaker: Say who spoke: write the name, or choose the official."),
        ("outcomes", {"outcomes-0-text": "x", "outcomes-0-quantity": "100"}, "Outcome 1: Unit: Say what is counted: “companies”, “tonnes”, “IDR”."),
        ("outcomes", {"outcomes-0-text": "x", "outcomes-0-quantity": "banyak", "outcomes-0-unit": "t"}, "Outcome 1: Quantity: Write the amount in digits, for example 100."),
        ("outcomes", {"outcomes-0-text": "x", "outcomes-0-quantity": "9" * 41, "outcomes-0-unit": "t"}, "Outcome 1: Quantity: Ensure that there are no more than 20 digits in total."),
        ("sources", {"sources-0-author": "x"}, "Source 1: Outlet: Name the source: its outlet, title, address or text."),
        ("sources", {"sources-0-url": "javascript:alert(1)"}, "Source 1: Address: Enter a valid URL."),
        ("citations", {"citations-0-quote": "x"}, "Fact 1: Fact: This field is required."),
        ("topics", {"topics-0-note": "x"}, "Topic 1: Sector: This field is required."),
    ],
)  # fmt: skip
def test_a_row_that_lacks_something_is_named_in_the_message(client, page, target, typed, problem):
    page = sent_by(client.post(NEW, page | {"add": target}))

    answer = client.post(NEW, page | typed)

    assert answer.status_code == 422
    assert problems_on(answer) == [problem]


def test_every_message_leads_to_a_field_of_the_page(client, page):
    answer = client.post(
        NEW, page | {"guests-0-region_text": "", "guests-0-headcount": "x", "day": "", "host_region_text": ""}
    )

    text = answer.content.decode()
    summary = re.search(r"<error-summary.*?</error-summary>", text, re.DOTALL)[0]
    links = re.findall(r'href="#([^"]+)"', summary)
    assert len(links) == len(problems_on(answer)) == 4
    assert all(f'id="{link}"' in text for link in links)


def test_the_wrong_malang_is_noticed_where_the_council_belongs_to_the_other(client, page):
    city = make.make_malangs()[1]
    council = make.make_organisation("DPRD Kota Malang", city, kind="DPRD", name_en="Malang City Council")
    typed = {"guests-0-organisation": str(council.pk), "guests-0-organisation_text": council.label}

    answer = client.post(NEW, page | typed)

    assert problems_on(answer) == [
        "Delegation 1: Organisation: Malang City Council belongs to Malang City, not to Malang Regency. "
        "Choose the right one, or leave the region empty."
    ]


@pytest.mark.parametrize("name", ["Ir. H. 🇮🇩 Ñandú", "<script>alert(1)</script>", "﷽ عبد", "Zhāng Mǐn 张敏"])
def test_names_are_kept_to_the_letter_and_never_run(client, page, name):
    answer = client.post(NEW, page | {"guests-0-delegates-0-name": name})

    visit = Visit.objects.get()
    assert visit.delegations.get().delegates.get().name == name
    shown = client.get(f"/visits/{visit.pk}/edit/").content.decode()
    assert escape(name) in shown
    assert "<script>alert(1)</script>" not in shown
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("typed", "number"),
    [("65", 65), ("1.000", 1000), ("1,000", 1000), ("12 500", 12500), (" 7 ", 7), ("1.000.000", 1_000_000)],
)
def test_a_thousand_is_a_thousand_with_a_point_or_a_comma(typed, number):
    assert WholeNumberField().clean(typed) == number


@pytest.mark.parametrize(
    ("language", "typed", "amount"),
    [
        ("id", "600.000", "600000"),
        ("id", "2,5", "2.5"),
        ("en", "600,000", "600000"),
        ("en", "2.5", "2.5"),
        ("id", "1.234,5", "1234.5"),
    ],
)
def test_an_amount_is_read_as_people_of_the_language_write_it(language, typed, amount):
    from django.utils.translation import override

    with override(language):
        assert str(QuantityField().clean(typed)) == amount


def test_a_refusal_of_the_database_is_told_in_the_words_of_the_rule(client, page, monkeypatch):
    """Should a rule ever slip past the forms, the officer still reads its message and loses nothing."""
    monkeypatch.setattr(DelegationForm, "ask_whose", lambda self: None)
    excluded = DelegationForm._get_validation_exclusions
    monkeypatch.setattr(DelegationForm, "_get_validation_exclusions", lambda self: {*excluded(self), "region"})

    answer = client.post(NEW, page | {"guests-0-region_text": "", "guests-0-headcount": "65"})

    assert answer.status_code == 422
    assert problems_on(answer) == ["Say whose delegation it is: choose a region or an organisation."]
    assert sent_by(answer)["guests-0-headcount"] == ["65"]
    assert (Visit.objects.count(), Delegation.objects.count()) == (0, 0)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_field_of_the_form_can_bring_the_server_down(client, page, data):
    names = data.draw(st.lists(st.sampled_from(sorted(set(page) - {"add"})), min_size=1, max_size=8, unique=True))
    nasty = st.sampled_from(
        ["", "0", "-1", "9" * 25, "\x00", "NaN", "Infinity", "1e999", "2025-02-30", "💧" * 50, "[]", "%s", "' OR 1=1"]
    )
    typed = {name: data.draw(nasty | st.text(max_size=40), label=name) for name in names}

    answer = client.post(NEW, page | typed)

    assert answer.status_code in (302, 409, 422)
