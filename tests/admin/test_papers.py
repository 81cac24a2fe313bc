"""Django admin: papers, notes and other parts of a record keep to what their own pages hold."""

import datetime as dt

import pytest
from django.urls import reverse

from agreements import moving
from agreements.models import AgreementAttachment, Evaluation, StepEntry
from agreements.moving import Grounds
from documents.papers import new_edition
from documents.uploads import look_into
from followups.models import Milestone
from tests import factories as make
from tests.admin.conftest import page
from tests.documents import files
from tests.sent import come_in, sent_by
from visits.models import VisitAttachment, VisitNote

pytestmark = pytest.mark.django_db


@pytest.fixture
def province(client):
    """Kepulauan Riau, which supervises Tanjungpinang, and the browser of its administrator."""
    client.region = make.make_province("Kepulauan Riau", "21")
    client.below = make.make_region("Kota Tanjungpinang", code="21.72", parent=client.region)
    come_in(client, make.make_member(client.region, "ADMIN", supervises=True, language="en"))
    return client


def add(browser, model, **typed):
    return browser.post(page(model, "add"), opened(browser, page(model, "add"), model) | typed)


def change(browser, row, **typed):
    url = page(type(row), "change", row.pk)
    return browser.post(url, opened(browser, url, type(row)) | typed)


def opened(browser, url, model):
    sent = sent_by(browser.get(url), f"{model._meta.model_name}_form")
    return {name: value for name, value in sent.items() if "__prefix__" not in name}


# Where a side adds


def test_who_supervises_adds_nothing_where_they_take_no_part(province, malang):
    visit = make.make_visit(province.below, malang)

    answers = [
        add(province, VisitNote, visit=visit.pk, region=province.region.pk, text="dari provinsi"),
        add(province, VisitAttachment, visit=visit.pk, owner=province.region.pk, kind="OTHER", access="INTERNAL",
            upload=make.upload()),
        add(province, Evaluation, agreement=make.make_agreement(province.below, malang).pk,
            region=province.region.pk, role="SECRETARIAT", evaluated_on="2025-06-01"),
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert ["visit" in answer.context["adminform"].form.errors for answer in answers[:2]] == [True, True]
    assert "agreement" in answers[2].context["adminform"].form.errors
    assert (visit.notes.count(), visit.attachments.count(), Evaluation.objects.count()) == (0, 0, 0)


def test_a_record_is_looked_up_among_those_in_which_one_takes_part(province, malang):
    own, _below = make.make_visit(province.region, malang), make.make_visit(province.below, malang)

    asked = {"app_label": "visits", "model_name": "visitnote", "field_name": "visit", "term": ""}
    found = province.get(reverse("admin:autocomplete"), asked).json()["results"]

    assert [one["id"] for one in found] == [str(own.pk)]


def test_a_side_adds_to_the_records_of_others_in_which_it_takes_part(browser, batam, malang):
    visit = make.make_visit(batam, malang, owner=malang)

    note = add(browser, VisitNote, visit=visit.pk, region=batam.pk, text="catatan kita")
    paper = add(browser, VisitAttachment, visit=visit.pk, owner=batam.pk, kind="OTHER", access="INTERNAL",
                upload=make.upload())  # fmt: skip

    assert (note.status_code, paper.status_code) == (302, 302)
    assert (visit.notes.get().region, visit.attachments.get().owner) == (batam, batam)


def test_nobody_adds_in_the_name_of_a_region_that_takes_no_part(browser, batam, malang):
    jambi = make.make_region("Kota Jambi")
    make.make_membership(browser.user, jambi, role="ADMIN")
    visit = make.make_visit(batam, malang)

    answer = add(browser, VisitNote, visit=visit.pk, region=jambi.pk, text="dari Jambi")

    assert answer.status_code == 403
    assert not visit.notes.exists()


# A part stays with its record


@pytest.fixture
def passed(browser, batam, malang):
    """A paper that proved a gate."""
    process = make.make_process("KSDD_S", "preparation council! signed* carrying-out")
    agreement = make.make_agreement(batam, malang, category="KSDD_S")
    moving.start(agreement, by=browser.user)
    paper = make.make_agreement_paper(agreement, by=browser.user, kind="DPRD_APPROVAL")
    council = process.steps.get(code="council")
    for deed, grounds in ((moving.move, {}), (moving.pass_step, {"attachment": paper})):
        agreement.refresh_from_db()
        deed(agreement, council, Grounds(agreement.today(), **grounds), by=browser.user, version=agreement.version)
    paper.refresh_from_db()
    return paper


def test_the_proof_of_a_gate_stays_with_its_agreement(browser, passed, batam, malang):
    agreement = passed.agreement

    answer = change(browser, passed, agreement=make.make_agreement(batam, malang).pk, title="Diubah")

    assert answer.status_code == 302
    passed.refresh_from_db()
    assert (passed.agreement, passed.title) == (agreement, "Diubah")
    assert StepEntry.objects.get(attachment=passed).agreement == agreement


def test_a_later_edition_stays_with_the_earlier_one(browser, batam, malang):
    visit = make.make_visit(batam, malang)
    paper = make.make_attachment(visit, by=browser.user)
    later = new_edition(paper, look_into(make.upload(content=files.pdf("dua"))), by=browser.user)

    change(browser, later, visit=make.make_visit(batam, malang).pk)

    later.refresh_from_db()
    assert later.visit == visit


def test_a_change_of_access_holds_for_the_earlier_editions_too(browser, batam, malang):
    old = make.make_attachment(make.make_visit(batam, malang))
    new = new_edition(old, look_into(make.upload("b.pdf", files.pdf("b"))), by=None)

    answer = change(browser, new, access="RESTRICTED")

    assert answer.status_code == 302
    assert {edition.access for edition in VisitAttachment.objects.all()} == {"RESTRICTED"}


def test_no_part_is_moved_to_another_record(browser, batam, malang):
    visit, agreement = make.make_visit(batam, malang), make.make_agreement(batam, malang)
    other = {"visit": make.make_visit(batam, malang).pk, "agreement": make.make_agreement(batam, malang).pk}
    programme = make.make_programme(agreement)
    other["programme"] = make.make_programme(agreement, name="Lain").pk
    parts = [
        visit.delegations.get(region=malang), make.make_outcome(visit), visit.notes.create(region=batam, text="Catatan"),
        agreement.parties.get(region=malang), programme, make.make_indicator(programme),
        Evaluation.objects.create(agreement=agreement, region=batam, evaluated_on=dt.date(2025, 6, 1)),
    ]  # fmt: skip

    for part in parts:
        before = {name: getattr(part, f"{name}_id", None) for name in other}
        typed = {name: pk for name, pk in other.items() if not (type(part) is Evaluation and name == "programme")}
        assert change(browser, part, **typed).status_code == 302, part
        part.refresh_from_db()
        assert {name: getattr(part, f"{name}_id", None) for name in other} == before, part


# The file


def test_the_file_of_a_paper_is_not_written_over(browser, passed):
    before = passed.checksum
    agreement = passed.agreement

    own = change(browser, passed, upload=make.upload(content=files.pdf("lain")))
    url = page(type(agreement), "change", agreement.pk)
    row = {"attachments-0-upload": make.upload(content=files.pdf("lain")), "attachments-0-title": "Diubah"}
    inside = browser.post(url, opened(browser, url, type(agreement)) | row)

    assert (own.status_code, inside.status_code) == (302, 302)
    passed.refresh_from_db()
    assert (passed.checksum, passed.title) == (before, "Diubah")
    assert passed.file.storage.exists(passed.file.name)


def test_the_page_of_a_paper_leads_to_a_later_edition(browser, passed):
    shown = browser.get(page(AgreementAttachment, "change", passed.pk)).content.decode()

    assert reverse("agreements:attachment-edition", args=[passed.agreement_id, passed.pk]) in shown
    assert 'name="upload"' not in shown


# Who a follow-up is given to


def test_a_follow_up_is_given_only_on_its_own_page(browser, batam):
    milestone = make.make_milestone("Kirim", batam, owner=batam)
    make.make_assignee(milestone, make.make_officer(batam, name="Sari Dewi"))
    shown = browser.get(page(Milestone, "change", milestone.pk)).content.decode()

    answer = change(browser, milestone, **{
        "given_to-TOTAL_FORMS": "1", "given_to-INITIAL_FORMS": "0", "given_to-0-user": make.make_officer(batam).pk,
        "given_to-0-milestone": milestone.pk, "given_to-0-id": "",
    })  # fmt: skip

    assert answer.status_code == 302
    assert "Sari Dewi" in shown
    assert [str(given.user) for given in milestone.given_to.all()] == ["Sari Dewi"]
