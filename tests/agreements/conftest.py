"""Who acts in the tests of agreements."""

import pytest

from tests import factories as make


@pytest.fixture
def batam():
    return make.make_region("Kota Batam", code="21.71")


@pytest.fixture
def malang():
    return make.make_malangs()[0]


@pytest.fixture
def officer(client, batam):
    user = make.make_officer(batam, language="en")
    client.force_login(user)
    return user
