"""Django admin: what is deleted there goes where the product puts it, whole or not at all."""

import pytest
from django.db.models.signals import post_delete
from django.urls import reverse

from agreements.models import Agreement, Evaluation, Programme
from dashboards.models import Feed
from followups.models import Milestone
from records.models import Trashed
from tests import factories as make
from tests.admin.conftest import page
from tests.sent import come_in, sent_by
from visits.models import Visit

pytestmark = pytest.mark.django_db


def delete(browser, row):
    return browser.post(page(type(row), "delete", row.pk), {"post": "yes"})


def delete_selected(browser, *rows):
    sent = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}
    return browser.post(page(type(rows[0])), sent)


def said_next(browser):
    return [str(message) for message in browser.get(page(Agreement)).context["messages"]]


# The rows of a page


def test_what_goes_to_the_trash_has_no_tick_that_passes_it_by(browser, batam, malang):
    visit, agreement = make.make_visit(batam, malang), make.make_agreement(batam, malang)
    milestone = make.make_milestone("Kirim", batam, owner=batam)
    measured = make.make_measurement(make.make_indicator(make.make_programme(agreement)), region=malang)
    for record in (visit, agreement, milestone):
        record.notes.create(region=batam, text="Catatan")
    make.make_attachment(visit)
    ticked = {Visit: ["attachments", "notes"], Agreement: ["programmes", "attachments", "notes"],
              Milestone: ["attachments", "notes"], Programme: ["indicators"]}  # fmt: skip

    for row in (visit, agreement, milestone, measured.indicator.programme):
        url = page(type(row), "change", row.pk)
        sent = sent_by(browser.get(url), f"{row._meta.model_name}_form")
        sent = {name: value for name, value in sent.items() if "__prefix__" not in name}
        answer = browser.post(url, sent | {f"{part}-0-DELETE": "on" for part in ticked[type(row)]})
        assert answer.status_code == 302, answer.context["errors"]

    assert (visit.attachments.count(), visit.notes.count(), agreement.notes.count(), milestone.notes.count()) == (
        1, 1, 1, 1,
    )  # fmt: skip
    assert agreement.programmes.get().indicators.get().measurements.get() == measured


@pytest.mark.parametrize("laden", [False, True])
def test_the_tick_of_a_row_puts_what_hangs_on_it_into_the_trash(browser, batam, malang, laden):
    visit = make.make_visit(batam, malang)
    extra = make.make_delegation(visit, region=make.make_region("Kota Medan", code="12.71"))
    if laden:
        make.make_delegate(extra)
    url = page(Visit, "change", visit.pk)
    sent = sent_by(browser.get(url), "visit_form")
    row = next(name for name, value in sent.items() if value == [str(extra.pk)] and name.startswith("delegations-"))

    browser.post(url, sent | {row.replace("-id", "-DELETE"): "on"})

    assert not visit.delegations.filter(pk=extra.pk).exists()
    thrown = [(found.model, found.region) for found in Trashed.objects.all()]
    assert thrown == ([("visits.delegation", batam)] if laden else [])


# Whose trash


def test_a_part_goes_to_the_trash_of_who_keeps_the_record(browser, batam, malang):
    visit, agreement = make.make_visit(batam, malang), make.make_agreement(batam, malang)
    delegation, party = visit.delegations.get(region=malang), agreement.parties.get(region=malang)

    answers = [delete(browser, part).status_code for part in (delegation, party)]

    assert answers == [302, 302]
    found = {thrown.model: (thrown.region, thrown.place_url) for thrown in Trashed.objects.visible_to(browser.user)}
    assert found == {
        "visits.delegation": (batam, visit.get_absolute_url()),
        "agreements.party": (batam, agreement.get_absolute_url()),
    }
    assert not Trashed.objects.visible_to(make.make_officer(malang)).exists()


def test_what_a_side_keeps_of_a_record_goes_to_its_own_trash(browser, batam, malang):
    visit, agreement = make.make_visit(malang, batam), make.make_agreement(malang, batam)
    note = visit.notes.create(region=batam, text="Catatan")
    judged = Evaluation.objects.create(agreement=agreement, region=batam, evaluated_on="2025-06-01")

    answers = [delete(browser, part).status_code for part in (note, judged)]

    assert answers == [302, 302]
    assert {(thrown.region, thrown.place) for thrown in Trashed.objects.all()} == {
        (batam, str(visit)), (batam, str(agreement)),
    }  # fmt: skip


def test_an_official_goes_to_the_trash_of_the_region_of_the_office(browser, batam):
    official = make.make_official("Pejabat")
    make.make_position(official, make.make_organisation("Bappeda", batam))

    assert delete(browser, official).status_code == 302

    assert Trashed.objects.visible_to(make.make_member(batam, "ADMIN")).get().region == batam


# What others name


def named_by_a_visit(kind, batam, of):
    """A row that Batam keeps and a visit of others names."""
    if kind == "organisation":
        row = make.make_organisation("Bappeda", batam)
        make.make_visit(*of, host_organisation=row)
    elif kind == "venue":
        row = make.make_venue("Kantor", batam)
        make.make_visit(*of, venue=row)
    else:
        row = make.make_official("Pejabat")
        make.make_position(row, make.make_organisation("Bappeda", batam))
        make.make_delegate(make.make_visit(*of).delegations.first(), official=row)
    return row


@pytest.mark.parametrize("kind", ["organisation", "venue", "official"])
def test_what_records_of_others_name_is_not_deleted_and_the_page_says_so(browser, batam, malang, kind):
    row = named_by_a_visit(kind, batam, (make.make_region("Kota Jambi"), malang))

    answers = [browser.get(page(type(row), "delete", row.pk)), delete(browser, row), delete_selected(browser, row)]

    for answer in answers:
        assert answer.status_code == 200
        assert answer.context["protected"] == ["Other records name it."]
        assert "Jambi" not in answer.content.decode()
    assert type(row)._base_manager.filter(pk=row.pk).exists()


def test_of_several_agreements_all_are_deleted_or_none(browser, batam, malang):
    own, other = make.make_agreement(batam, malang, title="Induk"), make.make_agreement(batam, malang, title="Bebas")
    make.make_agreement(make.make_region("Kota Jambi"), malang, title="Turunan", parent=own)

    answer = delete_selected(browser, own, other)

    assert answer.status_code == 200
    assert "Turunan" not in answer.content.decode()
    assert set(Agreement.objects.all()) > {own, other}


def test_what_is_refused_only_while_it_is_deleted_is_told_and_all_stays(browser, batam, malang):
    """Between the question and the deed somebody has changed one of two."""
    found = [make.make_agreement(batam, malang, title=title) for title in ("Satu", "Dua")]

    def change_one(sender, instance, **_said):
        Agreement.objects.exclude(pk=instance.pk).update(about="diubah")

    post_delete.connect(change_one, sender=Agreement)
    answer = delete_selected(browser, *found)
    post_delete.disconnect(change_one, sender=Agreement)

    assert (answer.status_code, answer.url) == (302, page(Agreement))
    assert said_next(browser) == ["Nothing was deleted. Look at it again, then decide."]
    assert set(Agreement.objects.all()) == set(found)


# What the pages promise and say

TRASH = "It goes to the trash with everything in it and can be restored for 30 days."
GONE = "It is gone at once and cannot be restored. The history keeps it."


def promised(answer):
    told = answer.content.decode()
    return [words for words in (TRASH, GONE) if words in told]


def asked(browser, row):
    """What the pages before deleting say: of this one, and of several."""
    sent = {"action": "delete_selected", "_selected_action": [row.pk]}
    return promised(browser.get(page(type(row), "delete", row.pk))) + promised(browser.post(page(type(row)), sent))


def test_what_has_no_trash_is_promised_none(browser, client, batam, malang):
    membership = make.make_officer(batam).memberships.get()

    assert asked(browser, make.make_visit(batam, malang)) == [TRASH, TRASH]
    assert asked(browser, membership) == [GONE, GONE]
    delete(browser, membership)
    assert said_next(browser) == ["Deleted. The history keeps it."]
    come_in(client, make.make_superuser(language="en"))
    assert asked(client, make.make_officer(batam)) == [GONE, GONE]


def test_a_shared_view_goes_to_the_trash_though_a_feed_reads_it(browser, batam):
    view = make.make_saved_view(make.make_officer(batam), region=batam)
    Feed.objects.create(user=make.make_officer(batam), view=view)

    assert asked(browser, view) == [TRASH, TRASH]
    delete(browser, view)

    assert Trashed.objects.visible_to(browser.user).get().region == batam


def test_the_message_leads_to_the_trash(browser, batam, malang):
    visit = make.make_visit(batam, malang)

    delete(browser, visit)

    link = reverse("ledger:trashed", args=[Trashed.objects.get().pk])
    (said,) = said_next(browser)
    assert "is in the trash for 30 days." in said
    assert f'<a href="{link}">Restore it</a>' in said
