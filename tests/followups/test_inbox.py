import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from followups.inbox import unread_count
from followups.models import Reminder, ReminderRule
from tests.factories import make_milestone, make_officer, make_region, make_reminder, make_viewer, make_visit

pytestmark = pytest.mark.django_db
URL = "/follow-ups/inbox/"
TODAY = dt.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def rule():
    return ReminderRule.objects.create(code="test", name_id="Uji", name_en="Test", days=[-7, 0], every_days=7)


def text(response):
    return " ".join(response.content.decode().split())


def shown(response):
    return [(row["item"].row["heading"], row["item"].is_unread) for row in response.context["page"].object_list]


def test_one_item_for_each_milestone_with_the_newest_reason_first(client, officer, batam, rule):
    first, second = make_milestone("Kirim draf", owner=batam, due=TODAY), make_milestone("Rapat", owner=batam)
    make_reminder(first, officer, rule=rule, offset=-7, on=dt.date(2026, 11, 15))
    make_reminder(second, officer, why="ASSIGNED")
    make_reminder(first, officer, rule=rule, offset=0, on=TODAY)

    response = client.get(URL)

    assert shown(response) == [("Kirim draf", True), ("Rapat", True)]
    assert [row["item"].reasons for row in response.context["page"].object_list] == [
        ["On the due day", "7 days before the due day"],
        ["It was given to you"],
    ]
    assert "1 earlier" in text(response)


def test_why_one_was_told_is_said_in_words(client, officer, batam, rule):
    milestone = make_milestone(owner=batam, due=TODAY)
    other = make_officer(batam, name="Rina")
    entry = milestone.log.create(deed="COMMENTED", text="Sudah dikirim?", by=other)
    since = ReminderRule.objects.create(code="s", name_id="x", name_en="x", days=[30], basis="SINCE")
    escalation = ReminderRule.objects.create(code="e", name_id="x", name_en="x", days=[7], escalates=True)
    for kw in [
        {"rule": rule, "offset": 3, "on": TODAY + dt.timedelta(days=3)},
        {"rule": since, "offset": 30, "on": TODAY + dt.timedelta(days=30)},
        {"rule": escalation, "offset": 7, "on": TODAY + dt.timedelta(days=7)},
        {"why": "COMMENT", "entry": entry}, {"why": "SNOOZED"},
    ]:  # fmt: skip
        make_reminder(milestone, officer, **kw)

    (row,) = client.get(URL).context["page"].object_list

    assert row["item"].reasons == [
        "Your snooze is over", "Rina wrote: “Sudah dikirim?”", "Left undone 7 days after its due day", "Open for 30 days",
        "3 days after the due day",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "offset", "words"),
    [
        (12, -30, "12 days before the due day"),
        (0, -30, "On the due day"),
        (-40, -7, "40 days after the due day"),
        (9, 0, "9 days before the due day"),
    ],
)
def test_how_far_it_was_on_the_day_of_telling_is_said_and_not_the_days_of_the_rule(
    client, officer, batam, rule, days, offset, words
):
    milestone = make_milestone(owner=batam, due=TODAY + dt.timedelta(days=days))
    make_reminder(milestone, officer, rule=rule, offset=offset, on=TODAY)

    (row,) = client.get(URL).context["page"].object_list

    assert row["item"].reasons == [words]


def test_opening_marks_as_read_and_leads_to_the_milestone(client, officer, batam):
    milestone = make_milestone(owner=batam)
    make_reminder(milestone, officer, why="ASSIGNED")
    last = make_reminder(milestone, officer, why="SNOOZED")

    response = client.get(f"{URL}{last.pk}/")

    assert response.url == milestone.get_absolute_url()
    assert not Reminder.objects.filter(read_at__isnull=True).exists()
    assert shown(client.get(URL)) == [(milestone.title, False)]


def test_opening_the_follow_up_from_a_letter_marks_its_own_as_read(client, officer, batam):
    milestone, other = make_milestone("Kirim laporan", batam), make_milestone("Lain", batam)
    mine, elsewhere = make_reminder(milestone, officer), make_reminder(other, officer)
    colleagues = make_reminder(milestone, make_officer(batam))
    address = f"/follow-ups/{milestone.pk}/"

    client.logout()
    assert client.get(address).status_code == 302  # a program that looks into links is not signed in
    assert unread_count(officer) == 2

    client.force_login(officer)
    client.head(address)
    assert unread_count(officer) == 2
    client.get(address)

    unread = set(Reminder.objects.filter(read_at__isnull=True).values_list("pk", flat=True))
    assert unread == {elsewhere.pk, colleagues.pk}
    assert mine.pk not in unread


def test_read_and_unread_again(client, officer, batam):
    milestone = make_milestone(owner=batam)
    make_reminder(milestone, officer, why="ASSIGNED")
    last = make_reminder(milestone, officer, why="SNOOZED")

    assert client.post(f"{URL}{last.pk}/mark/", {"as": "read"}).url == URL
    assert shown(client.get(URL)) == [(milestone.title, False)]
    assert client.post(f"{URL}{last.pk}/mark/", {"as": "unread", "show": "unread"}).url == f"{URL}?show=unread"
    assert shown(client.get(f"{URL}?show=unread")) == [(milestone.title, True)]
    assert unread_count(officer) == 1


def test_all_are_read_at_one_stroke_and_those_of_others_stay(client, officer, batam):
    for number in range(3):
        milestone = make_milestone(f"nr {number}", owner=batam)
        make_reminder(milestone, officer)
        make_reminder(milestone)

    response = client.post(f"{URL}read/", follow=True)

    assert "3 reminders were marked as read." in text(response)
    assert unread_count(officer) == 0
    assert Reminder.objects.filter(read_at__isnull=True).count() == 3
    assert "Everything is read" in text(client.get(f"{URL}?show=unread"))


def test_what_is_settled_says_so_and_stays(client, officer, batam):
    milestone = make_milestone(owner=batam, status="DONE", done_on=TODAY)
    make_reminder(milestone, officer)

    page = text(client.get(URL))

    assert milestone.title in page
    assert "<span>settled</span>" in page


def test_what_one_may_no_longer_see_or_wants_nowhere_is_not_there(client, officer, batam):
    gone = make_milestone("rahasia", owner=make_region("Kota Medan"))
    reminder = make_reminder(gone, officer)
    make_reminder(make_milestone("laporan", owner=batam), officer, topic="REPORTS")
    officer.opt_outs.create(topic="REPORTS", channel="INBOX")

    assert shown(client.get(URL)) == []
    assert unread_count(officer) == 0
    assert client.get(f"{URL}{reminder.pk}/").status_code == 404


def test_nobody_opens_the_reminders_of_others(client, officer, batam):
    reminder = make_reminder(make_milestone(owner=batam), make_viewer(batam))

    assert client.get(f"{URL}{reminder.pk}/").status_code == 404
    assert client.post(f"{URL}{reminder.pk}/mark/", {"as": "read"}).status_code == 404
    reminder.refresh_from_db()
    assert reminder.read_at is None


def test_every_page_says_how_many_milestones_are_unread(client, officer, batam, monkeypatch):
    milestone = make_milestone(owner=batam)
    make_reminder(milestone, officer, why="ASSIGNED")
    make_reminder(milestone, officer, why="SNOOZED")
    make_reminder(make_milestone("dua", owner=batam), officer)

    assert client.get("/visits/").content.decode().count('<span class="unread">2') == 2  # top and bottom
    monkeypatch.setattr("followups.inbox.MOST", 1)
    assert '<span class="unread">1+' in client.get("/visits/").content.decode()
    client.post(f"{URL}read/")
    assert 'class="unread"' not in client.get("/visits/").content.decode()


def test_as_many_queries_for_one_item_as_for_three(client, officer, batam, malang, rule):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        return len(queries)

    def add():
        milestone = make_milestone("Rapat", batam, visit=make_visit(batam, malang))
        entry = milestone.log.create(deed="COMMENTED", text="Ya", by=make_officer(batam))
        make_reminder(milestone, officer, why="COMMENT", entry=entry)
        make_reminder(milestone, officer, rule=rule)

    add()
    one = ask()
    add()
    add()

    assert ask() == one
    assert one <= 9


def test_an_empty_inbox_says_what_will_come(client, officer):
    assert "Nothing has come in yet" in text(client.get(URL))


@pytest.mark.parametrize("address", [f"{URL}read/", f"{URL}1/mark/"])
def test_nothing_is_marked_by_reading(client, officer, address):
    assert client.get(address).status_code == 405


def test_anonymous_is_sent_to_sign_in(client):
    assert client.get(URL).status_code == 302
    assert client.post(f"{URL}read/").url.startswith("/accounts/login/")
