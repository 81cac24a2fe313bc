"""Who acts in the tests of the trash and the book of deeds."""

import pytest
from django.test import Client

from tests import factories as make


@pytest.fixture
def batam():
    return make.make_region("Kota Batam", code="21.71")


@pytest.fixture
def malang():
    return make.make_malangs()[0]


@pytest.fixture
def officer(client, batam):
    user = make.make_officer(batam, language="en", name="Sari")
    client.force_login(user)
    return user


def signed_in(user):
    client = Client()
    client.force_login(user)
    client.user = user
    return client
