"""A stated period: in words, within its bounds, and with no day invented."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import translation

from records.dates import period_text
from regions.models import Region
from visits.models import Visit

D = dt.date


@pytest.mark.parametrize(
    ("precision", "first", "last", "weekday", "english", "indonesian"),
    [
        ("DAY", D(2025, 6, 16), D(2025, 6, 16), None, "16 June 2025", "16 Juni 2025"),
        ("RANGE", D(2022, 6, 13), D(2022, 6, 14), None, "13–14 June 2022", "13–14 Juni 2022"),
        ("RANGE", D(2022, 6, 30), D(2022, 7, 1), None, "30 June – 1 July 2022", "30 Juni – 1 Juli 2022"),
        (
            "RANGE",
            D(2022, 12, 31),
            D(2023, 1, 1),
            None,
            "31 December 2022 – 1 January 2023",
            "31 Desember 2022 – 1 Januari 2023",
        ),
        ("MONTH", D(2022, 7, 1), D(2022, 7, 31), None, "July 2022", "Juli 2022"),
        ("YEAR", D(2026, 1, 1), D(2026, 12, 31), None, "2026", "2026"),
        ("WEEKDAY_ONLY", None, None, 3, "Thursday, date unknown", "Kamis, tanggal tidak diketahui"),
        ("UNKNOWN", None, None, None, "Date unknown", "Tanggal tidak diketahui"),
    ],
)
def test_a_period_reads_as_it_is_known(precision, first, last, weekday, english, indonesian):
    with translation.override("en"):
        in_english = period_text(precision, first, last, weekday)
    with translation.override("id"):
        in_indonesian = period_text(precision, first, last, weekday)

    assert in_english == english
    assert in_indonesian == indonesian


@pytest.mark.parametrize(
    ("first", "last", "weekday", "said"),
    [
        (D(2017, 3, 1), D(2017, 4, 30), 3, "Thursday, between 1 March 2017 and 30 April 2017"),
        (D(2017, 3, 1), None, 3, "Thursday, not before 1 March 2017"),
        (None, D(2017, 4, 30), 3, "Thursday, not after 30 April 2017"),
        (D(2017, 3, 1), D(2017, 4, 30), None, "Date unknown, between 1 March 2017 and 30 April 2017"),
    ],
)
def test_the_days_between_which_an_unknown_date_must_lie_are_told(first, last, weekday, said):
    with translation.override("en"):
        assert period_text("UNKNOWN" if weekday is None else "WEEKDAY_ONLY", first, last, weekday) == said


@pytest.mark.django_db
@pytest.mark.parametrize(
    "period",
    [
        {"precision": "DAY"},
        {"precision": "DAY", "starts_on": D(2025, 6, 16)},
        {"precision": "DAY", "starts_on": D(2025, 6, 16), "ends_on": D(2025, 6, 17)},
        {"precision": "RANGE", "starts_on": D(2025, 6, 16)},
        {"precision": "RANGE", "starts_on": D(2025, 6, 16), "ends_on": D(2025, 6, 15)},
        {"precision": "MONTH"},
        {"precision": "UNKNOWN", "starts_on": D(2025, 6, 16), "ends_on": D(2025, 6, 15)},
    ],
)
def test_a_date_that_does_not_fit_its_precision_is_refused_by_form_and_database(period):
    region = Region.objects.create(code="21.71", level="CITY", name_id="Kota Batam")
    visit = Visit(owner=region, host_region=region, **period)

    with pytest.raises(ValidationError):
        visit.full_clean()
    with pytest.raises(IntegrityError):
        visit.save()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "period",
    [
        {"precision": "DAY", "starts_on": D(2025, 6, 16), "ends_on": D(2025, 6, 16)},
        {"precision": "WEEKDAY_ONLY", "weekday": 3, "date_as_stated": "Kamis lalu"},
        {"precision": "UNKNOWN"},
        {"precision": "UNKNOWN", "starts_on": D(2025, 1, 1), "ends_on": D(2026, 6, 30)},
    ],
)
def test_a_date_is_kept_as_it_is_known(period):
    region = Region.objects.create(code="21.71", level="CITY", name_id="Kota Batam")
    visit = Visit(owner=region, host_region=region, **period)

    visit.full_clean()
    visit.save()
    visit.refresh_from_db()

    assert {name: getattr(visit, name) for name in period} == period
