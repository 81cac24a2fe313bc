"""Numbers are read as people here write them; what cannot be read is told with how to write it, and stays in its field."""

import datetime as dt
from decimal import Decimal
from importlib import import_module

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import override
from django_filters import FilterSet

from pages.sheets.fields import LatitudeField, LongitudeField, QuantityField, WholeNumberField
from records.history import event_model
from regions.models import Region, RegionFigure
from tests import factories as make
from tests.sent import problems_on, sent_by
from visits.forms.outcomes import OutcomeForm
from visits.models import VisitSeries

LATITUDE = "Latitude: Write degrees from −90 to 90, for example −6.9147."
LONGITUDE = "Longitude: Write degrees from −180 to 180, for example 107.6098."
AMOUNT = "Value: Write the amount in digits, for example 100."
PHASES = "Number of phases: Write a whole number in digits, for example 65."
DAYS = "Ends within … days: Write a whole number in digits, for example 65."
HUGE = "9" * 30


def _subclasses(of):
    for one in of.__subclasses__():
        yield one
        yield from _subclasses(one)


def test_every_number_that_is_typed_is_read_by_a_field_of_ours():
    import_module(settings.ROOT_URLCONF)
    ours = {config.name for config in apps.get_app_configs() if config.path.startswith(str(settings.BASE_DIR))}
    kinds = {
        f"{form.__module__}.{form.__name__}.{name}": type(field)
        for form in _subclasses(forms.BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        if not field.widget.is_hidden
    } | {
        f"{filters.__module__}.{filters.__name__}.{name}": one.field_class
        for filters in _subclasses(FilterSet)
        for name, one in filters.base_filters.items()
    }

    numbers = {
        name: kind
        for name, kind in kinds.items()
        if name.split(".")[0] in ours and issubclass(kind, forms.IntegerField)  # those of fractions are kinds of it
    }

    assert "agreements.filters.AgreementFilter.ending" in numbers
    assert {name for name, kind in numbers.items() if not issubclass(kind, WholeNumberField | QuantityField)} == set()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    ("typed", "degrees"),
    [
        ("-6,9147", "-6.914700"),
        ("-6.9147", "-6.914700"),
        (" −6,9147 ", "-6.914700"),
        ("6.914", "6.914000"),
        ("-6.914744444444445", "-6.914744"),
        ("90", "90.000000"),
    ],
)
def test_degrees_are_read_with_a_point_or_a_comma_in_every_language(language, typed, degrees):
    with override(language):
        assert str(LatitudeField().clean(typed)) == degrees


@pytest.mark.parametrize(
    "typed", ["90,000001", "-91", "6°54′ LS", "-6,9147, 107,6098", "NaN", "Infinity", "1e999", HUGE]
)
def test_degrees_that_are_none_are_refused_with_the_range(typed):
    with override("id"), pytest.raises(forms.ValidationError) as refusal:
        LatitudeField().clean(typed)

    assert refusal.value.code == "invalid"


def test_kept_degrees_are_shown_as_they_are_typed():
    with override("id"):
        assert LongitudeField().prepare_value(Decimal("107.609800")) == "107,6098"
    with override("en"):
        assert LongitudeField().prepare_value(Decimal("107.609800")) == "107.6098"


@pytest.mark.parametrize(
    ("language", "typed", "amount"),
    [
        ("id", "-600.000", "-600000"),
        ("id", "-2,5", "-2.5"),
        ("id", "0.384", "0.384"),
        ("id", "-0,125", "-0.125"),
        ("en", "0,384", "0.384"),
        ("id", "−1.234,5", "-1234.5"),
        ("en", "-600,000", "-600000"),
        ("en", "-2.5", "-2.5"),
    ],
)
def test_an_amount_is_read_as_it_is_written(language, typed, amount):
    with override(language):
        assert str(QuantityField().clean(typed)) == amount


# The pages


@pytest.fixture
def batam(db):
    return make.make_region("Kota Batam", code="21.71")


@pytest.fixture
def officer(client, batam):
    officer = make.make_officer(batam, language="en")
    client.force_login(officer)
    return officer


@pytest.mark.parametrize(
    ("latitude", "longitude", "problems"),
    [
        ("selatan", "timur", [LATITUDE, LONGITUDE]),
        (HUGE, "-" + HUGE, [LATITUDE, LONGITUDE]),
        ("-90,5", "180.5", [LATITUDE, LONGITUDE]),
        ("107,6098", "-6,9147", [LATITUDE]),
    ],
)
def test_coordinates_that_are_not_on_earth_are_refused_with_the_range(
    client, officer, batam, latitude, longitude, problems
):
    typed = {"latitude": latitude, "longitude": longitude, "version": batam.version}

    answer = client.post(reverse("regions:edit", args=[batam.pk]), typed)

    assert (answer.status_code, problems_on(answer)) == (422, problems)
    shown = answer.content.decode()
    assert f'value="{latitude}"' in shown
    assert f'value="{longitude}"' in shown


@pytest.mark.parametrize("half", [{"latitude": "-6,9147", "longitude": ""}, {"latitude": "", "longitude": "107,6"}])
def test_one_coordinate_without_the_other_is_refused_and_never_stored(client, officer, batam, half):
    answer = client.post(reverse("regions:edit", args=[batam.pk]), half | {"version": batam.version})

    assert answer.status_code == 422
    assert problems_on(answer) == ["Give both coordinates in degrees (−90 to 90, −180 to 180), or neither."]
    with pytest.raises(IntegrityError, match="region_coordinates_are_on_earth"), transaction.atomic():
        Region.objects.filter(pk=batam.pk).update(latitude=-6)


def test_half_a_place_from_before_the_rule_is_emptied_and_stays_in_the_history(batam):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE regions_region DROP CONSTRAINT region_coordinates_are_on_earth")
    whole = make.make_region("Kota Bandung", code="32.73", latitude=-6, longitude=107)
    Region.objects.filter(pk=batam.pk).update(longitude=104)

    import_module("regions.migrations.0005_halves_of_places").empty(apps, None)

    places = Region.objects.order_by("code").values_list("code", "latitude", "longitude")
    assert set(places) == {("21.71", None, None), ("32.73", whole.latitude, whole.longitude)}
    stored = event_model(Region).objects.filter(pgh_obj=batam).values_list("longitude", flat=True)
    assert set(stored) == {None, 104}


@pytest.mark.parametrize(
    ("latitude", "longitude", "kept"),
    [("-6,9147", "107.6098", (Decimal("-6.9147"), Decimal("107.6098"))), ("", "", (None, None))],
)
def test_coordinates_are_kept(client, officer, batam, latitude, longitude, kept):
    typed = {"latitude": latitude, "longitude": longitude, "version": batam.version}

    answer = client.post(reverse("regions:edit", args=[batam.pk]), typed)

    batam.refresh_from_db()
    assert (answer.status_code, batam.latitude, batam.longitude) == (302, *kept)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "Value: This field is required."),
        ("12,5 juta", AMOUNT),
        (HUGE, "Value: Ensure that there are no more than 22 digits in total."),
        ("1,23456", "Value: Ensure that there are no more than 3 decimal places."),
    ],
)
def test_a_figure_that_cannot_be_read_is_told_and_stays(client, officer, batam, typed, problem):
    about = {"measure": "GDP", "comparator": "EXACT", "unit": "IDR", "as_of": "2024-12-31", "source": "BPS"}

    answer = client.post(reverse("regions:figure-new", args=[batam.pk]), about | {"value": typed})

    assert (answer.status_code, problems_on(answer)) == (422, [problem])
    assert f'name="value" value="{typed}"' in answer.content.decode() or not typed
    assert not RegionFigure.objects.exists()


@pytest.mark.parametrize(("typed", "kept"), [("600.000,5", "600000.5"), ("-2,5", "-2.5")])
def test_a_figure_is_read_as_indonesians_write_it(client, batam, typed, kept):
    client.force_login(make.make_officer(batam, language="id"))
    about = {"measure": "GDP", "comparator": "EXACT", "unit": "IDR", "as_of": "2024-12-31", "source": "BPS"}

    answer = client.post(reverse("regions:figure-new", args=[batam.pk]), about | {"value": typed})

    assert (answer.status_code, RegionFigure.objects.get().value) == (302, Decimal(kept))


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("tiga", PHASES),
        ("2,5", PHASES),
        (HUGE, "Number of phases: This number is too large."),
        ("-1", "Number of phases: Ensure this value is greater than or equal to 0."),
        ("40.000", "Number of phases: Ensure this value is less than or equal to 32767."),
    ],
)
def test_a_number_of_phases_that_cannot_be_read_is_told_and_stays(client, officer, typed, problem):
    answer = client.post(reverse("visits:series-new"), {"name": "Bimtek", "phases_planned": typed})

    assert (answer.status_code, problems_on(answer)) == (422, [problem])
    assert f'name="phases_planned" value="{typed}"' in answer.content.decode()
    assert not VisitSeries.objects.exists()


@pytest.mark.parametrize(("typed", "kept"), [("1.000", 1000), ("", None)])
def test_a_number_of_phases_is_kept(client, officer, typed, kept):
    client.post(reverse("visits:series-new"), {"name": "Bimtek", "phases_planned": typed})

    assert VisitSeries.objects.get().phases_planned == kept


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("tiga", DAYS),
        ("2,5", DAYS),
        (HUGE, "Ends within … days: This number is too large."),
        ("-1", "Ends within … days: Ensure this value is greater than or equal to 1."),
        ("0", "Ends within … days: Ensure this value is greater than or equal to 1."),
        ("3651", "Ends within … days: Ensure this value is less than or equal to 3650."),
    ],
)
def test_a_filter_of_days_that_cannot_be_read_is_told_and_stays(client, officer, typed, problem):
    answer = client.get(reverse("agreements:list"), {"ending": typed})

    assert (answer.status_code, problems_on(answer)) == (422, [problem])
    assert sent_by(answer, "agreement-filter")["ending"] == [typed]


def test_a_filter_of_days_reads_a_thousand_as_people_write_it(client, officer, batam):
    signed, malang = dt.date(2025, 6, 16), make.make_region("Kota Malang", code="35.73")
    far = make.make_agreement(batam, malang, signed=signed, valid_until=officer.today() + dt.timedelta(900))

    answer = client.get(reverse("agreements:list"), {"ending": "1.000"})

    assert sent_by(answer, "agreement-filter")["ending"] == ["1.000"]
    assert far.title in answer.content.decode()
    assert far.title not in client.get(reverse("agreements:list"), {"ending": "800"}).content.decode()


@pytest.mark.parametrize("typed", ["1e3", "NaN", "Infinity", "0x10", "1_000"])
def test_what_is_a_number_to_programs_alone_is_none(typed):
    with override("en"), pytest.raises(forms.ValidationError, match="in digits"):
        QuantityField().clean(typed)


def test_a_whole_number_of_too_many_digits_is_called_too_large():
    with override("en"), pytest.raises(forms.ValidationError, match="too large"):
        WholeNumberField().clean(HUGE)


def test_no_outcome_has_less_than_nothing_of_something():
    with pytest.raises(forms.ValidationError):
        OutcomeForm.base_fields["quantity"].clean("-5")
