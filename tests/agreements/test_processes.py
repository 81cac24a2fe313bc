from io import StringIO

import pytest
from django.core.management import call_command

from agreements import reference
from agreements.models import AgreementKind, Category, Process, ProcessStep, StepActor, StepPaper

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    reference.load()


def way(category, kind):
    """The codes of the steps that an agreement of the kind takes: `!` is a gate, `?` conditional, `*` signs."""
    steps = ProcessStep.objects.filter(process__category=category).order_by("position")
    return " ".join(
        step.code + "!" * step.is_gate + "?" * step.conditional + "*" * step.signs
        for step in steps
        if step.applies_to(kind)
    )


def test_every_category_but_the_undetermined_gets_a_published_process(loaded):
    assert {p.category for p in Process.objects.current()} == set(Category) - {Category.UNDETERMINED}


def test_a_memorandum_between_regions_takes_the_steps_of_the_law(loaded):
    assert way("KSDD_S", "KB") == (
        "MAPPING PREPARATION OFFER KB_DRAFTING KB_SIGNED* DPRD!? IMPLEMENTATION ADMINISTRATION REPORTING"
    )


def test_a_cooperation_agreement_takes_the_council_step_before_it_is_drafted_and_signed(loaded):
    assert way("KSDPK", "PKS") == (
        "PREPARATION DPRD!? PKS_DRAFTING PKS_SIGNED* IMPLEMENTATION ADMINISTRATION REPORTING"
    )


def test_a_sister_city_passes_three_gates_before_it_is_signed(loaded):
    assert way("KSDPL_SISTER", "SISTER_CITY") == (
        "INITIATIVE EXPLORATION LOI WORKPLAN DPRD! VERIFICATION! MOU_DRAFTING INTERMINISTERIAL COUNTER_DRAFT "
        "FULL_POWERS! MOU_SIGNED* DEPOSIT IMPLEMENTATION MONEV"
    )


def test_a_letter_of_intent_abroad_has_a_short_way_of_its_own(loaded):
    assert way("KSDPL_OTHER", "LOI") == "INITIATIVE EXPLORATION LOI_SIGNED* LOI_FOLLOW_UP"


def test_a_synergy_is_drafted_with_its_plan_and_has_no_gates(loaded):
    assert way("SINERGI", "NK") == "INITIATION NK_DRAFTING NK_SIGNED* IMPLEMENTATION EVALUATION"


@pytest.mark.parametrize("kind", AgreementKind.values)
def test_every_kind_is_signed_once_on_every_way(loaded, kind):
    signs = [
        [s.code for s in process.steps.all() if s.signs and s.applies_to(kind)] for process in Process.objects.all()
    ]

    assert [len(found) for found in signs] == [1] * 7


def test_loading_again_changes_nothing(loaded):
    rows = [Process, ProcessStep, StepPaper, StepActor]
    before = [list(table.objects.order_by("pk").values()) for table in rows]

    assert reference.load() == []

    assert [list(table.objects.order_by("pk").values()) for table in rows] == before


def test_an_edition_of_an_administrator_is_never_overwritten(loaded):
    Process.objects.create(category="SINERGI", edition=2, name_id="Sinergi (baru)")
    StepActor.objects.filter(code="COUNCIL").update(name_id="DPRD Kota")

    assert reference.load() == []

    assert Process.objects.get(category="SINERGI", edition=2).steps.count() == 0
    assert StepActor.objects.get(code="COUNCIL").name_id == "DPRD Kota"


def test_what_no_source_says_is_marked_for_an_officer(loaded):
    council = ProcessStep.objects.get(process__category="KSDD_W", code="DPRD")

    assert (council.days_allowed, council.needs_confirmation, council.test) == (45, True, "COUNCIL")
    timed = ProcessStep.objects.filter(days_allowed__isnull=False)
    assert not timed.filter(needs_confirmation=False).exists()


def test_the_command_says_what_it_did():
    first, second = StringIO(), StringIO()

    call_command("load_processes", stdout=first)
    call_command("load_processes", stdout=second)

    assert first.getvalue() == "7 processes added.\n"
    assert second.getvalue() == "All processes are there already.\n"
