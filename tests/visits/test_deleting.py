"""What goes with a visit that is deleted, and with a row that its form removes; and what stays."""

import pytest

from records.models import Trashed
from records.trash import restore
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(batam, malang):
    visit = make.make_visit(batam, malang)
    visit.refresh_from_db()
    return visit


# visits/<pk>/delete/


def test_a_visit_that_is_only_mentioned_in_it_stays_also_one_that_another_region_keeps(client, officer, visit, malang):
    """Malang keeps a visit between Malang and Surabaya that Batam does not even see."""
    surabaya = make.make_region("Kota Surabaya", code="35.78")
    theirs = make.make_visit(malang, surabaya, owner=malang, standing="CLAIMED", mentioned_in=visit)
    make.make_note(theirs, malang, "Catatan Malang")

    answer = client.post(f"/visits/{visit.pk}/delete/", {"version": visit.version})

    assert answer.status_code == 302
    theirs.refresh_from_db()
    assert (theirs.mentioned_in, theirs.notes.count()) == (None, 1)
    restore(Trashed.objects.get().pk, by=officer)
    theirs.refresh_from_db()
    assert theirs.mentioned_in == visit


def test_the_page_says_that_what_it_mentions_stays(client, officer, visit, batam, malang):
    make.make_visit(batam, malang, on=None, standing="CLAIMED", mentioned_in=visit)

    page = " ".join(client.get(f"/visits/{visit.pk}/delete/").content.decode().split())

    assert "1 visit that is only mentioned in it stays and no longer says where." in page
