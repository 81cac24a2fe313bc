import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation

from agreements import moving, reference
from agreements.editions import Unwalkable, new_edition, problems_of, publish
from agreements.models import Agreement, Process, ProcessStep, StepActor, StepEntry
from tests.factories import (
    make_agreement,
    make_agreement_paper,
    make_process,
    make_region,
    make_signing,
    make_superuser,
)
from tests.sent import sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    user = make_superuser(language="en")
    client.force_login(user)
    return user


def page(name, *args):
    return reverse(f"admin:agreements_{name}", args=args)


def form_data(response):
    sent = sent_by(response, f"{response.context['opts'].model_name}_form")
    return {name: values for name, values in sent.items() if "__prefix__" not in name}


def draft(steps="one two! three? four* five", **fields):
    """An edition that is not published; `!` is a gate, `?` conditional, `*` signs."""
    process = Process.objects.create(category="KSDD_S", name_id="Antardaerah", **fields)
    actor = StepActor.objects.get_or_create(code="UNIT", name_id="Perangkat daerah")[0]
    for position, word in enumerate(steps.split(), 1):
        code = word.rstrip("*!?")
        step = ProcessStep.objects.create(
            process=process, position=position, code=code, name_id=code.capitalize(), phase="PREPARATION", actor=actor,
            signs="*" in word, is_gate="!" in word, conditional="?" in word, guidance_id="Bila perlu",
        )  # fmt: skip
        if step.is_gate:
            step.papers.create(kind="DPRD_APPROVAL")
    return process


def codes(process):
    return [f"{step.position} {step.code}" for step in process.steps.order_by("position")]


# Walkable


def test_every_process_of_the_release_can_be_walked():
    reference.load()

    assert {p.category: problems_of(p) for p in Process.objects.all()} == {
        p.category: [] for p in Process.objects.all()
    }


def broken(process, code, **change):
    process.steps.filter(code=code).update(**change)
    return problems_of(process)


@pytest.mark.parametrize(
    ("code", "change", "told"),
    [
        ("five", {"position": 7}, "gap"),
        ("five", {"actor": None}, "say who acts"),
        ("four", {"signs": False}, "Nothing is signed"),
        ("four", {"kinds": ["KB"]}, "Nothing is signed"),
        ("three", {"signs": True}, "More than one step signs"),
        ("five", {"kinds": ["KB"]}, "Nothing comes after the signing"),
        ("one", {"kinds": ["KB"]}, "The first step is a gate"),
        ("three", {"guidance_id": " "}, "choose its test"),
        ("one", {"test": "COUNCIL"}, "may not be skipped"),
        ("one", {"is_gate": True}, "requires no paper"),
        ("four", {"conditional": True}, "the signing is neither a gate nor skipped"),
    ],
)
def test_what_cannot_be_walked_is_told(boss, client, code, change, told):
    process = draft()
    assert problems_of(process) == []
    with translation.override("en"):
        assert any(told in problem for problem in broken(process, code, **change))
    with pytest.raises(Unwalkable):
        publish(process, on=dt.date(2026, 1, 1))
    answer = client.post(
        page("process_changelist"), {"action": "publish_selected", "_selected_action": process.pk}, follow=True
    )
    assert told in answer.content.decode()
    process.refresh_from_db()
    assert process.published_on is None


def test_an_empty_one_cannot_be_walked():
    assert len(problems_of(draft(""))) == 1


def test_a_good_one_is_published_once(boss, client):
    process = draft()
    for _ in range(2):
        answer = client.post(
            page("process_changelist"), {"action": "publish_selected", "_selected_action": process.pk}, follow=True
        )
    process.refresh_from_db()

    assert process.published_on is not None
    assert "It is published already." in answer.content.decode()


# Editions


def test_a_new_edition_is_a_copy_that_can_be_changed(boss, client):
    reference.load()
    old = Process.objects.get(category="KSDD_S")

    answer = client.post(page("process_changelist"), {"action": "begin_edition", "_selected_action": old.pk})

    new = Process.objects.get(category="KSDD_S", edition=2)
    assert answer.url == page("process_change", new.pk)
    assert codes(new) == codes(old)
    assert [(s.code, p.kind) for s in new.steps.all() for p in s.papers.all()] == [
        (s.code, p.kind) for s in old.steps.all() for p in s.papers.all()
    ]
    assert (new.published_on, Process.objects.current_for("KSDD_S")) == (None, old)


def test_a_new_edition_asks_for_reports_and_evaluations_as_the_one_before():
    reference.load()
    old = Process.objects.get(category="KSDD_S")
    old.report_months, old.evaluation_months = 3, None

    new = new_edition(old)

    new.refresh_from_db()
    assert (new.report_months, new.evaluation_months) == (3, None)


def test_agreements_under_way_keep_their_edition():
    reference.load()
    agreement = make_agreement(category="KSDD_S")
    moving.start(agreement, by=None)
    publish(new_edition(agreement.process), on=dt.date(2026, 1, 1))
    later = make_agreement(make_region("Kota Jambi"), category="KSDD_S")
    moving.start(later, by=None)

    agreement.refresh_from_db()
    assert (agreement.process.edition, later.process.edition) == (1, 2)


def test_how_often_reports_and_evaluations_are_owed_is_set_with_the_process(boss, client):
    process = draft()
    data = form_data(client.get(page("process_change", process.pk)))

    answer = client.post(page("process_change", process.pk), data | {"report_months": "3", "evaluation_months": ""})

    process.refresh_from_db()
    assert answer.status_code == 302, answer.context["errors"]
    assert (process.report_months, process.evaluation_months) == (3, None)


def test_steps_are_ordered_by_numbers_that_are_counted_anew(boss, client):
    process = draft()
    data = form_data(client.get(page("process_change", process.pk)))
    assert data["steps-0-place"] == ["1"]

    answer = client.post(page("process_change", process.pk), data | {"steps-4-place": "1.5", "steps-0-place": "9"})

    assert answer.status_code == 302, answer.context["errors"]
    assert codes(process) == ["1 five", "2 two", "3 three", "4 four", "5 one"]


def test_a_step_is_added_between_two_and_one_is_removed(boss, client):
    process = draft()
    data = form_data(client.get(page("process_change", process.pk)))
    actor = StepActor.objects.get().pk
    new = {
        "steps-TOTAL_FORMS": "6", "steps-5-place": "2.5", "steps-5-code": "legal", "steps-5-name_id": "Hukum",
        "steps-5-phase": "APPROVAL", "steps-5-actor": actor, "steps-5-process": process.pk, "steps-2-DELETE": "on",
    }  # fmt: skip

    answer = client.post(page("process_change", process.pk), data | new)

    assert answer.status_code == 302, answer.context["errors"]
    assert codes(process) == ["1 one", "2 two", "3 legal", "4 four", "5 five"]


def test_two_steps_with_one_code_are_an_error_of_the_form(boss, client):
    process = draft()
    data = form_data(client.get(page("process_change", process.pk)))

    answer = client.post(page("process_change", process.pk), data | {"steps-0-code": "two"})

    assert answer.status_code == 200
    assert "Two steps have the same code." in answer.content.decode()
    assert codes(process)[0] == "1 one"


def test_a_published_edition_is_only_read_but_for_its_names_and_days(boss, client):
    process = make_process("KSDD_S")
    before = codes(process)
    data = form_data(client.get(page("process_change", process.pk)))
    assert "steps-0-code" not in data

    hostile = {"steps-TOTAL_FORMS": "1", "steps-INITIAL_FORMS": "0", "steps-0-code": "x", "steps-0-name_id": "X"}
    answer = client.post(
        page("process_change", process.pk), data | hostile | {"name_id": "Nama baru", "silent_after_months": "6"}
    )

    process.refresh_from_db()
    assert answer.status_code == 302
    assert (process.name_id, process.silent_after_months, codes(process)) == ("Nama baru", 6, before)


def test_a_step_of_a_published_edition_is_only_read(boss, client):
    step = make_process("KSDD_S").steps.first()
    opened = client.get(page("processstep_change", step.pk))

    assert "name_id" not in form_data(opened)
    assert "_save" not in opened.content.decode()
    assert "Preparation" in opened.content.decode()
    sent = client.post(page("processstep_change", step.pk), {"code": "x", "name_id": "X", "phase": "APPROVAL"})
    assert sent.status_code == 403
    step.refresh_from_db()
    assert step.name_id == "Preparation"


@pytest.mark.parametrize("name", ["process", "processstep"])
def test_a_published_edition_is_not_deleted(boss, client, name):
    process = make_process("KSDD_S")
    row = process if name == "process" else process.steps.first()

    for posted in (client.get, client.post):
        answer = posted(page(f"{name}_delete", row.pk), {"post": "yes"})
        assert answer.status_code == 200
        assert "A published edition is never changed" in answer.content.decode()
    assert type(row).objects.filter(pk=row.pk).exists()


def test_the_papers_of_a_step_are_edited_with_it(boss, client):
    step = draft().steps.get(code="two")
    data = form_data(client.get(page("processstep_change", step.pk)))
    row = {"papers-TOTAL_FORMS": "2", "papers-1-kind": "TOR", "papers-1-step": step.pk}

    answer = client.post(page("processstep_change", step.pk), data | row)

    assert answer.status_code == 302, answer.context["errors"]
    assert sorted(step.papers.values_list("kind", flat=True)) == ["DPRD_APPROVAL", "TOR"]
    assert codes(step.process)[1] == "2 two"


# The agreement


@pytest.fixture
def agreement():
    make_process("KSDD_S", "preparation council! signed* carrying-out")
    agreement = make_agreement(category="KSDD_S")
    moving.start(agreement, by=None)
    return agreement


def change(client, agreement, **fields):
    url = page("agreement_change", agreement.pk)
    return client.post(url, form_data(client.get(url)) | fields)


def test_stage_closing_and_log_are_read_only(boss, client, agreement):
    sent = form_data(client.get(page("agreement_change", agreement.pk)))

    names = ("step", "process", "closed_as", "closed_on", "stage_since", "is_signed")
    assert [name for name in names if name in sent] == []
    assert "log-0-deed" not in sent
    answer = change(client, agreement, step="1", closed_as="REJECTED", title="Lain")
    agreement.refresh_from_db()
    assert (answer.status_code, agreement.title, agreement.step.code, agreement.closed_as) == (
        302, "Lain", "preparation", "",
    )  # fmt: skip


def test_a_signing_before_its_gate_is_an_error_of_the_form(boss, client, agreement):
    row = {
        "signings-TOTAL_FORMS": "1",
        "signings-0-precision": "UNKNOWN",
        "signings-0-position": "0",
        "signings-0-date_certainty": "STATED",
    }
    answer = change(client, agreement, title="Diketik", **row)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "A gate before this is still open" in text
    assert "Diketik" in text
    assert not agreement.signings.exists()


def test_a_signing_makes_the_stage_follow(boss, client):
    make_process("KSDD_S", "preparation signed* carrying-out")
    agreement = make_agreement(category="KSDD_S")
    moving.start(agreement, by=None)
    row = {"signings-TOTAL_FORMS": "1", "signings-0-precision": "DAY", "signings-0-starts_on": "2025-06-16"}
    row |= {"signings-0-ends_on": "2025-06-16", "signings-0-date_certainty": "STATED", "signings-0-position": "0"}

    answer = change(client, agreement, **row)

    assert answer.status_code == 302, answer.context["errors"]
    agreement.refresh_from_db()
    assert (agreement.is_signed, agreement.step.code) == (True, "signed")


def test_a_circle_is_an_error_of_the_form(boss, client, agreement):
    child = make_agreement(make_region("Kota Jambi"), parent=agreement, title="Anak")
    answer = change(client, agreement, parent=child.pk)

    assert answer.status_code == 200
    assert "These links would lead in a circle" in answer.content.decode()


def test_a_renewal_of_what_was_never_signed_is_an_error_of_the_form(boss, client, agreement):
    other = make_agreement(make_region("Kota Jambi"), title="Belum")
    answer = change(client, agreement, predecessor=other.pk, nature="RENEWAL")

    assert answer.status_code == 200
    assert "Only a signed agreement is renewed" in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"valid_from": "2025-01-02", "valid_until": "2025-01-01"}, "The end lies before the start."),
        ({"parties-1-region": "{first}"}, "This party is in the agreement already."),
        ({"term_months": "0"}, "The term is between 1 and 1200 months."),
    ],
)
def test_wrong_values_are_explained(boss, client, agreement, fields, told):
    first = agreement.parties.first().region_id
    answer = change(client, agreement, **{name: value.format(first=first) for name, value in fields.items()})

    assert answer.status_code == 200
    assert told in answer.content.decode()


def test_a_change_of_category_moves_it_to_the_process_of_the_new_one(boss, client, agreement):
    make_process("KSDPK", "preparation signed* carrying-out")
    answer = change(client, agreement, category="KSDPK")

    assert answer.status_code == 302, answer.context["errors"]
    agreement.refresh_from_db()
    assert agreement.process.category == "KSDPK"


def test_an_agreement_is_deleted_with_its_log(boss, client, agreement):
    make_agreement_paper(agreement)
    answer = client.post(page("agreement_delete", agreement.pk), {"post": "yes"})

    assert answer.status_code == 302
    assert not Agreement.objects.exists()
    assert not StepEntry.objects.exists()


def test_several_are_deleted_at_once(boss, client, agreement):
    child = make_agreement(make_region("Kota Jambi"), parent=agreement, title="Anak")
    picked = {"action": "delete_selected", "_selected_action": [agreement.pk, child.pk], "post": "yes"}

    answer = client.post(page("agreement_changelist"), picked)

    assert answer.status_code in (200, 302)
    assert Agreement.objects.count() in (0, 2)


def test_one_that_others_follow_is_not_deleted(boss, client, agreement):
    make_agreement(make_region("Kota Jambi"), parent=agreement, title="Anak")
    answer = client.post(page("agreement_delete", agreement.pk), {"post": "yes"})

    assert answer.status_code == 200
    assert Agreement.objects.count() == 2


def test_signatories_are_edited_with_their_party(boss, client, agreement):
    party = agreement.parties.first()
    url = page("party_change", party.pk)
    data = form_data(client.get(url))
    row = {
        "signatories-TOTAL_FORMS": "1", "signatories-0-name": "M. Sanusi", "signatories-0-capacity": "Bupati Malang",
        "signatories-0-manner": "PJ", "signatories-0-certainty": "STATED", "signatories-0-position": "0",
    }  # fmt: skip

    answer = client.post(url, data | row)

    assert answer.status_code == 302, answer.context["errors"]
    assert party.signatories.get().who == "M. Sanusi, Pj. Bupati Malang"
    stale = client.post(url, data | row)
    assert "Somebody else has saved this record" in stale.content.decode()


def test_the_list_names_stage_and_state(boss, client, agreement):
    signed = make_agreement(make_region("Kota Jambi"), title="Berlaku", term_months=1200)
    make_signing(signed, dt.date(2026, 1, 1))
    text = client.get(page("agreement_changelist")).content.decode()

    assert "Preparation" in text
    assert "In force" in text
