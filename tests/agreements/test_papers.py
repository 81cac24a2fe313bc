import pytest
from django.urls import reverse

from agreements.models import AgreementAttachment, AgreementNote
from documents.papers import events_of
from tests.documents import files
from tests.factories import (
    make_agreement,
    make_agreement_paper,
    make_officer,
    make_organisation,
    make_process,
    make_region,
    make_unit_user,
    make_viewer,
    upload,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def batam():
    return make_region("Kota Batam")


@pytest.fixture
def malang():
    return make_region("Kabupaten Malang")


@pytest.fixture
def agreement(batam, malang):
    return make_agreement(batam, malang)


@pytest.fixture
def officer(batam):
    return make_officer(batam, language="en")


def url(name, agreement, paper=None):
    return reverse(f"agreements:{name}", args=[agreement.pk, *([paper.pk] if paper else [])])


def on_the_way(agreement, **kw):
    """The agreement at the first step of a process."""
    from agreements.moving import start

    make_process(agreement.category, **kw)
    start(agreement, by=None)
    agreement.refresh_from_db()
    return agreement


def test_an_officer_adds_a_paper_to_a_step(client, officer, batam, malang):
    agreement = on_the_way(make_agreement(batam, malang, category="KSDD_S"))
    client.force_login(officer)

    answer = client.post(
        url("attachments", agreement),
        {"uploads": upload("KAK.pdf"), "kind": "TOR", "access": "INTERNAL", "step": agreement.step_id},
    )

    assert answer.url == f"/agreements/{agreement.pk}/#papers"
    paper = agreement.attachments.get()
    assert (paper.kind, paper.step, paper.owner, paper.filename) == ("TOR", agreement.step, batam, "KAK.pdf")


def test_a_step_of_another_process_is_refused_and_nothing_typed_is_lost(client, officer, batam, malang):
    agreement = on_the_way(make_agreement(batam, malang, category="KSDD_S"))
    foreign = make_process("KSDPK").steps.first()
    client.force_login(officer)

    answer = client.post(
        url("attachments", agreement),
        {"uploads": upload(), "kind": "TOR", "title": "Kerangka", "access": "INTERNAL", "step": foreign.pk},
    )

    assert answer.status_code == 422
    assert not agreement.attachments.exists()
    assert 'value="Kerangka"' in answer.content.decode()


def test_the_address_of_a_line_chooses_kind_and_step(client, officer, batam, malang):
    agreement = on_the_way(make_agreement(batam, malang, category="KSDD_S"))
    client.force_login(officer)

    form = client.get(url("attachments", agreement), {"kind": "DPRD_APPROVAL", "step": agreement.step_id}).context[
        "papers_form"
    ]

    assert (form["kind"].value(), form["step"].value()) == ("DPRD_APPROVAL", str(agreement.step_id))


def test_nonsense_in_the_address_is_no_error(client, officer, agreement):
    client.force_login(officer)

    assert client.get(url("attachments", agreement), {"kind": "x", "step": "y", "access": "z"}).status_code == 200


def test_a_later_edition_keeps_its_step(client, officer, batam, malang):
    agreement = on_the_way(make_agreement(batam, malang, category="KSDD_S"))
    old = make_agreement_paper(agreement, kind="DRAFT", step=agreement.step)
    client.force_login(officer)

    client.post(url("attachment-edition", agreement, old), {"uploads": upload("n2.pdf", files.pdf("2"))})

    new = agreement.attachments.get(replaces=old)
    assert (new.edition, new.kind, new.step) == (2, "DRAFT", agreement.step)


def test_a_paper_is_moved_to_another_step(client, officer, batam, malang):
    agreement = on_the_way(make_agreement(batam, malang, category="KSDD_S"))
    paper = make_agreement_paper(agreement, kind="DRAFT", step=agreement.step)
    other = agreement.process.steps.last()
    client.force_login(officer)

    client.post(
        url("attachment-edit", agreement, paper),
        {"kind": "SIGNED", "title": "Naskah", "access": "PUBLIC", "step": other.pk, "version": paper.version},
    )

    paper.refresh_from_db()
    assert (paper.kind, paper.step) == ("SIGNED", other)


def test_a_restricted_paper_is_for_its_own_side_alone(client, agreement, malang):
    paper = make_agreement_paper(agreement, access="RESTRICTED", title="Rahasia kami")
    client.force_login(make_officer(malang))

    assert client.get(url("attachment", agreement, paper)).status_code == 404
    assert "Rahasia kami" not in client.get(url("attachments", agreement)).content.decode()


def test_strangers_find_nothing_and_readers_change_nothing(client, agreement, batam):
    paper = make_agreement_paper(agreement)
    pages = [url("attachments", agreement), url("attachment-edit", agreement, paper), url("notes", agreement)]
    found = {}
    elsewhere = make_region("Kota Medan")
    for name, user in {
        "stranger": make_officer(elsewhere),
        "agency of others": make_unit_user(make_organisation(region=elsewhere)),
        "viewer": make_viewer(batam),
    }.items():
        client.force_login(user)
        found[name] = [client.get(page).status_code for page in pages]
        found[name].append(client.post(pages[0], {"uploads": upload(), "access": "INTERNAL"}).status_code)

    assert found == {
        "stranger": [404, 404, 404, 404],
        "agency of others": [404, 404, 404, 404],
        "viewer": [200, 403, 200, 403],
    }


def test_notes_are_for_the_own_side(client, agreement, batam, malang):
    client.force_login(make_officer(batam))
    client.post(url("notes", agreement), {"text": "Tunggu DPRD."})
    client.force_login(make_officer(malang))

    assert "Tunggu DPRD." not in client.get(url("notes", agreement)).content.decode()
    assert AgreementNote.objects.get().region == batam


def test_the_history_tells_of_papers_as_far_as_the_reader_may_know(agreement, officer, malang):
    make_agreement_paper(agreement, access="RESTRICTED")
    make_agreement_paper(agreement, content=files.pdf("2"))

    mine, theirs = (events_of(agreement, user)[0].count() for user in (officer, make_officer(malang)))

    assert (mine, theirs) == (2, 1)


def test_one_and_three_papers_cost_the_same(client, officer, batam, malang, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    agreement = on_the_way(make_agreement(batam, malang, category="KSDD_S"))
    client.force_login(officer)
    counts = []
    for content in ("1", "2", "3"):
        make_agreement_paper(agreement, content=files.pdf(content), by=officer, step=agreement.step)
        with CaptureQueriesContext(connection) as queries:
            client.get(url("attachments", agreement))
        counts.append(len(queries))

    assert counts[0] == counts[2]
    assert AgreementAttachment.objects.count() == 3
