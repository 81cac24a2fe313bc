"""Later editions of a paper: what they take over, and what becomes of the earlier ones."""

import pytest
from django.test import Client
from django.urls import reverse

from documents import forms
from documents.keeping import discard
from documents.papers import papers_of
from documents.uploads import look_into
from records.restoring import restore
from tests.documents import files
from tests.factories import make_attachment, make_officer, make_visit, upload
from visits.models import VisitAttachment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def visit(batam, malang):
    return make_visit(batam, malang)


@pytest.fixture
def paper(visit, officer):
    return make_attachment(visit, by=officer, title="Rencana dapur")


def url(name, paper):
    return reverse(f"visits:{name}", args=[paper.visit_id, paper.pk])


@pytest.fixture
def later_edition(client):
    """Adds an edition to the paper; gives it."""

    def add(paper, name="baru.pdf", content=None):
        content = content or files.pdf(f"edition {paper.edition + 1}")
        client.post(url("attachment-edition", paper), {"uploads": upload(name, content)})
        return paper.visit.attachments.get(replaces=paper)

    return add


@pytest.fixture
def meanwhile(monkeypatch):
    """Does something while a file is looked into: a large picture takes seconds."""

    def do(deed):
        def slow(file):
            deed()
            return look_into(file)

        monkeypatch.setattr(forms, "look_into", slow)

    return do


def test_an_edition_is_as_restricted_as_the_paper_is_by_now(paper, later_edition, meanwhile):
    meanwhile(lambda: VisitAttachment.objects.filter(pk=paper.pk).update(access="RESTRICTED"))

    assert later_edition(paper).access == "RESTRICTED"


@pytest.mark.django_db(transaction=True)
def test_an_edition_of_a_paper_that_goes_meanwhile_is_no_error(client, paper, meanwhile):
    meanwhile(lambda: discard(VisitAttachment.objects.get(pk=paper.pk)))

    answer = client.post(url("attachment-edition", paper), {"uploads": upload("baru.pdf", files.pdf("baru"))})

    assert answer.status_code == 404
    assert not VisitAttachment.objects.exists()


def test_the_earlier_edition_of_a_photo_stays_below_the_new_one(client, officer, visit, later_edition):
    old = make_attachment(visit, name="a.jpg", content=files.picture(), kind="PHOTO", by=officer)
    later_edition(old, "b.jpg", files.picture(colour=(1, 2, 200)))

    page = client.get(visit.get_absolute_url()).content.decode()

    assert old.get_absolute_url() in page


@pytest.mark.parametrize(("access", "seen"), [("RESTRICTED", False), ("PUBLIC", True)])
def test_a_change_of_access_holds_for_all_editions(client, visit, malang, paper, later_edition, access, seen):
    new = later_edition(later_edition(paper))
    assert "earlier editions too" in client.get(url("attachment-edit", new)).content.decode()

    client.post(
        url("attachment-edit", new),
        {"kind": "OTHER", "title": "Rencana dapur", "access": access, "version": new.version},
    )

    assert {edition.access for edition in visit.attachments.all()} == {access}
    other = Client()
    other.force_login(make_officer(malang))
    assert ("Rencana dapur" in other.get(visit.get_absolute_url()).content.decode()) is seen


class TestAnEditionBetweenTwoOthersGoes:
    @pytest.fixture
    def three(self, paper, later_edition):
        two = later_edition(paper)
        return [paper, two, later_edition(two)]

    def editions(self, visit, officer):
        return [[one.edition for one in (filing.paper, *filing.earlier)] for filing in papers_of(visit, officer)]

    def test_the_two_others_stay_one_paper(self, client, visit, officer, three):
        client.post(url("attachment-delete", three[1]))

        assert self.editions(visit, officer) == [[3, 1]]

    @pytest.mark.parametrize(
        ("thrown", "restored"), [((2,), (2,)), ((2, 3), (2, 3)), ((2, 3), (3, 2)), ((2, 1), (2, 1)), ((2, 1), (1, 2))]
    )
    def test_what_comes_back_stands_in_its_place(self, visit, officer, three, thrown, restored):
        bins = {edition: discard(VisitAttachment.objects.get(pk=three[edition - 1].pk)) for edition in thrown}

        for edition in restored:
            restore(bins[edition].pk, by=officer)

        assert self.editions(visit, officer) == [[3, 2, 1]]
