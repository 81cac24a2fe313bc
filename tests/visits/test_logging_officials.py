"""Officials chosen from the register: what they were on the day, and what goes when another one is chosen."""

import datetime as dt

import pytest

from tests import factories as make
from tests.sent import problems_on, sent_by
from tests.visits.test_logging_form import NEW, chosen, minimal
from visits.models import Delegate

pytestmark = pytest.mark.django_db


def test_a_chosen_official_brings_name_and_office_of_the_day(client, batam, malang, officer):
    government = make.make_organisation("Pemerintah Kota Batam", batam, kind="PEMDA_KOTA")
    official = make.make_official("Amsakar Achmad")
    make.make_position(official, government, "Wakil Wali Kota", ends_on=dt.date(2025, 2, 1))
    make.make_position(official, government, "Wali Kota Batam", starts_on=dt.date(2025, 2, 2))

    client.post(NEW, minimal(client) | chosen("host-0-delegates-0-official", official))

    member = Delegate.objects.get()
    assert (member.name, member.capacity, member.organisation) == ("Amsakar Achmad", "Wali Kota Batam", government)


def test_of_two_offices_at_once_the_one_of_the_delegation_is_taken(client, batam, malang, officer):
    city = make.make_organisation("Pemerintah Kota Batam", batam)
    authority = make.make_organisation("BP Batam", batam, kind="SPECIAL_AUTHORITY")
    official = make.make_official()
    make.make_position(official, authority, "Kepala BP Batam", starts_on=dt.date(2025, 2, 3))
    make.make_position(official, city, "Wali Kota Batam", starts_on=dt.date(2025, 2, 2))
    data = minimal(client) | chosen("host_organisation", city) | chosen("host-0-delegates-0-official", official)

    client.post(NEW, data)

    assert Delegate.objects.get().capacity == "Wali Kota Batam"


def test_what_was_typed_is_never_overwritten_by_the_register(client, malang, officer):
    position = make.make_position()
    data = minimal(client) | chosen("host-0-delegates-0-official", position.official)

    client.post(NEW, data | {"host-0-delegates-0-name": "H. Amsakar"})

    assert (Delegate.objects.get().name, Delegate.objects.get().capacity) == ("H. Amsakar", "")


def test_without_a_day_no_office_is_guessed_from_several(client, malang, officer):
    official = make.make_official()
    make.make_position(official, title="Wakil Wali Kota")
    make.make_position(official, title="Wali Kota")
    data = minimal(client) | {"precision": "UNKNOWN", "date_as_stated": "baru-baru ini"}

    client.post(NEW, data | chosen("host-0-delegates-0-official", official))

    assert (Delegate.objects.get().name, Delegate.objects.get().capacity) == (str(official), "")


@pytest.fixture
def others(malang):
    """Two who hold offices: one acts as regent, the other is it for good and elsewhere."""
    acting, regent = make.make_official("Rudi Acting"), make.make_official("Sanusi Tetap")
    make.make_position(acting, make.make_organisation("Bappeda", malang), "Bupati Malang", manner="PJ")
    make.make_position(regent, make.make_organisation("Pemkab Malang", malang), "Bupati Malang")
    return acting, regent


@pytest.fixture
def member(batam, malang, others):
    """A member of the guests who was chosen from the register."""
    visit = make.make_visit(batam, malang)
    return make.make_delegate(
        visit.delegations.get(), "Rudi Acting", official=others[0], capacity="Bupati Malang", manner="PJ",
        organisation=others[0].positions.get().organisation,
    )  # fmt: skip


def choose(client, member, official, **typed):
    """Another official in the place of the member."""
    address, row = f"/visits/{member.delegation.visit_id}/edit/", "guests-0-delegates-0"
    typed = {f"{row}-{name}": value for name, value in typed.items()}
    answer = client.post(address, sent_by(client.get(address)) | chosen(f"{row}-official", official) | typed)
    assert problems_on(answer) == []
    member.refresh_from_db()


def test_another_official_brings_another_name_office_and_organisation(client, officer, member, others):
    regent = others[1]

    choose(client, member, regent)

    assert (member.official, member.name, member.office) == (regent, "Sanusi Tetap", "Bupati Malang")
    assert member.organisation == regent.positions.get().organisation


def test_of_an_official_without_an_office_none_is_taken_over_from_the_former(client, officer, member):
    choose(client, member, make.make_official("Jefridin Hamid"))

    assert (member.name, member.office, member.manner, member.organisation) == (
        "Jefridin Hamid",
        "",
        "DEFINITIVE",
        None,
    )


def test_what_is_typed_together_with_another_official_stays(client, officer, member, others):
    choose(client, member, others[1], capacity="Bupati", manner="PLT", name="H. Sanusi")

    assert (member.name, member.office) == ("H. Sanusi", "Plt. Bupati")


def test_a_statement_is_of_the_official_who_is_chosen(client, officer, batam, malang):
    """The name was filled in from the register; then another official is chosen, for the first was wrong."""
    wrong, right = make.make_official("Amsakar Achmad"), make.make_official("Jefridin Hamid")
    visit = make.make_visit(batam, malang)
    said = make.make_statement(visit, official=wrong, speaker=str(wrong))
    address = f"/visits/{visit.pk}/edit/"

    client.post(address, sent_by(client.get(address)) | chosen("statements-0-official", right))

    said.refresh_from_db()
    assert (said.official, said.speaker) == (right, "Jefridin Hamid")
