"""Deeds in bulk: exactly those that were counted or none; the same as one at a time; undone."""

import datetime as dt
import re
import threading
import uuid
from urllib.parse import urlencode

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from followups import doing
from followups.bulk import Changed, Terms, carry_out, plan, undo
from followups.bulk.doing import VALUES
from followups.models import BulkDeed, Milestone, MilestoneDeed
from tests.factories import (
    make_assignee,
    make_milestone,
    make_officer,
    make_organisation,
    make_outcome,
    make_part,
    make_region,
    make_superuser,
    make_unit_user,
    make_viewer,
    make_visit,
    settle,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)
URL = "/follow-ups/bulk/"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC), tick=False)


def day(days):
    return TODAY + dt.timedelta(days=days)


def text(response):
    return " ".join(response.content.decode().split())


def address(deed, *picks, **asked):
    return f"{URL}?{urlencode([('deed', deed), *asked.items(), *(('pick', one.pk) for one in picks)])}"


def hidden(response):
    form = response.context["form"]
    return {name: str(form[name].value()) for name in ("number", "seen", "submission")}


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


# The same as one at a time


def set_of(batam, malang, unit, colleague):
    """Milestones of every sort that a rule tells apart, made anew each time in the same order."""
    visit = make_visit(batam, malang)
    made = []
    for status in ["SUGGESTED", "OPEN", "IN_PROGRESS", "BLOCKED", "DONE", "CANCELLED"]:
        done = {"done_on": day(-9)} if status == "DONE" else {}
        made.append(make_milestone(f"{status} kami", unit, visit=visit, status=status, due=day(3), **done))
    both = make_milestone("dua pihak", batam, malang, visit=visit, evidence="Nota 1")
    both.parts.filter(region=malang).update(done_on=day(-1))
    given = make_milestone("diberikan", malang, visit=visit, due=dt.date(2026, 12, 31), due_precision="MONTH")
    make_assignee(given, colleague)
    theirs = make_milestone("catatan mereka", unit, owner=malang, due_as_stated="segera")
    neither = make_milestone("catatan mereka berdua", malang, unit, owner=malang, visit=visit)
    internal = make_milestone("internal", batam, visit=visit, internal=True)
    derived = make_milestone(
        "", batam, owner=batam, kind="EXPIRY", derived_key=uuid.uuid4().hex, origin="DATA", due=day(9)
    )
    outcome = make_outcome(visit, "Bappeda mendalami", follow_up="OPEN", responsible=unit, due_on=day(5))
    duty = make_milestone("kewajiban", batam, owner=batam, origin="DUTY", due=day(10))
    nobodys = make_milestone("belum ada", owner=batam)
    return [*made, both, given, theirs, neither, internal, derived, outcome.milestone, duty, nobodys]


DEEDS = {
    MilestoneDeed.ACCEPTED: (Terms(), lambda m, t, by: doing.accept(m, by=by, version=None)),
    MilestoneDeed.COMPLETED: (
        Terms(on=day(-2), evidence="Nota 7", reason="selesai"),
        lambda m, t, by: doing.complete(m, t.on, t.evidence, t.reason, by=by, version=None),
    ),
    MilestoneDeed.CANCELLED: (Terms(reason="batal"), lambda m, t, by: doing.cancel(m, t.reason, by=by, version=None)),
    MilestoneDeed.RESCHEDULED: (
        Terms(on=day(5), reason="diundur"),
        lambda m, t, by: doing.reschedule(m, t.on, t.reason, by=by, version=None),
    ),
    MilestoneDeed.SNOOZED: (Terms(on=day(7)), lambda m, t, by: doing.snooze(m, t.on, by=by)),
}


def told(milestone):
    """All that a deed may change."""
    row = Milestone.objects.values(*set(VALUES) - {"pk", "version", "derived_key", "organisation_ids"}).get(
        pk=milestone.pk
    )
    parts = list(milestone.parts.order_by("position", "pk").values_list("region", "unit", "done_on", "done_by", "note"))
    people = list(milestone.given_to.order_by("pk").values_list("user", flat=True))
    log = list(milestone.log.order_by("pk").values_list("deed", "text", "old_due", "new_due", "region", "by"))
    snoozes = list(milestone.snoozes.values_list("user", "until"))
    outcome = milestone.outcome and type(milestone.outcome).objects.values_list(
        "follow_up", "due_on", "responsible"
    ).get(pk=milestone.outcome_id)
    return row, parts, people, log, snoozes, outcome


def one_by_one(milestones, deed, terms, act, by):
    """The positions of those that could be done."""
    done = []
    for position, pk in enumerate([milestone.pk for milestone in milestones]):
        milestone = Milestone.objects.get(pk=pk)
        try:
            with transaction.atomic():
                act(milestone, terms, by)
        except (doing.Refused, PermissionDenied):
            continue
        done.append(position)
    return done


@pytest.mark.parametrize("reader", ["officer", "other side", "viewer", "agency", "assignee", "administrator"])
@pytest.mark.parametrize("deed", DEEDS)
def test_in_bulk_is_the_same_as_one_at_a_time(batam, malang, deed, reader):
    unit = make_organisation("Bappeda", batam)
    colleague = make_viewer(malang)
    user = {
        "officer": lambda: make_officer(batam),
        "other side": lambda: make_officer(malang),
        "viewer": lambda: make_viewer(batam),
        "agency": lambda: make_unit_user(unit),
        "assignee": lambda: colleague,
        "administrator": make_superuser,
    }[reader]()
    terms, act = DEEDS[deed]
    singly = set_of(batam, malang, unit, colleague)
    visible = set(Milestone.objects.visible_to(user).values_list("pk", flat=True))
    expected = one_by_one([m for m in singly if m.pk in visible], deed, terms, act, user)

    together = set_of(batam, malang, unit, colleague)
    found = Milestone.objects.visible_to(user).filter(pk__in=[m.pk for m in together])
    counted = plan(found, deed, terms, user)
    keys = list(found.order_by("pk").values_list("pk", flat=True))
    assert [keys.index(row["pk"]) for row in counted.rows] == expected
    if expected:
        carry_out(found, deed, terms, number=counted.number, seen=counted.seen, submission=uuid.uuid4(), by=user)

    for one, other in zip(singly, together, strict=True):
        single, bulk = told(one), told(other)
        single[0].pop("title", None)
        assert single[1:] == bulk[1:], one
        assert single[0] == bulk[0], one


@pytest.mark.parametrize("given", ["unit", "person", "both"])
def test_giving_in_bulk_is_the_same_as_one_at_a_time(batam, malang, given):
    officer, colleague, viewer = make_officer(batam), make_viewer(malang), make_viewer(batam)
    unit, other = make_organisation("Bappeda", batam), make_organisation("Dishub", batam)
    terms = Terms(
        reason="pindah tugas",
        unit=other if given != "person" else None,
        people=(viewer,) if given != "unit" else (),
    )

    def act(milestone, terms, by):
        parts = [(None, terms.unit)] if terms.unit else None
        doing.reassign(milestone, parts, list(terms.people) or None, terms.reason, by=by, version=None)

    singly = set_of(batam, malang, unit, colleague)
    expected = one_by_one(singly, "REASSIGNED", terms, act, officer)
    together = set_of(batam, malang, unit, colleague)
    found = Milestone.objects.visible_to(officer).filter(pk__in=[m.pk for m in together])
    counted = plan(found, "REASSIGNED", terms, officer)
    done = {row["pk"] for row in counted.rows}
    carry_out(found, "REASSIGNED", terms, number=counted.number, seen=counted.seen, submission=uuid.uuid4(), by=officer)

    kept_by_us = [position for position in expected if singly[position].owner == batam]
    assert [position for position, m in enumerate(together) if m.pk in done] == kept_by_us
    for position in kept_by_us:
        assert told(singly[position])[1:] == told(together[position])[1:], singly[position]
        assert told(singly[position])[0] == told(together[position])[0], singly[position]


# Undone


@pytest.mark.parametrize("deed", [*DEEDS, MilestoneDeed.REASSIGNED])
def test_undoing_puts_back_what_stood_before(batam, malang, deed):
    officer, unit = make_officer(batam), make_organisation("Bappeda", batam)
    made = set_of(batam, malang, unit, make_viewer(malang))
    for milestone in made[:3]:
        milestone.snoozes.create(user=officer, until=day(2))
    terms = DEEDS[deed][0] if deed in DEEDS else Terms(unit=make_organisation("Dishub", batam), people=(officer,))
    before = [told(milestone) for milestone in made]
    given = [list(m.parts.order_by("pk").values("pk", "given_at", "position")) for m in made]
    found = Milestone.objects.visible_to(officer).filter(pk__in=[m.pk for m in made])
    counted = plan(found, deed, terms, officer)
    done = carry_out(found, deed, terms, number=counted.number, seen=counted.seen, submission=uuid.uuid4(), by=officer)
    assert [told(milestone) for milestone in made] != before

    result = undo(done, by=officer)

    assert result == (counted.number, 0)
    after = [told(milestone) for milestone in made]
    assert [(row, parts, people, snoozes, out) for row, parts, people, _log, snoozes, out in after] == [
        (row, parts, people, snoozes, out) for row, parts, people, _log, snoozes, out in before
    ]
    assert [list(m.parts.order_by("pk").values("pk", "given_at", "position")) for m in made] == given
    assert {m.log.last().deed for m in made if m.pk in {row["pk"] for row in counted.rows}} == {"UNDONE"}
    with pytest.raises(doing.Refused):
        undo(done, by=officer)


@pytest.mark.parametrize(
    ("deed", "number"), [("CANCELLED", 0), ("RESCHEDULED", 0), ("REASSIGNED", 0), ("ACCEPTED", 0), ("COMPLETED", 1)]
)
def test_who_may_no_longer_do_it_does_not_undo_it(batam, deed, number):
    """Done as an officer; now only somebody to whom it is given, who may complete what is of nobody."""
    officer = make_officer(batam)
    milestone = make_milestone("satu", owner=batam, status="SUGGESTED" if deed == "ACCEPTED" else "OPEN")
    make_assignee(milestone, officer)
    terms = DEEDS[deed][0] if deed in DEEDS else Terms(unit=make_organisation("Dishub", batam))
    counted = plan(Milestone.objects.all(), deed, terms, officer)
    done = carry_out(
        Milestone.objects.all(), deed, terms, number=1, seen=counted.seen, submission=uuid.uuid4(), by=officer
    )
    officer.memberships.update(role="VIEWER")

    result = undo(done, by=type(officer).objects.get(pk=officer.pk))

    assert result == (number, 1 - number)


def test_undoing_leaves_out_what_was_changed_since_and_says_how_many(client, officer, batam):
    kept, changed = make_milestone("satu", owner=batam), make_milestone("dua", owner=batam)
    page = client.get(address("CANCELLED", kept, changed))
    client.post(address("CANCELLED", kept, changed), hidden(page) | {"reason": "batal"}, follow=True)
    changed.refresh_from_db()
    doing.reopen(changed, "keliru", by=officer, version=None)
    doing.cancel(changed, "tetap batal", by=officer, version=None)

    response = client.post(f"{URL}{BulkDeed.objects.get().pk}/undo/", follow=True)

    assert messages_of(response) == ["1 follow-up is as it was before. 1 was left out, because it was changed since."]
    kept.refresh_from_db()
    changed.refresh_from_db()
    assert (kept.status, changed.status) == ("OPEN", "CANCELLED")
    assert "This was undone already." in messages_of(
        client.post(f"{URL}{BulkDeed.objects.get().pk}/undo/", follow=True)
    )


def reassigned(milestone, by, **to):
    """One deed in bulk, on this one."""
    found, terms = Milestone.objects.filter(pk=milestone.pk), Terms(reason="pindah tugas", **to)
    counted = plan(found, "REASSIGNED", terms, by)
    return carry_out(
        found, "REASSIGNED", terms, number=counted.number, seen=counted.seen, submission=uuid.uuid4(), by=by
    )


def people_of(milestone):
    return list(milestone.given_to.values_list("user", flat=True))


def left(user):
    user.memberships.all().delete()


def switched_off(user):
    type(user).objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("goes", [left, switched_off, lambda user: user.delete()], ids=["left", "off", "deleted"])
def test_undoing_gives_nothing_back_to_who_may_not_have_it_any_more(batam, goes):
    officer, first, stays, second = (make_officer(batam) for _n in range(4))
    milestone = make_milestone(owner=batam)
    for person in (first, stays):
        make_assignee(milestone, person)
    done = reassigned(milestone, officer, people=[second])
    goes(first)

    assert undo(done, by=officer) == (1, 0)

    settle()
    assert people_of(milestone) == [stays.pk]


def test_undoing_does_without_what_was_deleted_since(batam, malang):
    officer, giver, first = make_officer(batam), make_officer(batam), make_officer(batam)
    unit, gone, other = (make_organisation(name, batam) for name in ("Bappeda", "Dinas Lama", "Dishub"))
    milestone = make_milestone("Kirim draf", unit, gone, owner=batam)
    milestone.parts.update(given_by=giver, done_by=giver, done_on=day(-1))
    make_assignee(milestone, first, given_by=giver)
    done = reassigned(milestone, officer, unit=other, people=[officer])
    giver.delete()
    gone.delete()

    assert undo(done, by=officer) == (1, 0)

    settle()
    assert list(milestone.parts.values_list("unit", "given_by", "done_by", "done_on")) == [
        (unit.pk, None, None, day(-1))
    ]
    assert list(milestone.given_to.values_list("user", "given_by")) == [(first.pk, None)]


def test_only_who_did_it_undoes_it(client, officer, batam):
    milestone = make_milestone(owner=batam)
    page = client.get(address("CANCELLED", milestone))
    client.post(address("CANCELLED", milestone), hidden(page) | {"reason": "batal"})
    pk = BulkDeed.objects.get().pk

    assert client.get(f"{URL}{pk}/undo/").status_code == 405
    assert "Cancelled" in text(client.get(f"{URL}done/"))
    client.force_login(make_officer(batam, language="en"))
    assert client.post(f"{URL}{pk}/undo/").status_code == 404
    assert "Nothing was changed in bulk" in text(client.get(f"{URL}done/"))


# Through the page


def test_the_ticked_ones_are_done(client, officer, batam):
    wanted = [make_milestone(f"nr {n}", batam, owner=batam) for n in range(3)]
    other = make_milestone("lain", batam, owner=batam)

    page = client.get(address("COMPLETED", *wanted))
    assert "<strong>3</strong> follow-ups will be changed" in text(page)
    response = client.post(
        address("COMPLETED", *wanted), hidden(page) | {"on": "2026-11-20", "evidence": "Nota 3"}, follow=True
    )

    assert response.redirect_chain == [("/follow-ups/", 302)]
    assert messages_of(response) == ['3 follow-ups are done. <a href="/follow-ups/bulk/done/">Undo</a>']
    assert set(Milestone.objects.filter(status="DONE").values_list("title", "done_on", "evidence")) == {
        (f"nr {n}", dt.date(2026, 11, 20), "Nota 3") for n in range(3)
    }
    other.refresh_from_db()
    assert other.status == "OPEN"


def test_all_that_match_on_all_pages_are_done_and_the_list_comes_back_with_its_filter(client, officer, batam):
    for n in range(60):
        make_milestone(f"nr {n}", owner=batam, due=day(-1), priority="HIGH" if n else "LOW")
    where = address("RESCHEDULED", all=1, state="overdue", priority="HIGH")

    page = client.get(where)
    response = client.post(where, hidden(page) | {"on": day(30).isoformat(), "reason": "menunggu anggaran"})

    assert response.url == "/follow-ups/?state=overdue&priority=HIGH"
    assert Milestone.objects.filter(due_on=day(30)).count() == 59
    assert Milestone.objects.get(due_on=day(-1)).priority == "LOW"


def test_when_others_match_meanwhile_nothing_is_done_and_what_was_typed_stays(client, officer, batam):
    make_milestone("satu", owner=batam, due=day(-1))
    where = address("CANCELLED", all=1, state="overdue")
    page = client.get(where)
    make_milestone("dua", owner=batam, due=day(-2))

    response = client.post(where, hidden(page) | {"reason": "Tidak jadi <b>"})

    assert response.status_code == 409
    assert not Milestone.objects.filter(status="CANCELLED").exists()
    assert "You saw 1 follow-up." in text(response)
    assert "Now it would be 2" in text(response)
    assert "Tidak jadi &lt;b&gt;" in text(response)
    client.post(where, hidden(response) | {"reason": "Tidak jadi"})
    assert Milestone.objects.filter(status="CANCELLED").count() == 2


def test_as_many_others_are_not_the_same(client, officer, batam):
    first = make_milestone("satu", owner=batam, due=day(-1))
    where = address("CANCELLED", all=1, state="overdue")
    page = client.get(where)
    make_milestone("dua", owner=batam, due=day(-2))
    doing.cancel(first, "sudah", by=officer, version=None)

    assert client.post(where, hidden(page) | {"reason": "x"}).status_code == 409


def test_what_the_typed_words_forbid_is_left_out_of_the_number(client, officer, batam):
    make_milestone("sudah di hari itu", owner=batam, due=day(30))
    make_milestone("lain", owner=batam, due=day(-1))
    where = address("RESCHEDULED", all=1)
    page = client.get(where)

    response = client.post(where, hidden(page) | {"on": day(30).isoformat(), "reason": "diundur"})

    assert response.status_code == 409
    assert "due then already (1)" in text(response)
    assert client.post(
        where, hidden(response) | {"on": day(30).isoformat(), "reason": "diundur"}
    ).status_code == 302  # fmt: skip


def test_who_is_left_out_is_named_with_the_reason(client, officer, batam, malang):
    visit = make_visit(malang, batam, owner=malang)
    mine, theirs = make_milestone("milik kami", owner=batam), make_milestone("milik Malang", visit=visit)
    derived = make_milestone("Berakhir", owner=batam, derived_key="EXPIRY:1", origin="DATA", due=day(4))
    done = make_milestone("sudah", owner=batam, status="DONE", done_on=day(-1))

    page = text(client.get(address("RESCHEDULED", mine, theirs, derived, done)))

    assert "<strong>1</strong> follow-up will be changed" in page
    assert "3 are left out" in page
    for words in [
        'milik Malang</a> <span class="muted">only officers of the region that keeps it',
        'Berakhir</a> <span class="muted">its day follows the agreement',
        'sudah</a> <span class="muted">closed already',
    ]:
        assert words in page


def test_what_would_be_left_to_sides_that_have_confirmed_is_left_out(batam, malang):
    officer, unit = make_officer(batam), make_organisation("Bappeda", batam)
    milestone = make_milestone("dua pihak", unit, malang, owner=batam)
    milestone.parts.filter(unit=unit).update(done_on=day(-1))

    counted = plan(Milestone.objects.all(), "REASSIGNED", Terms(unit=unit), officer)

    assert counted.reasons == [("hanya pihak yang sudah mengonfirmasi yang tersisa: alihkan di halamannya sendiri", 1)]


def test_sent_twice_is_done_once(client, officer, batam):
    milestone = make_milestone(owner=batam)
    page = client.get(address("CANCELLED", milestone))
    data = hidden(page) | {"reason": "batal"}

    assert client.post(address("CANCELLED", milestone), data).status_code == 302
    assert client.post(address("CANCELLED", milestone), data).status_code == 302

    assert BulkDeed.objects.count() == 1
    assert milestone.log.count() == 1


@pytest.mark.parametrize(
    ("deed", "typed", "said"),
    [
        ("COMPLETED", {"on": "2026-11-23"}, "The day lies in the future"),
        ("RESCHEDULED", {"on": "", "reason": ""}, "Give the reason: it stays in the log."),
        ("CANCELLED", {"reason": "  "}, "Give the reason: it stays in the log."),
        ("SNOOZED", {"on": "2026-11-22"}, "Choose a later day, at most one year ahead."),
        ("REASSIGNED", {"reason": "x"}, "Choose a unit, a person, or both."),
        ("REASSIGNED", {"unit_text": "Tidak ada"}, "Tidak ada"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(client, officer, batam, deed, typed, said):
    milestone = make_milestone("satu", owner=batam)
    where = address(deed, milestone)

    response = client.post(where, hidden(client.get(where)) | typed)

    assert response.status_code == 422
    assert said in text(response)
    assert "error-summary" in text(response)
    assert not BulkDeed.objects.exists()


@pytest.mark.parametrize("asked", ["", "?deed=EVIL&pick=1", "?deed=CANCELLED", "?deed=CANCELLED&all=1&state=evil"])
def test_without_a_choice_one_is_led_back_to_the_list(client, officer, asked):
    response = client.get(f"{URL}{asked}")

    assert response.status_code == 302
    assert response.url.startswith("/follow-ups/")


def test_picks_that_are_no_keys_or_not_visible_are_nobody(client, officer):
    hidden_one = make_milestone("rahasia", owner=make_region("Kota Medan"))

    page = text(client.get(f"{URL}?deed=CANCELLED&pick={hidden_one.pk}&pick=x&pick={'9' * 30}"))

    assert "None of the chosen follow-ups can be changed this way" in page
    assert "rahasia" not in page


def test_too_many_are_refused(client, officer, batam, monkeypatch):
    monkeypatch.setattr("followups.bulk.doing.MOST", 2)
    for n in range(3):
        make_milestone(f"nr {n}", owner=batam)

    page = text(client.get(address("CANCELLED", all=1)))

    assert "Too many at once" in page
    assert "will be changed" not in page


def test_anonymous_is_sent_to_sign_in(client):
    assert client.get(URL).status_code == 302
    assert client.get(f"{URL}done/").status_code == 302
    assert client.post(f"{URL}1/undo/").url.startswith("/accounts/login/")


def test_as_many_queries_for_thirty_rows_as_for_three(batam):
    officer = make_officer(batam)

    def ask(number):
        for n in range(number):
            make_milestone(f"nr {n}", batam, visit=make_visit(batam), status="OPEN")
        found = Milestone.objects.visible_to(officer).open()
        counted = plan(found, "CANCELLED", Terms(), officer)
        with CaptureQueriesContext(connection) as queries:
            done = carry_out(
                found, "CANCELLED", Terms(reason="x"), number=counted.number, seen=counted.seen,
                submission=uuid.uuid4(), by=officer,
            )  # fmt: skip
        with CaptureQueriesContext(connection) as undoing:
            undo(done, by=officer)
        Milestone.objects.all().delete()
        return len(queries), len(undoing)

    assert ask(3) == ask(30)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_time_one_does_it_and_the_other_is_told(batam):
    officer, other = make_officer(batam), make_officer(batam)
    for n in range(20):
        make_milestone(f"nr {n}", owner=batam)
    found = Milestone.objects.all().open()
    counted = plan(found, "CANCELLED", Terms(), officer)
    answers, together = [], threading.Barrier(2)

    def act(user):
        try:
            together.wait(10)
            carry_out(
                Milestone.objects.all().open(), "CANCELLED", Terms(reason="x"), number=20, seen=counted.seen,
                submission=uuid.uuid4(), by=user,
            )  # fmt: skip
            answers.append("done")
        except Changed as changed:
            answers.append(changed.plan.number)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(user,)) for user in (officer, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(map(str, answers)) == ["0", "done"]
    assert BulkDeed.objects.count() == 1
    assert {m.log.count() for m in Milestone.objects.all()} == {1}


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_told_as_done_also_while_the_first_is_under_way(batam):
    officer = make_officer(batam)
    make_milestone("satu", batam, owner=batam)
    found, terms = Milestone.objects.all().open(), Terms(reason="batal")
    seen = plan(found, "CANCELLED", terms, officer).seen
    how = {"number": 1, "seen": seen, "submission": uuid.uuid4(), "by": officer}
    answers = []

    def again():
        try:
            answers.append(carry_out(found, "CANCELLED", terms, **how))
        finally:
            connection.close()

    with transaction.atomic():
        done = carry_out(found, "CANCELLED", terms, **how)
        second = threading.Thread(target=again)
        second.start()
        second.join(1)
    second.join(20)

    assert answers == [done]


def test_the_bar_carries_the_filter(client, officer, batam):
    make_milestone("satu", owner=batam, due=day(-1))

    page = text(client.get("/follow-ups/", {"state": "overdue", "page": "1"}))

    bar = re.search(r'<div class="bulk-bar">.*?</div>', page).group()
    assert '<input type="hidden" name="state" value="overdue">' in bar
    assert 'name="page"' not in bar
    assert Client().get("/follow-ups/").status_code == 302


def test_only_deeds_that_the_reader_has_somewhere_are_offered(client, batam):
    task = make_milestone("Kirim draf", owner=batam)
    unit = make_organisation("Bappeda", batam)
    make_part(task, unit)

    def offered(user):
        client.force_login(user)
        page = client.get("/follow-ups/").content.decode()
        return re.findall(r'<option value="([A-Z]+)">', page[page.index('id="bulk-deed"') :].split("</select>")[0])

    every = ["COMPLETED", "RESCHEDULED", "REASSIGNED", "SNOOZED", "ACCEPTED", "CANCELLED"]
    assert offered(make_officer(batam)) == every
    assert offered(make_superuser()) == every
    assert offered(make_unit_user(unit)) == ["COMPLETED", "SNOOZED", "ACCEPTED"]
    viewer = make_viewer(batam)
    assert offered(viewer) == ["SNOOZED"]
    make_assignee(task, viewer)
    assert offered(viewer) == ["COMPLETED", "SNOOZED"]
