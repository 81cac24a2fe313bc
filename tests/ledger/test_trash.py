"""What is thrown away comes back as it was, all of it or nothing; nobody else sees it; it goes for good in time."""

import datetime as dt

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import ProtectedError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement
from dashboards.models import Feed, SavedView
from documents.keeping import clear_orphans, discard
from followups.models import Milestone, Reminder, ReminderRule
from ledger.views import trash as trash_pages
from records.models import Deed, Trace, Trashed
from records.restoring import CannotRestore, restore
from records.trash import purge, purge_due, throw
from regions.models import Border
from tests import factories as make
from tests.ledger.conftest import signed_in
from visits.models import Visit

pytestmark = pytest.mark.django_db

KEPT_BY_THE_DATABASE = {"version", "words", "read_at", "asked_at"}


def everything(skip=("records_", "django_", "pghistory_", "account", "auth_")):
    """All rows of all tables but the history, as JSON."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if hasattr(model, "pgh_tracked_model") or not model._meta.managed or table.startswith(skip):
                continue
            cursor.execute(f'SELECT to_jsonb(t) - %s::text[] FROM "{table}" t ORDER BY 1', [list(KEPT_BY_THE_DATABASE)])
            found[table] = cursor.fetchall()
    return found


@pytest.fixture
def rich(batam, malang):
    """An agreement with something in nearly every table, and a visit that it came from."""
    make.make_process()
    visit = make.make_visit(batam, malang, kinds=[make.make_kind()], sectors=[make.make_sector()])
    outcome = make.make_outcome(visit)
    promised = make.make_outcome(
        visit, "Kirim data", follow_up="OPEN", responsible=make.make_organisation(region=batam)
    )
    make.make_delegate(visit.delegations.first())
    source = make.make_source(visit)
    make.make_citation(visit, source=source)
    make.make_attachment(visit, batam)
    make.make_note(visit, batam)
    make.make_note(visit, malang, text="Catatan Malang")
    agreement = make.make_agreement(batam, malang, owner=batam, signed=dt.date(2025, 6, 16))
    agreement.visit_links.create(visit=visit, outcome=outcome)
    programme = make.make_programme(agreement)
    make.make_measurement(make.make_indicator(programme))
    make.make_agreement_paper(agreement, batam)
    task = make.make_milestone("Kirim naskah", owner=batam, agreement=agreement, visit=visit)
    make.make_part(task, malang)
    make.make_assignee(task, make.make_officer(batam))
    make.make_milestone_paper(task, batam)
    make.make_reminder(task)
    make.make_assignee(promised.milestone, make.make_officer(batam))
    make.make_duty(agreement, title="Laporan")
    make.settle()  # the duty has occurrences
    return visit, agreement, task


@pytest.mark.parametrize("which", [0, 1, 2], ids=["visit", "agreement", "milestone"])
def test_a_record_comes_back_with_every_row_as_it_was(rich, officer, which):
    before = everything()
    record = type(rich[which]).objects.get(pk=rich[which].pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('simpul.deleting', %s, true)", [str(record.pk)])

    thrown = throw(record, by=officer)
    assert not type(record).objects.filter(pk=record.pk).exists()
    assert everything() != before
    restore(thrown.pk, by=officer)

    assert everything() == before
    assert not Trashed.objects.exists()


def test_a_reminder_that_comes_back_is_not_sent_a_second_time(rich, officer):
    task = rich[2]
    reminder = Reminder.objects.get()
    thrown = throw(task, by=officer)
    assert not Reminder.objects.exists()

    restore(thrown.pk, by=officer)

    assert Reminder.objects.get().pk == reminder.pk


def test_a_key_that_was_emptied_points_again_unless_it_was_filled_since(rich, officer):
    visit, _agreement, task = rich
    other = make.make_milestone("Lain", owner=task.owner, visit=visit)
    thrown = throw(visit, by=officer)
    task.refresh_from_db()
    assert task.visit_id is None
    replaced = make.make_visit(visit.owner)
    Milestone.objects.filter(pk=other.pk).update(visit=replaced)

    restore(thrown.pk, by=officer)

    task.refresh_from_db()
    other.refresh_from_db()
    assert task.visit_id == visit.pk
    assert other.visit_id == replaced.pk


def test_a_link_between_two_thrown_records_comes_back_with_the_second(rich, officer):
    visit, agreement, _task = rich
    before = everything()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('simpul.deleting', %s, true)", [str(agreement.pk)])
    first = throw(visit, by=officer)
    second = throw(Agreement.objects.get(pk=agreement.pk), by=officer)

    restore(first.pk, by=officer)
    restore(second.pk, by=officer)

    assert everything() == before


def test_a_paper_of_two_thrown_records_keeps_its_file_until_the_second_is_back(rich, officer):
    visit, agreement, _task = rich
    both = make.make_milestone(
        "Dari keduanya", owner=agreement.owner, agreement=agreement, outcome=visit.outcomes.first()
    )
    paper = make.make_milestone_paper(both, agreement.owner)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('simpul.deleting', %s, true)", [str(agreement.pk)])
    first = throw(Agreement.objects.get(pk=agreement.pk), by=officer)
    second = throw(visit, by=officer)

    restore(first.pk, by=officer)
    second.refresh_from_db()

    assert paper.file.name in second.files
    clear_orphans(before=timezone.now() + dt.timedelta(days=1))
    restore(second.pk, by=officer)
    assert both.attachments.get() == paper
    assert default_storage.exists(paper.file.name)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_thrown_records_come_back_in_any_order(rich, officer, order):
    visit, agreement, _task = rich
    before = everything()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('simpul.deleting', %s, true)", [str(agreement.pk)])
    thrown = [throw(Agreement.objects.get(pk=agreement.pk), by=officer), throw(visit, by=officer)]

    for n in order:
        restore(thrown[n].pk, by=officer)

    assert everything() == before


def test_a_part_waits_for_the_record_it_belongs_to(rich, officer, client):
    visit = rich[0]
    note = visit.notes.get(region=visit.owner_id)
    part = throw(note, by=officer, region=note.region_id, within=visit)
    whole = throw(visit, by=officer, region=visit.owner_id)

    with pytest.raises(CannotRestore) as refused:
        restore(part.pk, by=officer)
    assert refused.value.first == whole
    page = client.post(reverse("ledger:restore", args=[part.pk]))
    assert page.status_code == 409
    assert "Restore it first" in page.content.decode()

    restore(whole.pk, by=officer)
    restore(part.pk, by=officer)
    assert visit.notes.filter(pk=note.pk).exists()


def test_a_part_whose_record_is_gone_for_good_says_so(rich, officer):
    visit = rich[0]
    note = visit.notes.get(region=visit.owner_id)
    part = throw(note, by=officer, region=note.region_id, within=visit)
    purge(throw(visit, by=officer))

    with pytest.raises(CannotRestore, match=r"gone for good|dihapus permanen"):
        restore(part.pk, by=officer)
    assert Trashed.objects.filter(pk=part.pk).exists()


def test_what_another_has_taken_since_is_refused_and_nothing_is_half(batam, malang, officer):
    border = Border.objects.create(region=batam, neighbour=malang)
    thrown = throw(border, by=officer)
    twin = Border.objects.create(region=malang, neighbour=batam)

    with pytest.raises(CannotRestore, match=r"recorded already|sudah dicatat"):
        restore(thrown.pk, by=officer)
    twin.delete()
    restore(thrown.pk, by=officer)

    assert Border.objects.get().pk == border.pk


def test_what_others_need_is_not_thrown_away(rich, officer):
    with pytest.raises(ProtectedError):
        throw(rich[0].owner, by=officer)
    assert not Trashed.objects.exists()


def test_a_user_who_is_gone_is_forgotten_and_the_record_comes_back(rich, officer):
    visit = rich[0]
    logger = make.make_officer(visit.owner)
    Visit.objects.filter(pk=visit.pk).update(created_by=logger)
    thrown = throw(Visit.objects.get(pk=visit.pk), by=logger)
    logger.delete()

    restore(thrown.pk, by=officer)

    visit.refresh_from_db()
    assert visit.created_by is None


def test_secrets_are_not_kept(batam, officer):
    user = make.make_user(batam)

    assert throw(user, by=officer) is None
    assert not Trashed.objects.exists()


def test_a_view_comes_back_without_the_secret_of_its_feed(batam, officer):
    view = make.make_saved_view(officer, region=batam)
    make.make_watch(officer, view)
    feed = Feed.objects.create(user=officer, view=view)

    thrown = throw(view, by=officer, region=batam.pk, right="KEEP_SHARED_VIEWS")

    assert feed.secret not in str(Trashed.objects.get(pk=thrown.pk).rows)
    restore(thrown.pk, by=officer)
    assert (SavedView.objects.get(), view.watches.count(), Feed.objects.count()) == (view, 1, 0)


def test_files_stay_until_the_trash_is_emptied(rich, officer, django_capture_on_commit_callbacks):
    paper = rich[0].attachments.get()
    name = paper.file.name
    with django_capture_on_commit_callbacks(execute=True):
        thrown = discard(paper)
    clear_orphans(before=timezone.now() + dt.timedelta(days=1))
    assert default_storage.exists(name)

    restore(thrown.pk, by=officer)
    clear_orphans(before=timezone.now() + dt.timedelta(days=1))
    assert default_storage.exists(name)

    thrown = discard(rich[0].attachments.get())
    with django_capture_on_commit_callbacks(execute=True):
        purge(thrown)
    assert not default_storage.exists(name)


def test_what_was_restored_since_it_was_read_keeps_its_files(rich, officer, django_capture_on_commit_callbacks):
    paper = rich[0].attachments.get()
    thrown = discard(paper)
    read_before = Trashed.objects.get(pk=thrown.pk)
    restore(thrown.pk, by=officer)

    with django_capture_on_commit_callbacks(execute=True):
        purged = purge(read_before)

    assert not purged
    assert default_storage.exists(paper.file.name)
    assert not Trace.objects.filter(deed=Deed.PURGED).exists()


def test_removing_what_was_restored_meanwhile_says_so(rich, batam, monkeypatch):
    thrown = throw(rich[2], region=batam.pk)
    admin = signed_in(make.make_user(batam, "ADMIN", language="en"))
    found = trash_pages._thrown

    def restored_meanwhile(request, pk):
        row = found(request, pk)
        restore(pk, by=admin.user)
        return row

    monkeypatch.setattr(trash_pages, "_thrown", restored_meanwhile)

    page = admin.post(f"/trash/{thrown.pk}/remove/", follow=True)

    assert page.redirect_chain == [("/trash/", 302)]
    assert "it has been restored or removed in the meantime" in page.text


def test_after_thirty_days_it_is_removed_for_good(rich, officer):
    old = throw(rich[2], by=officer)
    young = throw(rich[0], by=officer)

    assert purge_due(timezone.now() + dt.timedelta(days=29)) == 0
    Trashed.objects.filter(pk=young.pk).update(until=timezone.now() + dt.timedelta(days=60))
    assert purge_due(timezone.now() + dt.timedelta(days=31)) == 1

    assert list(Trashed.objects.all()) == [young]
    assert not Trashed.objects.filter(pk=old.pk).exists()


def test_the_history_says_who_restored_it(rich, officer, client):
    visit = rich[0]
    client.post(reverse("visits:delete", args=[visit.pk]), {"version": Visit.objects.get(pk=visit.pk).version})
    client.post(reverse("ledger:restore", args=[Trashed.objects.get().pk]))

    page = client.get(reverse("visits:history", args=[visit.pk])).content.decode()

    assert "Restored from the trash: visit" in page
    assert page.count("Restored from the trash: visit<") == 1
    assert "Sari" in page


# The pages


def test_after_deleting_the_message_leads_back(rich, officer, client):
    visit = rich[0]

    answer = client.post(
        reverse("visits:delete", args=[visit.pk]), {"version": Visit.objects.get(pk=visit.pk).version}, follow=True
    )

    thrown = Trashed.objects.get()
    assert f'href="/trash/{thrown.pk}/"' in answer.content.decode()
    assert (thrown.by, thrown.region_id, thrown.object_id) == (officer, visit.owner_id, visit.pk)
    back = client.post(f"/trash/{thrown.pk}/restore/", follow=True)
    assert back.redirect_chain[-1][0] == visit.get_absolute_url()


def test_the_list_filters(rich, officer, client):
    throw(rich[0], by=officer, region=officer.own_region_ids[0])
    throw(rich[0].owner.venues.create(name="Balai kota"), by=None)

    def shown(**query):
        return client.get(reverse("ledger:trash"), query).context["total"].number

    assert shown() == 2
    assert shown(q="balai") == 1
    assert shown(kind="visits.visit") == 1
    assert shown(mine="me") == 1
    assert shown(mine="others") == 1
    assert shown(since=str(timezone.localdate() + dt.timedelta(days=2))) == 0
    assert client.get(reverse("ledger:trash"), {"since": "kemarin"}).status_code == 422


def test_a_title_made_of_words_is_read_and_found_in_the_language_of_the_reader(batam, malang, officer, client):
    agreement = make.make_agreement(batam, malang, owner=batam, title="", kind="KB")
    note = agreement.notes.create(region=batam, text="Rahasia")
    throw(note, by=officer, region=batam.pk, within=agreement)
    throw(agreement, by=officer, region=batam.pk)
    indonesian = signed_in(make.make_officer(batam, language="id"))
    titles = {
        client: "Memorandum of understanding: Kota Batam – Malang Regency",
        indonesian: "Kesepakatan bersama: Kota Batam – Kabupaten Malang",
    }

    for reader, title in titles.items():
        page = reader.get(reverse("ledger:trash")).text
        others = [other for other in titles.values() if other != title]
        assert page.count(title) == 3  # as what was thrown away, again on its button, and as the place of the note
        assert [other in page for other in others] == [False]
        for words in ("Memorandum of Und", "Kesepakatan ber"):
            assert reader.get(reverse("ledger:trash"), {"q": words}).context["total"].number == 2
    assert titles[indonesian] in Trace.objects.filter(deed="TRASHED").first().what


def test_records_of_one_name_are_told_apart_by_their_day(batam, malang, officer, client):
    for on in (dt.date(2025, 6, 16), dt.date(2026, 2, 3)):
        throw(make.make_visit(batam, malang, on=on), by=officer)
    for title, signed in (("Payung", dt.date(2025, 1, 1)), ("N" * 300, dt.date(2025, 1, 1)), ("Rencana", None)):
        throw(make.make_agreement(batam, malang, title=title, signed=signed), by=officer)

    names = [thrown.name for thrown in Trashed.objects.order_by("pk")]

    assert names[:2] == [
        "Kabupaten Malang → Kota Batam, 16 Juni 2025",
        "Kabupaten Malang → Kota Batam, 3 Februari 2026",
    ]
    assert names[2:] == ["Payung, 1 Januari 2025", "N" * 284 + ", 1 Januari 2025", "Rencana"]
    assert "Malang Regency → Kota Batam, 3 February 2026" in client.get("/trash/").text


def test_what_was_thrown_before_titles_were_kept_in_both_languages_has_the_one_it_has(rich, officer, client):
    thrown = throw(rich[2], by=officer, region=officer.own_region_ids[0])
    Trashed.objects.update(names=None)

    assert client.get(f"/trash/{thrown.pk}/").context["thrown"].name == "Kirim naskah"


def test_the_other_side_sees_nothing_of_it(rich, malang, officer):
    visit = rich[0]
    thrown = throw(visit, by=officer, region=visit.owner_id)
    guest = signed_in(make.make_officer(malang, language="en"))

    assert guest.get(reverse("ledger:trash")).context["total"].number == 0
    assert guest.get(reverse("ledger:trashed", args=[thrown.pk])).status_code == 404
    assert guest.post(reverse("ledger:restore", args=[thrown.pk])).status_code == 404
    pages = [guest.get(f"/visits/{pk}/").content.decode().replace(f"/visits/{pk}/", "") for pk in (visit.pk, 999_999)]
    assert len(pages[0]) == len(pages[1])


def test_who_may_restore_and_who_may_remove(rich, batam, officer):
    signed = throw(rich[0], by=officer, region=batam.pk, right="DELETE_SIGNED")
    plain = throw(rich[2], by=make.make_officer(batam), region=batam.pk)
    people = {
        "viewer": make.make_viewer(batam),
        "officer": make.make_officer(batam),
        "manager": make.make_manager(batam),
        "admin": make.make_user(batam, "ADMIN"),
        "system": make.make_superuser(),
    }

    def allowed(name, thrown):
        return [who for who, user in people.items() if getattr(thrown, name)(user)]

    assert allowed("may_be_restored_by", plain) == ["officer", "manager", "admin", "system"]
    assert allowed("may_be_restored_by", signed) == ["manager", "admin", "system"]
    assert allowed("may_be_purged_by", plain) == ["admin", "system"]
    viewer = signed_in(people["viewer"])
    assert viewer.get(f"/trash/{plain.pk}/").status_code == 200
    assert viewer.post(f"/trash/{plain.pk}/restore/").status_code == 403
    assert signed_in(people["manager"]).post(f"/trash/{plain.pk}/remove/").status_code == 403
    assert signed_in(people["admin"]).post(f"/trash/{plain.pk}/remove/").status_code == 302
    assert not Trashed.objects.filter(pk=plain.pk).exists()


def test_who_may_not_restore_reads_who_may(rich, batam, officer):
    signed = throw(rich[0], by=make.make_manager(batam), region=batam.pk, right="DELETE_SIGNED")
    plain = throw(rich[2], by=officer, region=batam.pk)
    viewer = signed_in(make.make_viewer(batam, language="en"))

    told = [viewer.get(f"/trash/{thrown.pk}/").text for thrown in (signed, plain)]
    refused = viewer.post(f"/trash/{signed.pk}/restore/").text

    of_signed = "Whoever may delete it may put it back. In Kota Batam: Manager, Administrator."
    of_plain = "Whoever may delete it may put it back. In Kota Batam: Cooperation officer, Manager, Administrator."
    assert [of_signed in told[0], of_plain in told[1], of_signed in refused] == [True, True, True]


def test_what_only_the_system_administrator_deletes_nobody_else_puts_back(batam):
    rule = ReminderRule.objects.create(code="zq", name_id="Aturan", days=[0], region=batam)
    site = admin.site.get_model_admin(ReminderRule)
    site.delete_model(HttpRequest(), rule)
    thrown = Trashed.objects.get()

    assert (thrown.right, thrown.region) == ("KEEP_INSTALLATION", None)
    for role in ("OFFICER", "MANAGER", "ADMIN"):
        assert signed_in(make.make_member(batam, role)).post(f"/trash/{thrown.pk}/restore/").status_code == 404
    assert signed_in(make.make_superuser()).post(f"/trash/{thrown.pk}/restore/").status_code == 302


def test_who_deleted_it_and_only_reads_today_does_not_put_it_back(batam, malang, officer, client):
    visit = make.make_visit(batam, malang)
    client.post(reverse("visits:delete", args=[visit.pk]), {"version": visit.version})
    thrown = Trashed.objects.get()
    officer.memberships.update(role="VIEWER")

    assert client.post(f"/trash/{thrown.pk}/restore/").status_code == 403
    assert Trashed.objects.filter(pk=thrown.pk).exists()


def test_a_unit_with_members_is_not_thrown_away(batam):
    """Out of the trash they would come back with it, by the hand of an officer."""
    unit = make.make_organisation("Bappeda", batam)
    make.make_unit_user(unit)

    with pytest.raises(ProtectedError):
        throw(unit)


def test_a_saved_view_lies_in_the_trash_of_its_maker_only(batam, officer, client):
    view = make.make_saved_view(officer)
    client.post(reverse("dashboards:view-delete", args=[view.pk]))

    thrown = Trashed.objects.get()
    colleague = signed_in(make.make_officer(batam))
    assert colleague.get(f"/trash/{thrown.pk}/").status_code == 404
    assert client.post(f"/trash/{thrown.pk}/restore/").status_code == 302


def test_the_page_of_what_was_thrown_says_who_did_it(rich, officer, client):
    visit = rich[0]
    thrown = throw(visit, by=officer, region=visit.owner_id)

    page = client.get(f"/visits/{visit.pk}/")

    assert page.status_code == 404
    assert f'href="/trash/{thrown.pk}/"' in page.content.decode()
    assert "Sari put it there" in page.content.decode()


def test_a_page_of_something_else_with_its_key_says_nothing_of_it(rich, officer, client):
    visit = rich[0]
    throw(visit, by=officer, region=visit.owner_id)

    page = client.get(f"/visits/series/{visit.pk}/")

    assert page.status_code == 404
    assert "/trash/" not in page.content.decode().partition("<main")[2]


def test_a_note_that_was_thrown_meanwhile_keeps_what_was_typed(rich, officer, client):
    visit = rich[0]
    note = visit.notes.get(region=visit.owner_id)
    throw(note, by=officer, region=note.region_id, within=visit)

    page = client.post(reverse("visits:note-edit", args=[visit.pk, note.pk]), {"text": "Penting <b>", "version": 1})

    assert page.status_code == 404
    assert "Penting &lt;b&gt;" in page.content.decode()
    assert 'name="text" value="Penting &lt;b&gt;"' in page.content.decode()


def test_deleting_in_the_administration_goes_the_same_way(rich, client):
    client.force_login(make.make_superuser())
    visit = rich[0]

    client.post(f"/admin/visits/visit/{visit.pk}/delete/", {"post": "yes"})

    assert Trashed.objects.get().object_id == visit.pk


def test_the_trash_says_nothing_of_what_the_other_side_kept_to_itself(officer, batam, malang):
    agreement = make.make_agreement(batam, malang)
    for side in (batam, malang):
        make.make_agreement_paper(agreement, side, access="PUBLIC")
        make.make_agreement_paper(agreement, side, access="RESTRICTED")
        own = make.make_milestone("Hanya untuk kami", side, owner=side, agreement=agreement, internal=True)
        make.make_milestone_paper(own, side)

    thrown = throw(agreement, by=officer)

    told = dict(thrown.parts)
    assert told["agreements.agreementattachment"] == 3
    assert (told["followups.milestone"], told["followups.part"]) == (1, 1)
    assert told["followups.milestoneattachment"] == 1
    restore(thrown.pk, by=officer)
    assert (agreement.attachments.count(), Milestone.objects.count()) == (4, 2)
    purge(throw(agreement, by=officer))
    deeds = Trace.objects.filter(deed__in=["TRASHED", "RESTORED", "PURGED"])
    assert [sorted(one.detail) for one in deeds] == [["key", "kind"]] * 4
