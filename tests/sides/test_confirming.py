"""A side confirms its own delegation, party or measurement; it lapses when the row is changed."""

import pytest
from django.db import models

from agreements.models import Party
from sides.models import Confirmation
from sides.prints import SAID, UNSAID, print_of
from tests import factories as make
from tests.sides.conftest import told
from tests.sides.pages import sent

pytestmark = pytest.mark.django_db
PATH = {"delegation": "/visits/{}/", "party": "/agreements/{}/"}


def confirm(client, row):
    """As the page offers it."""
    what = row._meta.model_name
    page = client.get(PATH[what].format(row.visit_id if what == "delegation" else row.agreement_id))
    url = f"/confirmations/{what}/{row.pk}/"
    return client.post(url, sent(page, url))


def test_it_stands_beside_the_row_with_side_and_day(as_, visit):
    row = visit.delegations.get()
    assert "Not yet confirmed by this side" in told(as_("owner").get(f"/visits/{visit.pk}/"))
    assert confirm(as_("other"), row).status_code == 302
    for who in ("owner", "other", "viewer"):
        assert "Confirmed by Malang Regency, 3 November 2026" in told(as_(who).get(f"/visits/{visit.pk}/"))


def test_a_party_is_confirmed_likewise(as_, agreement):
    confirm(as_("other"), agreement.parties.last())
    assert "Confirmed by Malang Regency, 3 November 2026" in told(as_("owner").get(f"/agreements/{agreement.pk}/"))


def test_it_lapses_when_the_row_or_a_member_changes_and_holds_again_when_it_is_changed_back(as_, visit):
    row = visit.delegations.get()
    member = make.make_delegate(row)
    confirm(as_("other"), row)
    page = f"/visits/{visit.pk}/"
    type(row).objects.filter(pk=row.pk).update(headcount=7)
    assert "Changed since Malang Regency confirmed it" in told(as_("owner").get(page))
    type(row).objects.filter(pk=row.pk).update(headcount=None)
    assert "Confirmed by Malang Regency" in told(as_("owner").get(page))
    member.delete()
    assert "Changed since Malang Regency confirmed it" in told(as_("owner").get(page))
    confirm(as_("other"), row)
    assert "Confirmed by Malang Regency" in told(as_("owner").get(page))
    assert Confirmation.objects.count() == 1


def test_the_place_in_the_list_and_other_rows_do_not_count(as_, visit, batam):
    row = visit.delegations.get()
    confirm(as_("other"), row)
    type(row).objects.filter(pk=row.pk).update(position=5)
    make.make_delegation(visit, batam, side="HOST")
    assert "Confirmed by Malang Regency" in told(as_("owner").get(f"/visits/{visit.pk}/"))


def test_what_was_changed_while_it_was_looked_at_is_not_confirmed(as_, visit):
    row, client = visit.delegations.get(), as_("other")
    url = f"/confirmations/delegation/{row.pk}/"
    data = sent(client.get(f"/visits/{visit.pk}/"), url)
    type(row).objects.filter(pk=row.pk).update(headcount=7)
    reply = client.post(url, data, follow=True)
    assert "Not confirmed: it was changed while you looked at it" in told(reply)
    assert not Confirmation.objects.exists()


def test_twice_is_once_and_it_can_be_taken_back(as_, visit):
    row, client = visit.delegations.get(), as_("other")
    url = f"/confirmations/delegation/{row.pk}/"
    data = sent(client.get(f"/visits/{visit.pk}/"), url)
    client.post(url, data)
    client.post(url, data)
    assert Confirmation.objects.count() == 1
    client.post(url, {"back": "1"})
    assert not Confirmation.objects.exists()


def test_a_measurement_of_the_other_side_is_confirmed_on_its_programme(as_, agreement, malang):
    programme = make.make_programme(agreement)
    measurement = make.make_measurement(make.make_indicator(programme), region=malang)
    client, page = as_("other"), f"/agreements/{agreement.pk}/programmes/{programme.pk}/"
    url = f"/confirmations/measurement/{measurement.pk}/"
    assert client.post(url, sent(client.get(page), url)).status_code == 302
    assert "Confirmed by Malang Regency" in told(as_("owner").get(page))


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("other", 302), ("other_manager", 302), ("owner", 403), ("viewer", 403), ("other_viewer", 403),
        ("province", 403), ("stranger", 404), ("unit", 404),
    ],
)  # fmt: skip
def test_who_may_confirm(as_, visit, who, code):
    row = visit.delegations.get()
    assert as_(who).post(f"/confirmations/delegation/{row.pk}/", {"print": print_of(row)}).status_code == code
    assert Confirmation.objects.exists() == (code == 302)


def test_nobody_confirms_for_the_side_that_keeps_the_record(as_, visit, batam):
    row = make.make_delegation(visit, batam, side="HOST")
    assert as_("owner").post(f"/confirmations/delegation/{row.pk}/", {"print": print_of(row)}).status_code == 403
    assert f"/confirmations/delegation/{row.pk}/" not in told(as_("owner").get(f"/visits/{visit.pk}/"))


@pytest.mark.parametrize("model", SAID)
def test_every_column_is_in_the_fingerprint_or_left_out_on_purpose(model):
    columns = {f.column for f in model._meta.concrete_fields}
    assert columns - UNSAID == set(SAID[model])


@pytest.mark.parametrize(
    "name", [n for n in SAID[Party] if n not in ("region_id", "unit_id", "organisation_id", "on_behalf_of_region_id")]
)
def test_every_word_of_a_party_counts(agreement, name):
    row = agreement.parties.last()
    before = print_of(row)
    field = Party._meta.get_field(name)
    assert isinstance(field, models.CharField | models.TextField)
    Party.objects.filter(pk=row.pk).update(**{name: "NTH" if name == "role" else "DISPUTED"})
    assert print_of(row) != before
