"""From the meeting room to the mailbox and back: what an officer logs reaches another unit by real SMTP, in its language
and on the right day; its user follows the link in the letter, signs in, does it, and the officer sees that."""

import datetime as dt
import re
import subprocess
import sys
import zoneinfo
from email import message_from_bytes, policy

import pytest
from django.db import connection
from django.utils import translation

from followups import planning, reference
from followups.models import Milestone
from notices import sending
from notices.models import CalendarDay, Delivery
from tests import factories as make
from tests.browser.test_log_a_visit import A_VISIT, DESK, PHONE, choose, press, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

DAY = dt.timedelta(days=1)
STUDY = "Bappeda mendalami e-government Batam"
INVITATION = "Wali Kota Batam diundang ke Xiangyang"


@pytest.fixture
def mailbox(tmp_path, settings, live_server):
    """A mailbox as that of bin/demo: a real SMTP server, a file for each letter. Letters lead to the live server."""
    with subprocess.Popen(
        [sys.executable, "-m", "config.mailbox", tmp_path / "mail"], stdout=subprocess.PIPE, text=True
    ) as process:
        port = int(process.stdout.readline().rpartition(" ")[2])
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.SITE_URL = "127.0.0.1", port, live_server.url
        yield Mailbox(tmp_path / "mail")
        process.terminate()


class Mailbox:
    def __init__(self, folder):
        self.folder, self.read = folder, set()

    def new(self):
        """The letters that came since somebody looked, by their recipient."""
        files = [file for file in sorted(self.folder.iterdir()) if file not in self.read]
        self.read.update(files)
        letters = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [(letter["To"].addresses[0].addr_spec, letter) for letter in letters]


@pytest.fixture
def tick():
    """What Celery does every few seconds; the clock of the database stands at the given moment."""

    def tick(at=None):
        with connection.cursor() as cursor:
            moved = "(%s::timestamptz - now())::text" if at else "''"
            cursor.execute(f"SELECT set_config('simpul.moved_clock', {moved}, false)", [at] if at else [])
        planning.plan()
        sending.deliver(20)

    yield tick
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('simpul.moved_clock', '', false)")


@pytest.fixture
def batam():
    return make.make_region("Kota Batam", code="21.71", parent=make.make_province("Kepulauan Riau", "21"))


@pytest.fixture
def officer(batam):
    make.make_kind()
    reference.load()
    return make.make_officer(batam, language="en", name="Rani Oktaviani", email="rani@batam.example")


@pytest.fixture
def agency():
    regency, _city = make.make_malangs()
    return make.make_organisation("Badan Perencanaan Pembangunan Daerah", regency, name_en="Planning Agency")


@pytest.fixture
def saturday():
    """The Saturday after the next; the calendar knows that it is free."""
    today = dt.datetime.now(dt.UTC).date()
    saturday = today + (12 - today.weekday()) * DAY
    CalendarDay.objects.create(day=saturday - DAY, free_because="", send_on=saturday - DAY)
    CalendarDay.objects.create(day=saturday, free_because="Sabtu", send_on=saturday)
    return saturday


def log_the_visit(page, live_server, due):
    """The officer's own pages, in their browser."""
    answer = page.goto(f"{live_server.url}/visits/new/")
    assert (answer.status, answer.url) == (200, f"{live_server.url}/visits/new/"), answer.text()
    page.fill("[name=day]", dt.datetime.now(dt.UTC).date().isoformat())
    choose(page, "guests-0-region", "malang", "Malang Regency")
    press(page, "add", "outcomes")
    page.select_option("[name=outcomes-0-kind]", "DECISION")
    page.fill("[name=outcomes-0-text]", STUDY)
    page.select_option("[name=outcomes-0-follow_up]", "OPEN")
    choose(page, "outcomes-0-responsible", "perencanaan", "Planning Agency")
    page.fill("[name=outcomes-0-due_on]", due.isoformat())
    page.fill("[name=outcomes-0-requested_by]", "M Sanusi, Bupati Malang")
    press(page, "add", "outcomes")
    page.select_option("[name=outcomes-1-kind]", "INVITATION")
    page.fill("[name=outcomes-1-text]", INVITATION)
    page.select_option("[name=outcomes-1-follow_up]", "OPEN")
    page.fill("[name=outcomes-1-requested_by]", "Wali Kota Xiangyang")
    page.click(".form-actions button[type=submit]")
    page.wait_for_url(A_VISIT)


def follow(context, letter, ending, user):
    """The link of the letter that ends so, opened by somebody who is not signed in; the page behind the sign-in."""
    body = letter.get_body(("plain",)).get_content()
    link = re.search(rf"http\S+{ending}(?=\s)", body)[0]
    page = context.new_page()
    page.goto(link)
    if "/accounts/login/" in page.url:
        page.fill("[name=login]", user.email)
        page.fill("[name=password]", make.PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(link)
    return page


@pytest.mark.parametrize(
    ("language", "zone", "size"),
    [("id", "", DESK), ("en", "Asia/Jayapura", PHONE)],
    ids=["in Indonesian, in Jakarta's time", "in English, in Papua's time, on a phone"],
)
def test_what_is_logged_reaches_who_must_do_it_and_what_they_did_comes_back(
    page, browser, client, live_server, mailbox, tick, officer, agency, saturday, language, zone, size
):
    eko = make.make_unit_user(agency, language=language, time_zone=zone, name="Eko Wahyudi", email="eko@malang.example")
    page.set_viewport_size(DESK)
    sign_in(page.context, client, officer, live_server)
    log_the_visit(page, live_server, due=saturday + 7 * DAY)
    study, invitation = Milestone.objects.get(title=STUDY), Milestone.objects.get(title=INVITATION)
    assert (invitation.kind, invitation.due_on, invitation.requested_by) == (
        "RETURN_VISIT",
        None,
        "Wali Kota Xiangyang",
    )

    # It was given to the agency: its user is told at once, in their language; nobody else is.
    tick()
    ((to, letter),) = mailbox.new()
    assert to == "eko@malang.example"
    assert_letter_is_in(language, letter, saturday + 7 * DAY)

    # They follow the link, sign in, and write something; the officer has it in the inbox.
    theirs = browser.new_context(viewport=size)
    theirs.set_default_timeout(10_000)
    detail = follow(theirs, letter, rf"/follow-ups/{study.pk}/", eko)
    assert "M Sanusi, Bupati Malang" in detail.inner_text("main")
    detail.fill("main textarea[name=words]", "Tim kami datang hari Senin.")
    detail.click("main form:has(textarea[name=words]) button[type=submit]")
    detail.wait_for_selector("main >> text=Tim kami datang hari Senin.")
    tick()
    page.goto(f"{live_server.url}/follow-ups/inbox/")
    assert "Eko Wahyudi wrote: “Tim kami datang hari Senin.”" in page.inner_text("main")
    assert STUDY in page.inner_text("main")

    # A week before it is due is a Saturday: the reminder comes on the Friday, at seven where they are.
    seven = dt.datetime.combine(saturday - DAY, dt.time(7), zoneinfo.ZoneInfo(zone or "Asia/Jakarta"))
    mailbox.new()
    tick(seven - dt.timedelta(hours=12))
    tick(seven - dt.timedelta(minutes=5))
    assert "eko@malang.example" not in {to for to, _letter in mailbox.new()}
    tick(seven + dt.timedelta(minutes=1))
    tick(seven + dt.timedelta(minutes=2))
    (reminder,) = [letter for to, letter in mailbox.new() if to == "eko@malang.example"]
    assert_letter_is_in(language, reminder, saturday + 7 * DAY)
    assert reminder["Message-ID"] != letter["Message-ID"]

    # Done, from the letter; the officer sees it, and nobody is reminded any more.
    done = follow(theirs, reminder, rf"/follow-ups/{study.pk}/done/", eko)
    done.click("main button[type=submit]")
    done.wait_for_url(lambda url: not url.endswith("/done/"))
    study.refresh_from_db()
    assert (study.status, study.outcome.follow_up) == ("DONE", "DONE")
    assert [part.done_by for part in study.parts.all()] == [eko]
    page.goto(f"{live_server.url}/follow-ups/inbox/")
    item = page.locator("main li, main article", has_text=STUDY).last
    assert "Done" in item.inner_text()
    tick(seven + 7 * DAY)
    assert "eko@malang.example" not in {to for to, _letter in mailbox.new()}
    assert set(Delivery.objects.values_list("state", flat=True)) <= {"SENT", "CANCELLED"}
    theirs.close()


def assert_letter_is_in(language, letter, due):
    """Words and dates; in the text and in the page that mail programs show."""
    plain, page = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))
    with translation.override(language):
        labels = [translation.gettext("Requested by:"), translation.gettext("Due:")]
    month = due.strftime("%B") if language == "en" else MONTHS[due.month - 1]
    for text in (plain, page):
        assert [
            word
            for word in [*labels, STUDY, "M Sanusi, Bupati Malang", f"{due.day} {month} {due.year}"]
            if word not in text
        ] == []
    assert f'lang="{language}"' in page


MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]
