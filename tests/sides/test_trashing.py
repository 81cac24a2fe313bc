"""A record of two sides goes to the trash of its keeper: the other side hears of it, and when it is back."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from notices.models import Delivery, Notice
from records.models import Trashed
from records.restoring import restore
from records.trash import purge, throw
from sides.letters import letter
from tests import factories as make
from tests.documents import files
from tests.sides.conftest import told

pytestmark = pytest.mark.django_db
KINDS = pytest.mark.parametrize("kind", ["visit", "agreement"])


def delete(client, record):
    answer = client.post(f"/{record._meta.model_name}s/{record.pk}/delete/", {"version": record.version})
    assert answer.status_code == 302


def letters():
    """What would leave now: of whom, and what it says."""
    with translation.override("en"):
        written = [(notice.recipient.name, letter(notice, "EMAIL")) for notice in Notice.objects.order_by("pk")]
    return [(name, one) for name, one in written if one is not None]


def sent():
    """As if those that wait had left."""
    Delivery.objects.update(state="SENT", sent_at=timezone.now())


@KINDS
def test_the_officers_of_the_other_side_hear_what_is_gone_by_whom_and_until_when_it_can_come_back(as_, request, kind):
    record = request.getfixturevalue(kind)
    record.refresh_from_db()

    delete(as_("owner"), record)

    assert {name for name, _letter in letters()} == {"Dewi Other", "Joko Manager"}
    (_name, one), *_others = letters()
    with translation.override("en"):
        name = ", ".join(part for part in (record.title, record.told_apart_by) if part)
    assert one.subject == f"Kota Batam has deleted a record that you share: {name}"
    assert "until 3 December 2026" in one.text
    assert "http" not in one.text  # neither the record nor the trash of its keeper is a page for them


@KINDS
def test_who_heard_that_it_is_gone_hears_that_it_is_back(as_, request, kind, people):
    record = request.getfixturevalue(kind)
    record.refresh_from_db()
    delete(as_("owner"), record)
    sent()

    restore(Trashed.objects.get().pk, by=people["owner"])

    assert {name for name, _letter in letters()} == {"Dewi Other", "Joko Manager"}
    (_name, one), *_others = letters()
    assert one.subject == f"Kota Batam has restored a record that you share: {record.title}"
    assert one.text.endswith(record.get_absolute_url())


def test_who_takes_it_back_at_once_alarms_nobody(visit, people):
    thrown = throw(visit, by=people["owner"])

    restore(thrown.pk, by=people["owner"])

    assert Notice.objects.count() == 4
    assert letters() == []


def test_a_letter_that_waited_until_the_trash_was_emptied_is_not_written(visit, people):
    purge(throw(visit, by=people["owner"]))

    assert (Notice.objects.count(), letters()) == (2, [])


def test_who_acts_for_the_other_side_no_longer_gets_no_letter(visit, people):
    throw(visit, by=people["owner"])
    people["other"].memberships.all().delete()

    assert [name for name, _letter in letters()] == ["Joko Manager"]


def test_a_record_of_one_side_and_a_part_of_a_record_are_told_to_nobody(agreement, batam, people):
    programme = make.make_programme(agreement)

    throw(make.make_agreement(batam, title="Milik sendiri"), by=people["owner"])
    throw(programme, by=people["owner"], region=batam.pk, within=agreement)

    assert not Notice.objects.exists()


@KINDS
def test_before_it_is_deleted_the_page_names_the_other_sides(as_, request, kind, people):
    record = request.getfixturevalue(kind)
    page = f"/{kind}s/{record.pk}/delete/"

    assert "This record is also that of Malang Regency" in told(as_("owner").get(page))
    people["other"].memberships.all().delete()
    people["other_manager"].memberships.all().delete()
    assert "also that of" not in told(as_("owner").get(page))  # nobody there works with the register


def test_before_a_part_is_deleted_the_page_names_the_other_sides(as_, agreement, visit, batam):
    programme = make.make_programme(agreement)
    measured = make.make_measurement(make.make_indicator(programme), region=batam)
    paper = make.make_attachment(visit, batam)
    hidden = make.make_attachment(visit, batam, name="rahasia.pdf", content=files.pdf("2"), access="RESTRICTED")
    programmes = f"/agreements/{agreement.pk}/programmes/{programme.pk}"
    client = as_("manager")

    for page in (
        f"{programmes}/delete/",
        reverse("agreements:measurement-delete", args=[agreement.pk, programme.pk, measured.pk]),
        f"/visits/{visit.pk}/attachments/{paper.pk}/delete/",
    ):
        assert "What you delete is gone for them too." in told(client.get(page)), page
    assert "gone for them" not in told(client.get(f"/visits/{visit.pk}/attachments/{hidden.pk}/delete/"))
