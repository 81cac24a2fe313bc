"""The style guide shows every component, and the look keeps its own rules."""

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from tests.factories import make_user

pytestmark = pytest.mark.django_db

TEMPLATES = settings.BASE_DIR / "templates"
STYLES = sorted((settings.BASE_DIR / "static/css").glob("*.css"))
OF_REAL_PAGES = {
    "_conflict.html",
    "_history.html",
    "_options.html",
    "lookup.html",
    "_account_tabs.html",
    "_columns.html",
}  # these need records
STANDING_ALONE = {"report.css"}  # a sheet of paper: black on white, no theme, no other style beside it
OVER_DJANGO = {"admin.css", "admin-previews.css"}  # recolours the admin, whose sheets know neither layers nor manners
RAW_COLOUR = re.compile(r"oklch\(\s*[\d.]|#[0-9a-f]{3,8}\b|rgb\(|hsl\(", re.IGNORECASE)


# Mail programs know no style sheets: what a letter looks like stands in its tags.
LETTERS = {"notices/letter.html", "followups/letter.html", "followups/_letter_line.html"}


def names(paths):
    return {path.name for path in paths}


def test_the_style_guide_is_not_there_outside_debug(client):
    client.force_login(make_user())

    assert client.get("/styleguide/").status_code == 404


def test_the_style_guide_shows_every_component(client, settings):
    settings.DEBUG = True
    outside = client.get("/styleguide/")
    client.force_login(make_user())
    inside = client.get("/styleguide/")

    shown = {(template.name or "").rpartition("/")[2] for answer in (outside, inside) for template in answer.templates}
    assert names((TEMPLATES / "components").glob("*.html")) - shown - OF_REAL_PAGES == set()
    assert inside.content.count(b"<h1") == 1


def test_the_style_guide_is_read_with_get_only(client, settings):
    settings.DEBUG = True

    assert client.post("/styleguide/").status_code == 405


def test_every_style_sheet_is_linked_and_names_its_layer():
    linked = set(re.findall(r"(?<!admin/)css/([\w-]+\.css)", "".join(p.read_text() for p in TEMPLATES.rglob("*.html"))))

    assert names(STYLES) - linked == set()
    assert linked - names(STYLES) == set()
    assert {path.name for path in STYLES if "@layer " not in path.read_text()} == STANDING_ALONE | OVER_DJANGO


def test_raw_colours_stand_in_the_tokens_only():
    assert {path.name for path in STYLES if RAW_COLOUR.search(path.read_text())} == {"tokens.css"} | STANDING_ALONE


def test_style_sheets_know_no_ids_and_force_nothing():
    forbidden = re.compile(r"!important|^\s*[^\s/*]*#[a-z][\w-]*[^;]*\{", re.MULTILINE)

    assert {path.name for path in STYLES if forbidden.search(path.read_text())} <= OVER_DJANGO


def test_no_template_holds_a_script_or_a_style():
    """Data as JSON is none: no browser runs it."""
    inline = re.compile(
        r"<script(?![^>]*\b(?:src=|type=\"application/json\"))|<style|\sstyle=|\son[a-z]+=|\shx-on|javascript:",
        re.IGNORECASE,
    )

    found = {str(p.relative_to(TEMPLATES)) for p in TEMPLATES.rglob("*.html") if inline.search(p.read_text())}
    assert found == LETTERS


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_pages_of_failure_need_neither_request_nor_database(template, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = render_to_string(template)

    assert page.count("<h1>") == 1
