"""The deeds on a milestone: what each changes, writes and refuses; who may."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from followups import doing
from followups.doing import Refused
from followups.models import Milestone, Snooze
from records.models import Stale
from tests.factories import (
    make_agreement,
    make_assignee,
    make_duty,
    make_manager,
    make_milestone,
    make_officer,
    make_organisation,
    make_outcome,
    make_region,
    make_unit_user,
    make_user,
    make_viewer,
    make_visit,
    settle,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def malang():
    return make_region("Kabupaten Malang", code="35.07")


@pytest.fixture
def officer(batam):
    return make_officer(batam)


def deeds_of(milestone):
    return [entry.deed for entry in milestone.log.all()]


def stored(milestone):
    return Milestone.objects.get(pk=milestone.pk)


# Suggestions


def test_a_suggestion_is_accepted_and_then_open(batam, officer):
    milestone = make_milestone(owner=batam, status="SUGGESTED")

    doing.accept(milestone, by=officer, version=milestone.version)

    assert (stored(milestone).status, deeds_of(milestone)) == ("OPEN", ["ACCEPTED"])


def test_a_suggestion_is_declined_with_a_reason(batam, officer):
    milestone = make_milestone(owner=batam, status="SUGGESTED")

    with pytest.raises(Refused):
        doing.decline(milestone, "  ", by=officer, version=milestone.version)
    doing.decline(milestone, "Sudah ada", by=officer, version=milestone.version)

    assert (stored(milestone).status, milestone.log.get().text) == ("CANCELLED", "Sudah ada")


def test_what_is_suggested_is_accepted_before_anything_else(batam, officer):
    milestone = make_milestone(owner=batam, status="SUGGESTED")

    with pytest.raises(Refused):
        doing.complete(milestone, officer.today(), by=officer, version=milestone.version)


def test_a_suggestion_is_for_those_who_keep_it_and_those_who_would_have_to_do_it(batam, malang):
    visit = make_visit(batam, malang)
    ours, theirs = (make_milestone("x", side, owner=batam, visit=visit, status="SUGGESTED") for side in (batam, malang))
    partner = make_officer(malang)

    with pytest.raises(PermissionDenied):
        doing.accept(ours, by=partner, version=ours.version)
    doing.accept(theirs, by=partner, version=theirs.version)

    assert [stored(m).status for m in (ours, theirs)] == ["SUGGESTED", "OPEN"]


# Versions


def test_a_deed_on_what_somebody_else_changed_is_stale(batam, officer):
    milestone = make_milestone(owner=batam)
    read = stored(milestone)
    doing.begin(milestone, by=officer, version=milestone.version)

    with pytest.raises(Stale):
        doing.block(read, "Menunggu anggaran", by=officer, version=read.version)

    assert stored(milestone).status == "IN_PROGRESS"


def test_after_a_deed_the_milestone_holds_the_version_that_stands(batam, officer):
    milestone = make_milestone("x", batam, owner=batam)

    doing.begin(milestone, by=officer, version=milestone.version)
    doing.complete(milestone, officer.today(), by=officer, version=milestone.version)

    assert milestone.version == stored(milestone).version


# Done


def test_each_side_confirms_its_own_part_and_the_last_one_completes(batam, malang, officer):
    milestone = make_milestone("x", batam, malang, owner=batam)
    ours, theirs = milestone.parts.all()
    partner = make_officer(malang)

    doing.confirm(theirs, partner.today() - 3 * DAY, "Sudah dikirim", by=partner, version=milestone.version)
    assert stored(milestone).status == "OPEN"
    ours.milestone.refresh_from_db()
    doing.confirm(ours, officer.today() - 5 * DAY, by=officer, version=None, evidence="Surat 12/2026")

    done = stored(milestone)
    assert (done.status, done.done_on, done.evidence) == ("DONE", partner.today() - 3 * DAY, "Surat 12/2026")
    assert deeds_of(milestone) == ["CONFIRMED", "CONFIRMED", "COMPLETED"]
    assert [entry.region for entry in milestone.log.all()] == [malang, batam, batam]


def test_a_part_of_another_side_is_not_confirmed(batam, malang):
    milestone = make_milestone("x", batam, malang, owner=batam)

    with pytest.raises(PermissionDenied):
        doing.confirm(milestone.parts.first(), dt.date(2026, 1, 1), by=make_officer(malang), version=None)


def test_a_part_is_confirmed_once(batam, malang, officer):
    milestone = make_milestone("x", batam, malang, owner=batam)
    part = milestone.parts.first()
    doing.confirm(part, officer.today(), by=officer, version=None)

    with pytest.raises(Refused):
        doing.confirm(part, officer.today(), by=officer, version=None)


def test_who_keeps_it_completes_for_all(batam, malang, officer):
    milestone = make_milestone("x", batam, malang, owner=batam)

    doing.complete(milestone, officer.today(), "Foto", by=officer, version=milestone.version)

    assert stored(milestone).status == "DONE"
    assert {part.done_on for part in milestone.parts.all()} == {officer.today()}


def test_the_partner_completes_only_what_is_theirs_alone(batam, malang):
    partner = make_officer(malang)
    shared = make_milestone("x", batam, malang, owner=batam)
    theirs = make_milestone("x", malang, owner=batam)

    with pytest.raises(PermissionDenied):
        doing.complete(shared, partner.today(), by=partner, version=shared.version)
    doing.complete(theirs, partner.today(), by=partner, version=theirs.version)

    assert [stored(m).status for m in (shared, theirs)] == ["OPEN", "DONE"]


def test_an_agency_user_completes_what_their_unit_must_do(batam, officer):
    unit = make_organisation("Bappeda", batam)
    milestone, user = make_milestone("x", unit, owner=batam), make_unit_user(unit)

    doing.complete(milestone, user.today(), by=user, version=milestone.version)

    entry = milestone.log.get()
    assert (stored(milestone).status, entry.region, entry.by) == ("DONE", batam, user)


def test_a_viewer_does_nothing(batam):
    viewer, milestone = make_viewer(batam), make_milestone("x", batam, owner=batam)

    for deed in (
        lambda: doing.begin(milestone, by=viewer, version=milestone.version),
        lambda: doing.complete(milestone, viewer.today(), by=viewer, version=milestone.version),
        lambda: doing.comment(milestone, "x", by=viewer),
        lambda: doing.cancel(milestone, "x", by=viewer, version=milestone.version),
        lambda: doing.reassign(milestone, [], by=viewer, version=milestone.version),
    ):
        with pytest.raises(PermissionDenied):
            deed()

    assert deeds_of(milestone) == []


def test_nothing_is_done_in_the_future(batam, officer):
    milestone = make_milestone(owner=batam)

    with pytest.raises(Refused):
        doing.complete(milestone, officer.today() + DAY, by=officer, version=milestone.version)

    assert stored(milestone).status == "OPEN"


def test_what_is_done_is_opened_again_with_all_its_parts(batam, malang, officer):
    milestone = make_milestone("x", batam, malang, owner=batam)
    doing.complete(milestone, officer.today(), by=officer, version=milestone.version)

    doing.reopen(milestone, "Naskah ditolak", by=officer, version=milestone.version)

    again = stored(milestone)
    assert (again.status, again.done_on) == ("OPEN", None)
    assert [part.done_on for part in milestone.parts.all()] == [None, None]


def test_what_was_declined_is_a_suggestion_again_and_no_obligation(batam, officer):
    """Also somebody to whom it is given opens it; nobody has accepted it yet."""
    milestone, viewer = make_milestone("x", owner=batam, status="SUGGESTED"), make_viewer(batam)
    make_assignee(milestone, viewer)
    doing.decline(milestone, "Sudah ada", by=officer, version=None)

    doing.reopen(milestone, "Perlu", by=viewer, version=None)
    assert stored(milestone).status == "SUGGESTED"

    doing.accept(milestone, by=officer, version=None)
    doing.cancel(milestone, "Batal", by=officer, version=None)
    doing.reopen(milestone, "Jadi", by=officer, version=None)
    assert stored(milestone).status == "OPEN"


def test_an_outcome_follows_its_milestone_and_keeps_the_lock_order(batam, officer):
    outcome = make_outcome(make_visit(batam), follow_up="OPEN")
    milestone = Milestone.objects.get(outcome=outcome)

    doing.complete(milestone, officer.today(), by=officer, version=milestone.version)

    outcome.refresh_from_db()
    assert outcome.follow_up == "DONE"


def test_blocked_says_why_and_goes_on(batam, officer):
    milestone = make_milestone(owner=batam)

    doing.block(milestone, "Menunggu anggaran", by=officer, version=milestone.version)
    assert stored(milestone).status == "BLOCKED"
    doing.begin(milestone, by=officer, version=milestone.version)

    assert (stored(milestone).status, deeds_of(milestone)) == ("IN_PROGRESS", ["BLOCKED", "STARTED"])


def test_what_is_cancelled_is_closed(batam, officer):
    milestone = make_milestone(owner=batam)

    doing.cancel(milestone, "Batal", by=officer, version=milestone.version)

    assert stored(milestone).status == "CANCELLED"
    with pytest.raises(Refused):
        doing.begin(milestone, by=officer, version=milestone.version)


# When


def test_another_day_is_given_with_its_reason(batam, officer):
    milestone = make_milestone(owner=batam, due=dt.date(2026, 1, 10), due_as_stated="awal tahun")

    doing.reschedule(
        milestone, dt.date(2026, 2, 28), "Rapat ditunda", precision="MONTH", by=officer, version=milestone.version
    )

    moved, entry = stored(milestone), milestone.log.get()
    assert (moved.due_on, moved.due_precision, moved.due_as_stated) == (dt.date(2026, 2, 28), "MONTH", "")
    assert (entry.old_due, entry.new_due, entry.text) == (dt.date(2026, 1, 10), dt.date(2026, 2, 28), "Rapat ditunda")


def test_what_follows_the_data_is_not_moved_by_hand(batam, officer):
    agreement = make_agreement(batam, make_region("Kota Malang"), signed=dt.date(2025, 1, 10), term_months=36)
    settle()
    end = Milestone.objects.get(agreement=agreement, kind="EXPIRY")

    with pytest.raises(Refused):
        doing.reschedule(end, dt.date(2030, 1, 1), "x", by=officer, version=end.version)

    assert stored(end).due_on == dt.date(2028, 1, 9)


def test_an_occurrence_of_a_duty_is_not_moved_alone(batam, officer):
    duty = make_duty(owner=batam, first=officer.today() + 30 * DAY, title="Laporan")
    settle()
    occurrence = duty.occurrences.get()

    with pytest.raises(Refused):
        doing.reschedule(occurrence, officer.today() + 40 * DAY, "x", by=officer, version=occurrence.version)


def test_a_snooze_is_ones_own_and_at_most_a_year(batam, officer):
    milestone, viewer = make_milestone(owner=batam), make_viewer(batam)
    until = officer.today() + 10 * DAY

    doing.snooze(milestone, until, by=officer)
    doing.snooze(milestone, until + DAY, by=officer)
    doing.snooze(milestone, until + DAY, by=officer)  # a double click
    doing.snooze(milestone, until, by=viewer)
    for day in (officer.today(), officer.today() + 400 * DAY):
        with pytest.raises(Refused):
            doing.snooze(milestone, day, by=officer)
    with pytest.raises(PermissionDenied):
        doing.snooze(milestone, until, by=make_officer(make_region("Kabupaten Soppeng")))

    assert set(Snooze.objects.values_list("user", "until")) == {(officer.pk, until + DAY), (viewer.pk, until)}
    assert deeds_of(milestone) == ["SNOOZED"] * 3
    doing.wake(milestone, by=officer)
    assert Snooze.objects.get().user == viewer


# Who


def test_it_is_given_to_a_unit_and_its_people(batam, officer):
    unit = make_organisation("Bappeda", batam)
    person = make_unit_user(unit)
    milestone = make_milestone("x", batam, owner=batam)

    doing.reassign(milestone, [(None, unit)], [person], "Sesuai arahan", by=officer, version=milestone.version)

    part, given = milestone.parts.get(), milestone.given_to.get()
    assert (part.unit, part.region, part.given_by) == (unit, batam, officer)
    assert (given.user, given.given_by) == (person, officer)
    assert milestone.log.get().text == f"→ {part.name}, {person}\nSesuai arahan"
    assert Milestone.objects.visible_to(person).get() == milestone


def test_parts_that_stay_keep_their_confirmation(batam, malang, officer):
    milestone = make_milestone("x", batam, malang, owner=batam)
    doing.confirm(milestone.parts.get(region=malang), officer.today(), by=officer, version=None)

    doing.reassign(milestone, [(malang, None), (batam, None)], by=officer, version=None)

    assert [(p.region, p.done_on) for p in milestone.parts.all()] == [(malang, officer.today()), (batam, None)]


def test_where_the_only_side_that_had_to_confirm_is_taken_out_it_is_done(batam, malang, officer):
    """Else it would stay open with all its parts confirmed: owed by nobody, and nobody would be reminded."""
    milestone = make_milestone("x", batam, malang, owner=batam)
    doing.confirm(milestone.parts.get(region=batam), officer.today() - DAY, by=officer, version=None)

    doing.reassign(milestone, [(batam, None)], None, by=officer, version=None)

    assert (stored(milestone).status, stored(milestone).done_on) == ("DONE", officer.today() - DAY)
    assert deeds_of(milestone) == ["CONFIRMED", "REASSIGNED", "COMPLETED"]


def test_the_responsible_unit_of_an_outcome_follows(batam, officer):
    old, new = make_organisation("Bappeda", batam), make_organisation("Diskominfo", batam)
    outcome = make_outcome(make_visit(batam), follow_up="OPEN", responsible=old)
    milestone = Milestone.objects.get(outcome=outcome)

    doing.reassign(milestone, [(None, new)], by=officer, version=milestone.version)

    outcome.refresh_from_db()
    assert (outcome.responsible, [part.unit for part in milestone.parts.all()]) == (new, [new])


def test_it_is_given_only_to_active_members_who_take_part(batam, malang, officer):
    milestone = make_milestone("x", batam, owner=batam)
    gone = make_officer(batam, is_active=False)

    for stranger in (make_officer(malang), make_user(), gone):
        with pytest.raises(Refused):
            doing.reassign(milestone, None, [stranger], by=officer, version=None)

    assert not milestone.given_to.exists()


def test_the_partner_gives_only_what_is_theirs(batam, malang):
    partner, unit = make_officer(malang), make_organisation("Bappeda", malang)
    milestone = make_milestone("x", batam, malang, owner=batam)

    with pytest.raises(PermissionDenied):
        doing.reassign(milestone, [(malang, None)], by=partner, version=None)
    doing.reassign(milestone, [(batam, None), (None, unit)], [partner], by=partner, version=None)

    assert [(p.region, p.unit) for p in milestone.parts.all()] == [(batam, None), (malang, unit)]
    assert milestone.given_to.get().user == partner


def test_what_is_for_our_side_only_is_not_given_away(batam, malang, officer):
    milestone = make_milestone("x", owner=batam, internal=True)

    with pytest.raises(Refused):
        doing.reassign(milestone, [(malang, None)], by=officer, version=None)

    assert not milestone.parts.exists()


def test_an_assignee_completes_what_is_nobody_elses(batam, officer):
    viewer = make_viewer(batam)
    milestone = make_milestone("x", owner=batam)
    make_assignee(milestone, viewer)
    milestone.refresh_from_db()

    doing.complete(milestone, viewer.today(), by=viewer, version=milestone.version)

    assert stored(milestone).status == "DONE"


# The conversation


def test_both_sides_comment_and_the_same_words_sent_twice_are_one_comment(batam, malang, officer):
    milestone, partner = make_milestone("x", malang, owner=batam), make_officer(malang)
    version = milestone.version

    doing.comment(milestone, "Sudah sampai mana?", by=officer, seen=0)
    doing.comment(milestone, "Sudah sampai mana?", by=officer, seen=0)
    doing.comment(milestone, "Minggu depan", by=partner, seen=0)

    assert [(e.text, e.region) for e in milestone.log.all()] == [
        ("Sudah sampai mana?", batam),
        ("Minggu depan", malang),
    ]
    assert stored(milestone).version == version
    with pytest.raises(Refused):
        doing.comment(milestone, "  ", by=officer)


def test_a_manager_and_a_system_administrator_keep_everything(batam):
    milestone = make_milestone("x", batam, owner=batam)

    doing.begin(milestone, by=make_manager(batam), version=milestone.version)
    doing.cancel(milestone, "x", by=make_user(is_superuser=True), version=milestone.version)

    assert deeds_of(milestone) == ["STARTED", "CANCELLED"]
