"""Follow-ups are found by what their papers say, by those who may read them. Reading itself: tests/agreements."""

import pytest

from documents.keeping import keep
from documents.uploads import look_into
from followups.models import Milestone, MilestoneAttachment, MilestonePaperText
from followups.tasks import read_papers
from tests.documents import files
from tests.factories import make_milestone, make_officer, make_region, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def make_paper(milestone, text, **more):
    row = MilestoneAttachment(milestone=milestone, owner=milestone.owner, **more)
    return keep(row, look_into(upload("bukti.pdf", files.pdf_saying(text))))


def test_a_follow_up_is_found_by_the_text_of_its_paper():
    milestone = make_milestone()
    make_paper(milestone, "Kwitansi katering panitia")

    read_papers()

    assert MilestonePaperText.objects.get().text == "Kwitansi katering panitia"
    officer = make_officer(milestone.owner)
    assert list(Milestone.objects.visible_to(officer).saying("kwitansi katering", officer)) == [milestone]


def test_not_by_a_restricted_paper_of_the_other_side():
    batam, malang = make_region("Kota Batam"), make_region("Kabupaten Malang")
    milestone = make_milestone("Kirim", batam, malang, owner=batam)
    make_paper(milestone, "burungkenari", access="RESTRICTED")

    read_papers()

    ours, theirs = make_officer(batam), make_officer(malang)
    assert list(Milestone.objects.visible_to(ours).saying("burungkenari", ours)) == [milestone]
    assert list(Milestone.objects.visible_to(theirs)) == [milestone]
    assert list(Milestone.objects.visible_to(theirs).saying("burungkenari", theirs)) == []
