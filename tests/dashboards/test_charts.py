"""Charts: what is drawn, where each mark leads, and that the table says the same."""

from pathlib import Path

import pytest
from defusedxml import ElementTree
from django.core.management import call_command
from django.template import Context, Template
from django.utils import translation

from dashboards.charts.examples import EXAMPLES
from dashboards.charts.marks import shades, step
from dashboards.charts.outlines import outlines
from dashboards.charts.provinces import HIGH, TILES, WIDE
from dashboards.figures import Bar, Chart, Mark
from regions.models import Level, Region
from regions.reference import rows_of_indonesia

NASTY = 'Kota "><script>alert(1)</script>&'
PARTS = {"in": ("To us", "info"), "out": ("From us", "accent")}
KINDS = ["bars", "columns", "provinces", "world"]
PLACES = {"provinces": ["35", "21", "73"], "world": ["CN", "SG", "RS"]}  # an outline, and two dots


def drawn(chart):
    """The chart as the tag draws it, read as XML: it fails where that is not well-formed."""
    with translation.override("en"):
        page = Template("{% load charts %}{% chart chart %}").render(Context({"chart": chart}))
    return ElementTree.fromstring(page)


def links(element):
    return [(a.get("href"), a.get("aria-label")) for a in element.iter("a")]


def twin(figure):
    return figure.find("details")


def marks(figure):
    """The links of the chart itself: those of the figure without those of its table."""
    return [link for part in figure if part.tag != "details" for link in links(part)]


def plain(kind, *values, **more):
    places = PLACES.get(kind, [""] * len(values))
    return Chart(
        "c", "Visits", kind,
        tuple(
            Bar(f"Place {n}", (Mark(value, f"/visits/?place={n}&sort=date" if value else ""),), place=places[n])
            for n, value in enumerate(values)
        ),
        "visits", **more,
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_mark_leads_to_its_list_and_says_what_it_counts(kind):
    figure = drawn(plain(kind, 12, 3, 1))

    expected = [
        ("/visits/?place=0&sort=date", "Place 0: 12 visits"),
        ("/visits/?place=1&sort=date", "Place 1: 3 visits"),
        ("/visits/?place=2&sort=date", "Place 2: 1 visits"),
    ]
    assert sorted(marks(figure)) == expected
    assert links(twin(figure)) == expected


@pytest.mark.parametrize("kind", ["bars", "columns"])
def test_the_parts_of_a_stack_lead_to_their_lists_and_the_table_has_a_column_for_each(kind):
    bars = (
        Bar("Mar", (Mark(4, "/in/3/", "in"), Mark(2, "/out/3/", "out"))),
        Bar("Apr", (Mark(0, "", "in"), Mark(7, "/out/4/", "out"))),
        Bar("May", (Mark(0, "", "in"), Mark(0, "", "out"))),
    )

    figure = drawn(Chart("c", "Visits by month", kind, bars, "visits", PARTS))

    expected = [
        ("/in/3/", "Mar, To us: 4 visits"),
        ("/out/3/", "Mar, From us: 2 visits"),
        ("/out/4/", "Apr, From us: 7 visits"),
    ]
    assert marks(figure) == links(twin(figure)) == expected
    rows = [["".join(cell.itertext()) for cell in row] for row in twin(figure).iter("tr")]
    assert [row[1:] for row in rows] == [
        ["To us", "From us", "Total"],
        ["4", "2", "6"],
        ["0", "7", "7"],
        ["0", "0", "0"],
    ]


def test_a_name_leads_elsewhere_than_its_number():
    figure = drawn(Chart("c", "Units", "bars", (Bar("Dinas", (Mark(2, "/late/"),), href="/dinas/"),), "follow-ups"))

    assert [href for href, _name in marks(figure)] == ["/dinas/", "/late/"]
    assert [href for href, _name in links(twin(figure))] == ["/dinas/", "/late/"]


def test_words_stand_in_place_of_the_number():
    bar = Bar("Preparation", (Mark(41, "/agreements/", words="41 of 30 days"),), allowed=30)

    figure = drawn(Chart("c", "Days", "bars", (bar,), "days"))

    assert marks(figure) == [("/agreements/", "Preparation: 41 of 30 days")]
    limit = next(
        line for line in figure.iter("line") if line.get("class") == "plot-allowed" and line.get("x1") != "50%"
    )
    assert limit.get("x1") == "73.17%"
    assert "allowed" in "".join(figure.find("ul").itertext())
    assert [cell.text for cell in twin(figure).iter("td")][-1] == "30"


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_from_records_is_escaped(kind):
    places = PLACES.get(kind, [""])
    parts = {} if kind in PLACES else {"x": (NASTY, '"><b>')}
    bar = Bar(NASTY, (Mark(1, f"/?q={NASTY}", "x" if parts else "", words=NASTY),), f"/?{NASTY}", 3, places[0], NASTY)

    figure = drawn(Chart("c", NASTY, kind, (bar,), NASTY, parts, NASTY))

    assert not list(figure.iter("script"))
    assert not list(figure.iter("b"))
    assert NASTY in "".join(twin(figure).itertext())
    assert f"/?q={NASTY}" in [href for href, _name in marks(figure)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_without_anything_says_so(kind):
    for chart in (plain(kind, nothing="No visit yet."), plain(kind, 0, 0, nothing="No visit yet.")):
        figure = drawn(chart)

        assert figure.find("p").text == "No visit yet."
        assert links(figure) == []
        assert not list(figure.iter("svg"))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_has_no_link_but_a_row(kind):
    figure = drawn(plain(kind, 3, 0, 5))

    assert len(marks(figure)) == len(links(twin(figure))) == 2
    assert [row.find("td").text or "link" for row in twin(figure).iter("tr") if row.find("td") is not None] == [
        "link",
        "0",
        "link",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_huge_numbers_are_drawn_within_the_chart(kind):
    figure = drawn(plain(kind, 10**18, 1, 10**9))

    shares = [
        float(rect.get(side).rstrip("%")) for rect in figure.iter("rect") for side in ("width", "height") if rect.get(side)
    ]  # fmt: skip
    assert all(0 < share <= 100 for share in shares)
    assert "Place 0: 1,000,000,000,000,000,000 visits" in [name for _href, name in marks(figure)]


def test_numbers_follow_the_language():
    with translation.override("id"):
        page = Template("{% load charts %}{% chart chart %}").render(Context({"chart": plain("bars", 12345)}))

    assert "Place 0: 12.345 visits" in page


def test_a_screen_reader_hears_label_and_value_once():
    """The link has its whole name; what is drawn beside it is hidden or has no words."""
    figure = drawn(plain("bars", 12, 3))

    assert [svg.get("aria-hidden") for svg in figure.iter("svg")] == ["true", "true"]
    assert len(figure.find("ol").findall("li")) == 2


@pytest.mark.parametrize("kind", PLACES)
def test_a_place_that_is_not_on_the_map_stands_in_the_table(kind):
    bars = (
        Bar("Known", (Mark(2, "/known/"),), place=PLACES[kind][0]),
        Bar("Not known", (Mark(1, "/unknown/"),), place="??"),
        Bar("Nowhere", (Mark(1, "/nowhere/"),)),
    )

    figure = drawn(Chart("c", "Places", kind, bars, "visits"))

    assert [href for href, _name in marks(figure)] == ["/known/"]
    assert [href for href, _name in links(twin(figure))] == ["/known/", "/unknown/", "/nowhere/"]


@pytest.mark.parametrize("kind", PLACES)
def test_the_chosen_place_is_marked(kind):
    bars = (
        Bar("Chosen", (Mark(2, "/chosen/"),), place=PLACES[kind][0], here=True),
        Bar("Other", (Mark(1, "/other/"),), place=PLACES[kind][1]),
    )

    figure = drawn(Chart("c", "Places", kind, bars, "visits"))

    assert [a.get("href") for a in figure.iter("a") if a.get("aria-current") == "true"] == ["/chosen/"]


def test_each_of_the_38_provinces_has_a_tile_of_its_own():
    provinces = {row["code"] for row in rows_of_indonesia() if row["level"] == "PROVINCE"}

    assert set(TILES) == provinces
    assert len(TILES) == 38
    assert len({(column, row) for _letters, column, row in TILES.values()}) == 38
    assert len({letters for letters, _column, _row in TILES.values()}) == 38
    assert all(column < WIDE and row < HIGH for _letters, column, row in TILES.values())


@pytest.mark.parametrize(
    ("west", "east"),
    [("11", "12"), ("14", "21"), ("36", "32"), ("32", "33"), ("33", "35"), ("35", "51"), ("52", "53"), ("61", "64"),
     ("73", "74"), ("71", "82"), ("82", "96"), ("96", "92"), ("92", "91")],
)  # fmt: skip
def test_tiles_lie_as_the_provinces_do_from_west_to_east(west, east):
    assert TILES[west][1] < TILES[east][1]


@pytest.mark.django_db
def test_every_country_is_on_the_map():
    call_command("load_regions", verbosity=0)
    codes = set(Region.objects.filter(level=Level.COUNTRY).values_list("code", flat=True))
    bars = tuple(Bar(code, (Mark(1, f"/{code}/"),), place=code) for code in sorted(codes))

    figure = drawn(Chart("c", "World", "world", bars, "visits"))

    found = {href.strip("/") for href, _name in marks(figure)}
    assert codes - found == {"AQ", "BV"}  # nobody lives there
    assert len([o for o in outlines().values() if o.path]) > 165
    assert {
        code for code in ("ID", "CN", "JP", "AU", "US", "RU", "NL", "SA", "BR") if not outlines()[code].path
    } == set()


def test_countries_without_anything_are_land_and_no_links():
    figure = drawn(plain("world", 2, 1, 1))

    land = next(path for path in figure.iter("path") if path.get("class") == "map-land")
    for code in ("AU", "BR", "IN"):
        assert outlines()[code].path in land.get("d")
    assert outlines()["CN"].path not in land.get("d")


def test_indonesia_lies_amidst_the_map_and_its_neighbours_around_it():
    place = outlines()

    assert place["CN"].y < place["ID"].y < place["AU"].y
    assert place["IN"].x < place["ID"].x < place["PG"].x < place["US"].x
    assert 600 < place["ID"].x < 1000


def test_no_outline_is_kept_in_the_repository():
    kept = "".join(path.read_text() for path in Path("dashboards/charts").glob("*.py"))

    assert "120.715" not in kept
    assert all(outline.path not in kept for outline in outlines().values() if outline.path)


def test_shades_are_even_steps_and_the_key_names_those_that_occur():
    assert [step(value, 41) for value in (0, 1, 8, 9, 41)] == [0, 1, 1, 2, 5]
    assert shades([41, 1, 8, 23]) == [(1, "1–8"), (3, "17–24"), (5, "33–41")]
    assert all(
        any(shade == step(value, top) for shade, _words in shades([value, top]))
        for top in (1, 2, 3, 7, 41, 1240)
        for value in range(1, top + 1)
    )


def test_every_example_is_well_formed_and_has_no_style_of_its_own():
    for chart in EXAMPLES:
        figure = drawn(chart)

        assert figure.get("id") == chart.id
        assert not [element for element in figure.iter() if element.get("style")]
        if twin(figure) is not None:
            assert sorted(set(marks(figure))) == sorted(set(links(twin(figure))))


def test_ids_are_unique_on_the_page():
    ids = [element.get("id") for chart in EXAMPLES for element in drawn(chart).iter() if element.get("id")]

    assert len(ids) == len(set(ids))
