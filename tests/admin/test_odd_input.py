"""What anybody may type into the address bar, or send to Django admin by hand: refused or ignored, never a fault."""

import pytest
from django.urls import reverse

from accounts.models import User
from notices.models import Heartbeat
from regions.models import Position
from tests import factories as make
from tests.admin.conftest import page
from tests.sent import come_in, sent_by
from visits.models import Visit, VisitNote

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit():
    return make.make_visit(make.make_region("Kota Batam"), make.make_region("Kabupaten Malang"))


@pytest.fixture
def boss(client, visit):
    user = make.make_superuser(language="en")
    come_in(client, user)
    return user


@pytest.mark.parametrize("model", [Visit, Heartbeat])
@pytest.mark.parametrize("name", ["change", "delete", "history"])
def test_an_address_with_a_nul_leads_nowhere(client, boss, model, name):
    address = page(model, name, 987654321).replace("987654321", "%00")

    assert client.get(address).status_code == 404


def test_a_nul_in_a_question_is_left_out(client, boss, visit):
    found = client.get(page(Visit), {"status__exact": "\0", "q": "\0Batam"})
    offered = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "visits", "model_name": "visit", "field_name": "owner", "term": "Bat\0am"},
    )

    assert found.status_code == 200
    assert [one["id"] for one in offered.json()["results"]] == [str(visit.owner_id)]


@pytest.mark.parametrize("name", ["id__range", "title__range", "title__regex", "region_ids__contains", "id__in", "x"])
def test_a_list_is_asked_nothing_but_what_its_filters_ask(client, boss, name):
    assert client.get(page(Visit), {name: "1"}).status_code == 400


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        (Visit, {"status__exact": "COMPLETED", "starts_on__year": "2025", "starts_on__month": "6"}),
        (Visit, {"owner__id__exact": "1"}),
        (User, {"memberships__role__exact": "ADMIN"}),
        (Position, {"manner__exact": "ACTING"}),
    ],
)
def test_what_the_filters_ask_is_answered(client, boss, model, asked):
    assert client.get(page(model), asked).status_code == 200


@pytest.mark.parametrize("year", ["0", "1", "9999", "99999999999999999999", "x", ""])
def test_a_year_of_no_calendar_is_refused(client, boss, year):
    assert client.get(page(Visit), {"starts_on__year": year}).status_code == 400


@pytest.mark.parametrize("key", ["abc", "\0", "9" * 60])
def test_a_key_that_is_none_names_nothing(client, boss, visit, key):
    address = page(VisitNote, "add")
    sent = sent_by(client.get(address), "visitnote_form")

    assert client.get(page(Visit, "add"), {"owner": key}).status_code == 200
    refused = client.post(address, sent | {"visit": key, "region": visit.owner_id, "text": "Catatan"})
    assert set(refused.context["adminform"].errors) == {"visit"}


def test_rows_chosen_by_a_key_that_is_none_are_not_there(client, boss):
    sent = {"action": "export_csv", "_selected_action": ["abc"]}

    assert client.post(page(Visit), sent).status_code == 404
