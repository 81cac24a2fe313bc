"""What spreadsheet programs run: thirteen beginnings in every text of every list, exported and read back."""

import contextlib
import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.apps import apps
from django.contrib import admin
from django.db import DatabaseError, models, transaction
from django.urls import reverse
from icalendar import Calendar

from dashboards.models import Feed
from dashboards.reports import REPORTS
from tests import factories as make
from tests.isolation.world import addresses, make_world

pytestmark = pytest.mark.django_db
BEGINNINGS = ["=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", " =", "|"]
RUN = "cmd|'/C calc'!A1"
LISTS = ["visits", "agreements", "followups", "notices"]


TEXTS = [beginning + RUN for beginning in BEGINNINGS]


@pytest.fixture
def officer(client):
    """Somebody who sees records whose every text begins so."""
    batam, malang = make.make_region("Kota Batam"), make.make_region("Kota Malang")
    user = make.make_user(batam, role="ADMIN", name=TEXTS[0], is_superuser=True)
    for text in TEXTS:
        office = make.make_organisation(text, batam)
        visit = make.make_visit(batam, malang, title=text, purpose=text, minutes=text, host_organisation=office)
        make.make_delegate(visit.delegations.first(), name=text)
        make.make_outcome(visit, text, follow_up="OPEN")
        make.make_agreement(batam, malang, title=text)
        make.make_milestone(text, batam, visit=visit)
    client.force_login(user)
    return user


def bytes_of(answer):
    assert answer.status_code == 200
    found = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    return found


@pytest.mark.parametrize("app", LISTS)
def test_no_cell_of_a_workbook_is_a_formula_and_texts_stay_as_they_are(client, officer, app):
    book = openpyxl.load_workbook(io.BytesIO(bytes_of(client.get(reverse(f"{app}:xlsx")))))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]

    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert [cell.hyperlink.target for cell in cells if cell.hyperlink] == []
    if app != "notices":
        told = [str(cell.value) for cell in cells]
        assert [text for text in TEXTS if not any(text.strip() in value for value in told)] == []


@pytest.mark.parametrize("app", LISTS)
def test_no_cell_of_a_csv_begins_as_a_formula(client, officer, app):
    lines = list(csv.reader(io.StringIO(bytes_of(client.get(reverse(f"{app}:csv"))).decode("utf-8-sig"), newline="")))
    dangerous = tuple("=+@\t\r\n\0＝＋－＠")

    for cell in (cell for line in lines for cell in line):
        assert not cell.lstrip(" ").startswith(dangerous), cell
        assert not (cell.startswith("-") and RUN in cell)
    if app != "notices":
        assert any(RUN in cell for line in lines for cell in line)


def test_no_line_of_a_calendar_is_made_by_a_text(client, officer):
    visit = make.make_visit(
        make.make_region("Kota Batam"),
        make.make_region("Kota Malang"),
        on=dt.date(2026, 11, 22),
        title="=x\r\nATTACH:https://evil.example/x\r\nX: y",
    )
    found = bytes_of(client.get(reverse("dashboards:event", args=["visit", visit.pk])))
    events = Calendar.from_ical(found).walk("VEVENT")

    assert len(events) == 1
    assert "ATTACH" not in events[0]
    assert b"\nATTACH" not in found


@pytest.mark.parametrize("app", LISTS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_header_is_made_by_a_text(client, officer, app, kind):
    answer = client.get(reverse(f"{app}:{kind}"), {"q": f"{TEXTS[0]}\r\nSet-Cookie: x=1"})

    assert "x=1" not in str(answer.headers)
    bytes_of(answer) if answer.status_code == 200 else None


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_people_did_is_exported_as_carefully(client, officer, kind):
    found = bytes_of(client.get(reverse(f"ledger:traces-{kind}")))

    if kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(found))
        assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    else:
        lines = csv.reader(io.StringIO(found.decode("utf-8-sig"), newline=""))
        assert not [cell for line in lines for cell in line if cell.startswith(tuple("=+@\t\r"))]


SHORT = "1+1|x"  # short enough for nearly every text that is kept
HOUSE = ("visits", "agreements", "followups", "documents", "regions", "sides", "dashboards", "notices", "accounts")
LEFT_ALONE = {"password", "message_id", "language", "time_zone", "lease_token", "file"}


def texts_of(model):
    """The fields of a model that people write words into."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, (models.CharField, models.TextField)) and not isinstance(field, models.FileField)
        if (
            is_text
            and not field.choices
            and not field.unique
            and field.name not in LEFT_ALONE
            and not field.primary_key
        ):
            yield field.name


def fill_every_text(text):
    """Fields that took it: (model, field). What a rule of the database refuses stays as it was."""
    taken = set()
    for model in apps.get_models():
        if model._meta.app_label not in HOUSE or model.__name__.endswith("Event"):
            continue
        for name in texts_of(model):
            with contextlib.suppress(DatabaseError), transaction.atomic():
                if model._base_manager.order_by().update(**{name: text}):
                    taken.add((model._meta.label, name))
    return taken


def body_of(answer):
    """Without `close()`, which would end the connection of the test."""
    assert answer.status_code == 200, answer.request["PATH_INFO"]
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def downloads():
    """Every address of a file that a spreadsheet program opens, found in the URL configuration."""
    for name, parameters in addresses():
        if name.endswith(("csv", "xlsx")) and "outcome" not in name:
            for code in REPORTS if parameters else ("",):
                yield reverse(name, args=[code] if code else [])


def from_admin(client):
    """What every list of Django admin gives away as a file, of all its rows."""
    for model, listing in admin.site._registry.items():
        if "export_csv" not in (listing.actions or []):
            continue
        keys = [str(pk) for pk in model._base_manager.values_list("pk", flat=True)[:100]]
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for action in ("export_csv", "export_xlsx"):
            sent = {"action": action, "_selected_action": keys, "select_across": "1"}
            if keys:
                yield address, client.post(address, sent)


def cells_of(body):
    if body.startswith(b"PK"):
        book = openpyxl.load_workbook(io.BytesIO(body))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
        return [str(cell.value) for cell in cells]
    cells = [
        cell for line in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")) for cell in line if SHORT in cell
    ]
    assert [cell for cell in cells if cell.lstrip(" ").startswith(tuple("=+-@\t\r\n＝＋－＠"))] == []
    return cells


def has_text(cell):
    return SHORT in cell


def test_every_text_of_every_export_may_begin_so(client):
    """Whatever field a column shows: all that are kept begin so at once, each of the thirteen in its turn."""
    world = make_world()
    make.make_delivery()
    client.force_login(make.make_superuser())
    asked = {"region": world.ids["regions"]["pk"], "period": "2025"}
    feed = Feed.objects.get(pk=world.ids["feed"]["pk"])
    calendars = [
        reverse("dashboards:event", args=["visit", world.ids["visit"]["pk"]]),
        reverse("dashboards:feed", args=[feed.secret]),
    ]
    for beginning in BEGINNINGS:
        assert len(fill_every_text(f"{beginning}{SHORT}")) > 100, "most fields take it"
        for address in downloads():
            answer = client.get(address, asked if "/reports/" in address else {})
            assert any(map(has_text, cells_of(body_of(answer)))), (address, beginning)
            assert "\n" not in str(answer.headers["Content-Disposition"])
        with_texts = {
            address for address, answer in from_admin(client) if any(map(has_text, cells_of(body_of(answer))))
        }
        assert len(with_texts) > 20, (beginning, sorted(with_texts))
        for address in calendars:
            body = body_of(client.get(address))
            assert all(line[:1].isalpha() or line[:1] == b" " for line in body.split(b"\r\n") if line)
            Calendar.from_ical(body)
