import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.folding import Fold, folded, read_together, unfold
from records.history import event_model
from tests.factories import make_organisation, make_outcome, make_region, make_sector, make_topic, make_visit
from visits.models import Outcome, Topic, Visit

pytestmark = pytest.mark.django_db
FOLDS = (Fold("topics", ("sector",)), Fold("outcomes", ("sector", "responsible__region")))


def read(visit):
    found = Visit.objects.annotate(**folded(Visit, FOLDS)).get(pk=visit.pk)
    unfold(found, FOLDS)
    return found


@pytest.fixture
def visit():
    visit = make_visit()
    make_topic(visit, make_sector("b", "Dua", position=2))
    make_topic(visit, make_sector("a", "Satu", position=1))
    make_topic(visit, make_sector("c", "Tiga", position=3), emphasised=True)
    unit = make_organisation("Bappeda", make_region("Kota Batam"))
    make_outcome(visit, "kedua", position=2)
    make_outcome(
        visit, "pertama", position=1, quantity=Decimal("12345678901234567.125"), unit="ton", due_on=dt.date(2026, 1, 2),
        responsible=unit, quote='"kutipan" \\ baris\nkedua 😀',
    )  # fmt: skip
    make_outcome(make_visit(), "orang lain")
    return visit


def test_what_is_unfolded_equals_what_queries_read(visit):
    plain = Visit.objects.get(pk=visit.pk)

    for name in ("topics", "outcomes"):
        ours, theirs = list(getattr(read(visit), name).all()), list(getattr(plain, name).all())
        assert ours == theirs
        fields = [field.attname for field in type(theirs[0])._meta.concrete_fields]
        assert [[getattr(row, f) for f in fields] for row in ours] == [
            [getattr(row, f) for f in fields] for row in theirs
        ]


def test_reading_everything_is_one_query(visit):
    with CaptureQueriesContext(connection) as queries:
        found = read(visit)
        names = [topic.sector.name_id for topic in found.topics.all()]
        units = [outcome.responsible and outcome.responsible.region.name_id for outcome in found.outcomes.all()]
        assert all(outcome.visit is found for outcome in found.outcomes.all())

    assert names == ["Tiga", "Satu", "Dua"]
    assert units == ["Kota Batam", None]
    assert len(queries) == 1


def test_a_record_without_children_has_empty_ones():
    found = read(make_visit())

    assert list(found.topics.all()) == []
    assert list(found.outcomes.all()) == []


def test_further_questions_ask_the_database(visit):
    found = read(visit)

    assert [o.text for o in found.outcomes.filter(unit="ton")] == ["pertama"]


def test_rows_can_be_saved_again(visit):
    outcome = read(visit).outcomes.all()[0]
    outcome.text = "diubah"
    outcome.save()

    assert Outcome.objects.get(pk=outcome.pk).text == "diubah"
    assert Topic.objects.count() == 3


def test_rows_of_many_tables_are_read_in_one_query_and_equal_those_of_many(visit):
    kinds = [event_model(kind).objects.filter(visit_id=visit.pk) for kind in (Topic, Outcome)]
    tables = [events.select_related("pgh_context").order_by("-pgh_id") for events in kinds]

    with CaptureQueriesContext(connection) as queries:
        topics, outcomes = read_together(tables, most=2)
        found = [*topics, *outcomes]
        told = [event.pgh_context and event.pgh_context.metadata for event in found]

    assert len(queries) == 1
    plain = [event for table in tables for event in table[:2]]
    assert len(found) == 4
    assert [type(event) for event in found] == [type(event) for event in plain]
    fields = [[field.attname for field in type(event)._meta.concrete_fields] for event in plain]
    assert [[getattr(event, f) for f in of] for event, of in zip(found, fields, strict=True)] == [
        [getattr(event, f) for f in of] for event, of in zip(plain, fields, strict=True)
    ]
    assert told == [event.pgh_context and event.pgh_context.metadata for event in plain]


def test_what_a_queryset_selects_along_and_prefetches_comes_with_its_rows(visit):
    outcomes = Outcome.objects.filter(visit=visit).select_related("sector", "responsible__region")
    visits = Visit.objects.filter(pk=visit.pk).for_names()

    with CaptureQueriesContext(connection) as queries:
        (told,), (first, second) = read_together([visits, outcomes])
        names = [first.responsible.region.name_id, first.sector, second.responsible, str(told)]

    assert names == ["Kota Batam", None, None, str(visit)]
    assert len(queries) == 2


def test_rows_that_nobody_may_see_and_no_tables_at_all_are_empty(visit):
    outcomes = Outcome.objects.filter(visit=visit)

    assert [len(rows) for rows in read_together([Visit.objects.none(), outcomes, Topic.objects.none()])] == [0, 2, 0]
    assert read_together([Visit.objects.none(), Topic.objects.none()]) == [[], []]
    assert read_together([]) == []
