"""State on any day: example by example, and against an independent specification (`spec_of_states`) on random facts."""

import calendar
import datetime as dt
import itertools
import zoneinfo
from contextlib import contextmanager

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.models import Agreement, AgreementState, Evaluation, Process, ProcessStep, StepEntry
from tests import factories as make
from tests.agreements.spec_of_states import Facts, effective_end, is_signed, state
from visits.models import Visit

pytestmark = pytest.mark.django_db

D = dt.date
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
LOGGED, SIGNED = D(2024, 1, 10), D(2024, 3, 15)
STATES = AgreementState.values


def state_on(agreement, day):
    """As a single record; and that the list of that state has it, and no other list."""
    found = Agreement.objects.with_state(day).get(pk=agreement.pk).state
    listed = [s for s in STATES if Agreement.objects.in_state(s, on=day).filter(pk=agreement.pk).exists()]
    assert listed == [found]
    return found


def states_on(agreement, *days):
    return [state_on(agreement, day) for day in days]


def around(agreement, day):
    """The day before, the day, the day after."""
    return states_on(agreement, day - DAY, day, day + DAY)


def make_logged(*parties, logged=LOGGED, **facts):
    """An agreement that was entered into the register on a day."""
    agreement = make.make_agreement(*parties, **facts)
    noon = dt.datetime.combine(logged, dt.time(5), tzinfo=dt.UTC)
    Agreement.objects.filter(pk=agreement.pk).update(created_at=noon)
    agreement.refresh_from_db()
    return agreement


def make_act(nature, on, signed, **facts):
    return make_logged(nature=nature, predecessor=on, signed=signed, title=nature, **facts)


def write(agreement, deed, day, closing=""):
    reason = "" if deed in ("RESUMED", "STARTED") else "Alasan"
    return StepEntry.objects.create(agreement=agreement, deed=deed, happened_on=day, closed_as=closing, reason=reason)


def keep_active(agreement, *days):
    for day in days:
        Evaluation.objects.create(agreement=agreement, evaluated_on=day)


# Each state, and each boundary


def test_it_is_in_preparation_until_the_day_of_its_signing():
    agreement = make_logged(signed=SIGNED, term_months=60)

    assert around(agreement, SIGNED) == ["PIPELINE", "ACTIVE", "ACTIVE"]


def test_it_is_signed_when_the_last_party_has_signed():
    batam, malang = make.make_region(), make.make_region("Kabupaten Malang", code="35.07")
    agreement = make_logged(batam, malang)
    first, second = agreement.parties.all()
    witness = make.make_party(agreement, make.make_region("Kota Medan"), role="WITNESS")
    make.make_signing(agreement, SIGNED, party=first)

    assert state_on(agreement, SIGNED) == "PIPELINE"

    make.make_signing(agreement, SIGNED + WEEK, party=second)
    make.make_signing(agreement, SIGNED + 2 * WEEK, party=witness)

    assert around(agreement, SIGNED + WEEK) == ["PIPELINE", "ACTIVE", "ACTIVE"]


def test_the_signature_of_a_witness_alone_signs_nothing():
    agreement = make_logged()
    witness = make.make_party(agreement, make.make_region("Kota Medan"), role="WITNESS")
    agreement.parties.exclude(pk=witness.pk).delete()
    make.make_signing(agreement, SIGNED, party=witness)

    assert state_on(agreement, SIGNED + DAY) == "PIPELINE"


def test_of_a_month_the_first_day_counts():
    agreement = make_logged()
    make.make_signing(agreement, None, precision="MONTH", starts_on=D(2024, 3, 1), ends_on=D(2024, 3, 31))

    assert around(agreement, D(2024, 3, 1)) == ["PIPELINE", "ACTIVE", "ACTIVE"]


def test_signed_nobody_knows_when_counts_as_signed_on_every_day():
    agreement = make_logged()
    make.make_signing(agreement, on=None)

    assert states_on(agreement, D(1990, 1, 1), D(2024, 3, 1)) == ["ACTIVE", "ACTIVE"]


def test_signed_nobody_knows_when_counts_from_the_start_of_its_validity():
    agreement = make_logged(valid_from=D(2024, 2, 1), term_months=12)
    make.make_signing(agreement, on=None)

    assert around(agreement, D(2024, 2, 1)) == ["PIPELINE", "ACTIVE", "ACTIVE"]
    assert around(agreement, D(2025, 1, 31)) == ["EXPIRING", "EXPIRING", "EXPIRED"]


def test_signed_but_not_yet_in_force_is_in_preparation():
    agreement = make_logged(signed=SIGNED, valid_from=SIGNED + 2 * WEEK, valid_until=D(2026, 1, 1))

    assert around(agreement, SIGNED + 2 * WEEK) == ["PIPELINE", "ACTIVE", "ACTIVE"]


def test_it_ends_soon_ninety_days_before_the_end_and_has_ended_the_day_after():
    agreement = make_logged(signed=SIGNED, valid_until=D(2024, 12, 31))

    assert around(agreement, D(2024, 10, 2)) == ["ACTIVE", "EXPIRING", "EXPIRING"]
    assert around(agreement, D(2024, 12, 31)) == ["EXPIRING", "EXPIRING", "EXPIRED"]


def test_how_near_and_how_silent_are_data_of_the_process():
    process = make.make_process(ending_soon_days=10, silent_after_months=2)
    agreement = make_logged(signed=SIGNED, valid_until=D(2024, 12, 31), category="KSDD_S")
    StepEntry.objects.create(agreement=agreement, deed="STARTED", step=process.steps.first(), happened_on=SIGNED)

    assert around(agreement, D(2024, 5, 15)) == ["ACTIVE", "DORMANT", "DORMANT"]
    assert around(agreement, D(2024, 12, 21)) == ["DORMANT", "EXPIRING", "EXPIRING"]


@pytest.mark.parametrize(
    ("first", "months", "end"),
    [
        (D(2024, 3, 15), 36, D(2027, 3, 14)),
        (D(2024, 1, 1), 12, D(2024, 12, 31)),
        (D(2024, 2, 29), 12, D(2025, 2, 28)),
        (D(2024, 2, 29), 48, D(2028, 2, 28)),
        (D(2024, 2, 28), 12, D(2025, 2, 27)),
        (D(2023, 3, 1), 12, D(2024, 2, 29)),
        (D(2024, 1, 31), 1, D(2024, 2, 29)),
        (D(2023, 1, 30), 1, D(2023, 2, 28)),
        (D(2023, 1, 28), 1, D(2023, 2, 27)),
        (D(2023, 12, 31), 2, D(2024, 2, 29)),
        (D(2023, 8, 31), 6, D(2024, 2, 29)),
        (D(9990, 1, 1), 1200, D.max),
    ],
)
def test_a_term_in_months_ends_the_day_before_the_same_day_or_on_the_last_of_a_shorter_month(first, months, end):
    assert make_logged(valid_from=first, term_months=months, signed=first).runs_until == end


def test_without_an_end_it_never_ends():
    agreement = make_logged(signed=SIGNED, open_ended=True)
    keep_active(agreement, D(2090, 1, 1))

    assert state_on(agreement, D(2090, 1, 2)) == "ACTIVE"


def test_without_a_term_it_never_ends_soon_but_sleeps():
    agreement = make_logged(signed=SIGNED)

    assert around(agreement, D(2025, 3, 15)) == ["ACTIVE", "DORMANT", "DORMANT"]


def test_whatever_happens_wakes_it_up_on_that_day():
    agreement = make_logged(signed=SIGNED)
    visit = make.make_visit(on=D(2025, 8, 1), status="SCHEDULED")
    agreement.visit_links.create(visit=visit, relation="FOLLOW_UP")

    assert around(agreement, D(2025, 8, 1)) == ["DORMANT", "DORMANT", "DORMANT"]

    Visit.objects.filter(pk=visit.pk).update(status="REPORTED")

    assert around(agreement, D(2025, 8, 1)) == ["DORMANT", "ACTIVE", "ACTIVE"]


def test_the_day_of_logging_is_that_of_the_region():
    """An hour after midnight in Soppeng (WITA) it is still yesterday in Greenwich, and in Batam (WIB)."""
    instant = dt.datetime(2024, 6, 30, 16, 30, tzinfo=dt.UTC)
    found = []
    for zone in ["Asia/Makassar", "Asia/Jakarta"]:
        agreement = make.make_agreement(make.make_region(f"Kota {zone}", time_zone=zone))
        Agreement.objects.filter(pk=agreement.pk).update(created_at=instant)
        found.append(states_on(agreement, D(2025, 6, 30), D(2025, 7, 1)))

    assert found == [["PIPELINE", "DORMANT"], ["DORMANT", "DORMANT"]]


def test_what_was_never_signed_falls_asleep_too():
    agreement = make_logged(logged=D(2024, 1, 10))

    assert around(agreement, D(2025, 1, 10)) == ["PIPELINE", "DORMANT", "DORMANT"]


@pytest.mark.parametrize("signed", [None, SIGNED])
def test_it_is_on_hold_from_the_day_of_the_hold_until_it_is_resumed(signed):
    agreement = make_logged(signed=signed)
    write(agreement, "HELD", D(2024, 5, 1))
    write(agreement, "RESUMED", D(2024, 6, 1))
    before = "ACTIVE" if signed else "PIPELINE"

    assert around(agreement, D(2024, 5, 1)) == [before, "ON_HOLD", "ON_HOLD"]
    assert around(agreement, D(2024, 6, 1)) == ["ON_HOLD", before, before]


def test_a_hold_does_not_stop_the_clock():
    agreement = make_logged(signed=SIGNED, valid_until=D(2024, 12, 31))
    write(agreement, "HELD", D(2024, 5, 1))

    assert around(agreement, D(2024, 12, 31)) == ["ON_HOLD", "ON_HOLD", "EXPIRED"]


@pytest.mark.parametrize("closing", ["COMPLETED", "TERMINATED", "REVOKED"])
def test_a_signed_one_is_closed_on_the_day_of_the_closing(closing):
    agreement = make_logged(signed=SIGNED, valid_until=D(2024, 12, 31))
    write(agreement, "CLOSED", D(2024, 7, 1), closing)

    assert around(agreement, D(2024, 7, 1)) == ["ACTIVE", closing, closing]
    assert state_on(agreement, D(2030, 1, 1)) == closing


@pytest.mark.parametrize("closing", ["REJECTED", "WITHDRAWN"])
def test_an_unsigned_one_is_closed_on_the_day_of_the_closing(closing):
    agreement = make_logged()
    write(agreement, "CLOSED", D(2024, 7, 1), closing)

    assert around(agreement, D(2024, 7, 1)) == ["PIPELINE", closing, closing]


def test_it_was_closed_until_it_was_reopened():
    agreement = make_logged(signed=SIGNED)
    write(agreement, "CLOSED", D(2024, 7, 1), "COMPLETED")
    write(agreement, "REOPENED", D(2024, 8, 1))

    assert around(agreement, D(2024, 7, 1)) == ["ACTIVE", "COMPLETED", "COMPLETED"]
    assert around(agreement, D(2024, 8, 1)) == ["COMPLETED", "ACTIVE", "ACTIVE"]

    write(agreement, "CLOSED", D(2024, 9, 1), "REVOKED")

    assert states_on(agreement, D(2024, 7, 15), D(2024, 8, 15), D(2024, 9, 1)) == ["COMPLETED", "ACTIVE", "REVOKED"]


def test_what_is_written_later_wins_over_what_was_written_before_it():
    """A reopening with an earlier day says that the closing never was; so do the log and the page."""
    agreement = make_logged(signed=SIGNED)
    write(agreement, "CLOSED", D(2024, 7, 1), "COMPLETED")
    write(agreement, "REOPENED", D(2024, 6, 1))
    write(agreement, "HELD", D(2024, 7, 10))
    write(agreement, "RESUMED", D(2024, 7, 5))

    assert states_on(agreement, D(2024, 6, 15), D(2024, 7, 2), D(2024, 7, 20)) == ["ACTIVE", "ACTIVE", "ACTIVE"]


# Acts on an earlier agreement


def test_a_lapse_between_the_end_and_the_renewal_stays_visible():
    """Ended in November, renewed the next January, from three years to five."""
    first = make_logged(signed=D(2021, 11, 20), term_months=36)
    renewal = make_act("RENEWAL", first, D(2025, 1, 15), term_months=60)

    assert around(first, D(2024, 11, 19)) == ["EXPIRING", "EXPIRING", "EXPIRED"]
    assert around(first, D(2025, 1, 15)) == ["EXPIRED", "RENEWED", "RENEWED"]
    assert around(renewal, D(2030, 1, 14)) == ["EXPIRING", "EXPIRING", "EXPIRED"]


def test_a_renewal_that_is_signed_in_time_ends_the_warning_before_it_begins():
    first = make_logged(signed=SIGNED, valid_until=D(2024, 12, 31))
    make_act("RENEWAL", first, D(2024, 11, 1), valid_from=D(2025, 1, 1), term_months=12)

    assert around(first, D(2024, 11, 1)) == ["EXPIRING", "ACTIVE", "ACTIVE"]
    assert around(first, D(2025, 1, 1)) == ["ACTIVE", "RENEWED", "RENEWED"]


def test_a_renewal_that_is_only_prepared_changes_nothing():
    first = make_logged(signed=SIGNED, valid_until=D(2024, 12, 31))
    make_act("RENEWAL", first, None, valid_from=D(2025, 1, 1), term_months=12)

    assert around(first, D(2024, 12, 31)) == ["EXPIRING", "EXPIRING", "EXPIRED"]


def test_the_renewal_of_a_renewal():
    first = make_logged(signed=D(2022, 1, 1), term_months=12)
    second = make_act("RENEWAL", first, D(2023, 1, 1), term_months=12)
    third = make_act("REPLACEMENT", second, D(2024, 3, 1), term_months=12)

    days = [D(2022, 6, 1), D(2023, 6, 1), D(2024, 2, 1), D(2024, 6, 1)]
    assert [states_on(a, *days) for a in (first, second, third)] == [
        ["ACTIVE", "RENEWED", "RENEWED", "RENEWED"],
        ["PIPELINE", "ACTIVE", "EXPIRED", "RENEWED"],
        ["PIPELINE", "PIPELINE", "PIPELINE", "ACTIVE"],
    ]


@pytest.mark.parametrize("nature", ["AMENDMENT", "ADDENDUM"])
def test_a_change_moves_the_end_from_the_day_on_which_it_was_signed(nature):
    first = make_logged(signed=SIGNED, valid_until=D(2024, 12, 31))
    make_act(nature, first, D(2025, 2, 1), valid_until=D(2025, 12, 31))

    assert around(first, D(2024, 12, 31)) == ["EXPIRING", "EXPIRING", "EXPIRED"]
    assert around(first, D(2025, 2, 1)) == ["EXPIRED", "ACTIVE", "ACTIVE"]
    assert around(first, D(2025, 12, 31)) == ["EXPIRING", "EXPIRING", "EXPIRED"]


def test_of_several_changes_the_last_that_states_an_end_counts_also_when_it_shortens():
    first = make_logged(signed=SIGNED, valid_until=D(2024, 12, 31))
    make_act("AMENDMENT", first, D(2024, 6, 1), valid_until=D(2026, 12, 31))
    make_act("ADDENDUM", first, D(2024, 8, 1), valid_until=D(2025, 6, 30))
    make_act("ADDENDUM", first, D(2024, 9, 1), about="Satu bidang lagi")

    ends = [
        Agreement.objects.with_state(day).get(pk=first.pk).reach
        for day in (D(2024, 5, 31), D(2024, 7, 1), D(2024, 10, 1))
    ]
    assert ends == [D(2024, 12, 31), D(2026, 12, 31), D(2025, 6, 30)]
    assert around(first, D(2025, 6, 30)) == ["EXPIRING", "EXPIRING", "EXPIRED"]


def test_an_addendum_can_take_the_end_away():
    first = make_logged(signed=SIGNED, valid_until=D(2024, 12, 31))
    make_act("ADDENDUM", first, D(2024, 12, 1), open_ended=True)

    assert around(first, D(2024, 12, 1)) == ["EXPIRING", "ACTIVE", "ACTIVE"]


def test_a_termination_agreement_ends_it_on_the_day_on_which_it_takes_effect():
    first = make_logged(signed=SIGNED, valid_until=D(2026, 12, 31))
    make_act("TERMINATION", first, D(2024, 9, 1), valid_from=D(2025, 1, 1), kind="PENGAKHIRAN")

    assert around(first, D(2024, 9, 1)) == ["ACTIVE", "ACTIVE", "ACTIVE"]
    assert around(first, D(2024, 10, 2)) == ["ACTIVE", "EXPIRING", "EXPIRING"]
    assert around(first, D(2025, 1, 1)) == ["EXPIRING", "TERMINATED", "TERMINATED"]
    assert Agreement.objects.with_state(D(2024, 9, 1)).get(pk=first.pk).reach == D(2024, 12, 31)


def test_the_earlier_of_its_end_and_its_termination_is_its_end():
    first = make_logged(signed=SIGNED, valid_until=D(2024, 12, 31))
    make_act("TERMINATION", first, D(2024, 9, 1), valid_from=D(2025, 3, 1))

    assert Agreement.objects.with_state(D(2024, 9, 1)).get(pk=first.pk).reach == D(2024, 12, 31)
    assert around(first, D(2025, 3, 1)) == ["EXPIRED", "TERMINATED", "TERMINATED"]


def test_a_termination_that_nobody_can_date_has_ended_it_already():
    first = make_logged(signed=SIGNED, open_ended=True)
    end = make_act("TERMINATION", first, None)
    make.make_signing(end, on=None)

    assert states_on(first, SIGNED - DAY, SIGNED) == ["PIPELINE", "TERMINATED"]


def test_an_act_that_is_taken_back_counts_no_more():
    first = make_logged(signed=SIGNED, valid_until=D(2024, 12, 31))
    renewal = make_act("RENEWAL", first, D(2024, 12, 1))

    assert state_on(first, D(2025, 1, 1)) == "RENEWED"

    renewal.delete()

    assert state_on(first, D(2025, 1, 1)) == "EXPIRED"


# Today


@pytest.mark.parametrize(
    ("instant", "ended"),
    [  # midnight comes first to Jayapura (WIT), then to Soppeng (WITA), then to Batam (WIB)
        (dt.datetime(2024, 12, 31, 14, 59, tzinfo=dt.UTC), []),
        (dt.datetime(2024, 12, 31, 15, 0, tzinfo=dt.UTC), ["Asia/Jayapura"]),
        (dt.datetime(2024, 12, 31, 16, 0, tzinfo=dt.UTC), ["Asia/Jayapura", "Asia/Makassar"]),
        (dt.datetime(2024, 12, 31, 16, 59, tzinfo=dt.UTC), ["Asia/Jayapura", "Asia/Makassar"]),
        (dt.datetime(2024, 12, 31, 17, 0, tzinfo=dt.UTC), ["Asia/Jayapura", "Asia/Jakarta", "Asia/Makassar"]),
    ],
)
def test_today_is_the_day_of_the_region_that_keeps_the_record(instant, ended):
    for zone in ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]:
        region = make.make_region(f"Kota {zone}", time_zone=zone)
        make.make_agreement(region, signed=SIGNED, valid_until=D(2024, 12, 31))

    with time_machine.travel(instant, tick=False):
        now = {a.owner.time_zone: a.state for a in Agreement.objects.select_related("owner").with_state()}
        listed = Agreement.objects.in_state("EXPIRED").values_list("owner__time_zone", flat=True)

        assert sorted(listed) == sorted(ended)
    assert {zone for zone, found in now.items() if found == "EXPIRED"} == set(ended)


def test_near_the_last_day_of_all_what_has_no_end_is_not_ending():
    endless = make_logged(signed=SIGNED, open_ended=True)
    ending = make_logged(signed=SIGNED, valid_until=D.max - DAY)
    keep_active(endless, D.max - WEEK)

    assert set(Agreement.objects.ending_within(90, D.max - 3 * DAY)) == {ending}
    assert [state_on(agreement, D.max - 3 * DAY) for agreement in (endless, ending)] == ["ACTIVE", "EXPIRING"]


@pytest.mark.parametrize("day", [D.min, D.max])
def test_the_first_and_the_last_day_of_all_are_days_too(day):
    agreement = make_logged(signed=SIGNED, open_ended=True)

    assert state_on(agreement, day) == {D.min: "PIPELINE", D.max: "DORMANT"}[day]


# Random facts against the specification

ZONES = ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]
FIRST = D(2024, 1, 25)  # so that ends of months and a leap day lie near
days = st.integers(0, 150).map(lambda number: FIRST + number * DAY)
maybe_day = st.one_of(st.none(), days, days)
signing = st.one_of(days, days, days, st.none())  # None: nobody knows when


@st.composite
def signings(draw):
    """For all at once, side by side, by one side only, or not at all; a witness now and then."""
    way = draw(st.sampled_from(["all", "all", "sides", "sides", "one", "none"]))
    return {
        "for_all": [draw(signing)] if way == "all" else [],
        "by_side": {
            "sides": lambda: {0: [draw(signing)], 1: draw(st.lists(signing, min_size=1, max_size=2))},
            "one": lambda: {draw(st.integers(0, 1)): [draw(signing)]},
        }.get(way, dict)(),
        "by_witness": [draw(days)] if draw(st.booleans()) else [],
    }


@st.composite
def validity(draw):
    valid_from = draw(maybe_day)
    way = draw(st.sampled_from(["until", "term", "open", "unknown"]))
    until = draw(days)
    return {
        "valid_from": valid_from,
        "valid_until": max(until, valid_from or until) if way == "until" else None,
        "term_months": draw(st.integers(1, 4)) if way == "term" else None,
        "open_ended": way == "open",
    }


@st.composite
def logs(draw, *, signed):
    """Holds and closings as the rules allow them, on days in any order."""
    log, held, closed = [], False, False
    closings = ["COMPLETED", "TERMINATED", "REVOKED"] if signed else ["REJECTED", "WITHDRAWN"]
    for day in draw(st.lists(days, max_size=4)):
        if closed:
            log.append(("REOPENED", day, ""))
            closed = False
        elif draw(st.booleans()):
            log.append(("RESUMED" if held else "HELD", day, ""))
            held = not held
        else:
            log.append(("CLOSED", day, draw(st.sampled_from(closings))))
            closed = True
    return log


@st.composite
def facts(draw, *, act=False):
    found = Facts(**draw(signings()), **draw(validity()), active=draw(st.lists(days, min_size=1, max_size=3)))
    if act:
        return found
    found.soon_days, found.silent_months = draw(st.integers(0, 40)), draw(st.integers(1, 3))
    signed = bool(found.for_all) or len(found.by_side) == 2
    if signed and draw(st.booleans()):
        natures = st.sampled_from(["AMENDMENT", "ADDENDUM", "AMENDMENT", "RENEWAL", "REPLACEMENT", "TERMINATION"])
        found.acts = [(draw(natures), draw(facts(act=True))) for _ in range(draw(st.integers(1, 3)))]
    found.log = draw(st.one_of(st.just([]), logs(signed=signed)))
    return found


def as_signing(day):
    """The first of a month stands for a month whose day nobody knows."""
    if day is None or day.day > 1:
        return {"on": day}
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return {"on": None, "precision": "MONTH", "starts_on": day, "ends_on": last}


numbers = itertools.count(1)


def enter(found, region, other, **more):
    """Write the facts into the register."""
    columns = {name: getattr(found, name) for name in ("valid_from", "valid_until", "term_months", "open_ended")}
    agreement = make.make_agreement(region, other, category="KSDD_S", **columns, **more)
    sides = list(agreement.parties.all())
    for day in found.for_all:
        make.make_signing(agreement, **as_signing(day))
    for side, signed in found.by_side.items():
        for day in signed:
            make.make_signing(agreement, party=sides[side], **as_signing(day))
    for day in found.by_witness:
        witness = agreement.parties.filter(role="WITNESS").first()
        witness = witness or make.make_party(agreement, make.make_region("Kota Saksi"), role="WITNESS")
        make.make_signing(agreement, day, party=witness)
    for nature, act in found.acts:
        enter(act, region, other, nature=nature, predecessor=agreement)
    for deed, day, closing in found.log:
        write(agreement, deed, day, closing)
    keep_active(agreement, *found.active[1:])
    logged = dt.datetime.combine(found.active[0], dt.time(0, 30), tzinfo=zoneinfo.ZoneInfo(region.time_zone))
    Agreement.objects.filter(pk=agreement.pk).update(created_at=logged)
    return agreement


def put_on_a_way(agreement, found):
    """It follows a process with thresholds of its own, from a day that counts as activity."""
    process = Process.objects.create(
        category="KSDD_S", edition=next(numbers), name_id="Proses",
        ending_soon_days=found.soon_days, silent_after_months=found.silent_months,
    )  # fmt: skip
    step = ProcessStep.objects.create(process=process, position=1, code="persiapan", name_id="P", phase="PREPARATION")
    Process.objects.filter(pk=process.pk).update(published_on=FIRST)
    StepEntry.objects.create(agreement=agreement, deed="STARTED", step=step, happened_on=found.active[0])


def boundaries(found):
    """Every day that the facts name, every day on which the specification changes its mind, and those beside them."""
    named = {found.valid_from, found.valid_until, *found.for_all, *found.active, *(entry[1] for entry in found.log)}
    range_of_days = [FIRST + number * DAY for number in range(-40, 400)]
    changing = {day for before, day in itertools.pairwise(range_of_days) if state(found, before) != state(found, day)}
    return sorted({day + shift * DAY for day in changing | (named - {None}) for shift in (-1, 0, 1)})


@contextmanager
def undone():
    """What is written inside is taken back: hypothesis runs many examples in one test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


often = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@given(found=facts(), zone=st.sampled_from(ZONES))
@often
def test_on_every_day_it_is_what_the_specification_says(found, zone):
    with undone():
        region = make.make_region(f"Kota {zone}", time_zone=zone)
        agreement = enter(found, region, make.make_region("Kota Lain"))
        put_on_a_way(agreement, found) if not any(e[0] == "CLOSED" for e in found.log[-1:]) else reset(found)

        days_to_ask = boundaries(found)
        answered = {day: Agreement.objects.with_state(day).get(pk=agreement.pk).state for day in days_to_ask}

        assert answered == {day: state(found, day) for day in days_to_ask}


def reset(found):
    """One that is closed cannot start on a way: the register's own thresholds hold."""
    found.soon_days, found.silent_months = 90, 12


any_day = st.integers(-40, 560).map(lambda number: FIRST + number * DAY)  # before all of it; after a year of silence


def enter_all(several, *, on_a_way):
    """Each kept by a region of its own, with thresholds of its own or the register's; by key."""
    entered, other = {}, make.make_region("Kota Lain")
    for number, found in enumerate(several):
        agreement = enter(found, make.make_region(f"Kota {number}", time_zone=ZONES[number % 3]), other)
        closed = any(entry[0] == "CLOSED" for entry in found.log[-1:])
        put_on_a_way(agreement, found) if on_a_way and not closed else reset(found)
        entered[agreement.pk] = found
    return entered


@given(several=st.lists(facts(), min_size=3, max_size=5), day=any_day, on_a_way=st.booleans())
@often
def test_a_list_of_a_state_has_exactly_those_that_are_in_it(several, day, on_a_way):
    with undone():
        enter_all(several, on_a_way=on_a_way)

        answered = dict(Agreement.objects.with_state(day).values_list("pk", "state"))
        for one in STATES:
            wanted = {pk for pk, found in answered.items() if found == one}
            assert set(Agreement.objects.in_state(one, on=day).values_list("pk", flat=True)) == wanted
        both = {pk for pk, found in answered.items() if found in ("ACTIVE", "EXPIRED")}
        assert set(Agreement.objects.in_state("ACTIVE", "EXPIRED", on=day).values_list("pk", flat=True)) == both


@given(several=st.lists(facts(), min_size=3, max_size=5), day=any_day, within=st.integers(1, 200))
@often
def test_the_list_of_what_ends_within_some_days_has_exactly_those(several, day, within):
    with undone():
        entered = enter_all(several, on_a_way=False)

        listed = set(Agreement.objects.ending_within(within, day).values_list("pk", flat=True))

        assert listed & set(entered) == {pk for pk, found in entered.items() if ends_within(found, within, day)}


def ends_within(found, within, day):
    end = effective_end(found, day)
    renewed = any(nature in ("RENEWAL", "REPLACEMENT") and is_signed(act, day) for nature, act in found.acts)
    holds = state(found, day) in ("ACTIVE", "EXPIRING", "DORMANT", "ON_HOLD") and not renewed
    return holds and is_signed(found, day) and end is not None and day <= end <= day + within * DAY


@given(found=facts(), data=st.data())
@often
def test_around_midnight_every_region_has_its_own_day(found, data):
    """The same facts in three regions; the clock stands just before or at a midnight of one of them."""
    reset(found)
    day, zone = data.draw(st.sampled_from(boundaries(found))), data.draw(st.sampled_from(ZONES))
    midnight = dt.datetime.combine(day, dt.time(0), tzinfo=zoneinfo.ZoneInfo(zone))
    instant = midnight - data.draw(st.sampled_from([dt.timedelta(0), dt.timedelta(seconds=1)]))
    with undone():
        other = make.make_region("Kota Lain")
        agreements = {z: enter(found, make.make_region(f"Kota {z}", time_zone=z), other) for z in ZONES}

        with time_machine.travel(instant, tick=False):
            answered = dict(Agreement.objects.with_state().values_list("pk", "state"))
            listed = {pk: one for one in STATES for pk in Agreement.objects.in_state(one).values_list("pk", flat=True)}

        today = {z: instant.astimezone(zoneinfo.ZoneInfo(z)).date() for z in ZONES}
        assert {z: answered[a.pk] for z, a in agreements.items()} == {z: state(found, today[z]) for z in ZONES}
        assert listed == answered
