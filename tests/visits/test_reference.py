from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import translation

from visits import reference
from visits.models import VisitKind

pytestmark = pytest.mark.django_db


def test_all_kinds_are_added_in_their_order_with_both_names():
    reference.load()

    kinds = list(VisitKind.objects.all())
    assert (len(kinds), kinds[0].code, kinds[-1].code) == (19, "KUNKER", "OTHER")
    assert kinds[0].name == "Kunjungan kerja"
    with translation.override("en"):
        assert kinds[0].name == "Working visit"


def test_loading_again_adds_nothing():
    reference.load()

    assert reference.load() == []


def test_what_an_administrator_renamed_stays_as_it_is():
    reference.load()
    VisitKind.objects.filter(code="KUNKER").update(name_id="Kunjungan dinas")
    VisitKind.objects.filter(code="BIMTEK").delete()

    added = reference.load()

    assert [kind.code for kind in added] == ["BIMTEK"]
    assert VisitKind.objects.get(code="KUNKER").name_id == "Kunjungan dinas"


def test_the_command_says_what_it_did():
    first, second = StringIO(), StringIO()

    call_command("load_visit_kinds", stdout=first)
    call_command("load_visit_kinds", stdout=second)

    assert first.getvalue() == "19 kinds of visit added.\n"
    assert second.getvalue() == "All kinds of visit are there already.\n"
