"""What one must do oneself: in parts, and done at once."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from followups.work import AT_HOME, OWN_PAGE, Work
from tests.factories import (
    make_assignee,
    make_milestone,
    make_officer,
    make_organisation,
    make_region,
    make_superuser,
    make_unit_user,
    make_viewer,
    make_visit,
)

pytestmark = pytest.mark.django_db
URL = "/follow-ups/mine/"
TODAY = dt.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC), tick=False)


def day(days):
    return TODAY + dt.timedelta(days=days)


def text(response):
    return " ".join(response.content.decode().split())


def parts(response):
    work = response.context["work"]
    return {part.name: [row["heading"] for row in part.rows] for part in [*work.must, *work.besides]}


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def at_once(client, milestone, deed, **more):
    return client.post(f"/follow-ups/{milestone.pk}/at-once/{deed}/", more, follow=True)


def test_what_presses_most_stands_on_top(client, officer, batam, malang):
    visit = make_visit(batam, malang)
    for title, who, kw in [
        ("sangat terlambat", batam, {"due": day(-30)}),
        ("terlambat", batam, {"due": day(-1)}),
        ("hari ini", batam, {"due": day(0)}),
        ("besok", batam, {"due": day(1)}),
        ("sepekan", batam, {"due": day(7)}),
        ("sebulan", batam, {"due": day(30)}),
        ("jauh", batam, {"due": day(31)}),
        ("tanpa tenggat", batam, {}),
        ("usulan", batam, {"status": "SUGGESTED"}),
        ("utang mereka", malang, {"due": day(-2)}),
        ("selesai", batam, {"status": "DONE", "done_on": day(-1)}),
    ]:
        make_milestone(title, who, visit=visit, **kw)

    response = client.get(URL)

    assert parts(response) == {
        "overdue": ["sangat terlambat", "terlambat"],
        "today": ["hari ini"],
        "week": ["besok", "sepekan"],
        "month": ["sebulan"],
        "undated": ["tanpa tenggat"],
        "suggested": ["usulan"],
        "others": ["utang mereka"],
    }
    assert "1 more, due later" in text(response)
    assert response.context["work"].count.number == 8


def test_at_home_what_presses_has_more_lines_than_the_rest(batam):
    for due, n in ((-1, 8), (20, 8), (60, 8)):
        for _ in range(n):
            make_milestone("Kirim", batam, owner=batam, due=day(due))

    shown = {part.name: (len(part.rows), part.is_cut) for part in Work(make_officer(batam), AT_HOME).must}

    assert shown == {"overdue": (6, True), "month": (3, True)}


@pytest.mark.parametrize("reader", ["officer", "viewer", "agency", "assignee", "supervisor", "administrator"])
def test_every_number_counts_what_its_list_shows(client, batam, malang, reader):
    unit, visit = make_organisation("Dinas", batam), make_visit(batam, malang)
    user = {
        "officer": lambda: make_officer(batam),
        "viewer": lambda: make_viewer(batam),
        "agency": lambda: make_unit_user(unit),
        "assignee": lambda: make_viewer(malang),
        "supervisor": lambda: make_officer(malang),
        "administrator": make_superuser,
    }[reader]()
    for due in (-3, 0, 3, 20, 90, None):
        for who in (batam, malang, unit):
            made = make_milestone(f"{due} {who}", who, visit=visit, due=due if due is None else day(due))
        make_assignee(made, user)
    make_milestone("usulan", unit, visit=visit, status="SUGGESTED")
    client.force_login(user)

    for section in Work(user, OWN_PAGE).sections:
        shown = client.get(section.url)
        expected = int(str(shown.context["total"]))
        if section.name in (
            "suggested",
            "others",
        ):  # the list also has those that others accept, or owe together with us
            assert section.count.number <= expected
        else:
            assert section.count.number == expected, section.name


def test_done_at_once(client, officer, batam):
    milestone = make_milestone("Kirim draf", batam, owner=batam, due=day(-1))

    response = at_once(client, milestone, "done", version=milestone.version)

    assert response.redirect_chain == [(URL, 302)]
    assert messages_of(response) == ["Done: Kirim draf"]
    milestone.refresh_from_db()
    assert (milestone.status, milestone.done_on) == ("DONE", TODAY)


def test_where_another_side_must_confirm_as_well_only_the_own_part_is_done(client, officer, batam, malang):
    milestone = make_milestone("Rapat", batam, malang, visit=make_visit(batam, malang), due=day(3))
    assert "Our part is done" in text(client.get(URL))

    response = at_once(client, milestone, "done", version=milestone.version)

    assert messages_of(response) == ["Your part of “Rapat” is confirmed. The other side still has to confirm its own."]
    milestone.refresh_from_db()
    assert milestone.status == "OPEN"
    assert list(milestone.parts.values_list("region", "done_on")) == [(batam.pk, TODAY), (malang.pk, None)]
    client.force_login(make_officer(malang))
    at_once(client, milestone, "done")
    milestone.refresh_from_db()
    assert milestone.status == "DONE"


def test_an_agency_user_sees_and_does_what_its_unit_must_do(client, batam):
    unit, other = make_organisation("Dinas", batam), make_organisation("Bappeda", batam)
    mine = make_milestone("tugas kami", unit, owner=batam)
    theirs = make_milestone("tugas lain", other, owner=batam)
    client.force_login(make_unit_user(unit, language="en"))

    assert parts(client.get(URL)) == {"undated": ["tugas kami"]}
    at_once(client, mine, "done")
    mine.refresh_from_db()
    assert mine.status == "DONE"
    assert at_once(client, theirs, "done").status_code == 404


def test_snoozed_at_once_it_stays_on_the_page_with_a_word(client, officer, batam):
    milestone = make_milestone("Kirim draf", batam, owner=batam, due=day(-1))

    response = at_once(client, milestone, "snooze", days="7")

    assert messages_of(response) == ["You are reminded of “Kirim draf” again on 29 November 2026."]
    assert parts(response) == {"overdue": ["Kirim draf"]}
    assert "snoozed until 29 November 2026" in text(response)
    assert messages_of(at_once(client, milestone, "snooze", days="900")) == ["Choose for how long."]


def test_suggestions_are_accepted_or_declined(client, officer, batam):
    good, bad = (make_milestone(t, owner=batam, status="SUGGESTED") for t in ("bagus", "tidak"))

    at_once(client, good, "accept", version=good.version)
    assert messages_of(at_once(client, bad, "decline", reason=" ")) == ["Give the reason: it stays in the log."]
    at_once(client, bad, "decline", reason="Bukan tugas kami")

    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.status, bad.status) == ("OPEN", "CANCELLED")


def test_who_may_not_decline_is_not_asked_why(client, batam):
    """An agency user accepts for the unit; declining is for officers."""
    unit = make_organisation("Dinas", batam)
    url = f"/follow-ups/{make_milestone('usulan', unit, owner=batam, status='SUGGESTED').pk}/at-once/decline/"

    offered = []
    for user in (make_officer(batam), make_unit_user(unit)):
        client.force_login(user)
        offered.append(url in text(client.get(URL)))

    assert offered == [True, False]


def test_a_reason_stays_in_the_line_that_somebody_changed_meanwhile(client, officer, batam):
    milestone, other = (make_milestone(owner=batam, status="SUGGESTED") for _ in range(2))
    url, typed = f"/follow-ups/{milestone.pk}/at-once/decline/", {"version": milestone.version, "reason": "Sudah ada"}
    milestone.priority = "HIGH"
    milestone.save()

    late = client.post(url, typed, headers={"HX-Request": "true"})

    assert late.status_code == 409
    assert text(late).count('value="Sudah ada"') == 1
    assert text(late).count('name="work-menu" open') == 1
    milestone.refresh_from_db()
    again = client.post(url, typed | {"version": milestone.version}, headers={"HX-Request": "true"})
    assert (again.status_code, parts(again)) == (200, {"suggested": [str(other)]})


@pytest.mark.parametrize("reason", ["a\0b", "x" * 10_001])
def test_a_reason_that_cannot_be_kept_is_told(client, officer, batam, reason):
    milestone = make_milestone(owner=batam, status="SUGGESTED")

    (said,) = messages_of(at_once(client, milestone, "decline", reason=reason))

    assert said in (
        "Null characters are not allowed.",
        "Ensure this value has at most 10000 characters (it has 10001).",
    )
    milestone.refresh_from_db()
    assert milestone.status == "SUGGESTED"


def test_what_somebody_changed_meanwhile_is_not_overwritten(client, officer, batam):
    milestone = make_milestone(owner=batam)
    version = milestone.version
    milestone.priority = "HIGH"
    milestone.save()

    (said,) = messages_of(at_once(client, milestone, "done", version=version))

    assert "Somebody changed" in said
    milestone.refresh_from_db()
    assert milestone.status == "OPEN"


def test_htmx_gets_the_lines_anew_and_a_word(client, officer, batam):
    milestone = make_milestone("Kirim draf", owner=batam)

    response = client.post(f"/follow-ups/{milestone.pk}/at-once/done/", {"at": "home"}, headers={"HX-Request": "true"})

    assert response.status_code == 200
    assert "Kirim draf" in response["HX-Trigger"]
    assert "<h1" not in text(response)
    assert 'id="work"' in text(response)
    again = client.post(f"/follow-ups/{milestone.pk}/at-once/done/", headers={"HX-Request": "true"})
    assert again.status_code == 409


def test_from_home_one_comes_back_home(client, officer, batam):
    milestone = make_milestone(owner=batam)

    assert 'name="at" value="home"' in text(client.get("/"))
    assert at_once(client, milestone, "done", at="home").redirect_chain == [("/", 302)]


def test_a_reader_may_not_and_is_told_so(client, batam):
    milestone = make_milestone("Kirim draf", owner=batam)
    client.force_login(make_viewer(batam, language="en"))

    response = at_once(client, milestone, "done")

    assert messages_of(response) == ["This is done by officers and units that take part."]
    milestone.refresh_from_db()
    assert milestone.status == "OPEN"


def test_strangers_wrong_deeds_and_wrong_methods(client, officer, batam):
    milestone = make_milestone(owner=batam)

    assert client.get(f"/follow-ups/{milestone.pk}/at-once/done/").status_code == 405
    assert at_once(client, milestone, "evil").status_code == 404
    client.force_login(make_officer(make_region("Kota Medan")))
    assert at_once(client, milestone, "done").status_code == 404
    client.logout()
    assert client.post(f"/follow-ups/{milestone.pk}/at-once/done/").url.startswith("/accounts/login/")
    assert client.get(URL).status_code == 302
    assert client.post(URL).status_code == 405


def test_nothing_to_do_is_said(client, officer):
    assert "Nothing is left for you to do" in text(client.get(URL))


def test_it_costs_the_same_however_much_there_is(client, officer, batam, malang):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        return len(queries)

    def add():
        visit = make_visit(batam, malang)
        for due in (-1, 0, 5, 20, 90):
            make_milestone("Rapat", make_organisation(None, batam), malang, visit=visit, due=day(due))

    add()
    one = ask()
    add()
    add()

    assert ask() == one
    assert one <= 8


def test_a_suggestion_for_our_side_is_ours_to_accept(client, officer, batam, malang):
    theirs = make_milestone("usulan mereka", batam, visit=make_visit(malang, batam, owner=malang), status="SUGGESTED")
    make_milestone("bukan kami", malang, visit=make_visit(malang, batam, owner=malang), status="SUGGESTED")

    assert parts(client.get(URL)) == {"suggested": ["usulan mereka"]}
    at_once(client, theirs, "accept")
    theirs.refresh_from_db()
    assert theirs.status == "OPEN"
