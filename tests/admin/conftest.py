"""Two governments, and the administrator of one of them in Django admin."""

import pytest
from django.urls import reverse

from tests import factories as make
from tests.sent import come_in


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def batam():
    return make.make_region("Kota Batam", code="21.71")


@pytest.fixture
def malang():
    return make.make_region("Kabupaten Malang", code="35.07")


@pytest.fixture
def browser(client, batam):
    """Of the administrator of Batam."""
    client.user = make.make_member(batam, "ADMIN", language="en")
    come_in(client, client.user)
    return client


def page(model, name="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)
