"""The history of an agreement tells each reader what they may know."""

import pytest

from agreements.changes import changes_of
from agreements.models import AgreementVisit
from tests.factories import make_agreement, make_officer, make_region, make_visit

pytestmark = pytest.mark.django_db


def test_what_was_noted_about_a_visit_is_told_to_those_who_see_the_visit():
    batam, malang, soppeng = (
        make_region(),
        make_region("Kabupaten Malang", code="35.07"),
        make_region("Soppeng", code="73.12"),
    )
    agreement = make_agreement(batam, malang)
    AgreementVisit.objects.create(agreement=agreement, visit=make_visit(batam, soppeng), note="Dibahas tertutup")

    def told(reader):
        return [
            f.after for change in changes_of(agreement, reader) for f in change.fields if f.after == "Dibahas tertutup"
        ]

    assert told(make_officer(batam)) == ["Dibahas tertutup"]
    assert told(make_officer(malang)) == []
