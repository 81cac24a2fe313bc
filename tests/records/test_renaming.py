"""Who is renamed is found by the new name in every record they have part in, and no record was edited by that."""

import pytest
from django.urls import reverse

from agreements.models import Agreement
from records.history import event_model
from tests import factories as make
from visits.models import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def xiangyang():
    return make.make_place("Hsiangyang", make.make_country())


def test_a_place_is_found_by_its_new_name_also_in_records_that_who_renames_it_does_not_see(client, xiangyang):
    jambi = make.make_region("Kota Jambi", code="15.71")
    visit, agreement = make.make_visit(jambi, xiangyang), make.make_agreement(jambi, xiangyang)
    client.force_login(make.make_officer(make.make_region("Kota Batam", code="21.71")))
    named = {"name_id": "Xiangyang", "time_zone": "Asia/Shanghai", "version": xiangyang.version}

    answer = client.post(reverse("regions:edit", args=[xiangyang.pk]), named)

    assert answer.status_code == 302
    for record in (visit, agreement):
        found = type(record).objects
        assert (found.matching("Xiangyang").get(), found.matching("Hsiangyang").count()) == (record, 0)
        assert found.get().version == record.version
        assert event_model(type(record)).objects.filter(pgh_obj=record, pgh_label="update").count() == 0


def test_so_are_organisations_officials_and_venues():
    batam = make.make_region("Kota Batam", code="21.71")
    office, mayor, hall = (
        make.make_organisation("Dinas Lama", batam),
        make.make_official("Nama Lama"),
        make.make_venue(),
    )
    visit = make.make_visit(batam, venue=hall)
    make.make_delegate(make.make_delegation(visit, organisation=office), official=mayor, name="")
    agreement = make.make_agreement(batam, office)
    agreement.parties.first().signatories.create(official=mayor)

    for who, fields in (
        (office, {"name_id": "Dinas Baru"}),
        (mayor, {"name": "Siti Baru"}),
        (hall, {"name": "Balai Baru"}),
    ):
        type(who).objects.filter(pk=who.pk).update(**fields)

    for words in ("Dinas Baru", "Siti Baru", "Balai Baru"):
        assert Visit.objects.matching(words).exists(), words
    for words in ("Dinas Baru", "Siti Baru"):
        assert Agreement.objects.matching(words).exists(), words
    assert not Visit.objects.matching("Lama").exists()


def test_so_are_programmes_sectors_and_kinds():
    programme, sector, kind = make.make_series("Bimtek Lama"), make.make_sector(), make.make_kind()
    visit = make.make_visit(series=programme, kinds=[kind], sectors=[sector])
    agreement = make.make_agreement()
    agreement.sector_links.create(sector=sector)

    for what, fields in (
        (programme, {"name": "Pendampingan Baru"}),
        (sector, {"name_id": "Pelancongan"}),
        (kind, {"name_id": "Muhibah"}),
    ):
        type(what).objects.filter(pk=what.pk).update(**fields)

    for words in ("Pendampingan Baru", "Pelancongan", "Muhibah"):
        assert Visit.objects.matching(words).get() == visit, words
    assert Agreement.objects.matching("Pelancongan").get() == agreement
    assert not Visit.objects.matching("Lama").exists()
