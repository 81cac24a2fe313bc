import pytest
from django.db import transaction

from records.models import Stale
from tests.factories import make_series
from visits.models import VisitSeries

pytestmark = pytest.mark.django_db


def test_a_claim_takes_the_row_and_saving_keeps_what_was_typed():
    series = make_series()

    series.name = "Baru"
    series.claim(series.version).save()

    assert VisitSeries.objects.get().name == "Baru"


def test_a_claim_on_an_old_version_is_refused_and_shows_what_stands():
    series = make_series(name="Lama")
    VisitSeries.objects.update(name="Milik orang lain")

    with pytest.raises(Stale) as caught, transaction.atomic():
        series.claim(series.version)

    assert caught.value.current.name == "Milik orang lain"


def test_a_claim_on_a_deleted_row_is_refused():
    series = make_series()
    VisitSeries.objects.all().delete()

    with pytest.raises(Stale) as caught, transaction.atomic():
        series.claim(series.version)

    assert caught.value.current is None


@pytest.mark.django_db(transaction=True)
def test_a_claim_outside_a_transaction_is_a_mistake():
    series = make_series()

    with pytest.raises(RuntimeError):
        series.claim(series.version)
