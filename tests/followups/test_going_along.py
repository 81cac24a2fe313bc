"""Before a visit or an agreement is deleted its page says which follow-ups go along, and what stays without it."""

import pytest

from tests import factories as make

pytestmark = pytest.mark.django_db


def test_deleting_a_visit_says_what_goes_along_and_what_loses_its_link(client, batam, malang, officer):
    visit = make.make_visit(batam, malang)
    make.make_milestone(visit=visit, outcome=make.make_outcome(visit))
    for title in ("Kirim naskah", "Undang Malang"):
        make.make_milestone(title, visit=visit)
    make.make_milestone("Milik Malang sendiri", malang, owner=malang, visit=visit, internal=True)
    make.make_agreement(batam, malang).visit_links.create(visit=visit)

    told = client.get(f"/visits/{visit.pk}/delete/").text

    assert "1 follow-up of its outcomes is deleted too." in told
    assert "2 other follow-ups stay and no longer name this visit." in told
    assert "1 agreement stays and is no longer linked to this visit." in told


def test_deleting_an_agreement_says_what_goes_along(client, batam, malang, officer):
    agreement = make.make_agreement(batam, malang)
    for title in ("Kirim naskah", "Undang Malang"):
        make.make_milestone(title, agreement=agreement)
    make.make_duty(agreement, title="Laporan")

    told = client.get(f"/agreements/{agreement.pk}/delete/").text

    assert "2 follow-ups of it are deleted too." in told
    assert "1 recurring duty of it is deleted too." in told


def test_deleting_what_nothing_hangs_on_says_nothing_of_it(client, batam, malang, officer):
    visit, agreement = make.make_visit(batam, malang), make.make_agreement(batam, malang)

    told = [client.get(f"{record.get_absolute_url()}delete/").text for record in (visit, agreement)]

    assert ["follow-up" in page.split("<main")[1].split("</main")[0] for page in told] == [False, False]
