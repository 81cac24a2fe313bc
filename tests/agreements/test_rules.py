import contextlib
import datetime as dt
import re

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from agreements import moving
from agreements.models import Agreement, Deed, Process, ProcessStep, Signing, StepEntry
from agreements.moving import Grounds, Refused
from agreements.rules import RULES, broken_rule
from agreements.ways import Way
from tests.factories import make_agreement, make_agreement_paper, make_officer, make_process, make_region, make_signing

pytestmark = pytest.mark.django_db

DAY = dt.date(2025, 1, 1)
EDITIONS = [  # steps with what they are: `*` signs, `!` gate, `?` conditional
    "map council!? sign* do report",
    "sign* map council! do",
    "map ministry! council!? powers! loi sign* do",
]
PLACES = [(edition, number) for edition, words in enumerate(EDITIONS) for number in range(len(words.split()))]
PLACES += [("draft", 0), ("other", 0), ("other", 1)]

moves = st.tuples(st.sampled_from(sorted(Deed)), st.sampled_from(PLACES))
others = st.sampled_from(["sign", "unsign", ("test", False, False), ("test", True, False), ("test", None, False)])
kinds = st.sampled_from([("kind", "KB"), ("kind", "LOI")])


@pytest.fixture
def steps():
    """Three editions of one category, a draft and the process of another category; `loi` is for letters of intent."""
    found = {}
    for edition, words in enumerate(EDITIONS):
        process = make_process("KSDD_S", words, edition=edition + 1)
        Process.objects.filter(pk=process.pk).update(published_on=None)
        process.steps.filter(code="council", conditional=True).update(test="COUNCIL")
        process.steps.filter(code="loi").update(kinds=["LOI"])
        Process.objects.filter(pk=process.pk).update(published_on=DAY)
        found |= {(edition, number): step for number, step in enumerate(process.steps.all())}
    draft = Process.objects.create(category="KSDD_S", edition=9, name_id="Rancangan")
    found["draft", 0] = ProcessStep.objects.create(process=draft, position=1, code="map", name_id="x", phase="SIGNING")
    other = make_process("KSDPK", "map sign*")
    found |= {("other", number): step for number, step in enumerate(other.steps.all())}
    return found


@example(walk=["sign", (Deed.STARTED, (0, 0))])  # signed before it has a process with a gate
@given(walk=st.lists(moves | others | kinds, min_size=4, max_size=16))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_page_refuses_exactly_what_the_database_refuses(steps, walk):
    agreement = make_agreement(make_region(), category="KSDD_S")

    for act in walk:
        agreement = Agreement.objects.get(pk=agreement.pk)
        if act in ("sign", "unsign") or act[0] in ("test", "kind"):
            change(agreement, act)
            continue
        deed, place = act
        step = steps[place] if deed not in ("HELD", "RESUMED", "CLOSED", "REOPENED") else None

        assert Way(agreement)._broken(deed, step, settling_here=False) == refused_by_database(agreement, deed, step)


def change(agreement, act):
    """What is not a move, as far as the database lets it happen; a signing exactly when no gate before it is open."""
    if act in ("sign", "unsign") and agreement.closed_as:
        return
    if act == "sign":
        gates = Way(agreement).open_gates()
        try:
            with transaction.atomic():
                make_signing(agreement, DAY)
        except IntegrityError:
            assert gates
        else:
            assert not gates
    elif act == "unsign":
        Signing.objects.filter(agreement=agreement).delete()
    elif act[0] == "test":
        agreement.burdens_public, agreement.outside_budget = act[1:]
        agreement.save()
    elif act[0] == "kind":
        agreement.kind = act[1]
        with contextlib.suppress(IntegrityError), transaction.atomic():  # the signed one keeps its gates
            agreement.save()


def refused_by_database(agreement, deed, step):
    """The rule that stops an entry with reason, paper and a fitting end; '' when it is written."""
    closing = ("COMPLETED" if agreement.is_signed else "REJECTED") if deed == Deed.CLOSED else ""
    entry = StepEntry(
        agreement=agreement, deed=deed, step=step, happened_on=DAY, reason="x", evidence="x", closed_as=closing
    )
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as refusal:
        return broken_rule(refusal)
    return ""


# What no form can do, no code may do either


@pytest.fixture
def agreement():
    make_process("KSDD_S", "preparation council! signed* carrying-out")
    agreement = make_agreement(category="KSDD_S")
    moving.start(agreement, by=None)
    return agreement


@pytest.mark.parametrize(
    "change",
    [
        {"step_id": None},
        {"stage_since": DAY},
        {"closed_as": "REJECTED"},
        {"closed_on": DAY},
        {"process_id": None},
    ],
)
def test_stage_and_closing_are_never_set_by_hand(agreement, change):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(**change)

    assert broken_rule(refusal.value) == "agreement_stage_follows_the_log"


@pytest.mark.parametrize("change", [{"reason": "lain"}, {"deed": "MOVED"}, {"happened_on": DAY}])
def test_the_log_is_never_rewritten(agreement, change):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        agreement.log.update(**change)

    assert broken_rule(refusal.value) == "step_entry_is_written_once"


def test_the_log_is_never_shortened(agreement):
    with pytest.raises(IntegrityError), transaction.atomic():
        agreement.log.all().delete()


def test_nothing_is_signed_while_a_gate_is_open(agreement):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        make_signing(agreement)

    assert broken_rule(refusal.value) == "agreement_gates_are_settled"


def test_a_paper_of_another_agreement_proves_nothing(agreement):
    foreign = make_agreement_paper(make_agreement(make_region("Kota Jambi"), title="Lain"))
    grounds = Grounds(agreement.today(), attachment=foreign)
    with pytest.raises(Refused) as refusal:
        moving.pass_step(agreement, agreement.process.steps.get(code="council"), grounds, by=None, version=None)

    assert refusal.value.rule == "step_entry_paper_is_of_the_agreement"


def test_a_reason_of_spaces_is_none(agreement):
    with pytest.raises(Refused) as refusal:
        moving.hold(agreement, Grounds(agreement.today(), "  \n"), by=None, version=None)

    assert str(refusal.value) == str(
        next(c for c in StepEntry._meta.constraints if c.name == "step_entry_has_a_reason").violation_error_message
    )


def test_only_a_manager_waives_whoever_calls(agreement):
    council = agreement.process.steps.get(code="council")
    with pytest.raises(PermissionDenied):
        moving.waive(agreement, council, Grounds(DAY, "x"), by=make_officer(agreement.owner), version=None)


def test_a_refused_move_leaves_nothing_behind(agreement):
    signed = agreement.process.steps.get(code="signed")
    with pytest.raises(Refused):
        moving.move(agreement, signed, Grounds(agreement.today()), by=None, version=agreement.version)

    version = agreement.version
    agreement.refresh_from_db()
    assert ([e.deed for e in agreement.log.all()], agreement.version) == (["STARTED"], version)


def test_every_rule_of_the_database_has_words():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prosrc FROM pg_proc WHERE prosrc ~ 'agreements_refuse|CONSTRAINT =' AND prosrc ~ 'agree'"
        )
        code = " ".join(source for (source,) in cursor.fetchall())
    named = set(re.findall(r"agreements_refuse\('(\w+)'\)|CONSTRAINT = '(\w+)'", code))
    rules = {name for pair in named for name in pair if name}
    constraints = {c.name for model in apps.get_app_config("agreements").get_models() for c in model._meta.constraints}

    assert len(rules) > 15
    assert rules - RULES.keys() - constraints == set()
