"""The combobox in a real browser: by keyboard alone, in a dialog, without a script, and in rows that come later."""

import pytest
from django.conf import settings as config

from regions.models import Organisation, Region
from tests.factories import make_country, make_malangs, make_officer, make_organisation, make_place, make_region

pytestmark = pytest.mark.django_db(transaction=True)

ORGANISATION_NEW = "/regions/organisations/new/"


@pytest.fixture
def signed_in(client, page, live_server):
    """A page of an officer; the test fails when the browser complains about anything but a refused form."""
    client.force_login(make_officer(make_region("Kota Batam", code="21.71"), language="en"))
    complaints = []
    page.on("console", lambda m: m.type == "error" and "422" not in m.text and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    cookie = client.cookies[config.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": config.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    yield page
    assert complaints == []


@pytest.fixture
def region_field(signed_in, live_server):
    """The field “Region” of a new organisation, focused."""
    signed_in.goto(live_server.url + ORGANISATION_NEW)
    field = signed_in.get_by_role("combobox", name="Region")
    field.focus()
    return field


def active(page, field):
    """The text of the row that the keyboard stands on, as a screen reader hears it."""
    row = field.get_attribute("aria-activedescendant")
    return " ".join(page.locator(f"#{row}").inner_text().split()) if row else None


def test_malang_offers_both_and_one_is_chosen_by_keyboard(signed_in, region_field):
    _regency, city = make_malangs()

    signed_in.keyboard.type("malang")
    signed_in.locator(".combobox-option").first.wait_for()
    rows = signed_in.locator("#id_region_list [role=option]:not([data-create])")

    assert [" ".join(text.split()) for text in rows.all_inner_texts()] == [
        "Malang Regency 35.07 Regency · East Java",
        "Malang City 35.73 City · East Java",
        "Pemalang Regency 33.27 Regency · Jawa Tengah",
    ]
    assert region_field.get_attribute("aria-expanded") == "true"
    assert active(signed_in, region_field) is None
    signed_in.keyboard.press("ArrowDown")
    assert active(signed_in, region_field) == "Malang Regency 35.07 Regency · East Java"
    signed_in.keyboard.press("ArrowDown")
    signed_in.keyboard.press("Enter")
    assert region_field.input_value() == "Malang City — City, 35.73, East Java"
    assert signed_in.locator("#id_region_key").input_value() == str(city.pk)
    assert region_field.get_attribute("aria-expanded") == "false"
    assert signed_in.url.endswith(ORGANISATION_NEW)


def test_a_code_jumps(signed_in, region_field):
    regency, _city = make_malangs()

    signed_in.keyboard.type("35.07")
    signed_in.locator(".combobox-option").first.wait_for()
    assert active(signed_in, region_field) == "Malang Regency 35.07 Regency · East Java"
    signed_in.keyboard.press("Enter")

    assert signed_in.locator("#id_region_key").input_value() == str(regency.pk)


def test_the_number_of_results_is_announced(signed_in, region_field):
    make_malangs()

    signed_in.keyboard.type("malang")

    status = signed_in.locator("combo-box:has(#id_region) [role=status]")
    status.filter(has_text="3 results").wait_for(state="attached")


def test_escape_closes_then_empties_and_end_and_home_move(signed_in, region_field):
    make_malangs()
    signed_in.keyboard.type("malang")
    signed_in.locator(".combobox-option").first.wait_for()

    signed_in.keyboard.press("ArrowDown")
    signed_in.keyboard.press("End")
    assert "as a new place abroad" in active(signed_in, region_field)
    signed_in.keyboard.press("Home")
    assert active(signed_in, region_field).startswith("Malang Regency")
    signed_in.keyboard.press("Escape")
    assert (region_field.get_attribute("aria-expanded"), region_field.input_value()) == ("false", "malang")
    signed_in.keyboard.press("Escape")
    assert region_field.input_value() == ""


def test_editing_after_choosing_takes_the_choice_back(signed_in, region_field):
    make_malangs()
    signed_in.keyboard.type("35.07")
    signed_in.locator(".combobox-option").first.wait_for()
    signed_in.keyboard.press("Enter")

    signed_in.keyboard.press("End")
    signed_in.keyboard.type("x")

    assert signed_in.locator("#id_region_key").input_value() == ""


def test_the_clear_button_empties_the_field(signed_in, region_field):
    make_malangs()
    signed_in.keyboard.type("35.07")
    signed_in.locator(".combobox-option").first.wait_for()
    signed_in.keyboard.press("Enter")

    signed_in.locator("combo-box:has(#id_region)").get_by_role("button", name="Clear").click()

    assert (region_field.input_value(), signed_in.locator("#id_region_key").input_value()) == ("", "")


def test_a_place_abroad_is_added_in_place_and_nothing_typed_is_lost(signed_in, region_field):
    make_country()
    signed_in.get_by_label("Name", exact=True).fill("Pemerintah Kota Xiangyang")
    region_field.focus()

    signed_in.keyboard.type("Xiangyang")
    signed_in.locator(".combobox-create").wait_for()
    signed_in.keyboard.press("ArrowDown")
    signed_in.keyboard.press("Enter")
    dialog = signed_in.get_by_role("dialog", name="Add a place abroad")
    dialog.get_by_label("Province or state").fill("Hubei")
    dialog.get_by_role("combobox", name="Country").focus()
    signed_in.keyboard.type("China")
    dialog.locator(".combobox-option").first.wait_for()
    signed_in.keyboard.press("Enter")
    dialog.get_by_role("button", name="Add", exact=True).click()
    dialog.wait_for(state="hidden")

    place = Region.objects.get(name_id="Xiangyang")
    assert region_field.input_value() == "Xiangyang — Foreign city, Hubei, China"
    assert signed_in.locator("#id_region_key").input_value() == str(place.pk)
    assert signed_in.get_by_label("Name", exact=True).input_value() == "Pemerintah Kota Xiangyang"


def test_a_dialog_that_leads_on_to_another_keeps_the_keyboard(signed_in, live_server):
    signed_in.goto(f"{live_server.url}/visits/log/")
    signed_in.locator("combo-box input[type=text]").first.focus()
    signed_in.keyboard.type("Yayasan Baru")
    signed_in.locator(".combobox-create").wait_for()
    signed_in.keyboard.press("ArrowDown")
    signed_in.keyboard.press("Enter")

    signed_in.get_by_role("dialog", name="Add a partner").wait_for()
    assert signed_in.evaluate("document.activeElement.innerText.trim()") == "A place abroad"
    signed_in.keyboard.press("Tab")
    signed_in.keyboard.press("Enter")
    dialog = signed_in.get_by_role("dialog", name="Add an organisation")
    dialog.get_by_label("Name", exact=True).wait_for()
    signed_in.wait_for_function("document.querySelector('#dialog-body').contains(document.activeElement)")

    first = dialog.locator(":is(input:not([type=hidden]), select, textarea)").first
    assert first.evaluate("field => field === document.activeElement")


def test_mistakes_in_the_dialog_stay_in_the_dialog(signed_in, region_field):
    signed_in.keyboard.type("Xiangyang")
    signed_in.locator(".combobox-create").click()
    dialog = signed_in.get_by_role("dialog", name="Add a place abroad")

    dialog.get_by_role("button", name="Add", exact=True).click()

    dialog.get_by_text("There is a problem").wait_for()
    assert dialog.get_by_label("Name", exact=True).input_value() == "Xiangyang"
    assert signed_in.url.endswith(ORGANISATION_NEW)


def test_enter_in_a_field_never_means_use_this_one(signed_in, live_server):
    place = make_place("Xiangyang", parent=make_country())
    signed_in.goto(f"{live_server.url}/regions/new/?name=Xiang%20Yang")
    signed_in.get_by_role("combobox", name="Country").fill("CN")
    signed_in.locator(".combobox-option").first.wait_for()
    signed_in.keyboard.press("Enter")
    signed_in.get_by_role("button", name="Add", exact=True).click()
    signed_in.get_by_role("button", name="Use this one").wait_for()

    signed_in.get_by_label("Name", exact=True).press("Enter")
    signed_in.wait_for_load_state()

    assert signed_in.url.endswith("/regions/new/")
    assert list(Region.objects.filter(level="FOREIGN_CITY")) == [place]


def test_without_a_script_the_candidates_are_radio_buttons(client, browser, live_server):
    regency, _city = make_malangs()
    client.force_login(make_officer(make_region("Kota Batam"), language="en"))
    cookie = {"name": config.SESSION_COOKIE_NAME, "value": client.cookies[config.SESSION_COOKIE_NAME].value}
    with browser.new_context(java_script_enabled=False) as context:
        context.add_cookies([cookie | {"url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + ORGANISATION_NEW)
        page.get_by_label("Name", exact=True).fill("Bappeda")
        page.locator("#id_kind").select_option("OPD")
        page.locator("#id_region").fill("malang")
        page.get_by_role("button", name="Add", exact=True).click()

        assert page.locator("#id_region").input_value() == "malang"
        page.get_by_label("Malang Regency").check()
        page.get_by_role("button", name="Add", exact=True).click()

        assert page.get_by_role("heading", level=1).inner_text() == "Bappeda"

    assert Organisation.objects.get(name_id="Bappeda").region == regency


def test_a_field_that_comes_later_works_by_itself(signed_in, region_field):
    make_malangs()
    signed_in.evaluate(
        """() => {
            const copy = document.querySelector("combo-box:has(#id_region)").cloneNode(true);
            copy.querySelectorAll("ul, [role=status]").forEach((built) => built.remove());
            copy.querySelector("input[type=text]").id = "id_later";
            document.querySelector("form.form").append(copy);
        }"""
    )

    signed_in.locator("#id_later").focus()
    signed_in.keyboard.type("35.73")
    signed_in.locator("#id_later_list .combobox-option").first.wait_for()
    signed_in.keyboard.press("Enter")

    assert signed_in.locator("#id_later").input_value() == "Malang City — City, 35.73, East Java"


def test_the_directory_narrows_while_one_types(signed_in, live_server):
    make_malangs()
    signed_in.goto(f"{live_server.url}/regions/")

    signed_in.locator(".directory-search input[name=q]").fill("35.07")
    signed_in.locator(".list-count", has_text="1 result").wait_for()

    assert signed_in.locator("tbody .table-title").all_inner_texts() == ["Malang Regency"]
    assert "q=35.07" in signed_in.url
    assert "within" not in signed_in.url


def test_the_list_is_narrowed_by_the_region_that_is_chosen(signed_in, live_server):
    regency, _city = make_malangs()
    make_organisation("Bappeda", regency)
    make_organisation("Dinas Pariwisata", make_region("Kota Batam"))
    signed_in.goto(f"{live_server.url}/regions/organisations/")

    signed_in.get_by_role("combobox", name="Region").fill("35.07")
    signed_in.locator(".combobox-option").first.wait_for()
    signed_in.keyboard.press("Enter")
    signed_in.locator(".list-count", has_text="1 result").wait_for()

    assert signed_in.locator("tbody .table-title").all_inner_texts() == ["Bappeda"]
    assert f"region={regency.pk}" in signed_in.url
    assert "region_text" not in signed_in.url
