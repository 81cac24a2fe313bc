"""What a record points to and its keeper does not see (it was handed over, the other one has other sides now) stays."""

import pytest

from tests import factories as make
from tests.sent import problems_on, sent_by
from visits.lookups import VisitLookup

pytestmark = pytest.mark.django_db
UNSEEN = "One that you do not see"


@pytest.fixture
def hidden(malang):
    """A visit of others."""
    return make.make_visit(make.make_region("Kota Surabaya", code="35.78"), malang, owner=malang)


@pytest.fixture
def visit(batam, malang, hidden):
    return make.make_visit(batam, malang, replies_to=hidden)


def edit(record):
    return f"{record.get_absolute_url()}edit/"


def saved(client, record, **typed):
    answer = client.post(edit(record), sent_by(client.get(edit(record))) | typed)
    assert problems_on(answer) == []
    record.refresh_from_db()


def test_it_is_shown_as_such_and_stays(client, officer, visit, hidden):
    assert sent_by(client.get(edit(visit)))["replies_to_text"] == [UNSEEN]

    saved(client, visit, remarks="Hujan")

    assert (visit.remarks, visit.replies_to_id) == ("Hujan", hidden.pk)


def test_it_stays_whichever_language_it_was_shown_in(client, officer, visit, hidden):
    typed = sent_by(client.get(edit(visit))) | {"remarks": "Hujan"}
    officer.language = "id"
    officer.save()

    client.post(edit(visit), typed)

    visit.refresh_from_db()
    assert (visit.remarks, visit.replies_to_id) == ("Hujan", hidden.pk)


def test_it_is_still_there_when_something_else_is_wrong(client, officer, visit, hidden):
    answer = client.post(edit(visit), sent_by(client.get(edit(visit))) | {"phase": "x"})

    assert answer.status_code == 422
    assert (sent_by(answer)["replies_to"], sent_by(answer)["replies_to_text"]) == ([str(hidden.pk)], [UNSEEN])


def test_it_gives_way_to_another_one_and_to_none(client, officer, visit, batam, malang):
    other = make.make_visit(batam, malang)

    saved(client, visit, replies_to=str(other.pk), replies_to_text=VisitLookup(officer).option(other).label)
    assert visit.replies_to == other

    saved(client, visit, replies_to="", replies_to_text="")
    assert visit.replies_to is None


def test_nobody_points_to_another_one_that_they_do_not_see(client, officer, batam, malang, hidden):
    visit = make.make_visit(batam, malang)

    answer = client.post(
        edit(visit), sent_by(client.get(edit(visit))) | {"replies_to": hidden.pk, "replies_to_text": UNSEEN}
    )

    assert answer.status_code == 422
    visit.refresh_from_db()
    assert visit.replies_to is None


def test_what_a_colleague_changed_meanwhile_is_the_only_difference(client, officer, visit, hidden):
    typed = sent_by(client.get(edit(visit))) | {"remarks": "Hujan"}
    saved(client, visit, purpose="Belajar")

    answer = client.post(edit(visit), typed)

    assert answer.status_code == 409
    assert [difference.label for difference in answer.context["differences"]] == ["Purpose", "Remarks"]
    client.post(edit(visit), sent_by(answer))
    visit.refresh_from_db()
    assert (visit.remarks, visit.replies_to_id) == ("Hujan", hidden.pk)


def test_an_agreement_keeps_the_one_that_it_stands_under(client, officer, batam, malang):
    above = make.make_agreement(malang, make.make_region("Kota Surabaya", code="35.78"), owner=malang)
    agreement = make.make_agreement(batam, malang, parent=above)

    saved(client, agreement, about="Sampah")

    assert (agreement.about, agreement.parent_id) == ("Sampah", above.pk)


def test_a_follow_up_keeps_its_visit(client, officer, batam, hidden):
    milestone = make.make_milestone("Kirim data", owner=batam, visit=hidden)

    saved(client, milestone, note="Lewat surel")

    assert (milestone.note, milestone.visit_id) == ("Lewat surel", hidden.pk)
