"""A text that was not typed in a browser has lines that end in one sign; a browser sends two, and has changed nothing."""

import pytest

from records.history import event_model
from tests.factories import make_source, make_visit
from tests.sent import sent_by
from visits.models import VisitSource

pytestmark = pytest.mark.django_db
TEXT = "Baris satu\nBaris dua\n"


@pytest.fixture
def source(batam, malang):
    return make_source(make_visit(batam, malang, minutes=TEXT), full_text=TEXT)


@pytest.fixture
def save(client, officer, source):
    """What a browser makes of these texts, beside what else was typed."""

    def sent(**typed):
        address = f"/visits/{source.visit_id}/edit/"
        page = sent_by(client.get(address)) | {"minutes": TEXT, "sources-0-full_text": TEXT} | typed
        texts = {name: page[name].replace("\n", "\r\n") for name in ("minutes", "sources-0-full_text")}
        assert client.post(address, page | texts).status_code == 302

    return sent


def changes_of(record):
    return event_model(type(record)).objects.filter(pgh_obj=record, pgh_label="update").count()


@pytest.mark.parametrize("typed", [{}, {"remarks": "Hujan"}, {"sources-0-author": "Arjuna"}])
def test_looking_and_saving_leaves_the_texts_as_they_were(save, source, typed):
    save(**typed)

    saved = VisitSource.objects.select_related("visit").get(pk=source.pk)
    assert (saved.full_text, saved.checksum, saved.visit.minutes) == (TEXT, source.checksum, TEXT)
    assert (saved.visit.remarks, saved.author) == (typed.get("remarks", ""), typed.get("sources-0-author", ""))
    assert changes_of(source) == int("sources-0-author" in typed)


def test_another_text_is_kept(save, source):
    save(**{"sources-0-full_text": "Baris satu"})

    source.refresh_from_db()
    assert source.full_text == "Baris satu"
