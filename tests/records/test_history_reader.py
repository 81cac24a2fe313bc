import datetime as dt
from decimal import Decimal

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from records.history import FieldChange, event_model, history_of
from records.rows import EVERYBODY
from tests.factories import (
    make_agenda_item,
    make_attachment,
    make_citation,
    make_confirmation,
    make_correction,
    make_delegate,
    make_delegation,
    make_figure,
    make_handover,
    make_kind,
    make_note,
    make_officer,
    make_official,
    make_organisation,
    make_outcome,
    make_region,
    make_sector,
    make_series,
    make_source,
    make_statement,
    make_user,
    make_venue,
    make_visit,
)
from visits.models import AgendaItem, Delegation, Visit, VisitKind

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def visit():
    return make_visit(make_region("Kota Batam"), make_region("Kabupaten Malang"), purpose="Silaturahmi")


def agenda_of(visit):
    return event_model(AgendaItem).objects.filter(visit_id=visit.pk)


def test_a_change_is_told_in_words_with_who_and_where(visit):
    user = make_user(name="Siti Rahma")
    with pghistory.context(user=user.pk, url="/visits/1/edit/", request_id="abc"):
        visit.status = "REPORTED"
        visit.starts_on = visit.ends_on = dt.date(2025, 6, 17)
        visit.venue = make_venue("Dataran Engku Putri")
        visit.save()

    (newest, *_) = history_of(visit, reader=EVERYBODY)

    assert (newest.deed, newest.what, newest.by, newest.page, newest.request_id) == (
        "update",
        "visit",
        "Siti Rahma",
        "/visits/1/edit/",
        "abc",
    )
    assert set(newest.fields) == {
        FieldChange("from", "16 June 2025", "17 June 2025"),
        FieldChange("until", "16 June 2025", "17 June 2025"),
        FieldChange("status", "Completed", "Reported"),
        FieldChange("venue", "", "Dataran Engku Putri"),
    }


def test_the_first_entry_tells_what_was_filled_in_and_no_defaults(visit):
    first = history_of(visit, reader=EVERYBODY)[-1]

    assert (first.deed, first.by) == ("insert", "")
    assert {(f.name, f.before, f.after) for f in first.fields} == {
        ("from", "", "16 June 2025"),
        ("until", "", "16 June 2025"),
        ("kept by", "", "Kota Batam"),
        ("host region", "", "Kota Batam"),
        ("purpose", "", "Silaturahmi"),
    }


def test_a_deleted_child_is_still_told(visit):
    item = make_agenda_item(visit, title="Paparan")
    item.title = "Paparan sejarah"
    item.save()
    item.delete()

    told = [c for c in history_of(visit, agenda_of(visit), reader=EVERYBODY) if c.what == "agenda item"]

    assert [(c.deed, [(f.name, f.before, f.after) for f in c.fields]) for c in told] == [
        ("delete", [("what", "Paparan sejarah", "")]),
        ("update", [("what", "Paparan", "Paparan sejarah")]),
        ("insert", [("what", "", "Paparan")]),
    ]


def test_a_new_order_alone_is_not_told(visit):
    item = make_agenda_item(visit)
    item.position = 7
    item.save()

    assert [c.deed for c in history_of(visit, agenda_of(visit), reader=EVERYBODY) if c.what == "agenda item"] == [
        "insert"
    ]


def test_nothing_is_claimed_of_a_change_whose_predecessor_was_not_read(visit):
    for n in range(4):
        Visit.objects.filter(pk=visit.pk).update(purpose=f"ke-{n}")

    oldest = history_of(visit, limit=2, reader=EVERYBODY)[-1]

    assert (oldest.deed, oldest.fields) == ("update", [])


def test_a_record_that_is_gone_is_told_by_its_number(visit):
    venue = make_venue("Sementara")
    Visit.objects.filter(pk=visit.pk).update(venue=venue)
    Visit.objects.filter(pk=visit.pk).update(venue=None)
    pk = venue.pk
    venue.delete()

    assert [c.fields[0] for c in history_of(visit, reader=EVERYBODY)[:2]] == [
        FieldChange("venue", f"#{pk}", ""),
        FieldChange("venue", "", f"#{pk}"),
    ]


def test_a_record_that_the_reader_may_not_see_is_not_named(visit):
    secret = make_visit(make_region("Kota Batam"), make_region("Kota Medan"), title="Rahasia")
    Visit.objects.filter(pk=visit.pk).update(replies_to=secret)
    guest = make_user(make_region("Kabupaten Malang"))
    host = make_user(make_region("Kota Batam"))

    assert history_of(visit, reader=guest)[0].fields == [FieldChange("return visit for", "", f"#{secret.pk}")]
    assert history_of(visit, reader=host)[0].fields == [FieldChange("return visit for", "", "Rahasia")]


def test_yes_and_no_are_words():
    kind = make_kind()
    organisation = make_organisation()
    VisitKind.objects.filter(pk=kind.pk).update(name_en="x")

    assert history_of(kind, reader=EVERYBODY)[0].fields == [FieldChange("name in English", "Working visit", "x")]
    assert history_of(organisation, reader=EVERYBODY)[0].fields[0].name == "name in Indonesian"


def test_an_amount_is_told_in_the_numbers_of_the_reader():
    figure = make_figure(value=1200)
    figure.value = Decimal("1200.5")
    figure.save()

    with translation.override("id"):
        told = [change for change in history_of(figure, reader=EVERYBODY) if change.deed == "update"]

    assert told[0].fields == [FieldChange("nilai", "1.200", "1.200,5")]  # 1200.000 was 1.2 million to who reads it


def test_one_and_three_changes_cost_the_same(visit):
    counts = []
    children = event_model(Delegation).objects.filter(visit_id=visit.pk)
    for n in (1, 2, 3):
        with pghistory.context(user=make_user().pk):
            untitled = make_visit(make_region(f"Kota {n}"), make_region(f"Kabupaten {n}"))
            make_delegation(visit, organisation=make_organisation(f"Dinas {n}"), region=make_region(f"Kota {n}"))
            Visit.objects.filter(pk=visit.pk).update(
                replies_to=untitled, host_organisation=make_organisation(f"Badan {n}"), venue=make_venue(f"Balai {n}")
            )
        with CaptureQueriesContext(connection) as queries:
            history_of(visit, children, reader=make_user(make_region("Kota Batam")))
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_the_page_of_a_visit_that_tells_of_every_table_takes_fifteen_queries(client, django_assert_max_num_queries):
    batam, malang = make_region("Kota Batam"), make_region("Kabupaten Malang")
    officer = make_officer(batam, language="en")
    client.force_login(officer)
    unit = make_organisation("Bappeda", batam)
    before = make_visit(malang, batam, owner=malang)
    with pghistory.context(user=officer.pk):
        visit = make_visit(
            batam, malang, kinds=[make_kind()], sectors=[make_sector()], series=make_series(owner=batam),
            venue=make_venue(region=batam), host_organisation=unit, replies_to=before, created_by=officer,
        )  # fmt: skip
        delegation = visit.delegations.get()
        make_delegate(delegation, official=make_official())
        make_agenda_item(visit)
        make_statement(visit)
        make_outcome(visit, responsible=unit, sector=make_sector("smart"))
        make_citation(visit, source=make_source(visit))
        make_attachment(visit, by=officer)
        make_note(visit, by=officer)
        make_correction(visit, malang)
        make_confirmation(delegation)
        make_handover(visit, malang)

    with django_assert_max_num_queries(15):
        page = client.get(reverse("visits:history", args=[visit.pk])).content.decode()

    for words in (str(before), str(officer), "Bappeda", "Amsakar Achmad"):
        assert words in page
