"""What Django admin says when it refuses: in the words of the register, and nothing that the reader may not know."""

import html
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agreements.models import Agreement
from dashboards.models import SavedView
from pages import limits
from records.models import Deed
from records.tracing import trace
from tests import factories as make
from tests.admin.conftest import page
from tests.sent import come_in, sent_by
from visits.models import Visit, VisitAttachment

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(batam):
    """Of the administrator of Batam."""
    client = Client()
    come_in(client, make.make_member(batam, "ADMIN", language="en"))
    return client


def form_of(client, address):
    response = client.get(address)
    sent = sent_by(response, f"{response.context['opts'].model_name}_form")
    return {name: value for name, value in sent.items() if "__prefix__" not in name}


def told_by(response):
    """What stands in the register, line by line."""
    lines = re.findall(r"<li>(.*?)</li>", response.content.decode())
    return [html.unescape(line) for line in lines if "stands in the register" in line]


def test_a_stale_save_speaks_the_words_of_the_register(browser, batam, malang):
    visit = make.make_visit(batam, malang, status="COMPLETED", starts_on=None, ends_on=None, precision="UNKNOWN")
    address = page(Visit, "change", visit.pk)
    sent = form_of(browser, address)
    Visit.objects.filter(pk=visit.pk).update(status="POSTPONED", start_time="10:00")

    answer = browser.post(address, sent | {"title": "Baru"})

    assert answer.status_code == 409
    assert told_by(answer) == [
        "Title: “(empty)” stands in the register, you have “Baru”.",
        "Status: “Postponed” stands in the register, you have “Completed”.",
        "Begins at: “10:00:00” stands in the register, you have “(empty)”.",
    ]


def test_a_stale_save_tells_nothing_of_what_the_reader_may_not_know(browser, batam, malang):
    hidden = make.make_agreement(make.make_region("Kota Jambi"), malang, title="ZQHIDDEN")
    one, other = make.make_agreement(batam, malang), make.make_agreement(batam, malang)
    Agreement.objects.filter(pk=one.pk).update(parent=hidden)
    sent = {own: form_of(browser, page(Agreement, "change", own.pk)) for own in (one, other)}
    Agreement.objects.filter(pk=one.pk).update(about="oleh yang lain")
    Agreement.objects.filter(pk=other.pk).update(parent=hidden)

    answers = [browser.post(page(Agreement, "change", own.pk), sent[own]) for own in (one, other)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert not any("ZQHIDDEN" in answer.content.decode() for answer in answers)
    assert [told_by(answer) for answer in answers] == [
        ["Summary: “oleh yang lain” stands in the register, you have “(empty)”."],
        [],  # what it cannot name is left as it is
    ]


def test_what_would_be_nobodys_is_refused_in_the_form(browser, batam, malang):
    view = make.make_saved_view(make.make_officer(batam), region=batam)
    visit = make.make_visit(batam, malang, owner=malang)
    paper = {"visit": visit.pk, "kind": "OTHER", "access": "INTERNAL", "upload": make.upload()}
    address, new = page(SavedView, "change", view.pk), page(VisitAttachment, "add")

    refused = [
        browser.post(address, form_of(browser, address) | {"name": "Baru", "region": ""}),
        browser.post(new, form_of(browser, new) | paper | {"owner": ""}),
    ]

    assert [answer.status_code for answer in refused] == [200, 200]
    errors = [answer.context["adminform"].errors for answer in refused]
    assert errors == [{"region": ["This field is required."]}, {"owner": ["This field is required."]}]
    assert "Baru" in refused[0].content.decode()


def test_an_export_that_takes_too_long_is_refused_with_a_way_out(browser, batam, malang, monkeypatch):
    monkeypatch.setattr("pages.exports.LONG", 1)
    asked = {"_selected_action": [make.make_visit(batam, malang).pk for _n in range(2)]}

    refused = browser.post(page(Visit), asked | {"action": "export_xlsx"}, follow=True)
    answered = browser.post(page(Visit), asked | {"action": "export_csv"})

    assert "An XLSX of more than 1 rows takes too long." in refused.content.decode()
    assert answered["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize(
    ("shown", "taken"), [("ledger:traces", "ledger:traces-xlsx"), ("notices:list", "notices:xlsx")]
)
def test_so_is_one_of_what_no_file_can_be_asked_for(browser, batam, monkeypatch, shown, taken):
    monkeypatch.setattr("pages.exports.LONG", 1)
    for user in (make.make_officer(batam), make.make_officer(batam)):
        make.make_delivery(make.make_notice(user))
        trace(Deed.EXPORTED, what="visits", regions=[batam.pk])

    refused = browser.get(reverse(taken), {"q": ""})

    assert refused.url == f"{reverse(shown)}?q="
    assert "takes too long" in browser.get(refused.url).content.decode()


def test_many_exports_are_limited_as_on_the_pages_of_the_product(browser, batam, malang, monkeypatch, settings):
    settings.LIMITED = True
    monkeypatch.setattr(limits, "LIMITS", dict.fromkeys(limits.LIMITS, (2, 3600)))
    asked = {"action": "export_csv", "_selected_action": [make.make_visit(batam, malang).pk]}

    with time_machine.travel("2026-11-22T05:00:10Z", tick=False):
        answers = [browser.post(page(Visit), asked).status_code for _n in range(3)]

    assert answers == [200, 200, 429]
