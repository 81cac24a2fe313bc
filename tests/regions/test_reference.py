"""The reference data: what the decree says, and how it is loaded."""

import csv
import datetime as dt
import zoneinfo
from collections import Counter

import pytest
from django.core.management import call_command
from django.utils import timezone

from regions.models import Level, Region, RegionFigure, Sector
from regions.reference import DATA, load, rows_of_indonesia


def test_the_file_lists_38_provinces_416_regencies_and_98_cities():
    assert Counter(row["level"] for row in rows_of_indonesia()) == {"PROVINCE": 38, "REGENCY": 416, "CITY": 98}


def test_every_code_is_unique_and_begins_with_that_of_its_parent():
    rows = rows_of_indonesia()
    codes = {row["code"] for row in rows}

    assert len(codes) == 552
    assert {row["parent"] for row in rows if "." not in row["code"]} == {"ID"}
    assert [r for r in rows if "." in r["code"] and (r["parent"] != r["code"][:2] or r["parent"] not in codes)] == []


def test_names_tell_the_level_and_no_parent_has_two_of_one_name():
    below = [row for row in rows_of_indonesia() if row["level"] != "PROVINCE"]

    assert [r for r in below if r["name_id"].startswith("Kabupaten ") != (r["level"] == "REGENCY")] == []
    assert [r for r in below if r["name_id"].startswith("Kota ") != (r["level"] == "CITY")] == []
    assert [r for r in below if not r["name_en"].endswith((" Regency", " City"))] == []
    assert Counter((r["parent"], r["name_id"]) for r in below).most_common(1)[0][1] == 1


def test_every_regency_and_city_lies_in_the_time_zone_of_its_province():
    rows = rows_of_indonesia()
    zones = {row["code"]: row["timezone"] for row in rows}

    assert set(zones.values()) == {"Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"}
    assert [row for row in rows if zones[row["code"]] != zones.get(row["parent"], zones[row["code"]])] == []
    assert [zones[code] for code in ("21.71", "35.07", "61", "62.71", "31.71")] == ["Asia/Jakarta"] * 5
    assert [zones[code] for code in ("51.71", "52", "53", "63", "64.72", "73.12")] == ["Asia/Makassar"] * 6
    assert [zones[code] for code in ("81", "82.71", "91.71", "92", "96.71")] == ["Asia/Jayapura"] * 5


def test_the_populations_of_regencies_and_cities_add_up_to_those_of_their_provinces():
    rows = rows_of_indonesia()
    sums = Counter()
    for row in rows:
        sums[row["parent"]] += int(row["population"])

    assert {
        r["code"]: sums[r["code"]] - int(r["population"]) for r in rows if r["level"] == "PROVINCE"
    } == dict.fromkeys([r["code"] for r in rows if r["level"] == "PROVINCE"], 0)
    assert sums["ID"] == 284_973_643


def test_there_are_the_32_affairs_of_the_law_and_the_themes():
    with (DATA / "sectors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert Counter(row["group"] for row in rows) == {"BASIC": 6, "NON_BASIC": 18, "OPTIONAL": 8, "SUPPORT": 13}
    assert len({row["code"] for row in rows}) == len(rows)
    assert [row for row in rows if not row["name_id"] or not row["name_en"]] == []


@pytest.mark.django_db
def test_loading_fills_the_tree():
    report = load()

    assert report.added == {
        "countries": 249, "provinces": 38, "regencies and cities": 514, "figures": 1102, "sectors": 45
    }  # fmt: skip
    named = Region.objects.in_bulk(["21.71", "35.07", "35.73", "15", "15.71", "73.12"], field_name="code")
    assert {code: (r.name_id, r.name_en, r.parent.name_id) for code, r in named.items()} == {
        "21.71": ("Kota Batam", "Batam City", "Kepulauan Riau"),
        "35.07": ("Kabupaten Malang", "Malang Regency", "Jawa Timur"),
        "35.73": ("Kota Malang", "Malang City", "Jawa Timur"),
        "15": ("Jambi", "Jambi", "Indonesia"),
        "15.71": ("Kota Jambi", "Jambi City", "Jambi"),
        "73.12": ("Kabupaten Soppeng", "Soppeng Regency", "Sulawesi Selatan"),
    }


@pytest.mark.django_db
def test_countries_have_both_names_and_a_zone_that_exists():
    load()

    countries = Region.objects.filter(level=Level.COUNTRY)
    china = countries.get(code="CN")
    assert (china.name_id, china.name_en, china.time_zone) == ("Tiongkok", "China", "Asia/Shanghai")
    assert countries.get(code="RU").time_zone == "Europe/Moscow"
    assert set(countries.values_list("time_zone", flat=True)) - zoneinfo.available_timezones() == set()
    assert not countries.filter(code__in=["EU", "UN", "ZZ", "001", "XA"]).exists()
    assert not countries.filter(name_en="").exists()


@pytest.mark.django_db
def test_loading_again_changes_nothing(capsys):
    load()
    versions = list(Region.objects.order_by("pk").values_list("pk", "version"))

    call_command("load_regions")

    assert capsys.readouterr().out == "The reference data is up to date: nothing changed.\n"
    assert list(Region.objects.order_by("pk").values_list("pk", "version")) == versions
    assert RegionFigure.objects.count() == 1102


@pytest.mark.django_db
def test_official_fields_are_refreshed_and_what_people_wrote_is_kept(capsys):
    load()
    Region.objects.filter(code="21.71").update(
        name_id="Kota Btam", about="Kota industri", website="https://batam.go.id"
    )
    RegionFigure.objects.filter(region__code="21.71", measure="POPULATION").update(value=1)

    call_command("load_regions")

    batam = Region.objects.get(code="21.71")
    assert (batam.name_id, batam.about, batam.website) == ("Kota Batam", "Kota industri", "https://batam.go.id")
    assert batam.figures.get(measure="POPULATION").value == 1
    assert "regencies and cities: 1 changed: 21.71 Kota Batam" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_region_that_left_the_decree_ends_and_keeps_its_records():
    load()
    gone = Region.objects.create(code="99.01", name_id="Kabupaten Lama", level=Level.REGENCY)
    abroad = Region.objects.create(name_id="Xiangyang", level=Level.FOREIGN_CITY)

    report = load()

    gone.refresh_from_db()
    abroad.refresh_from_db()
    assert report.changed["regions closed"] == ["99.01 Kabupaten Lama"]
    assert gone.valid_to is not None
    assert abroad.valid_to is None


@pytest.mark.django_db
def test_a_region_that_is_listed_again_lives_again(monkeypatch):
    load()
    without = [row for row in rows_of_indonesia() if row["code"] != "21.71"]
    with monkeypatch.context() as patch:
        patch.setattr("regions.reference.rows_of_indonesia", lambda: without)
        load()
    assert Region.objects.get(code="21.71").valid_to is not None

    report = load()

    assert report.changed["regions reopened"] == ["21.71 Kota Batam"]
    assert Region.objects.get(code="21.71").valid_to is None


@pytest.mark.django_db
def test_what_a_person_entered_of_beginning_and_end_stays_and_is_told(capsys):
    load()
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    made = {"parent": Region.objects.get(code="21"), "level": Level.CITY}
    Region.objects.create(code="21.98", name_id="Kota Baru", valid_from=dt.date(2026, 9, 1), **made)
    Region.objects.create(code="21.99", name_id="Kota Besok", valid_from=tomorrow, **made)
    Region.objects.filter(code="21.71").update(valid_to=dt.date(2026, 6, 30))

    call_command("load_regions")

    ends = Region.objects.filter(code__in=["21.71", "21.98", "21.99"]).order_by("code")
    assert list(ends.values_list("valid_to", flat=True)) == [dt.date(2026, 6, 30), None, None]
    assert capsys.readouterr().out == (
        "not in the file, left open: 21.98 Kota Baru, 21.99 Kota Besok\n"
        "listed in the file, but ended: 21.71 Kota Batam\n"
        "The reference data is up to date: nothing changed.\n"
    )


@pytest.mark.django_db
def test_loading_costs_a_fixed_number_of_queries(django_assert_max_num_queries):
    load()

    with django_assert_max_num_queries(20):
        load()


@pytest.mark.django_db
def test_all_sectors_are_loaded_in_the_order_of_the_law():
    load()

    assert list(Sector.objects.values_list("code", flat=True)[:3]) == ["education", "health", "public-works"]
