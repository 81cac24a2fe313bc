"""Keys and counts as anybody may send them."""

import pytest
from django.urls import reverse

from records.keys import by_key, whole
from regions.models import Organisation, Region
from tests import factories as make

LONG = "9" * 5000  # more digits than Python makes a number of


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("17", 17), ("٣", 3), (17, 17), ("9" * 18, int("9" * 18))])
def test_a_whole_number_is_read(text, number):
    assert whole(text) == number


@pytest.mark.parametrize("text", ["", "-1", "1.5", " 1", "1e3", "²", "abc", None, "9" * 19, LONG])
def test_anything_else_is_none(text):
    assert whole(text) is None


@pytest.mark.parametrize(("text", "number"), [("999", 999), ("1000", None)])
def test_the_digits_may_be_fewer(text, number):
    assert whole(text, 3) == number


@pytest.mark.django_db
def test_a_record_is_found_by_its_key_and_by_nothing_else(django_assert_num_queries):
    batam = make.make_region("Kota Batam", code="21.71")

    assert by_key(Region.objects.all(), str(batam.pk)) == batam
    assert by_key(Region.objects.all(), str(batam.pk + 10**6)) is None
    with django_assert_num_queries(0):
        assert by_key(Region.objects.all(), LONG) is None


@pytest.mark.django_db
@pytest.mark.parametrize("key", [LONG, "9" * 18, "0"])
def test_no_key_however_long_breaks_a_page(client, key):
    batam = make.make_region("Kota Batam", code="21.71")
    client.force_login(make.make_officer(batam))

    used = client.post(reverse("regions:organisation-new"), {"use": key})
    found = client.get(reverse("regions:organisation-lookup"), {"q": "dinas", "region": key})

    assert (used.status_code, found.status_code) in ((404, 200), (422, 200))
    assert not Organisation.objects.exists()
