"""What goes with a visit that is deleted, and with a row that its form removes; and what stays."""

import re

import pytest

from followups.models import Milestone
from records.models import Trashed
from records.restoring import restore
from tests import factories as make
from tests.sent import sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


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


# A row that the form removes


def removing(client, visit, row):
    """The answer to the form in which the row was removed, with what the form said of it."""
    address = f"/visits/{visit.pk}/edit/"
    page = client.get(address)
    return client.post(address, sent_by(page) | {f"{row}-removed": "yes"}), said_of(page, row)


def said_of(page, row):
    found = re.search(rf'<p class="row-gone" id="gone-{row}">(.*?)</p>', page.content.decode(), re.DOTALL)
    return found[1] if found else ""


def test_a_follow_up_goes_into_the_trash_with_its_outcome(client, officer, visit, malang):
    """With the evidence that the other side put there; and both come back."""
    make.make_outcome(visit, "Kirim peta dasar", follow_up="OPEN")
    milestone = Milestone.objects.get(outcome__visit=visit)
    paper = make.make_milestone_paper(milestone, malang, by=make.make_officer(malang))

    answer, said = removing(client, visit, "outcomes-0")

    assert answer.status_code == 302
    assert said.startswith("When this is saved, its follow-up goes too")
    assert not Milestone.objects.exists()
    thrown = Trashed.objects.get()
    assert (thrown.title, thrown.region, thrown.by) == ("Kirim peta dasar", visit.owner, officer)
    assert client.post(f"/trash/{thrown.pk}/restore/").status_code == 302
    assert Milestone.objects.get(outcome__visit=visit).attachments.get() == paper


def test_a_confirmation_goes_into_the_trash_of_the_keeper_with_its_delegation(client, officer, visit, batam, malang):
    make.make_delegation(visit, region=make.make_region("Kota Surabaya", code="35.78"), position=1)
    confirmation = make.make_confirmation(visit.delegations.get(region=malang), by=make.make_officer(malang))

    answer, said = removing(client, visit, "guests-0")

    assert answer.status_code == 302
    assert said.startswith("When this is saved, what another side confirmed of it goes too.")
    thrown = Trashed.objects.get()
    assert thrown.region == batam
    restore(thrown.pk, by=officer)
    assert visit.confirmations.get() == confirmation


def test_a_row_on_which_nothing_hangs_is_just_gone(client, officer, visit):
    make.make_outcome(visit, follow_up="NOT_NEEDED")
    make.make_citation(visit, source=make.make_source(visit))
    make.make_delegate(visit.delegations.get())

    answers = [removing(client, visit, row) for row in ("outcomes-0", "sources-0", "guests-0-delegates-0")]

    assert [(answer.status_code, said) for answer, said in answers] == 3 * [(302, "")]
    assert not Trashed.objects.exists()
