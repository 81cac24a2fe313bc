"""A part is thrown away, or put back, while somebody works on its record: one waits, and neither is ended (deadlock)."""

import datetime as dt
import threading

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement, Indicator, Measurement, Programme
from followups.models import Milestone
from records.above import hold_above
from records.models import Trashed
from records.restoring import restore
from records.trash import throw
from tests import factories as make
from tests.at_once import both, waits
from tests.followups.test_editing import fields_of
from tests.ledger.conftest import signed_in
from visits.models import Delegation, Outcome, Visit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agreement(batam, malang):
    return make.make_agreement(batam, malang, owner=batam)


@pytest.fixture
def measured(agreement):
    return make.make_measurement(make.make_indicator(make.make_programme(agreement)), region=agreement.owner)


def at_once(first, second, *, after):
    """Both deeds, the second when the first has sent a statement with all these words; the first then goes on when
    the second waits for a row. What each ended with: None, or its error."""
    reached = threading.Event()

    def slowly(execute, sql, params, many, context):
        done = execute(sql, params, many, context)
        if not reached.is_set() and all(word in sql for word in after):
            reached.set()
            waits()
        return done

    def do_first():
        with connection.execute_wrapper(slowly):
            first()

    def do_second():
        assert reached.wait(10)
        second()

    return both(do_first, do_second)


def throw_anew(record):
    return lambda: throw(type(record).objects.get(pk=record.pk), region=record.owner_id)


def throw_anew_of(programme, agreement):
    return lambda: throw(Programme.objects.get(pk=programme.pk), region=agreement.owner_id, within=agreement)


def delete_in_the_administration(*rows):
    """As the action of its list does, in this order."""
    site = admin.site.get_model_admin(type(rows[0]))
    return lambda: site.delete_queryset(HttpRequest(), rows)


def save(record, part, **words):
    """As the form of a record does with one of its rows."""

    def saved():
        with transaction.atomic():
            record.claim(record.version)
            type(part).objects.filter(pk=part.pk).update(**words)

    return saved


@pytest.mark.parametrize("model", [Measurement, Indicator, Programme])
def test_a_part_of_an_agreement_while_the_agreement_is_thrown_away(measured, agreement, model):
    part = model.objects.get()

    ended = at_once(
        lambda: throw(part, region=agreement.owner_id, within=agreement),
        throw_anew(agreement),
        after=(f'"{model._meta.db_table}" t', "FOR UPDATE"),
    )

    assert ended == [None, None]
    assert {thrown.model for thrown in Trashed.objects.all()} == {"agreements.agreement", model._meta.label_lower}
    assert not model.objects.exists()


@pytest.mark.parametrize("model", [Delegation, Outcome])
def test_a_part_of_a_visit_is_deleted_in_the_administration_while_the_visit_is_saved(batam, malang, model):
    visit = make.make_visit(batam, malang)
    make.make_outcome(visit)
    part = model.objects.get()

    ended = at_once(
        delete_in_the_administration(part),
        save(Visit.objects.get(pk=visit.pk), part, position=3),
        after=(f'"{model._meta.db_table}" t', "FOR UPDATE"),
    )

    assert ended[0] is None
    assert type(ended[1]).__name__ == "Stale"


def test_a_milestone_is_thrown_away_while_the_visit_of_its_outcome_is(batam, malang):
    visit = make.make_visit(batam, malang)
    unit = make.make_organisation("Bappeda", batam)
    make.make_outcome(visit, responsible=unit, follow_up="OPEN")
    task = Milestone.objects.get()

    ended = at_once(
        delete_in_the_administration(task), throw_anew(visit), after=('"followups_milestone" t', "FOR UPDATE")
    )

    assert ended == [None, None]
    assert Trashed.objects.count() == 2


def test_a_part_comes_back_while_its_agreement_is_thrown_away(measured, agreement, officer):
    thrown = throw(measured, region=agreement.owner_id, within=agreement)

    ended = at_once(lambda: restore(thrown.pk, by=officer), throw_anew(agreement), after=("FOR KEY SHARE",))

    assert ended == [None, None]
    assert Trashed.objects.get().model == "agreements.agreement"
    restore(Trashed.objects.get().pk, by=officer)
    assert Measurement.objects.exists()


def test_a_visit_is_thrown_away_while_an_agreement_lets_go_of_it(batam, malang, agreement):
    visit = make.make_visit(batam, malang)
    link = agreement.visit_links.create(visit=visit)

    def let_go():
        with transaction.atomic():
            held = Agreement.objects.get(pk=agreement.pk)
            held.claim(held.version)
            held.visit_links.filter(pk=link.pk).delete()

    ended = at_once(throw_anew(visit), let_go, after=('"agreements_agreementvisit" t', "FOR UPDATE"))

    assert ended[0] is None
    assert type(ended[1]).__name__ == "Stale"


def test_a_measurement_is_thrown_away_while_it_is_edited(measured, agreement):
    client = signed_in(make.make_officer(agreement.owner, language="en"))
    programme = measured.indicator.programme
    address = reverse("agreements:measurement-edit", args=[agreement.pk, programme.pk, measured.pk])
    typed = {"measured_on": "2025-06-01", "value": "35", "version": measured.version}
    answers = []

    ended = at_once(
        lambda: throw(measured, region=measured.region_id, within=programme),
        lambda: answers.append(client.post(address, typed)),
        after=("agreements_agreement", "FOR NO KEY UPDATE"),
    )

    assert ended == [None, None]
    assert "Somebody has deleted this record in the meantime" in answers[0].text


def test_a_programme_is_thrown_away_while_it_is_edited(measured, agreement):
    client = signed_in(make.make_officer(agreement.owner, language="en"))
    programme = measured.indicator.programme
    address = reverse("agreements:programme-edit", args=[agreement.pk, programme.pk])
    typed = fields_of(client, address)
    answers = []

    ended = at_once(
        lambda: throw(programme, region=agreement.owner_id, within=agreement),
        lambda: answers.append(client.post(address, typed)),
        after=("agreements_agreement", "FOR NO KEY UPDATE"),
    )

    assert ended == [None, None]
    assert answers[0].status_code == 409


def test_what_is_linked_to_it_while_the_deletion_waits_is_linked_again(measured, agreement, officer):
    programme = measured.indicator.programme

    def judge():
        with transaction.atomic():
            hold_above(agreement)
            agreement.evaluations.create(programme=programme, evaluated_on="2025-06-30", rating=4)

    ended = at_once(judge, throw_anew_of(programme, agreement), after=("INSERT", '"agreements_evaluation"'))

    assert ended == [None, None]
    assert agreement.evaluations.get().programme is None
    restore(Trashed.objects.get().pk, by=officer)
    assert agreement.evaluations.get().programme == programme


def test_a_duty_is_changed_while_its_programme_is_thrown_away(agreement):
    programme = make.make_programme(agreement)
    client = signed_in(make.make_officer(agreement.owner, language="en"))
    day = timezone.localdate() + dt.timedelta(days=30)
    with transaction.atomic():
        duty = make.make_duty(agreement, programme=programme, first=day, title="Laporan")
    address = reverse("followups:duty-edit", args=[duty.pk])
    typed = fields_of(client, address) | {"title": ["Laporan monitoring"]}
    answers = []

    ended = at_once(
        lambda: answers.append(client.post(address, typed)),
        throw_anew_of(programme, agreement),
        after=("UPDATE", '"followups_duty"'),
    )

    assert ended == [None, None]
    assert answers[0].status_code == 302
    duty.refresh_from_db()
    assert (duty.title, duty.programme) == ("Laporan monitoring", None)


def test_two_administrators_throw_the_same_parts_away_in_two_orders(measured, agreement, batam, malang):
    other = make.make_agreement(batam, malang, owner=batam)
    programmes = [Programme.objects.get(), make.make_programme(other)]

    ended = at_once(
        delete_in_the_administration(*programmes),
        delete_in_the_administration(*reversed(programmes)),
        after=('"agreements_programme" t', "FOR UPDATE"),
    )

    assert ended == [None, None]
    assert not Programme.objects.exists()
    assert {thrown.object_id for thrown in Trashed.objects.all()} == {programme.pk for programme in programmes}
    assert Trashed.objects.count() == 2
