import datetime as dt
import io
import threading

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import connection, transaction
from django.utils import timezone

from agreements.models import Agreement, AgreementAttachment, AgreementPaperText
from agreements.tasks import read_papers
from documents import extracting, reading
from documents.extracting import Unreadable, text_of
from documents.keeping import discard
from tests.documents import files
from tests.factories import make_agreement, make_agreement_paper, make_officer, make_region

pytestmark = pytest.mark.django_db

PDF, WORD = "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def found(user, text):
    return list(AgreementAttachment.objects.visible_to(user).filter(reading__words=SearchQuery(text, config="simple")))


def agreements_saying(user, text):
    return list(Agreement.objects.visible_to(user).saying(text, user))


def test_the_text_of_a_pdf_is_found():
    paper = make_agreement_paper(content=files.pdf_saying("Nota kesepahaman layanan publik"))

    read_papers()

    paper.refresh_from_db()
    assert paper.reading.text == "Nota kesepahaman layanan publik"
    assert (paper.reading.failure, paper.reading.attempts) == ("", 1)
    assert found(make_officer(paper.owner), "kesepahaman") == [paper]


def test_the_text_of_word_and_opendocument_files_is_found():
    document = '<x xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><t:h>Pasal 1</t:h><t:p>isi <t:span>tebal</t:span></t:p></x>'
    odt = files.open_document(**{"content.xml": document})

    assert text_of(io.BytesIO(files.word("Pasal 1", "a\tb")), WORD) == "Pasal 1\na\tb"
    assert text_of(io.BytesIO(odt), ODT) == "Pasal 1\nisi tebal"


def test_a_scan_is_read_once_and_says_that_it_has_no_text():
    paper = make_agreement_paper(content=files.pdf_saying(""))

    read_papers()
    read_papers()

    text = AgreementPaperText.objects.get(paper=paper)
    assert (text.text, text.failure, text.attempts) == ("", "empty", 1)
    assert text.read_at


@pytest.mark.parametrize("content", [files.pdf(), b"%PDF-1.7\n" + b"\0" * 100 + b"%%EOF"])
def test_a_damaged_pdf_is_tried_three_times_and_then_left_alone(content):
    paper = make_agreement_paper(content=content)
    for _ in range(5):
        read_papers()
        AgreementPaperText.objects.update(asked_at=timezone.now() - dt.timedelta(minutes=1))

    text = AgreementPaperText.objects.get(paper=paper)
    assert (text.attempts, text.failure, text.read_at) == (3, "damaged", None)


def test_a_paper_that_kills_its_reader_does_not_kill_the_worker(monkeypatch, tmp_path):
    killer = tmp_path / "killer.py"
    killer.write_text("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    monkeypatch.setattr(extracting, "__file__", str(killer))
    paper = make_agreement_paper(content=files.pdf_saying("x"))

    read_papers()

    assert AgreementPaperText.objects.get(paper=paper).failure == "killed"


def test_a_paper_that_takes_too_long_is_given_up(monkeypatch, tmp_path):
    slow = tmp_path / "slow.py"
    slow.write_text("import time; time.sleep(30)")
    monkeypatch.setattr(extracting, "__file__", str(slow))

    with pytest.raises(Unreadable, match="time"):
        text_of(io.BytesIO(files.pdf_saying("x")), PDF, seconds=1)


def test_pictures_are_not_queued():
    make_agreement_paper(name="a.jpg", content=files.picture())

    read_papers()

    assert not AgreementPaperText.objects.exists()


def test_a_paper_that_was_deleted_in_the_meantime_is_no_error():
    paper = make_agreement_paper(content=files.pdf_saying("x"))
    reading._queue_new(AgreementPaperText)
    taken = reading._take(AgreementPaperText)
    discard(paper)

    reading._keep(taken, text="x", read_at=timezone.now())

    assert not AgreementPaperText.objects.exists()


def test_reading_is_no_change_of_the_paper():
    paper = make_agreement_paper(content=files.pdf_saying("x"))

    read_papers()

    paper.refresh_from_db()
    assert paper.version == 1


def test_a_restricted_paper_of_the_other_side_makes_nothing_findable():
    batam, malang = make_region("Kota Batam"), make_region("Kabupaten Malang")
    paper = make_agreement_paper(
        make_agreement(batam, malang), access="RESTRICTED", content=files.pdf_saying("rahasia besar")
    )

    read_papers()

    ours, theirs = make_officer(batam), make_officer(malang)
    assert (found(ours, "rahasia"), agreements_saying(ours, "rahasia")) == ([paper], [paper.agreement])
    assert (found(theirs, "rahasia"), agreements_saying(theirs, "rahasia")) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_paper():
    for n in range(2):
        make_agreement_paper(content=files.pdf_saying(f"naskah {n}"))
    reading._queue_new(AgreementPaperText)
    taken = []

    def work():
        taken.append(reading._take(AgreementPaperText).pk)
        connection.close()

    with transaction.atomic():
        first = AgreementPaperText.objects.select_for_update(skip_locked=True).order_by("asked_at").first()
        worker = threading.Thread(target=work)
        worker.start()
        worker.join()

    assert taken == [AgreementPaperText.objects.exclude(pk=first.pk).get().pk]
