"""The pages of the deeds: they ask, do, refuse with words, and keep what was typed."""

import datetime as dt

import pytest
from django.urls import reverse

from followups import doing
from followups.models import Milestone
from tests.factories import (
    make_milestone,
    make_officer,
    make_organisation,
    make_region,
    make_unit_user,
    make_viewer,
)
from tests.sent import problems_on, sent_by

pytestmark = pytest.mark.django_db

ANSWERS = {
    "accept": {}, "decline": {"words": "Sudah ada"}, "begin": {}, "block": {"words": "Menunggu"},
    "done": {}, "complete": {}, "reopen": {"words": "Belum"}, "cancel": {"words": "Batal"},
    "reschedule": {"due_precision": "MONTH", "due_month": "11.2099", "words": "Ditunda"},
    "snooze": {}, "wake": {},
}  # fmt: skip
BEGINS_AS = {"accept": "SUGGESTED", "decline": "SUGGESTED", "reopen": "CANCELLED"}
ENDS_AS = {
    "accept": "OPEN", "decline": "CANCELLED", "begin": "IN_PROGRESS", "block": "BLOCKED", "done": "DONE",
    "complete": "DONE", "reopen": "OPEN", "cancel": "CANCELLED", "reschedule": "OPEN", "snooze": "OPEN", "wake": "OPEN",
}  # fmt: skip


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def malang():
    return make_region("Kabupaten Malang", code="35.07")


@pytest.fixture
def officer(batam, client):
    user = make_officer(batam, language="en")
    client.force_login(user)
    return user


def at(milestone, deed, *more):
    return reverse(f"followups:{deed}", args=[milestone.pk, *more])


def fields_of(client, url):
    """The form as it stands."""
    return {name: values[0] for name, values in sent_by(client.get(url), "deed-form").items()}


def send(client, url, **answers):
    """What a browser sends: the form as it stands, with these answers."""
    return client.post(url, fields_of(client, url) | answers)


@pytest.mark.parametrize("deed", ANSWERS)
def test_each_deed_asks_what_it_needs_and_does_it(client, officer, batam, deed):
    milestone = make_milestone("x", batam, owner=batam, status=BEGINS_AS.get(deed, "OPEN"))

    response = send(client, at(milestone, deed), **ANSWERS[deed])

    assert (response.status_code, response["Location"]) == (302, milestone.get_absolute_url())
    milestone.refresh_from_db()
    assert milestone.status == ENDS_AS[deed]


def test_a_month_is_due_on_its_last_day(client, officer, batam):
    milestone = make_milestone(owner=batam)

    send(client, at(milestone, "reschedule"), **ANSWERS["reschedule"])

    milestone.refresh_from_db()
    assert (milestone.due_on, milestone.due_precision) == (dt.date(2099, 11, 30), "MONTH")


@pytest.mark.parametrize("deed", ["decline", "block", "reopen", "reschedule", "cancel"])
def test_without_a_reason_it_says_so_and_does_nothing(client, officer, batam, deed):
    milestone = make_milestone(owner=batam, status=BEGINS_AS.get(deed, "OPEN"))

    response = send(client, at(milestone, deed), due_day="2099-01-01", words=" ")

    assert response.status_code == 422
    assert "Give the reason: it stays in the log." in " ".join(problems_on(response))
    assert not milestone.log.exists()


def test_what_was_refused_is_sent_from_below_the_fields_to_correct(client, officer, batam):
    milestone = make_milestone("x", batam, owner=batam)

    asked = client.get(at(milestone, "done")).text
    refused = send(client, at(milestone, "done"), on="2099-01-01")

    assert refused.status_code == 422
    assert asked.index("button-big") < asked.index('name="on"')
    assert "button-big" not in refused.text
    assert refused.text.index('name="on"') < refused.text.index('<div class="form-actions">\n      <button')


@pytest.mark.parametrize("deed", ANSWERS)
def test_a_stranger_finds_none_of_them_and_a_viewer_may_not(client, batam, deed):
    milestone = make_milestone("x", batam, owner=batam, status=BEGINS_AS.get(deed, "OPEN"))
    viewer_may = deed in ("snooze", "wake")

    client.force_login(make_officer(make_region("Kabupaten Soppeng")))
    assert client.get(at(milestone, deed)).status_code == 404
    assert client.post(at(milestone, deed)).status_code == 404
    client.force_login(make_viewer(batam))
    assert client.get(at(milestone, deed)).status_code == (200 if viewer_may else 403)
    client.logout()
    assert client.get(at(milestone, deed)).status_code == 302


def test_what_a_rule_forbids_is_said_before_and_after(client, officer, batam):
    milestone = make_milestone(owner=batam, status="CANCELLED")

    shown, sent = (
        client.get(at(milestone, "begin")),
        client.post(at(milestone, "begin"), {"version": milestone.version}),
    )

    assert "It is closed. Reopen it first." in shown.content.decode()
    assert (sent.status_code, problems_on(sent)) == (422, ["It is closed. Reopen it first."])


def test_done_is_the_own_part_where_others_have_theirs(client, officer, batam, malang):
    milestone = make_milestone("x", batam, malang, owner=batam)

    page = client.get(at(milestone, "done")).content.decode()
    send(client, at(milestone, "done"), evidence="Surat 12")

    assert "You confirm the part of Kota Batam. Then Kabupaten Malang has still to confirm." in page
    milestone.refresh_from_db()
    assert milestone.status == "OPEN"
    assert [p.region for p in milestone.parts.filter(done_on__isnull=False)] == [batam]
    assert milestone.evidence == "Surat 12"


def test_who_has_confirmed_and_follows_the_letter_again_is_told_so(client, batam, malang):
    milestone = make_milestone("x", batam, malang, owner=batam)
    client.force_login(make_officer(malang, language="en"))
    send(client, at(milestone, "done"))

    again = client.get(at(milestone, "done"))

    assert again.status_code == 200
    assert "Your part is confirmed already." in again.content.decode()


def test_done_says_for_whom_an_officer_who_keeps_it_confirms(client, officer, batam, malang):
    milestone = make_milestone("x", malang, owner=batam)

    page = client.get(at(milestone, "done")).content.decode()
    send(client, at(milestone, "done"))

    assert "You confirm it for: Kabupaten Malang." in page
    milestone.refresh_from_db()
    assert milestone.status == "DONE"


def test_one_part_is_confirmed_at_its_own_address(client, officer, batam, malang):
    milestone = make_milestone("x", batam, malang, owner=batam)
    theirs = milestone.parts.get(region=malang)

    send(client, at(milestone, "part-done", theirs.pk), words="Lewat telepon")

    theirs.refresh_from_db()
    assert (theirs.done_on, theirs.done_by, theirs.note) == (officer.today(), officer, "Lewat telepon")


def test_a_part_of_another_milestone_is_not_found(client, officer, batam):
    milestone, other = make_milestone("x", batam, owner=batam), make_milestone("y", batam, owner=batam)

    assert client.get(at(milestone, "part-done", other.parts.get().pk)).status_code == 404


def test_after_signing_in_the_letter_leads_to_the_button(client, batam):
    user = make_unit_user(make_organisation("Bappeda", batam))
    milestone = make_milestone("Kirim draf", user.memberships.get().unit, owner=batam)
    first = client.get(at(milestone, "done"))
    client.force_login(user)

    page = client.get(at(milestone, "done"))

    assert first["Location"].endswith(f"?next={at(milestone, 'done')}")
    assert "Kirim draf" in page.content.decode()
    assert client.post(at(milestone, "done"), {"version": milestone.version}).status_code == 302


def test_somebody_else_was_faster(client, officer, batam):
    milestone = make_milestone(owner=batam)
    fields = fields_of(client, at(milestone, "block"))
    doing.begin(milestone, by=make_officer(batam, name="Dewi"), version=milestone.version)

    late = client.post(at(milestone, "block"), fields | {"words": "Menunggu anggaran"})

    assert late.status_code == 409
    assert "Dewi" in late.content.decode()
    assert Milestone.objects.get().status == "IN_PROGRESS"
    again = {name: values[0] for name, values in sent_by(late, "deed-form").items()}
    assert again["words"] == "Menunggu anggaran"
    assert client.post(at(milestone, "block"), again).status_code == 302
    assert Milestone.objects.get().status == "BLOCKED"


def test_a_double_click_is_one_deed(client, officer, batam):
    milestone = make_milestone(owner=batam)
    fields = fields_of(client, at(milestone, "done"))

    answers = [client.post(at(milestone, "done"), fields).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert [entry.deed for entry in milestone.log.all()] == ["COMPLETED"]


def test_it_leads_back_to_where_it_was_called_but_nowhere_else(client, officer, batam):
    milestone = make_milestone(owner=batam)

    inside = send(client, f"{at(milestone, 'begin')}?next=/follow-ups/mine/")
    outside = send(client, f"{at(milestone, 'block')}?next=https://evil.example/", words="x")

    assert [inside["Location"], outside["Location"]] == ["/follow-ups/mine/", milestone.get_absolute_url()]


def test_in_the_dialog_only_the_form_is_drawn_and_the_page_is_read_anew(client, officer, batam):
    milestone, htmx = make_milestone(owner=batam), {"HX-Request": "true"}

    part = client.get(at(milestone, "cancel"), headers=htmx)
    wrong = client.post(at(milestone, "cancel"), {"version": milestone.version}, headers=htmx)
    done = client.post(at(milestone, "cancel"), {"version": milestone.version, "words": "Batal"}, headers=htmx)

    assert "<html" not in part.content.decode()
    assert (wrong.status_code, done.status_code, done["HX-Refresh"]) == (422, 200, "true")


@pytest.mark.parametrize("deed", ["begin", "done"])
def test_other_methods_are_refused(client, officer, batam, deed):
    assert client.put(at(make_milestone(owner=batam), deed)).status_code == 405


def test_a_comment_comes_back_with_the_conversation(client, officer, batam):
    milestone = make_milestone(owner=batam)
    url = at(milestone, "comments")

    part = client.post(url, {"words": "Sudah sampai mana?", "seen": 0}, headers={"HX-Request": "true"})
    twice = client.post(url, {"words": "Sudah sampai mana?", "seen": 0})
    empty = client.post(url, {"words": " "})

    assert "Sudah sampai mana?" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert (twice.status_code, twice["Location"]) == (302, f"{milestone.get_absolute_url()}#log")
    assert (empty.status_code, problems_on(empty)) == (422, ["Comment: Write something first."])
    assert milestone.log.count() == 1


@pytest.mark.parametrize("words", ["", "Menunggu anggaran provinsi"])
def test_what_was_typed_stays_on_the_page_where_somebody_else_has_closed_it(client, officer, batam, words):
    milestone = make_milestone("x", batam, owner=batam)
    fields = fields_of(client, at(milestone, "block"))
    doing.complete(milestone, officer.today(), by=make_officer(batam), version=None)

    late = client.post(at(milestone, "block"), fields | {"words": words})

    assert late.status_code == 409
    assert sent_by(late, "deed-form")["words"] == [words]
    assert ">Mark as blocked</button>" not in late.content.decode()


CORRECTED = {
    "another day": {"on": "2026-11-01"},
    "a shorter remark": {"words": "Sudah"},
    "other evidence": {"evidence": "Surat 1"},
}


@pytest.mark.parametrize("correction", CORRECTED.values(), ids=CORRECTED)
@pytest.mark.parametrize("sides", [0, 1, 2])
def test_what_is_corrected_after_going_back_is_not_taken_for_a_double_click(
    client, officer, batam, malang, correction, sides
):
    milestone = make_milestone("x", *[batam, malang][:sides], owner=batam)
    typed = fields_of(client, at(milestone, "done")) | {"evidence": "Surat 12", "words": "Sudah dikirim"}
    client.post(at(milestone, "done"), typed)

    codes = [client.post(at(milestone, "done"), typed | more).status_code for more in ({}, correction)]

    assert codes == [302, 409]


@pytest.mark.parametrize("correction", [{"due_precision": "DAY", "due_day": "2099-11-30"}, {"due_as_stated": "segera"}])
def test_a_due_day_that_is_corrected_after_going_back_is_not_dropped(client, officer, batam, correction):
    milestone = make_milestone("x", batam, owner=batam)
    typed = fields_of(client, at(milestone, "reschedule")) | ANSWERS["reschedule"]
    client.post(at(milestone, "reschedule"), typed)

    codes = [client.post(at(milestone, "reschedule"), typed | more).status_code for more in ({}, correction)]

    assert codes == [302, 409]


def test_another_day_from_a_second_window_is_not_taken_for_a_double_click(client, officer, batam):
    """One person with two windows: what they typed in the second is neither lost nor said to be done."""
    milestone = make_milestone(owner=batam, due=dt.date(2030, 1, 1))
    opened = fields_of(client, at(milestone, "reschedule"))
    first, second = (opened | {"due_day": day, "words": "Ditunda"} for day in ("2030-02-01", "2030-03-01"))

    codes = [client.post(at(milestone, "reschedule"), data).status_code for data in (first, first, second)]

    assert codes == [302, 302, 409]
    assert Milestone.objects.get().due_on == dt.date(2030, 2, 1)
