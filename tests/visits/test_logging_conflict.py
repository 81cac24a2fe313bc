"""Two officers at one visit: neither loses anything, and what is saved is a conscious choice."""

import threading

import pytest
from django.db import connection
from django.test import Client

from tests import factories as make
from tests.sent import problems_on, sent_by
from visits.models import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(batam, malang):
    visit = make.make_visit(batam, malang, purpose="Silaturahmi", remarks="Lama")
    make.make_delegate(visit.delegations.get(), role="LEADER")
    make.make_agenda_item(visit, "Paparan")
    visit.refresh_from_db()
    return visit


@pytest.fixture
def other(batam):
    """A colleague with a browser of her own."""
    client = Client()
    client.force_login(make.make_officer(batam, language="en", name="Budi"))
    return client


def edit(visit):
    return f"/visits/{visit.pk}/edit/"


def opened(client, visit):
    return sent_by(client.get(edit(visit)))


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_a_stale_save_shows_both_versions_and_saves_nothing(client, officer, other, visit):
    mine, theirs = opened(client, visit), opened(other, visit)
    other.post(edit(visit), theirs | {"purpose": "Penjajakan"})

    answer = client.post(edit(visit), mine | {"purpose": "Studi tiru"})

    assert answer.status_code == 409
    page = text_of(answer)
    assert "Somebody else has saved this visit in the meantime" in page
    assert "Saved by Budi" in page
    assert "Penjajakan" in page
    assert sent_by(answer)["purpose"] == ["Studi tiru"]
    visit.refresh_from_db()
    assert visit.purpose == "Penjajakan"


def test_who_saved_it_in_another_window_is_not_called_somebody_else(client, officer, visit):
    first, second = opened(client, visit), opened(client, visit)
    client.post(edit(visit), first | {"purpose": "Penjajakan", "remarks": "Dari jendela lain"})

    answer = client.post(edit(visit), second | {"purpose": "Studi tiru"})

    assert answer.status_code == 409
    page = text_of(answer)
    assert "You have saved this yourself in the meantime, in another window" in page
    assert "Saved by you, " in page
    assert "Changed only there: it is taken over below." in page
    assert "Somebody else" not in page
    assert "Theirs" not in page


def test_saving_again_keeps_mine(client, officer, other, visit):
    mine, theirs = opened(client, visit), opened(other, visit)
    other.post(edit(visit), theirs | {"purpose": "Penjajakan"})
    conflict = client.post(edit(visit), mine | {"purpose": "Studi tiru"})

    answer = client.post(edit(visit), sent_by(conflict))

    assert answer.status_code == 302
    visit.refresh_from_db()
    assert visit.purpose == "Studi tiru"


def test_theirs_can_be_chosen_for_a_field(client, officer, other, visit):
    mine, theirs = opened(client, visit), opened(other, visit)
    other.post(edit(visit), theirs | {"purpose": "Penjajakan", "remarks": "Baru dari Budi"})
    conflict = client.post(edit(visit), mine | {"purpose": "Studi tiru", "remarks": "Baru dari saya"})

    client.post(edit(visit), sent_by(conflict) | {"pick-purpose": "theirs"})

    visit.refresh_from_db()
    assert (visit.purpose, visit.remarks) == ("Penjajakan", "Baru dari saya")


def test_what_is_typed_after_choosing_theirs_wins(client, officer, other, visit):
    mine, theirs = opened(client, visit), opened(other, visit)
    other.post(edit(visit), theirs | {"purpose": "Penjajakan"})
    conflict = client.post(edit(visit), mine | {"purpose": "Studi tiru"})

    client.post(edit(visit), sent_by(conflict) | {"pick-purpose": "theirs", "purpose": "Keduanya"})

    visit.refresh_from_db()
    assert visit.purpose == "Keduanya"


def test_what_only_they_changed_is_taken_over_and_said(client, officer, other, visit):
    mine, theirs = opened(client, visit), opened(other, visit)
    other.post(edit(visit), theirs | {"purpose": "Penjajakan", "agenda-0-title": "Paparan sejarah"})

    conflict = client.post(edit(visit), mine | {"remarks": "Milik saya"})

    assert conflict.status_code == 409
    assert "Only they changed this: it is taken over below." in text_of(conflict)
    assert "Only you changed this: it is kept." in text_of(conflict)
    client.post(edit(visit), sent_by(conflict))
    visit.refresh_from_db()
    assert (visit.purpose, visit.remarks) == ("Penjajakan", "Milik saya")
    assert visit.agenda.get().title == "Paparan sejarah"


def test_the_date_is_compared_as_one(client, officer, other, visit):
    mine, theirs = opened(client, visit), opened(other, visit)
    other.post(edit(visit), theirs | {"precision": "MONTH", "month": "2025-06"})

    conflict = client.post(edit(visit), mine | {"day": "2025-06-17"})
    client.post(edit(visit), sent_by(conflict) | {"pick-when": "theirs"})

    assert "Month, 2025-06" in text_of(conflict)
    assert "Exact day, 17 June 2025" in text_of(conflict)
    visit.refresh_from_db()
    assert visit.period == "June 2025"


def test_rows_that_both_changed_are_asked_about(client, officer, other, visit):
    mine, theirs = opened(client, visit), opened(other, visit)
    other.post(edit(visit), theirs | {"guests-0-delegates-0-name": "HM Sanusi"})
    conflict = client.post(edit(visit), mine | {"guests-0-delegates-0-name": "M. Sanusi", "guests-0-headcount": "65"})
    member = visit.delegations.get().delegates.get()

    client.post(edit(visit), sent_by(conflict) | {f"pick-delegate:{member.pk}": "theirs"})

    member.refresh_from_db()
    assert member.name == "HM Sanusi"
    assert visit.delegations.get().headcount == 65


def test_a_row_that_they_added_is_kept_beside_mine(client, officer, other, visit):
    mine, theirs = opened(client, visit), opened(other, visit)
    theirs = sent_by(other.post(edit(visit), theirs | {"add": "guests-0-delegates"}))
    other.post(edit(visit), theirs | {"guests-0-delegates-1-name": "Ketua DPRD"})
    mine = sent_by(client.post(edit(visit), mine | {"add": "guests-0-delegates"}))

    conflict = client.post(edit(visit), mine | {"guests-0-delegates-1-name": "Kepala Bappeda"})
    assert client.post(edit(visit), sent_by(conflict)).status_code == 302

    names = {member.name for member in visit.delegations.get().delegates.all()}
    assert names == {"M Sanusi", "Ketua DPRD", "Kepala Bappeda"}


def test_a_delegation_that_they_added_comes_with_its_members(client, officer, other, visit):
    mine, theirs = opened(client, visit), opened(other, visit)
    theirs = sent_by(other.post(edit(visit), theirs | {"add": "guests"}))
    other.post(edit(visit), theirs | {"guests-1-region_text": "35.73", "guests-1-delegates-0-name": "Wahyu"})

    conflict = client.post(edit(visit), mine | {"purpose": "Studi tiru"})
    client.post(edit(visit), sent_by(conflict))

    assert [d.region.code for d in visit.delegations.all()] == ["35.07", "35.73"]
    assert visit.delegations.last().delegates.get().name == "Wahyu"


def test_a_row_that_they_removed_goes_where_i_left_it_alone(client, officer, other, visit):
    mine, theirs = opened(client, visit), opened(other, visit)
    other.post(edit(visit), theirs | {"agenda-0-removed": "yes"})

    conflict = client.post(edit(visit), mine | {"purpose": "Studi tiru"})
    client.post(edit(visit), sent_by(conflict))

    assert visit.agenda.count() == 0


def test_a_row_that_they_removed_and_i_changed_stays_unless_i_let_it_go(client, officer, other, visit):
    mine, theirs = opened(client, visit), opened(other, visit)
    item = visit.agenda.get()
    other.post(edit(visit), theirs | {"agenda-0-removed": "yes"})

    conflict = client.post(edit(visit), mine | {"agenda-0-title": "Paparan lengkap"})
    client.post(edit(visit), sent_by(conflict))

    assert f"pick-agendaitem:{item.pk}" in sent_by(conflict)
    assert visit.agenda.get().title == "Paparan lengkap"


def test_changes_that_do_not_touch_the_form_are_no_conflict(client, officer, visit):
    mine = opened(client, visit)
    Visit.objects.filter(pk=visit.pk).update(version=visit.version + 7)

    answer = client.post(edit(visit), mine | {"purpose": "Studi tiru"})

    assert answer.status_code == 302
    visit.refresh_from_db()
    assert visit.purpose == "Studi tiru"


def test_a_double_click_on_a_changed_visit_adds_its_new_rows_once(client, officer, visit):
    data = sent_by(client.post(edit(visit), opened(client, visit) | {"add": "agenda"})) | {
        "agenda-1-title": "Makan siang"
    }

    first, second = client.post(edit(visit), data), client.post(edit(visit), data)

    assert (first.status_code, second.status_code) == (302, 302)
    assert visit.agenda.count() == 2


@pytest.mark.parametrize("base", ["tampered", "[" * 100_000])
def test_without_a_fingerprint_every_difference_is_asked_about(client, officer, other, visit, base):
    mine, theirs = opened(client, visit), opened(other, visit)
    other.post(edit(visit), theirs | {"remarks": "Baru"})

    conflict = client.post(edit(visit), mine | {"base": base})

    assert sent_by(conflict)["pick-remarks"] == ["mine"]


def test_a_visit_that_was_deleted_meanwhile_can_be_logged_anew(client, officer, other, visit):
    mine = opened(client, visit)
    other.post(f"/visits/{visit.pk}/delete/", {"version": str(visit.version)})
    assert Visit.objects.count() == 0

    answer = client.post(edit(visit), mine | {"purpose": "Tidak boleh hilang"})

    assert answer.status_code == 409
    assert "This record was put in the trash in the meantime" in text_of(answer)
    assert 'action="/visits/new/"' in text_of(answer)
    client.post("/visits/new/", sent_by(answer))
    again = Visit.objects.get()
    assert again.purpose == "Tidak boleh hilang"
    assert again.delegations.get().delegates.get().name == "M Sanusi"


def test_a_stranger_learns_nothing_of_a_deleted_visit(client, officer, visit, malang):
    mine = opened(client, visit)
    visit.delete()
    client.force_login(make.make_officer(make.make_region("Kota Jambi")))

    assert client.post(edit(visit), mine).status_code == 404


# visits/<pk>/delete/


def test_a_visit_is_deleted_after_a_question(client, officer, visit):
    asked = client.get(f"/visits/{visit.pk}/delete/")

    answer = client.post(f"/visits/{visit.pk}/delete/", {"version": str(visit.version)})

    assert asked.status_code == 200
    assert answer.headers["Location"] == "/visits/"
    assert Visit.objects.count() == 0


def test_a_visit_that_changed_since_the_question_is_not_deleted(client, officer, visit):
    visit.purpose = "Berubah"
    visit.save()

    answer = client.post(f"/visits/{visit.pk}/delete/", {"version": "1"})

    assert answer.status_code == 409
    assert "The visit was changed in the meantime" in text_of(answer)
    assert Visit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_one_is_asked(client, officer, other, visit):
    pages = [(client, opened(client, visit) | {"purpose": "A"}), (other, opened(other, visit) | {"purpose": "B"})]
    answers, gate = [], threading.Barrier(2)

    def save(browser, data):
        gate.wait()
        answers.append(browser.post(edit(visit), data))
        connection.close()

    threads = [threading.Thread(target=save, args=page) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers) == [302, 409]


@pytest.mark.django_db(transaction=True)
def test_of_two_postings_of_one_form_at_once_one_visit_comes(client, officer, malang):
    data = sent_by(client.get("/visits/new/")) | {"day": "2025-06-16", "guests-0-region_text": "35.07"}
    twin = Client()
    twin.cookies = client.cookies
    answers, gate = [], threading.Barrier(2)

    def save(browser):
        gate.wait()
        answers.append(browser.post("/visits/new/", data))
        connection.close()

    threads = [threading.Thread(target=save, args=[browser]) for browser in (client, twin)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [problems_on(answer) for answer in answers] == [[], []]
    assert {answer.status_code for answer in answers} == {302}
    assert Visit.objects.count() == 1
