"""A correction of an amount means the same number to whoever reads it, in either language."""

from decimal import Decimal

import pytest
from django.conf import settings
from django.utils import translation

from sides.correcting import compared
from sides.models import Correction
from tests import factories as make
from tests.sides.test_correcting import answer, propose

pytestmark = pytest.mark.django_db
LANGUAGES = ["id", "en"]


@pytest.fixture
def figure(agreement, batam):
    indicator = make.make_indicator(make.make_programme(agreement))
    return make.make_measurement(indicator, region=batam, value=Decimal("10.5"))


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize(
    ("writer", "typed", "meant"),
    [("en", "1.234", "1.234"), ("en", "1,234", "1234"), ("id", "1.234", "1234"), ("id", "1,234", "1.234")],
)
def test_it_is_taken_over_as_it_was_proposed(as_, figure, writer, reader, typed, meant):
    assert propose(speaking(as_("other"), writer), "measurement", figure, value=typed).status_code == 302

    assert answer(speaking(as_("owner"), reader), Correction.objects.get(), take="value").status_code == 302

    figure.refresh_from_db()
    assert (figure.value, Correction.objects.get().state) == (Decimal(meant), "ACCEPTED")


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize(
    ("stands", "is_moved", "is_done"), [("10.5", False, False), ("12.5", False, True), ("9", True, False)]
)
def test_what_stands_now_is_judged_alike(as_, people, figure, reader, stands, is_moved, is_done):
    propose(as_("other"), "measurement", figure, value="12.5")
    figure.value = Decimal(stands)
    figure.save()

    with translation.override(reader):
        (found,) = compared(Correction.objects.get(), people["owner"])

    assert (found.is_moved, found.is_done) == (is_moved, is_done)


def speaking(client, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client
