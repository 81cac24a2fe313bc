"""Records that several tests of follow-ups read."""

import pytest

from tests.factories import make_malangs, make_officer, make_region


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def malang():
    return make_malangs()[0]


@pytest.fixture
def officer(client, batam):
    user = make_officer(batam, language="en")
    client.force_login(user)
    return user
