"""A visit and an agreement between two regions, and people of both."""

import datetime as dt

import pytest
from django.test import Client

from tests import factories as make


@pytest.fixture(autouse=True)
def _in_2026(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 3, 3, 0, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def batam():
    return make.make_region("Kota Batam", code="21.71", parent=make.make_province("Kepulauan Riau", "21"))


@pytest.fixture
def malang():
    return make.make_malangs()[0]


@pytest.fixture
def visit(batam, malang):
    """Kept by the host, Batam."""
    return make.make_visit(batam, malang, title="Kunjungan Malang", purpose="Belajar e-government")


@pytest.fixture
def agreement(batam, malang):
    """Kept by the first party, Batam."""
    return make.make_agreement(batam, malang, title="Kerja sama sampah", term_months=36)


@pytest.fixture
def people(batam, malang):
    """Everybody who may come by, in English."""
    unit = make.make_organisation("Dinas Kominfo", malang)
    people = {
        "owner": make.make_officer(batam, name="Sri Owner"),
        "manager": make.make_manager(batam, name="Budi Manager"),
        "other": make.make_officer(malang, name="Dewi Other"),
        "other_manager": make.make_manager(malang, name="Joko Manager"),
        "viewer": make.make_viewer(batam),
        "other_viewer": make.make_viewer(malang),
        "stranger": make.make_officer(make.make_region("Kota Jambi", code="15.71")),
        "province": make.make_member(malang.parent, "OFFICER", supervises=True),
        "unit": make.make_unit_user(unit),
        "system": make.make_superuser(),
    }
    for person in people.values():
        person.language = "en"
        person.save()
    return people


@pytest.fixture
def as_(people):
    """A client of one of them."""

    def signed_in(name):
        client = Client()
        client.force_login(people[name])
        client.cookies["django_language"] = "en"
        return client

    return signed_in


def told(answer):
    return answer.content.decode()
