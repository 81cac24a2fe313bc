import contextlib
import csv
import datetime as dt
import io
import os
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
import uuid
from pathlib import Path

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from dashboards import files, making
from dashboards.contents import is_valid
from dashboards.models import AskedFile
from dashboards.tasks import make_files
from notices.letters import write
from notices.models import Delivery, Notice
from tests.factories import make_malangs, make_officer, make_province, make_region, make_user, make_visit
from visits.models import Visit

EVIL = "=cmd|' /C calc'!A0"
FILES = "/files/"


@pytest.fixture
def batam(db):
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def officer(client, batam):
    user = make_officer(batam, language="en")
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def _files_of_one_test_only(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def asked(user, what="visits", kind="xlsx", query="", language="en", **kw):
    file = files.ask(user, what, kind, query, language, uuid.uuid4())
    if kw:
        AskedFile.objects.filter(pk=file.pk).update(**kw)
        file.refresh_from_db()
    return file


def made(user, *args, **kw):
    file = asked(user, *args, **kw)
    make_files()
    file.refresh_from_db()
    return file


def many_visits(batam, n):
    """Copies of one visit, in one statement and past the triggers: what is tested here is how they are written."""
    one = make_visit(batam, make_malangs()[0], title="Kunjungan kerja")
    columns = [field.column for field in Visit._meta.concrete_fields if not field.primary_key]
    values = ", ".join("gen_random_uuid()" if name == "submission" else name for name in columns)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            f"INSERT INTO visits_visit ({', '.join(columns)}) SELECT {values} FROM visits_visit, generate_series(2, %s)"
            " WHERE id = %s",
            [n, one.pk],
        )
        cursor.execute("SET session_replication_role = DEFAULT")


def content(file):
    return Path(default_storage.path(file.file.name)).read_bytes()


def book(file):
    return openpyxl.load_workbook(io.BytesIO(content(file)))


def straight(response):
    """The cells of a file that a page sent at once."""
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def cells(file):
    return [[cell.value for cell in row] for row in book(file).worksheets[0].iter_rows()]


# Asking


def test_a_long_list_leads_to_the_background_and_a_short_one_is_made_at_once(client, officer, batam, monkeypatch):
    monkeypatch.setattr("pages.exports.LONG", 2)
    for _ in range(3):
        make_visit(batam)

    long = client.get("/visits/visits.xlsx?sort=host&status=COMPLETED")
    page = client.get(long.url)

    assert long.status_code == 302
    assert long.url.startswith("/files/ask/?what=visits&kind=xlsx&query=sort%3Dhost%26status%3DCOMPLETED")
    assert page.context["form"]["query"].value() == "sort=host&status=COMPLETED"
    assert not AskedFile.objects.exists()
    assert len(straight(client.get("/visits/visits.xlsx?status=INVITED"))) == 1
    assert b"".join(client.get("/visits/visits.csv").streaming_content)
    for other in ["agreements", "follow-ups"]:
        assert straight(client.get(f"/{other}/{other}.xlsx"))


def test_the_page_asks_once_however_often_it_is_sent(client, officer):
    page = client.get("/files/ask/?what=visits&kind=xlsx&query=sort%3Dhost")
    sent = {name: page.context["form"][name].value() for name in ("what", "kind", "query", "language", "submission")}

    first, second = client.post("/files/ask/", sent), client.post("/files/ask/", sent)

    file = AskedFile.objects.get()
    assert first.url == second.url == f"/files/{file.pk}/"
    assert (file.user, file.what, file.kind, file.query, file.language) == (
        officer,
        "visits",
        "xlsx",
        "sort=host",
        "en",
    )


def test_the_same_question_while_it_is_unfinished_is_one_file(officer):
    assert asked(officer) == asked(officer)
    assert asked(officer, kind="csv") != asked(officer)


def test_nobody_learns_of_the_file_of_another_by_their_submission(officer):
    file = asked(make_user())

    mine = files.ask(officer, "visits", "xlsx", "", "en", file.submission)

    assert mine.user == officer
    assert mine != file


def test_three_unfinished_files_are_enough(client, officer):
    for query in ["", "sort=host", "sort=date"]:
        asked(officer, query=query)

    answer = client.post(
        "/files/ask/", {"what": "agreements", "kind": "csv", "query": "", "language": "id"}, follow=True
    )

    assert AskedFile.objects.count() == 3
    assert "You have 3 unfinished files already" in answer.text
    with pytest.raises(files.TooMany):
        asked(officer, what="agreements")


@pytest.mark.parametrize("what", ["", "regions", "nonsense", "visits\x00", "x" * 300])
def test_a_list_without_files_is_not_found(client, officer, what):
    assert client.get("/files/ask/", {"what": what}).status_code == 404
    assert client.post("/files/ask/", {"what": what, "kind": "xlsx", "language": "en"}).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "exe"},
        {"query": "since=nonsense"},
        {"query": "q=\x00"},
        {"language": "xx"},
        {"query": "q=" + "x" * 5000},
    ],
)
def test_what_cannot_be_made_is_refused_in_words(client, officer, wrong):
    answer = client.post("/files/ask/", {"what": "visits", "kind": "xlsx", "query": "", "language": "en", **wrong})

    assert answer.status_code == 422
    assert not AskedFile.objects.exists()


def test_nonsense_for_a_submission_is_answered_like_a_form(client, officer):
    sent = {"what": "visits", "kind": "xlsx", "query": "", "language": "en"}

    assert client.post("/files/ask/", {**sent, "submission": "nonsense"}).status_code == 422
    assert client.post("/files/ask/", sent).status_code == 302


# Making


@pytest.mark.django_db(transaction=True)
def test_the_file_equals_the_list_in_rows_and_order(client, officer, batam):
    malang = make_malangs()[0]
    for number in range(5):
        make_visit(
            [batam, malang][number % 2], batam, title=f"Kunjungan {number}", status=["COMPLETED", "INVITED"][number % 2]
        )
    make_visit(make_region("Kota Medan"), title="Rahasia Medan")

    file = made(officer, query="sort=host&status=COMPLETED")

    shown = client.get("/visits/", {"sort": "host", "status": "COMPLETED"}).context["page"].object_list
    direct = client.get("/visits/visits.xlsx", {"sort": "host", "status": "COMPLETED"})
    assert [row[3] for row in cells(file)[1:]] == [row["heading"] for row in shown]
    assert len(shown) == 3
    assert straight(direct) == cells(file)
    assert (file.state, file.done, file.total) == ("READY", 3, 3)
    assert file.size == default_storage.size(file.file.name)
    assert file.filename == f"visits-{timezone.localdate(timezone=officer.zone):%Y-%m-%d}.xlsx"
    assert os.listdir(default_storage.path("files")) == [Path(file.file.name).name]


@pytest.mark.django_db(transaction=True)
def test_csv_is_what_the_page_streams(client, officer, batam):
    make_visit(batam, title=EVIL, purpose="-1+1")

    file = made(officer, kind="csv")

    written = content(file)
    assert written == b"".join(client.get("/visits/visits.csv").streaming_content)
    (line,) = csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline=""))
    assert line["Title"] == f"'{EVIL}"


@pytest.mark.django_db(transaction=True)
def test_no_text_is_a_formula_and_none_is_changed(officer, batam):
    make_visit(batam, title=EVIL, purpose=EVIL)

    found = book(made(officer))

    assert not [cell for sheet in found for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert found.worksheets[0]["D2"].value == EVIL


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["agreements", "follow-ups"])
def test_the_other_lists_have_files_too(client, officer, batam, what):
    visit = make_visit(batam)
    visit.outcomes.create(text="Undangan kunjungan balasan", follow_up="OPEN", position=0)

    file = made(officer, what=what)

    direct = client.get(f"/{what}/{what}.xlsx")
    assert file.state == "READY", file.error
    assert straight(direct) == cells(file)


@pytest.mark.django_db(transaction=True)
def test_it_speaks_the_language_that_was_asked_for_and_tells_its_filters(officer, batam):
    make_visit(batam)

    file = made(officer, query="status=COMPLETED&since=2025-01-01", language="id")

    sheet = [[cell.value for cell in row] for row in book(file).worksheets[1].iter_rows()]
    assert cells(file)[0][0] == "Tanggal"
    assert file.filename.startswith("kunjungan-")
    told = {label: value for label, value in sheet[:6] if label}
    assert told["Dari"] == "1 Januari 2025"
    assert told["Status"] == "Selesai"
    assert officer.name in told.values()


@pytest.mark.django_db(transaction=True)
def test_rights_are_those_of_the_moment_in_which_it_is_made(officer, batam):
    make_visit(batam)
    file = asked(officer)
    officer.memberships.all().delete()

    make_files()

    file.refresh_from_db()
    assert (file.state, file.done) == ("READY", 0)


@pytest.mark.django_db(transaction=True)
def test_a_filter_that_no_longer_makes_sense_fails_in_words(officer, batam):
    file = asked(officer, query=f"region={batam.pk}")
    AskedFile.objects.filter(pk=file.pk).update(query="since=nonsense")

    make_files()

    file.refresh_from_db()
    assert (file.state, file.error) == ("FAILED", "What was asked for no longer exists. Ask again from the list.")
    assert not is_valid("visits", "since=nonsense", officer)


@pytest.mark.django_db(transaction=True)
def test_an_error_of_ours_is_told_and_leaves_nothing_behind(officer, batam, monkeypatch):
    monkeypatch.setattr(making, "write_file", lambda *_: 1 / 0)

    file = made(officer)

    assert (file.state, file.error) == ("FAILED", "It could not be made because of an error, which stands in the log.")
    assert os.listdir(default_storage.path("files")) == []


# While it is made


class Watched:
    """A slow list in a thread; `until` waits for what the other connection sees."""

    def __init__(self, monkeypatch, seconds=0.01):
        counted = making.Pulse.counted

        def slowly(pulse, rows):
            for row in counted(pulse, rows):
                yield row
                time.sleep(seconds)

        monkeypatch.setattr(making.Pulse, "counted", slowly)
        monkeypatch.setattr(making, "EVERY", 0.05)
        self.thread = threading.Thread(target=self.work)
        self.thread.start()

    def work(self):
        make_files()
        connection.close()

    def until(self, holds):
        for _ in range(400):
            if holds():
                return True
            time.sleep(0.025)
        return False


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_by_others_while_it_is_made(client, officer, batam, monkeypatch):
    many_visits(batam, 200)
    file = asked(officer)

    maker = Watched(monkeypatch)
    seen = maker.until(lambda: AskedFile.objects.get().done > 20)
    page = client.get(f"/files/{file.pk}/", headers={"HX-Request": "true"})
    maker.thread.join()

    assert seen
    assert 'hx-trigger="every 1s"' in page.text
    assert "of 200 rows written" in page.text
    after = client.get(f"/files/{file.pk}/", headers={"HX-Request": "true"})
    assert "every 1s" not in after.text
    assert f"/files/{file.pk}/download/" in after.text
    assert "toast" in after.headers["HX-Trigger"]


@pytest.mark.django_db(transaction=True)
def test_cancelling_ends_the_work_within_a_second(client, officer, batam, monkeypatch):
    many_visits(batam, 5000)
    file = asked(officer)
    maker = Watched(monkeypatch)
    maker.until(lambda: AskedFile.objects.get().done > 3)

    answer = client.post(f"/files/{file.pk}/cancel/")
    maker.thread.join(timeout=2)

    assert answer.url == f"/files/{file.pk}/"
    assert not maker.thread.is_alive()
    assert AskedFile.objects.get().state == "CANCELLED"
    assert os.listdir(default_storage.path("files")) == []
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_cancelling_breaks_off_a_long_question_of_the_database(officer, monkeypatch):
    def sleepy(_file, _out, _pulse):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)")

    monkeypatch.setattr(making, "write_file", sleepy)
    file = asked(officer)
    maker = Watched(monkeypatch)
    maker.until(lambda: AskedFile.objects.get().state == "RUNNING")

    files.cancel(file)
    maker.thread.join(timeout=3)

    assert not maker.thread.is_alive()
    assert AskedFile.objects.get().state == "CANCELLED"


@pytest.mark.django_db(transaction=True)
def test_one_long_question_of_the_database_does_not_silence_the_maker(officer, monkeypatch):
    def sleepy(_file, out, _pulse):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(1.5)")
        out.write(b"done")

    monkeypatch.setattr(making, "write_file", sleepy)
    asked(officer)
    maker = Watched(monkeypatch)
    maker.until(lambda: AskedFile.objects.get().state == "RUNNING")
    first = AskedFile.objects.get().beaten_at

    later = maker.until(lambda: AskedFile.objects.get().beaten_at > first)
    still_running = AskedFile.objects.get().state
    maker.thread.join()

    assert later
    assert still_running == "RUNNING"


def test_what_is_over_cannot_be_cancelled(client, officer):
    file = asked(officer, state="READY")

    answer = client.post(f"/files/{file.pk}/cancel/", follow=True)

    file.refresh_from_db()
    assert file.state == "READY"
    assert "It was over already" in answer.text


# Two makers


@pytest.mark.django_db(transaction=True)
def test_a_killed_maker_is_followed_by_another_that_begins_anew(officer, batam):
    many_visits(batam, 300)
    file = asked(officer)
    found = connection.settings_dict
    environment = os.environ | {"DATABASE_URL": f"postgres://{found['USER']}@/{found['HOST']}/{found['NAME']}"}
    environment |= {"MEDIA_ROOT": default_storage.location, "LOG_LEVEL": "ERROR"}
    maker = subprocess.Popen([sys.executable, "-m", "tests.dashboards.maker"], env=environment)
    for _ in range(1200):
        if AskedFile.objects.get().done > 10 or maker.poll() is not None:
            break
        time.sleep(0.05)
    maker.send_signal(signal.SIGKILL)
    maker.wait()
    half = AskedFile.objects.get()

    make_files()
    too_early = AskedFile.objects.get()
    AskedFile.objects.update(beaten_at=Now() - files.SILENT * 2)
    make_files()
    file.refresh_from_db()

    assert 10 < half.done < 300
    assert (too_early.state, too_early.token) == ("RUNNING", half.token)
    assert (file.state, file.done, file.attempts) == ("READY", 300, 2)
    assert len(cells(file)) == 301


@pytest.mark.django_db(transaction=True)
def test_two_makers_never_make_the_same_file(officer, batam, monkeypatch, settings):
    settings.FILES_AT_ONCE = 2
    for query in ["", "sort=host", "sort=date"]:
        asked(officer, query=query)
    times = []
    write_file = making.write_file
    monkeypatch.setattr(making, "write_file", lambda file, *rest: (times.append(file.pk), write_file(file, *rest)))

    both = [Watched(monkeypatch), Watched(monkeypatch)]
    for maker in both:
        maker.thread.join()

    assert sorted(times) == sorted(AskedFile.objects.values_list("pk", flat=True))
    assert set(AskedFile.objects.values_list("state", "attempts")) == {("READY", 1)}


def test_only_so_many_files_are_made_at_once(officer):
    asked(officer)
    asked(officer, kind="csv")

    first, second = files.claim(), files.claim()

    assert first
    assert second is None


def test_what_a_slow_maker_brings_after_another_took_over_is_not_accepted(officer):
    asked(officer)
    slow = files.claim()
    AskedFile.objects.update(beaten_at=Now() - files.SILENT * 2)
    other = files.claim()
    path = default_storage.save("files/slow.xlsx", io.BytesIO(b"slow"))

    assert (slow.pk, other.attempts) == (other.pk, 1)
    assert not files.beat(slow, 1, 2)
    assert not files.finish(slow, path, "slow.xlsx", 2)
    assert not files.fail(slow, "slow")
    assert files.beat(other, 1, 2)


def test_what_breaks_down_three_times_is_given_up_and_the_next_is_made(officer):
    file = asked(officer, state="RUNNING", attempts=3, beaten_at=Now() - files.SILENT * 2)
    other = asked(officer, kind="csv")

    claimed = files.claim()

    file.refresh_from_db()
    assert (file.state, claimed.pk) == ("FAILED", other.pk)
    assert file.error.startswith("It broke down several times")


# Memory


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_memory_does_not_grow_with_the_rows(officer, batam, kind):
    def peak(n):
        Visit.objects.all().delete()
        many_visits(batam, n)
        tracemalloc.start()
        file = made(officer, kind=kind)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert (file.state, file.done) == ("READY", n)
        return most

    peak(200)
    small, large = peak(5_000), peak(20_000)

    assert large < small * 1.2 + 500_000


# Pages


def test_my_files_are_mine_alone(client, officer):
    mine = asked(officer, state="READY", filename="kunjungan.xlsx", ended_at=timezone.now(), size=2048)
    theirs = asked(make_officer(make_region("Kota Medan")), state="READY", filename="rahasia.xlsx")

    page = client.get(FILES)

    assert [each["file"] for each in page.context["files"]] == [mine]
    assert "rahasia" not in page.text
    assert client.get(f"/files/{mine.pk}/").status_code == 200
    for address in ["file", "file-download"]:
        assert client.get(reverse(f"dashboards:{address}", args=[theirs.pk])).status_code == 404
    assert client.post(f"/files/{theirs.pk}/cancel/").status_code == 404
    assert client.get(f"/files/{mine.pk}/cancel/").status_code == 405
    assert client.get("/files/99999999999999999999999/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_owner_fetches_it_and_nobody_keeps_a_copy(client, officer, batam, settings):
    make_visit(batam)
    file = made(officer)
    address = f"/files/{file.pk}/download/"

    answer = client.get(address)
    fetched = b"".join(answer.streaming_content)
    settings.X_ACCEL_PREFIX = "/inside/"
    by_nginx = client.get(address)
    client.force_login(make_officer(batam))

    assert fetched[:2] == b"PK"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{file.filename}"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    assert by_nginx.headers["X-Accel-Redirect"] == f"/inside/{file.file.name}"
    assert client.get(address).status_code == 404


def test_what_is_not_ready_cannot_be_fetched(client, officer):
    assert client.get(f"/files/{asked(officer).pk}/download/").status_code == 404


@pytest.fixture
def ready(officer):
    """Made an hour ago."""
    name = default_storage.save("files/x.xlsx", ContentFile(b"what only Batam sees"))
    known = {"state": "READY", "file": name, "filename": "x.xlsx", "query": "host=7"}
    return asked(officer, asked_at=timezone.now() - dt.timedelta(hours=1), **known)


def end_membership(user):
    user.memberships.all().delete()


def become_viewer(user):
    user.memberships.update(role="VIEWER")


def hand_over(user):
    user.memberships.update(user=make_user())


def cease_to_see_all(user):
    for sees in (True, False):
        user.is_superuser = sees
        user.save()


@pytest.mark.parametrize("take", [end_membership, become_viewer, hand_over, cease_to_see_all])
def test_what_was_made_before_rights_were_taken_cannot_be_fetched_after(client, officer, ready, take):
    take(officer)

    answer = client.get(f"/files/{ready.pk}/download/", follow=True)

    assert answer.redirect_chain == [(f"/files/{ready.pk}/", 302)]
    for page in (answer, client.get(FILES)):
        assert "Your rights have changed since this file was asked for" in page.text
        assert f"/files/{ready.pk}/download/" not in page.text
        assert "/files/ask/?what=visits&amp;kind=xlsx&amp;language=en&amp;query=host%3D7" in page.text


@pytest.mark.django_db(transaction=True)
def test_what_a_province_saw_cannot_be_fetched_once_it_is_divided(client, batam):
    """As Papua was in 2022: the city lies in another one, and no membership has changed."""
    batam.parent = make_province("Kepulauan Riau", "21")
    batam.save()
    make_visit(batam, title="Hanya Batam")
    manager = make_user(batam.parent, "MANAGER", supervises=True, language="en")
    file = made(manager, kind="csv")
    client.force_login(manager)
    assert b"Hanya Batam" in fetched(client, file)

    batam.parent = make_province()
    batam.save()

    assert client.get(f"/files/{file.pk}/download/").status_code == 302
    assert "Your rights have changed since this file was asked for" in client.get(FILES).text


def test_a_further_membership_takes_nothing(client, officer, ready):
    Membership.objects.create(user=officer, region=make_region("Kota Medan"), role="OFFICER")

    assert fetched(client, ready) == b"what only Batam sees"


def test_files_of_others_are_not_outdated_by_it(client, officer, ready, batam):
    end_membership(make_officer(batam))

    assert fetched(client, ready) == b"what only Batam sees"


def fetched(client, file):
    with contextlib.closing(client.get(f"/files/{file.pk}/download/")) as answer:
        return b"".join(answer.streaming_content)


def test_in_the_list_a_file_keeps_its_name_while_it_is_drawn_anew(client, officer):
    file = asked(officer)
    address = f"/files/{file.pk}/?list"

    page, part = client.get(FILES), client.get(address, headers={"HX-Request": "true"})
    cancelled = client.post(f"/files/{file.pk}/cancel/?list", headers={"HX-Request": "true"})

    assert f'hx-get="{address}"' in page.text
    for answer in [part, cancelled]:
        assert f'<a href="/files/{file.pk}/"><strong>Visits</strong></a>' in answer.text
    assert "hx-get" not in cancelled.text


def test_pages_work_without_javascript(client, officer):
    file = asked(officer)

    text = client.get(f"/files/{file.pk}/").text

    assert f'<noscript><a class="button button-small" href="/files/{file.pk}/">' in text
    assert f'action="/files/{file.pk}/cancel/"' in text


# The end


@pytest.mark.django_db(transaction=True)
def test_who_waited_long_is_told_once_by_letter(officer, batam):
    file = made(officer, asked_at=timezone.now() - files.WAITED * 2)

    notice = Notice.objects.get()
    letter = write(notice, "EMAIL")
    assert (notice.kind, notice.recipient) == ("FILE", officer)
    assert Delivery.objects.get().state == "PENDING"
    assert letter.subject == f"Your file is ready: {file.filename}"
    assert f"/files/{file.pk}/" in letter.text
    AskedFile.objects.all().delete()
    assert write(notice, "EMAIL") is None


@pytest.mark.django_db(transaction=True)
def test_who_waited_long_is_also_told_of_a_failure(officer, monkeypatch):
    monkeypatch.setattr(making, "write_file", lambda *_: 1 / 0)

    made(officer, asked_at=timezone.now() - files.WAITED * 2)

    letter = write(Notice.objects.get(), "EMAIL")
    assert letter.subject == "Your file could not be made: Visits"


@pytest.mark.django_db(transaction=True)
def test_who_is_still_looking_is_not_told_by_letter(officer):
    made(officer)

    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_files_are_deleted_after_a_week_and_leftovers_after_a_day(officer, batam):
    old, new = made(officer), made(officer, kind="csv")
    path = default_storage.path(old.file.name)
    AskedFile.objects.filter(pk=old.pk).update(ended_at=timezone.now() - files.KEPT * 1.01)
    left = Path(default_storage.save("files/left.xlsx", io.BytesIO(b"x")))
    folder = Path(default_storage.path("files")) / "scratch-x"
    folder.mkdir()
    for each in [default_storage.path(str(left)), folder, default_storage.path(new.file.name)]:
        os.utime(each, (time.time() - 90_000,) * 2)

    make_files()

    assert list(AskedFile.objects.all()) == [new]
    assert not os.path.exists(path)
    assert os.listdir(default_storage.path("files")) == [Path(new.file.name).name]
