"""What people did beside changing records is written down, cannot be changed, and is seen by who answers for them."""

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.invitations import invite
from records.models import Deed, Trace
from records.restoring import restore
from records.tracing import masked, trace
from records.trash import throw
from records.work import Work, job, working
from tests import factories as make
from tests.documents import files
from tests.ledger.conftest import signed_in

pytestmark = pytest.mark.django_db


def the(deed):
    return Trace.objects.get(deed=deed)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_says_who_took_what_and_how_much(officer, client, batam, malang, kind):
    make.make_visit(batam, malang)
    make.make_visit(batam, malang)

    answer = client.get(reverse(f"visits:{kind}"), {"direction": ""}, REMOTE_ADDR="203.0.113.7")
    b"".join(answer.streaming_content)

    found = the(Deed.EXPORTED)
    assert (found.user, found.who, found.address) == (officer, "Sari", "203.0.113.7")
    assert found.region_ids == [batam.pk]
    assert (found.detail["format"], found.detail["rows"]) == (kind, 2)
    assert found.request_id


def test_a_csv_that_is_cut_off_says_that_it_began(officer, client, batam, malang):
    """It leaves while it is made, and a process that is killed writes nothing down any more."""
    make.make_visit(batam, malang)

    answer = client.get(reverse("visits:csv"), {"direction": ""})
    assert not Trace.objects.filter(deed=Deed.EXPORTED).exists()
    begun = the(Deed.EXPORT_BEGUN)
    assert (begun.user, begun.region_ids, begun.detail["format"]) == (officer, [batam.pk], "csv")

    b"".join(answer.streaming_content)
    assert the(Deed.EXPORTED).request_id == begun.request_id


def test_only_a_restricted_paper_leaves_a_trace(officer, client, batam, malang):
    visit = make.make_visit(batam, malang)
    for access in ("PUBLIC", "INTERNAL", "RESTRICTED"):
        paper = make.make_attachment(visit, batam, access=access, name=f"{access}.pdf")
        b"".join(client.get(paper.get_absolute_url()).streaming_content)

    assert the(Deed.PAPER_READ).detail["file"] == "RESTRICTED.pdf"


def test_a_look_at_a_small_restricted_picture_is_traced_once_a_day(officer, client, batam, malang):
    visit = make.make_visit(batam, malang)
    for access in ("INTERNAL", "RESTRICTED"):
        shown = make.make_attachment(visit, batam, access=access, name=f"{access}.jpg", content=files.picture())
        for _look in range(2):
            assert b"".join(client.get(shown.thumbnail_url).streaming_content)

    assert (the(Deed.PAPER_READ).detail["file"], the(Deed.PAPER_READ).region_ids) == ("RESTRICTED.jpg", [batam.pk])


@pytest.fixture
def both(officer, malang):
    """Sari of Batam also looks on in Malang, whose managers answer for her there."""
    make.make_membership(officer, malang, role="VIEWER")
    return officer


def test_what_a_restricted_paper_is_called_is_for_its_side_alone(both, client, batam, malang):
    agreement = make.make_agreement(batam, make.make_region("Kota Jambi", code="15.71"))
    paper = make.make_agreement_paper(agreement, batam, access="RESTRICTED")

    b"".join(client.get(paper.get_absolute_url()).streaming_content)

    assert (the(Deed.PAPER_READ).user, the(Deed.PAPER_READ).region_ids) == (both, [batam.pk])


def test_what_is_deleted_and_reported_on_is_named_to_those_who_share_it(both, client, batam, malang):
    visit = make.make_visit(batam, make.make_region("Kota Jambi", code="15.71"))
    client.get(reverse("dashboards:visit-report", args=[visit.pk]))
    with working(Work(user=both)):
        thrown = throw(visit, by=both, region=batam.pk)
        restore(thrown.pk, by=both)

    found = Trace.objects.filter(deed__in=[Deed.REPORT_READ, Deed.TRASHED, Deed.RESTORED])
    assert list(found.values_list("region_ids", flat=True)) == [[batam.pk]] * 3


def test_an_invitation_is_named_to_the_region_that_invites(both, batam, malang):
    invite(make.make_invitation(batam), by=both)

    assert the(Deed.INVITED).region_ids == [batam.pk]


def test_a_feed_leaves_a_trace_when_it_is_made_and_when_it_goes(officer, client, batam):
    assert client.post(reverse("dashboards:feeds"), {"of": "mine"}).status_code == 302
    assert the(Deed.FEED_MADE).user == officer
    client.post(reverse("dashboards:feed-delete", args=[officer.feeds.get().pk]))
    assert the(Deed.FEED_REMOVED).user == officer


def test_a_task_and_a_command_say_their_names(batam):
    with job("visits.tasks.read_papers", request_id="abc"):
        trace(Deed.SEALED)
        make.make_venue("Balai", batam)

    assert (the(Deed.SEALED).who, the(Deed.SEALED).request_id) == ("visits.tasks.read_papers", "abc")
    from records.history import event_model
    from regions.models import Venue

    event = event_model(Venue).objects.select_related("pgh_context").get()
    assert event.pgh_context.metadata == {"job": "visits.tasks.read_papers", "request_id": "abc"}
    make.make_venue("Lain", batam)
    assert event_model(Venue).objects.order_by("-pgh_id").first().pgh_context is None


def test_the_address_of_nobody_is_masked():
    trace(Deed.SIGN_IN_FAILED, typed="rahasia-sekali@batam.example")
    trace(Deed.SIGN_IN_FAILED, typed="KataSandi123\x00")

    assert list(Trace.objects.order_by("pk").values_list("who", flat=True)) == ["ra…@batam.example", "(12)"]
    assert masked("a@b") == "a…@b"


def test_a_failed_sign_in_of_somebody_is_seen_by_who_answers_for_them(batam, malang):
    user = make.make_officer(batam, email="sari@batam.example")
    trace(Deed.SIGN_IN_FAILED, typed="SARI@batam.example")

    found = the(Deed.SIGN_IN_FAILED)
    assert (found.user, found.region_ids) == (user, [batam.pk])
    assert Trace.objects.visible_to(make.make_manager(batam)).count() == 1
    assert Trace.objects.visible_to(make.make_manager(malang)).count() == 0
    assert Trace.objects.visible_to(make.make_officer(batam)).count() == 0
    assert Trace.objects.visible_to(user).count() == 1


def test_nobody_changes_or_removes_a_line(officer):
    trace(Deed.SIGNED_IN, user=officer)
    for deed in (lambda: Trace.objects.update(who="lain"), lambda: Trace.objects.all().delete()):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic():
            deed()
    officer.delete()
    assert Trace.objects.get().who == "Sari"


def test_the_list_is_for_those_who_answer(batam, malang, officer, client):
    trace(Deed.SIGNED_IN, user=officer)
    trace(Deed.EXPORTED, user=make.make_officer(malang, name="Budi dari Malang"), what="Visits")

    assert client.get(reverse("ledger:traces")).status_code == 403
    manager = signed_in(make.make_manager(batam, language="en"))
    page = manager.get(reverse("ledger:traces")).content.decode()
    assert "Sari" in page
    assert "Budi" not in page
    assert b"Budi" not in b"".join(manager.get(reverse("ledger:traces-csv")).streaming_content)
    everything = signed_in(make.make_superuser()).get(reverse("ledger:traces"))
    assert everything.context["total"].number == 4  # the export of a moment ago too: its beginning and its end


def test_the_list_filters(batam, officer):
    manager = signed_in(make.make_manager(batam, language="en"))
    trace(Deed.SIGNED_IN, user=officer)
    trace(Deed.EXPORTED, user=officer, what="Kunjungan")

    def shown(**query):
        return manager.get(reverse("ledger:traces"), query).context["total"].number

    assert shown() == 2
    assert shown(deed="EXPORTED") == 1
    assert shown(q="kunjung") == 1
    assert shown(q=officer.email) == 2
    assert shown(until="2000-01-01") == 0
    assert manager.get(reverse("ledger:traces"), {"deed": "LAIN"}).status_code == 422


def test_everybody_sees_their_own(officer, client):
    trace(Deed.SIGNED_IN, user=officer)
    trace(Deed.SIGNED_IN, user=make.make_officer())

    page = client.get(reverse("ledger:mine"))

    assert page.status_code == 200
    assert page.context["total"].number == 1


def test_all_lines_are_in_one_language_whoever_acts(batam, malang):
    """Else the list is mixed, and searching it finds half."""
    reader = signed_in(make.make_superuser(language="en"))
    reader.cookies["django_language"] = "en"
    visit = make.make_visit(batam, malang)

    exported = reader.get(reverse("visits:csv"), {"direction": ""})
    b"".join(exported.streaming_content)
    data = {"action": "export_csv", "_selected_action": [visit.pk]}
    b"".join(reader.post(reverse("admin:visits_visit_changelist"), data).streaming_content)
    b"".join(reader.get(reverse("ledger:traces-csv")).streaming_content)
    reader.post(reverse("dashboards:feeds"), {"of": "mine"})
    reader.get(reverse("dashboards:visit-report", args=[visit.pk]))

    assert 'filename="visits-' in exported.headers["Content-Disposition"]  # the file is the reader's
    found = list(Trace.objects.exclude(deed=Deed.EXPORT_BEGUN).order_by("pk").values_list("what", flat=True))
    assert found[:4] == ["kunjungan", "kunjungan", "jejak", "Kalender saya"]
    assert found[4].startswith("Laporan kunjungan: ")
