"""Visits are found by what their papers say, by those who may read them. Reading itself: tests/agreements."""

import pytest

from tests.documents import files
from tests.factories import make_attachment, make_officer, make_region, make_visit
from visits.models import VisitPaperText
from visits.tasks import read_papers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def listed(client, user, text):
    client.force_login(user)
    return [row["pk"] for row in client.get("/visits/", {"q": text}).context["page"].object_list]


def test_a_visit_is_found_by_the_text_of_its_paper(client):
    visit = make_visit(make_region())
    make_attachment(visit, content=files.pdf_saying("Jadwal sandar kapal pesiar"))

    read_papers()

    assert VisitPaperText.objects.get().text == "Jadwal sandar kapal pesiar"
    assert listed(client, make_officer(visit.owner), "kapal pesiar") == [visit.pk]


def test_not_by_a_restricted_paper_of_the_other_side(client):
    batam, malang = make_region("Kota Batam"), make_region("Kabupaten Malang")
    visit = make_visit(batam, malang)
    make_attachment(visit, batam, access="RESTRICTED", content=files.pdf_saying("burungkenari"))

    read_papers()

    assert listed(client, make_officer(batam), "burungkenari") == [visit.pk]
    assert listed(client, make_officer(malang), "burungkenari") == []
