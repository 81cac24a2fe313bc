"""Borders: recorded once, and “nobody knows” is not “no”."""

import pytest
from django.db import IntegrityError, transaction

from regions.models import Border, border_on_each_other
from tests.factories import make_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def three():
    return make_region("Kota Malang", code="35.73"), make_region("Kabupaten Malang", code="35.07"), make_region()


def test_a_recorded_border_is_found_from_both_sides(three):
    city, regency, _batam = three
    Border.objects.create(region=city, neighbour=regency)

    assert border_on_each_other(city, regency) is True
    assert border_on_each_other(regency, city) is True


def test_nobody_knows_whether_regions_border_of_which_nothing_is_recorded(three):
    city, regency, batam = three
    Border.objects.create(region=city, neighbour=regency)

    assert border_on_each_other(city, batam) is None


def test_two_regions_with_other_neighbours_do_not_border(three):
    city, regency, batam = three
    Border.objects.create(region=city, neighbour=regency)
    Border.objects.create(region=make_region("Kota Tanjungpinang", code="21.72"), neighbour=batam)

    assert border_on_each_other(city, batam) is False


def test_it_is_asked_in_one_query(three, django_assert_num_queries):
    with django_assert_num_queries(1):
        border_on_each_other(three[0], three[1])


@pytest.mark.parametrize("turned", [False, True])
def test_a_border_is_recorded_once_and_never_with_itself(three, turned):
    city, regency, _batam = three
    Border.objects.create(region=city, neighbour=regency)
    pair = {"region": regency, "neighbour": city} if turned else {"region": city, "neighbour": city}

    with pytest.raises(IntegrityError), transaction.atomic():
        Border.objects.create(**pair)
