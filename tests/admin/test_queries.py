"""A change page costs the same however many rows it has: what their keys name is read for all of them at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import Agreement
from followups.models import Milestone
from tests import factories as make
from tests.admin.conftest import page
from tests.sent import come_in
from visits.models import Delegation, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(batam, malang):
    return make.make_visit(batam, malang, title="Kunjungan Malang", kinds=[make.make_kind()])


@pytest.fixture
def agreement(batam, malang):
    return make.make_agreement(batam, malang, owner=batam)


@pytest.fixture
def milestone(batam):
    return make.make_milestone("Kirim draf", owner=batam)


def rows_of_visit(visit, region, owner, n):
    make.make_delegation(visit, region=region)
    make.make_agenda_item(visit, title=f"Acara {n}", venue=make.make_venue(f"Balai {n}", region))
    make.make_topic(visit, sector=make.make_sector(f"s{n}", f"Urusan {n}"))
    make.make_statement(visit)
    make.make_source(visit, outlet=f"Koran {n}")
    make.make_citation(visit)
    make.make_note(visit, owner)
    make.make_attachment(visit, owner)


def rows_of_delegation(visit, region, owner, n):
    make.make_delegate(visit.delegations.first(), f"Delegasi {n}", official=make.make_official(f"Pejabat {n}"))


def rows_of_agreement(agreement, region, owner, n):
    make.make_party(agreement, region, position=n + 3, role="OTHER")
    make.make_programme(agreement, f"Program {n}")
    make.make_agreement_paper(agreement, owner)


def rows_of_milestone(milestone, region, owner, n):
    make.make_part(milestone, region)
    make.make_assignee(milestone, make.make_officer(owner))
    make.make_milestone_paper(milestone, owner)


PAGES = {
    Visit: ("visit", rows_of_visit),
    Delegation: ("visit", rows_of_delegation),
    Agreement: ("agreement", rows_of_agreement),
    Milestone: ("milestone", rows_of_milestone),
}


@pytest.mark.parametrize("of_all", [False, True], ids=["region", "system"])
@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.model_name)
def test_five_rows_cost_no_more_than_one(browser, request, batam, model, of_all):
    if of_all:
        come_in(browser, make.make_superuser())
    fixture, add_rows = PAGES[model]
    record = request.getfixturevalue(fixture)
    address = page(model, "change", record.delegations.first().pk if model is Delegation else record.pk)

    costs = []
    for rows in (1, 4):
        for n in range(rows):
            code = f"5{rows}.0{n}"
            add_rows(record, make.make_region(f"Kota {code}", code=code), batam, 10 * rows + n)
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(address)
        assert answer.status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]


@pytest.mark.parametrize("of_all", [False, True], ids=["region", "system"])
@pytest.mark.parametrize("field", ["region", "organisation"])
def test_what_is_suggested_for_a_key_is_read_at_once(browser, batam, field, of_all):
    if of_all:
        come_in(browser, make.make_superuser())
    asked = {"app_label": "visits", "model_name": "delegation", "field_name": field, "term": "Kota"}

    costs = []
    for rows in (1, 4):
        for n in range(rows):
            region = make.make_region(
                f"Kota {rows}{n}", code=f"5{rows}.0{n}", parent=make.make_province(f"P{rows}{n}", f"{rows}{n}")
            )
            make.make_organisation(f"Dinas Kota {rows}{n}", region)
        browser.get("/admin/autocomplete/", asked)
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get("/admin/autocomplete/", asked)
        assert len(answer.json()["results"]) >= rows
        costs.append(len(queries))

    assert costs[0] == costs[1]
