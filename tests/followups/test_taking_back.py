"""What was given to a person falls to its side again when nothing leads them there any more: their membership ended,
their side was taken out, or it is only for our side now."""

import datetime as dt
import uuid

import pytest
from django.contrib.auth import get_user
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from followups import bulk, doing
from followups.models import Assignee, Milestone, Reminder, ReminderRule
from followups.planning import plan
from records.history import event_model
from records.restoring import restore
from records.trash import throw
from tests.factories import (
    PASSWORD,
    make_agreement,
    make_assignee,
    make_member,
    make_membership,
    make_milestone,
    make_officer,
    make_organisation,
    make_province,
    make_region,
    make_superuser,
    make_unit_user,
    make_user,
)
from tests.sent import sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def mantan(batam):
    return make_officer(batam, name="Mantan")


@pytest.fixture
def given(batam, mantan):
    milestone = make_milestone("Kirim draf", batam, owner=batam)
    make_assignee(milestone, mantan)
    return milestone


def administrator(client, region):
    """Signed in, and has shown the password just now."""
    user = make_member(region, "ADMIN")
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return user


def holders(milestone):
    """Who has it, and who sees it by that."""
    people = sorted(milestone.given_to.values_list("user", flat=True))
    assert Milestone.objects.get(pk=milestone.pk).user_ids == people
    return people


def responsible(milestone):
    with connection.cursor() as cursor:
        cursor.execute("SELECT f FROM followups_responsible(%s) f", [milestone.pk])
        return {pk for (pk,) in cursor.fetchall()}


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_who_is_no_member_any_more_neither_reads_nor_does_what_was_given_to_them(client, batam, mantan, given):
    administrator(client, batam)
    former = signed_in(mantan)
    assert former.get(given.get_absolute_url()).status_code == 200

    assert client.post(reverse("accounts:member-end", args=[mantan.memberships.get().pk])).status_code == 302

    addresses = [
        given.get_absolute_url(),
        *(f"{given.get_absolute_url()}{deed}/" for deed in ("block", "done", "edit")),
    ]
    assert {former.get(address).status_code for address in addresses} == {404}
    assert former.post(f"{given.get_absolute_url()}comments/", {"words": "Masih di sini"}).status_code == 404
    assert get_user(former) == mantan


def test_its_officers_are_responsible_and_reminded_again(batam, mantan, given):
    officer = make_officer(batam)
    ReminderRule.objects.all().delete()
    ReminderRule.objects.create(code="r", name_id="r", kinds=["FOLLOW_UP"], days=[0])
    Milestone.objects.filter(pk=given.pk).update(due_on=dt.datetime.now(dt.UTC).date(), origin="DATA")
    assert responsible(given) == {mantan.pk}

    mantan.memberships.all().delete()
    plan()

    assert responsible(given) == {officer.pk}
    assert {one.recipient for one in Reminder.objects.filter(milestone=given)} == {officer}


def test_the_history_and_the_log_tell_it(client, batam, mantan, given):
    admin = administrator(client, batam)

    client.post(reverse("accounts:member-end", args=[mantan.memberships.get().pk]))

    entry = given.log.get()
    assert (entry.deed, entry.text, entry.by) == ("REASSIGNED", "← Mantan", None)
    taken = event_model(Assignee).objects.get(pgh_label="delete")
    assert (taken.milestone_id, taken.user_id) == (given.pk, mantan.pk)
    assert taken.pgh_context.metadata["user"] == admin.pk
    assert "← Mantan" in client.get(given.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "end",
    [
        lambda user: user.memberships.get().delete(),
        lambda user: Membership.objects.filter(user=user).delete(),
        lambda user: Membership.objects.filter(user=user).update(region=make_region("Kota Medan")),
        lambda user: Membership.objects.filter(user=user).update(
            region=None, unit=make_organisation("Dinas", make_region("Kota Medan")), role="VIEWER"
        ),
        lambda user: Membership.objects.filter(user=user).update(user=make_user()),
        lambda user: user.delete(),
    ],
    ids=[
        "by itself",
        "many at once",
        "to another region",
        "to a unit elsewhere",
        "to another person",
        "with the person",
    ],
)
def test_however_a_membership_ends(batam, mantan, given, end):
    end(mantan)

    assert holders(given) == []
    assert [str(part) for part in given.parts.all()] == [str(batam)]


def test_what_is_closed_is_not_read_any_more_either(batam, mantan):
    done = make_milestone("Selesai", batam, owner=batam, status="DONE", done_on=dt.date(2026, 1, 5))
    make_assignee(done, mantan)

    mantan.memberships.all().delete()

    assert holders(done) == []


@pytest.mark.parametrize(
    "tie",
    [
        lambda user, given: make_membership(user, make_agreement_with(given), role="VIEWER"),
        lambda user, given: make_membership(user, unit=make_organisation("Bappeda", given.owner), role="VIEWER"),
        lambda user, given: make_membership(
            user, unit=given.parts.create(unit=make_organisation()).unit, role="VIEWER"
        ),
        lambda user, given: make_membership(user, make_province_above(given), role="VIEWER", supervises=True),
    ],
    ids=["another side", "a unit of the region", "a responsible unit", "the province above"],
)
def test_who_still_takes_part_keeps_it(batam, mantan, given, tie):
    other = tie(mantan, given)

    Membership.objects.filter(user=mantan, region=batam).delete()
    assert holders(given) == [mantan.pk]
    assert not given.log.exists()

    other.delete()
    assert holders(given) == []


def make_agreement_with(milestone):
    """The other party of the agreement that it is about."""
    malang = make_region("Kota Malang")
    milestone.agreement = make_agreement(milestone.owner, malang)
    milestone.save()
    return malang


def make_province_above(milestone):
    province = make_province("Kepulauan Riau", "21")
    type(province).objects.filter(pk=milestone.owner_id).update(parent=province)
    return province


def test_a_province_that_supervises_no_longer_leads_there(given):
    above = make_user(make_province_above(given), "VIEWER", supervises=True)
    make_assignee(given, above)

    Membership.objects.filter(user=above).update(supervises=False)

    assert above.pk not in holders(given)


def test_another_role_takes_nothing_away(mantan, given):
    Membership.objects.filter(user=mantan).update(role="VIEWER")

    assert holders(given) == [mantan.pk]


def test_only_their_own_is_taken_and_only_where_they_are_strangers_now(batam, mantan, given):
    colleague, unit = make_officer(batam), make_organisation("Bappeda", make_region("Kota Malang"))
    make_assignee(given, colleague)
    elsewhere = make_milestone("Lain", unit, owner=unit.region)
    make_membership(mantan, unit=unit, role="UNIT_USER")
    make_assignee(elsewhere, mantan)

    Membership.objects.filter(user=mantan, region=batam).delete()

    assert (holders(given), holders(elsewhere)) == ([colleague.pk], [mantan.pk])


def test_who_never_was_a_member_has_it_until_a_membership_of_theirs_ends(batam, given):
    """The system administrator may give something to anybody."""
    stranger = make_user()
    make_assignee(given, stranger)
    make_unit_user(make_organisation("Bappeda", batam)).memberships.all().delete()
    assert stranger.pk in holders(given)

    make_membership(stranger, make_region("Kota Medan")).delete()

    assert stranger.pk not in holders(given)


@pytest.mark.parametrize("what", ["the agreement", "the follow-up"])
def test_what_comes_back_from_the_trash_is_not_given_back_to_who_has_left(batam, mantan, what):
    agreement = make_agreement(batam)
    task = make_milestone("Kirim draf", batam, owner=batam, agreement=agreement)
    stays = make_officer(batam, name="Tetap")
    for person in (mantan, stays):
        make_assignee(task, person)
    officer = make_officer(batam)
    thrown = throw(agreement if what == "the agreement" else task, by=officer)
    mantan.memberships.all().delete()

    restore(thrown.pk, by=officer)

    assert holders(task) == [stays.pk]
    assert [entry.text for entry in task.log.filter(deed="REASSIGNED")] == ["← Mantan"]


def test_what_was_given_to_an_account_that_is_switched_off_falls_to_its_side(batam, mantan, given):
    officer = make_officer(batam)
    make_membership(mantan, make_agreement_with(given), role="VIEWER")

    mantan.is_active = False
    mantan.save()

    assert holders(given) == []
    assert [(entry.deed, entry.text) for entry in given.log.all()] == [("REASSIGNED", "← Mantan")]
    assert given in Milestone.objects.owed_by(officer)


# A side that goes


@pytest.fixture
def partner(given):
    """An officer of another side that has a part, and to whom it is given."""
    person = make_officer(make_region("Kota Malang"), name="Mitra")
    given.parts.create(region=person.home_region)
    make_assignee(given, person)
    given.refresh_from_db()
    return person


def test_whose_side_is_taken_out_does_not_keep_reading_it(batam, mantan, given, partner):
    doing.reassign(given, [(batam, None)], None, by=mantan, version=None)

    assert holders(given) == [mantan.pk]
    assert not Milestone.objects.visible_to(partner).filter(pk=given.pk).exists()
    assert [entry.text for entry in given.log.all()] == ["← Mitra", "→ Kota Batam, Mantan"]


def test_in_bulk_too_and_undone_they_have_it_again(batam, mantan, given, partner):
    found, terms = Milestone.objects.filter(pk=given.pk), bulk.Terms(unit=make_organisation("Bappeda", batam))
    seen = bulk.plan(found, "REASSIGNED", terms, mantan).seen

    done = bulk.carry_out(found, "REASSIGNED", terms, number=1, seen=seen, submission=uuid.uuid4(), by=mantan)
    assert holders(given) == [mantan.pk]
    assert [entry.text for entry in given.log.all()] == ["← Mitra", "→ Bappeda, Kota Batam, Mantan"]

    bulk.undo(done, by=mantan)
    assert holders(given) == [mantan.pk, partner.pk]


def test_in_django_admin_too(client, batam, given, partner):
    client.force_login(make_superuser())
    url = reverse("admin:followups_milestone_change", args=[given.pk])
    fields = {name: values[0] or "" for name, values in sent_by(client.get(url), "milestone_form").items()}

    response = client.post(url, fields | {"internal": "on"})

    assert response.status_code == 302
    assert partner.pk not in holders(given)
