"""What one side keeps for itself changes nothing that the other side reads: no page, list, file, feed, history, number,
letter or message."""

import re
from difflib import unified_diff

import pytest
from django.test import Client
from django.urls import reverse

from dashboards.models import Feed
from followups.planning import plan
from notices.letters import write
from notices.models import Notice
from tests import factories as make
from tests.sides.pages import sent

pytestmark = pytest.mark.django_db
CANARY = "CANARYQX7"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def pages(visit, agreement, milestone, programme, other):
    """Every page and file of the product on which the records stand."""
    for name, row in (("visits", visit), ("agreements", agreement), ("followups", milestone)):
        for page in ("detail", "history"):
            yield reverse(f"{name}:{page}", args=[row.pk])
        yield reverse(f"{name}:attachments", args=[row.pk])
        yield reverse(f"{name}:notes", args=[row.pk])
        yield reverse(f"{name}:list")
        yield reverse(f"{name}:list") + f"?q={CANARY}"
        yield reverse(f"{name}:csv")
        yield reverse(f"{name}:csv") + f"?q={CANARY}"
    for name, row in (("visits", visit), ("agreements", agreement)):
        yield reverse(f"{name}:print", args=[row.pk])
        yield reverse("sides:propose", args=[name[:-1], row.pk])
        yield reverse("dashboards:watches")
    yield reverse("agreements:timeline", args=[agreement.pk])
    yield reverse("agreements:programmes", args=[agreement.pk])
    yield reverse("agreements:programme", args=[agreement.pk, programme.pk])
    yield reverse("agreements:way", args=[agreement.pk])
    yield reverse("agreements:board")
    yield reverse("dashboards:search") + f"?q={CANARY}"
    yield reverse("dashboards:search") + "?q=kunjungan"
    yield reverse("dashboards:relation", args=[other.pk, visit.owner_id])
    for name in ("dashboards:dashboard", "dashboards:calendar", "dashboards:agenda", "home", "followups:mine"):
        yield reverse(name)
    for name in ("followups:inbox", "dashboards:reports", "notices:list", "sides:list"):
        yield reverse(name)
    yield reverse("followups:about") + f"?visit={visit.pk}"


def plain(answer):
    """Without what differs from answer to answer."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = re.sub(r'nonce="[^"]*"|csrf[^>]*value="[^"]*"|"X-CSRFToken": "[^"]*"|X-CSRFToken[^}]*', "", body.decode())
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", text)


@pytest.mark.parametrize(("mine", "theirs"), [("owner", "malang"), ("other", "batam")])
def test_notes_and_restricted_papers_of_the_other_side_change_nothing(
    as_, request, visit, agreement, people, mine, theirs, batam, malang
):
    them, us = request.getfixturevalue(theirs), batam if theirs == "malang" else malang
    milestone = make.make_milestone("Kirim draf", visit.owner, malang, visit=visit)
    programme = make.make_programme(agreement)
    measurement = make.make_measurement(make.make_indicator(programme), region=them)
    for record in (visit, agreement, milestone):
        make.make_watch(people[mine], record)
    make.make_correction(visit)
    feed = Feed.objects.create(user=people[mine])
    client = as_(mine)
    places = list(dict.fromkeys(pages(visit, agreement, milestone, programme, us)))
    written = letters(people[mine])
    for url in places:  # what a first look alone makes stands by now
        client.get(url)
    address = reverse("dashboards:feed", kwargs={"secret": feed.secret})
    before = {url: plain(client.get(url)) for url in places} | {address: plain(Client().get(address))}

    private = make.make_officer(them)
    for record in (visit, agreement, milestone):
        record.notes.create(region=them, text=f"{CANARY} catatan", by=private)
    papers = (
        make.make_attachment(visit, them, name=f"{CANARY}.pdf", title=CANARY, access="RESTRICTED", by=private),
        make.make_agreement_paper(agreement, them, name=f"{CANARY}2.pdf", title=CANARY, access="RESTRICTED"),
        make.make_milestone_paper(milestone, them, name=f"{CANARY}3.pdf", title=CANARY, access="RESTRICTED"),
    )
    for paper in papers:
        reading = type(paper)._meta.get_field("reading").related_model
        reading.objects.update_or_create(paper=paper, defaults={"text": CANARY, "read_at": paper.uploaded_at})
    type(measurement).objects.filter(pk=measurement.pk).update(attachment=papers[1])

    for url in places:
        after = plain(client.get(url))
        assert after == before[url], (
            url,
            *unified_diff(before[url].splitlines(), after.splitlines(), n=0, lineterm=""),
        )
    assert plain(Client().get(address)) == before[address]
    assert letters(people[mine]) == written
    assert client.get(reverse("visits:attachment", args=[visit.pk, papers[0].pk])).status_code == 404


def letters(person):
    """All that is written to them by now, as it would be sent."""
    plan()
    told = [write(notice, "EMAIL") for notice in Notice.objects.filter(recipient=person).order_by("pk")]
    return [(letter.subject, letter.text, letter.html) for letter in told if letter]


def test_the_letters_between_the_sides_tell_facts_only(as_, visit, people):
    make.make_note(visit, visit.owner, text=f"{CANARY} catatan")
    client, url = as_("other"), f"/corrections/new/visit/{visit.pk}/"
    client.post(url, sent(client.get(url), url, text="Judulnya lain", title="Judul usulan"))
    notice = Notice.objects.get(recipient=people["owner"])
    letter = write(notice, "EMAIL")
    assert "Malang Regency proposes a correction: Kunjungan Malang" in letter.subject
    assert "- Title: Kunjungan Malang → Judul usulan" in letter.text
    assert "Judulnya lain" in letter.text
    assert CANARY not in letter.text

    page = as_("owner").get(f"/corrections/{visit.corrections.get().pk}/")
    url = f"/corrections/{visit.corrections.get().pk}/answer/"
    as_("owner").post(url, sent(page, url, decline="1", answer="Sesuai undangan"))
    assert write(notice, "EMAIL") is None  # answered meanwhile: nothing is left to say
    answered = write(Notice.objects.get(recipient=people["other"]), "EMAIL")
    assert answered.subject == "Declined: your correction of Kunjungan Malang"
    assert "Sesuai undangan" in answered.text


def test_who_no_longer_sees_the_record_gets_no_letter(as_, visit, people):
    client, url = as_("other"), f"/corrections/new/visit/{visit.pk}/"
    client.post(url, sent(client.get(url), url, title="Judul usulan", text="Judulnya lain"))
    people["owner"].memberships.all().delete()
    assert write(Notice.objects.get(recipient=people["owner"]), "EMAIL") is None


def test_the_letters_of_a_handover(as_, visit, people):
    client, url = as_("manager"), f"/handovers/new/visit/{visit.pk}/"
    client.post(url, sent(client.get(url), url, text="Silakan"))
    notice = Notice.objects.get()
    assert write(notice, "EMAIL").subject == "Kota Batam offers you a record: Kunjungan Malang"
    handover = visit.handovers.get()
    url = f"/handovers/{handover.pk}/answer/"
    as_("other_manager").post(url, {"version": handover.version, "accept": "1"})
    assert write(notice, "EMAIL") is None
    assert "Taken over" in write(Notice.objects.get(recipient=people["manager"]), "EMAIL").subject
