"""Month and agenda: every item on its days, none on a day that nobody knows, the same to count as to read."""

import calendar
import datetime as dt
import random
import re
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from agreements.models import Agreement
from followups.models import Milestone
from notices.models import CalendarDay
from tests import factories as make
from visits.models import Visit
from visits.models.visits import LONGER_THAN_A_YEAR

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)
MONTHS = [(2026, 9), (2026, 10), (2026, 11), (2026, 12), (2027, 2)]
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def batam():
    return make.make_region("Kota Batam", code="21.71")


@pytest.fixture
def malang():
    return make.make_malangs()[0]


@pytest.fixture
def officer(batam, client):
    officer = make.make_officer(batam, language="en")
    client.force_login(officer)
    return officer


def month(client, address="2026-11", **params):
    response = client.get(reverse("dashboards:calendar"), {"month": address} | params)
    assert response.status_code == 200
    return response.context["month"]


def agenda(client, since, until, **params):
    dates = {"since": since.isoformat(), "until": until.isoformat()}
    response = client.get(reverse("dashboards:agenda"), dates | params)
    assert response.status_code == 200
    return response.context["agenda"]


def on_days(shown):
    """Of a month or an agenda: (day, title) of every item that stands on a day."""
    if hasattr(shown, "weeks"):
        return {(day.date, entry.title) for week in shown.weeks for day in week for entry in day.entries}
    return {(heading.date, line.entry.title) for heading in shown.headings for line in heading.lines if heading.date}


# The month against a computation of its own


@pytest.fixture
def world(batam, malang):
    """Half a year of three regions, dated in every way; and users of every sort."""
    chance = random.Random(7)
    province = make.make_province()
    soppeng = make.make_region("Kabupaten Soppeng", code="73.12", parent=make.make_province("Sulawesi Selatan", "73"))
    regions = [batam, malang, soppeng]
    unit = make.make_organisation("Bappeda", malang)
    for n in range(90):
        host, guest = chance.sample(regions, 2)
        first = dt.date(2026, 8, 20) + dt.timedelta(days=chance.randrange(200))
        last = first + dt.timedelta(days=chance.choice([1, 2, 3, 9, 40]))
        when = chance.choice(
            [
                {"on": first}, {"on": first}, {"precision": "RANGE", "starts_on": first, "ends_on": last},
                {"precision": "MONTH", "starts_on": first.replace(day=1), "ends_on": end_of(first)},
                {"precision": "YEAR", "starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2026, 12, 31)},
                {"precision": "WEEKDAY_ONLY", "weekday": 3, "starts_on": None, "ends_on": None},
                {"precision": "UNKNOWN", "starts_on": None, "ends_on": None},
                {"precision": "WEEKDAY_ONLY", "weekday": 2, "starts_on": first, "ends_on": first + 6 * DAY},
            ]
        )  # fmt: skip
        make.make_visit(
            host, guest, title=f"V{n}", owner=host, status=chance.choice(["INVITED", "SCHEDULED", "REPORTED", "CANCELLED"]),
            standing=chance.choice(["EVIDENCED"] * 9 + ["CLAIMED"]), **when,
        )  # fmt: skip
    for n in range(90):
        owner = chance.choice(regions)
        due = dt.date(2026, 8, 20) + dt.timedelta(days=chance.randrange(200))
        precision = chance.choice(["DAY", "DAY", "DAY", "MONTH", "YEAR", None])
        due = {"MONTH": end_of(due), "YEAR": dt.date(due.year, 12, 31), None: None}.get(precision, due)
        status = chance.choice(["OPEN", "IN_PROGRESS", "DONE", "CANCELLED", "SUGGESTED"])
        make.make_milestone(
            f"M{n}", chance.choice([*regions, unit]), owner=owner, due=due, due_precision=precision or "DAY", status=status,
            done_on=TODAY if status == "DONE" else None, internal=chance.random() < 0.2,
        )  # fmt: skip
    for n in range(25):
        one, other = chance.sample(regions, 2)
        until = dt.date(2026, 8, 20) + dt.timedelta(days=chance.randrange(200))
        precision = chance.choice(["DAY", "DAY", "MONTH", "YEAR"])
        make.make_agreement(
            one, other, title=f"A{n}", signed=chance.choice([dt.date(2025, 1, 1), None]), valid_until=rounded(until, precision)[2],
            validity_precision=precision, notice_days=chance.choice([None, 30]) if precision == "DAY" else None,
        )  # fmt: skip
    make.settle()
    return {
        "officer": make.make_officer(batam, language="en"),
        "viewer": make.make_viewer(malang, language="en"),
        "supervisor": make.make_manager(province, supervises=True, language="en"),
        "unit user": make.make_unit_user(unit, language="en"),
        "stranger": make.make_user(language="en"),
        "administrator": make.make_superuser(language="en"),
    }


def end_of(day):
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def sides_of(user):
    """The regions and units whose records the user sees, by their memberships alone."""
    memberships = list(user.memberships.all())
    regions = {m.region_id for m in memberships if m.region_id}
    for membership in memberships:
        if membership.supervises:
            regions |= set(membership.region.children.values_list("pk", flat=True))
    return regions, {m.unit_id for m in memberships if m.unit_id}


def expected(user):
    """(title, is its day known, bounds) of everything that the user sees; written without a word of the code under
    test."""
    regions, units = sides_of(user)

    def sees(region_ids, unit_ids=()):
        return user.is_superuser or regions & set(region_ids) or units & set(unit_ids)

    yield from expected_visits(sees)
    ends = {a.pk: a for a in Agreement.objects.filter(signings__isnull=False)}
    for agreement in ends.values():
        if sees(agreement.parties.values_list("region", flat=True)):
            yield f"End: {agreement.title}", *rounded(agreement.valid_until, agreement.validity_precision)
    yield from expected_follow_ups(sees, ends)


def expected_visits(sees):
    for visit in Visit.objects.filter(standing="EVIDENCED"):
        took_part = {visit.owner_id, visit.host_region_id, *visit.delegations.values_list("region", flat=True)}
        if sees(took_part) and (visit.starts_on or visit.status in ("INVITED", "SCHEDULED")):
            yield visit.title, visit.precision in ("DAY", "RANGE"), visit.starts_on, visit.ends_on


def expected_follow_ups(sees, ends):
    """What follows the end of an agreement is told as the end, which whoever sees one of a region sees as well."""
    told = Milestone.objects.filter(status__in=["OPEN", "IN_PROGRESS", "BLOCKED", "DONE"]).exclude(kind="EXPIRY")
    for milestone in told:
        parts, agreement = list(milestone.parts.values_list("region", "unit")), ends.get(milestone.agreement_id)
        shared = set() if milestone.internal else {region for region, _unit in parts}
        if agreement:
            shared |= set(agreement.parties.values_list("region", flat=True))
        if sees({milestone.owner_id} | shared, {unit for _region, unit in parts}):
            notice = milestone.kind == "NOTICE_DEADLINE"
            precision = agreement.validity_precision if notice else milestone.due_precision
            if milestone.due_on or milestone.status != "DONE":
                yield milestone.heading, *rounded(milestone.due_on, precision)


def rounded(day, precision):
    if day is None or precision == "DAY":
        return day is not None, day, day
    if precision == "MONTH":
        return False, day.replace(day=1), end_of(day)
    return False, dt.date(day.year, 1, 1), dt.date(day.year, 12, 31)


def test_the_month_is_what_one_counts_oneself(client, world, monkeypatch):
    monkeypatch.setattr("dashboards.calendar.month.SHOWN", 1_000)
    monkeypatch.setattr("dashboards.calendar.month.SHOWN_APART", 1_000)
    for who, user in world.items():
        client.force_login(user)
        with override("en"):
            everything, found = list(expected(user)), 0
        for year, number in MONTHS:
            shown = month(client, f"{year}-{number:02}")
            grid = [day.date for week in shown.weeks for day in week]
            placed, loose = placed_and_loose(everything, grid, dt.date(year, number, 1))
            counts = {day.date: day.count for week in shown.weeks for day in week if day.count}

            assert on_days(shown) == placed, (who, number)
            assert counts == Counter(day for day, _title in placed), (who, number)
            assert [group.count for group in shown.apart] == loose, (who, number)
            found += len(placed) + sum(loose)
        assert found == 0 if who == "stranger" else found > 5, who


def placed_and_loose(everything, grid, first):
    """(day, title) of what has days, and how much is known to the month, to the year, not at all."""
    placed, month, year, never, last = set(), 0, 0, 0, end_of(first)
    for title, known, begins, until in everything:
        if known:
            placed |= {(day, title) for day in grid if begins <= day <= until}
        elif begins is None:
            never += last >= TODAY
        elif begins <= last and until >= first:
            is_month = (until - begins).days <= 31
            month, year = month + is_month, year + (not is_month)
    return placed, [count for count in (month, year, never) if count]


def test_the_agenda_of_a_month_holds_what_the_month_does(client, world, monkeypatch):
    monkeypatch.setattr("dashboards.calendar.agenda.PER_PAGE", 5)
    client.force_login(world["administrator"])
    shown = month(client)
    first, last = dt.date(2026, 11, 1), dt.date(2026, 11, 30)
    counts = {day.date: day.count for week in shown.weeks for day in week if day.count and first <= day.date <= last}

    pages = [agenda(client, first, last, page=n) for n in range(1, 20)]
    pages = [page for page in pages if not page.asked_for_another]
    listed = Counter(heading.date for page in pages for heading in page.headings for _line in heading.lines)
    assert len(pages) > 1
    assert listed == counts
    assert pages[0].total == sum(counts.values())
    for day in [*counts][:5]:
        assert agenda(client, day, day).total == counts[day]


def test_what_is_apart_is_counted_as_it_is_listed(client, world):
    client.force_login(world["administrator"])
    shown = month(client)
    found = agenda(client, dt.date(2026, 11, 1), dt.date(2026, 11, 30), undated="on")

    assert sum(group.count for group in shown.apart) == found.total > 8
    assert {heading.date for heading in found.headings} == {None}


# No day is invented


@pytest.mark.parametrize(
    ("when", "group"),
    [
        ({"precision": "MONTH", "starts_on": dt.date(2026, 11, 1), "ends_on": dt.date(2026, 11, 30)}, "In this month"),
        ({"precision": "YEAR", "starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2026, 12, 31)}, "In this year"),
        ({"on": None, "status": "INVITED"}, "Still to come"),
        (
            {"precision": "WEEKDAY_ONLY", "weekday": 3, "starts_on": None, "ends_on": None, "status": "INVITED"},
            "Still to come",
        ),
        ({"precision": "UNKNOWN", "starts_on": dt.date(2026, 11, 2), "ends_on": dt.date(2026, 11, 6)}, "In this month"),
    ],
)
def test_a_visit_without_a_day_stands_apart(client, officer, batam, when, group):
    make.make_visit(batam, title="Tanpa hari", **when)
    shown = month(client)

    assert on_days(shown) == set()
    ((title, name),) = groups(shown)
    assert (title.startswith(group), name) == (True, "Tanpa hari")


def groups(shown):
    return [(group.title, entry.title) for group in shown.apart for entry in group.entries]


def test_an_undated_visit_is_not_carried_into_the_past_nor_told_when_it_is_over(client, officer, batam):
    make.make_visit(batam, title="Undangan", on=None, status="INVITED")
    make.make_visit(batam, title="Dulu", on=None, status="COMPLETED")

    assert [name for _t, name in groups(month(client, "2026-11"))] == ["Undangan"]
    assert groups(month(client, "2026-10")) == []


@pytest.mark.parametrize(
    ("validity", "known"),
    [
        ({"valid_until": dt.date(2026, 11, 30)}, True),
        ({"valid_until": dt.date(2026, 11, 30), "validity_precision": "MONTH"}, False),
        ({"valid_until": dt.date(2026, 12, 31), "validity_precision": "YEAR"}, False),
        ({"valid_from": dt.date(2024, 11, 28), "term_months": 24}, True),
        ({"term_months": 24}, True),
    ],
)
def test_an_end_is_as_exact_as_its_agreement(client, officer, batam, malang, validity, known):
    make.make_agreement(batam, malang, title="Pangan", signed=dt.date(2024, 11, 28), notice_days=5, **validity)
    make.settle()
    shown = month(client)
    titles = {title for _day, title in on_days(shown)}

    assert ("End: Pangan" in titles) == known
    assert any("End: Pangan" in name for _title, name in groups(shown)) != known
    assert any("Pangan" in title and not title.startswith("End") for title in titles) == known, "the notice date too"


def test_a_term_that_counts_from_a_signing_of_unknown_day_has_no_day(client, officer, batam, malang):
    agreement = make.make_agreement(batam, malang, title="Pangan", term_months=24)
    bounds = {"starts_on": dt.date(2024, 11, 1), "ends_on": dt.date(2024, 11, 30), "precision": "MONTH"}
    agreement.signings.create(**bounds)
    make.settle()
    shown = month(client, "2026-10")

    assert on_days(shown) == set()
    assert "End: Pangan" in [name for _title, name in groups(shown)]


def test_a_moved_end_is_as_exact_as_the_amendment(client, officer, batam, malang):
    first = make.make_agreement(
        batam, malang, title="Pangan", signed=dt.date(2024, 1, 1), valid_until=dt.date(2026, 1, 1)
    )
    acting = {"nature": "AMENDMENT", "predecessor": first, "title": "Perubahan"}
    make.make_agreement(
        batam,
        malang,
        signed=dt.date(2025, 1, 1),
        valid_until=dt.date(2026, 11, 30),
        validity_precision="MONTH",
        **acting,
    )
    make.settle()
    shown = month(client)

    assert on_days(shown) == set()
    assert [name for _title, name in groups(shown) if name.startswith("End")] == ["End: Pangan"]


@pytest.mark.parametrize("nature", ["RENEWAL", "REPLACEMENT"])
def test_what_was_renewed_or_closed_ends_no_more(client, officer, batam, malang, nature):
    first = make.make_agreement(
        batam, malang, title="Lama", signed=dt.date(2024, 1, 1), valid_until=dt.date(2026, 11, 30)
    )
    assert on_days(month(client)) == {(dt.date(2026, 11, 30), "End: Lama")}

    make.make_agreement(
        batam, malang, signed=dt.date(2026, 11, 1), valid_until=dt.date(2028, 11, 30), nature=nature, predecessor=first,
        title="Baru",
    )  # fmt: skip

    assert on_days(month(client)) == set()
    assert on_days(month(client, "2028-11")) == {(dt.date(2028, 11, 30), "End: Baru")}


def test_an_agreement_that_is_not_signed_has_no_end(client, officer, batam, malang):
    make.make_agreement(batam, malang, valid_until=dt.date(2026, 11, 30))

    assert on_days(month(client)) == set()


# Whose, what, where


def test_it_is_narrowed_by_what_whose_and_region(client, officer, batam, malang):
    soppeng = make.make_region("Kabupaten Soppeng", code="73.12")
    on = dt.date(2026, 11, 10)
    make.make_visit(batam, malang, on=on, title="Kami")
    make.make_visit(malang, batam, on=on, title="Mereka")
    make.make_visit(batam, soppeng, on=on, title="Soppeng")
    make.make_milestone("Tugas kami", batam, owner=batam, due=on)
    make.make_milestone("Tugas mereka", malang, owner=batam, due=on, agreement=make.make_agreement(batam, malang))
    make.make_agreement(batam, malang, title="Pangan", signed=dt.date(2025, 1, 1), valid_until=on)
    make.settle()

    def seen(**params):
        day = agenda(client, on, on, **params)
        return {title for _day, title in on_days(day)}

    every = {"Kami", "Mereka", "Soppeng", "Tugas kami", "Tugas mereka", "End: Pangan"}
    assert seen() == every
    assert seen(what="visits") == {"Kami", "Mereka", "Soppeng"}
    assert seen(what="follow-ups") == {"Tugas kami", "Tugas mereka"}
    assert seen(what="ends") == {"End: Pangan"}
    assert seen(whose="mine") == {"Kami", "Soppeng", "Tugas kami", "End: Pangan"}
    assert seen(whose="ours") == every - {"Tugas mereka"}
    assert seen(region=soppeng.pk) == {"Soppeng"}
    assert seen(region=malang.pk) == every - {"Soppeng", "Tugas kami"}


def test_a_supervisor_sees_the_regencies_but_does_not_call_them_ours(client, malang):
    province = malang.parent
    client.force_login(make.make_manager(province, supervises=True))
    make.make_visit(
        malang, make.make_region("Kabupaten Soppeng", code="73.12"), on=dt.date(2026, 11, 10), title="Bawahan"
    )

    assert on_days(month(client)) == {(dt.date(2026, 11, 10), "Bawahan")}
    assert on_days(month(client, whose="ours")) == set()


def test_the_end_that_is_given_to_somebody_who_does_not_see_the_agreement_is_their_follow_up(client, batam, malang):
    make.make_agreement(batam, malang, title="Pangan", signed=dt.date(2025, 1, 1), valid_until=dt.date(2026, 11, 30))
    make.settle()
    user = make.make_unit_user(make.make_organisation("Bappeda", batam), language="en")
    make.make_assignee(Milestone.objects.get(kind="EXPIRY"), user)
    client.force_login(user)

    ((day, title),) = on_days(month(client))
    assert (day, title.startswith("End:")) == (dt.date(2026, 11, 30), False)
    assert "Pangan" not in title, "the agreement itself was not given to them"


# What the pages show


def test_holidays_and_joint_leave_are_named_and_weekends_are_not(client, officer):
    for day, why in ((24, "Hari Libur"), (25, "Cuti Bersama"), (28, "Sabtu"), (29, "Hari Besar"), (30, "")):
        date = dt.date(2026, 11, day)
        CalendarDay.objects.update_or_create(day=date, defaults={"free_because": why, "send_on": date})
    free = {day.date.day: day.free for week in month(client).weeks for day in week if day.free and not day.is_outside}

    assert {day: free.get(day) for day in (24, 25, 28, 29, 30)} == {
        24: "Hari Libur", 25: "Cuti Bersama", 28: None, 29: "Hari Besar", 30: None,
    }  # fmt: skip
    assert "Cuti Bersama" in client.get(reverse("dashboards:calendar"), {"month": "2026-11"}).content.decode()


def test_weeks_begin_on_monday_and_today_is_marked(client, officer):
    shown = month(client)

    assert [week[0].date.weekday() for week in shown.weeks] == [0] * 6
    assert [day.date for week in shown.weeks for day in week if day.is_today] == [TODAY]
    page = client.get(reverse("dashboards:calendar")).content.decode()
    assert len(re.findall(r'<td[^>]*aria-current="date"', page)) == 1
    assert len(re.findall(r'<th scope="col"', page)) == 7


def test_a_full_day_shows_a_few_and_leads_to_all(client, officer, batam):
    for n in range(12):
        make.make_visit(batam, on=dt.date(2026, 11, 10), title=f"Kunjungan {n}")
    (full,) = (day for week in month(client).weeks for day in week if day.count)
    page = client.get(reverse("dashboards:calendar"), {"month": "2026-11", "what": "visits"}).content.decode()
    (link,) = re.findall(r'class="month-more" href="([^"]+)"', page)

    assert (full.count, len(full.entries), full.more) == (12, 3, 9)
    assert client.get(link.replace("&amp;", "&")).context["agenda"].total == 12
    assert "what=visits" in link


def test_a_visit_of_several_days_stands_on_each_of_them(client, officer, batam):
    days = [dt.date(2026, 10, 30) + n * DAY for n in range(5)]
    make.make_visit(batam, title="Lama", precision="RANGE", starts_on=days[0], ends_on=days[-1])

    assert on_days(month(client)) == {(day, "Lama") for day in days}
    lines = [line for heading in agenda(client, days[1], days[2]).headings for line in heading.lines]
    assert [(line.number, line.days) for line in lines] == [(2, 5), (3, 5)]


def test_a_visit_of_a_year_is_not_forgotten(client, officer, batam):
    make.make_visit(
        batam, title="Menetap", precision="RANGE", starts_on=dt.date(2025, 12, 7), ends_on=dt.date(2026, 12, 7)
    )

    assert len(on_days(month(client))) == 42


def test_a_visit_of_two_years_stands_on_all_its_days_and_is_found_by_an_index(client, officer, batam):
    make.make_visit(
        batam, title="Magang", precision="RANGE", starts_on=dt.date(2025, 1, 6), ends_on=dt.date(2026, 12, 18)
    )

    assert len(on_days(month(client))) == 42
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "visit_longer_than_a_year" in Visit.objects.filter(LONGER_THAN_A_YEAR, ends_on__gte="2026-11-01").explain()


def test_a_day_tells_ends_first_then_visits_by_their_hour_then_follow_ups(client, officer, batam, malang):
    on = dt.date(2026, 11, 10)
    make.make_milestone("Biasa", batam, owner=batam, due=on)
    make.make_milestone("Mendesak", batam, owner=batam, due=on, priority="URGENT")
    make.make_visit(batam, on=on, title="Siang", start_time=dt.time(13))
    make.make_visit(batam, on=on, title="Pagi", start_time=dt.time(8), end_time=dt.time(9, 30))
    make.make_agreement(batam, malang, title="Pangan", signed=dt.date(2025, 1, 1), valid_until=on)
    (heading,) = agenda(client, on, on).headings

    assert [line.entry.title for line in heading.lines] == ["End: Pangan", "Pagi", "Siang", "Mendesak", "Biasa"]
    assert [line.entry.time for line in heading.lines][1] == "08:00–09:30"


@pytest.mark.parametrize("address", ["2026-13", "2026-1", "x", "0001-01", "9999-12", "2026-11-03", "9" * 40, "\x00"])
def test_an_address_that_names_no_month_shows_this_one_and_says_so(client, officer, address):
    response = client.get(reverse("dashboards:calendar"), {"month": address})

    assert (response.status_code, response.context["month"].first) == (200, dt.date(2026, 11, 1))
    assert 'class="banner"' in response.content.decode()


@pytest.mark.parametrize("address", ["1900-01", "2199-12"])
def test_the_calendar_has_ends(client, officer, address):
    shown = month(client, address)

    assert (bool(shown.earlier), bool(shown.later)) == (address != "1900-01", address != "2199-12")


@pytest.mark.parametrize(
    "params",
    [{"what": "x"}, {"whose": "x"}, {"region": "x"}, {"region": "9" * 30}, {"region_text": "Zzzz"}],
)
@pytest.mark.parametrize("page", ["calendar", "agenda"])
def test_a_filter_that_makes_no_sense_is_explained(client, officer, page, params):
    response = client.get(reverse(f"dashboards:{page}"), params)

    assert response.status_code == 422
    assert "error-summary" in response.content.decode()


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"since": "kemarin"}, 422), ({"since": "2026-12-01", "until": "2026-11-01"}, 422), ({"since": "0001-01-01"}, 422),
        ({"until": "9999-12-31"}, 422), ({"since": "1900-01-01"}, 200), ({"until": "1900-01-01"}, 200),
        ({"since": "2199-12-31"}, 200), ({"since": "2000-01-01", "until": "2100-01-01"}, 200), ({"page": "x"}, 200),
        ({"page": "9" * 30}, 200), ({"page": "-1"}, 200), ({"page": "\u0663"}, 200),
    ],
)  # fmt: skip
def test_any_period_of_the_agenda_is_answered(client, officer, batam, params, status):
    make.make_visit(batam, on=TODAY)

    assert client.get(reverse("dashboards:agenda"), params).status_code == status


def test_htmx_gets_the_part_and_the_address(client, officer):
    for name in ("calendar", "agenda"):
        response = client.get(reverse(f"dashboards:{name}"), {"what": "visits"}, headers={"hx-request": "true"})
        assert "<html" not in response.content.decode()
        assert response["HX-Push-Url"] == f"{reverse(f'dashboards:{name}')}?what=visits"


def test_strangers_are_sent_to_sign_in_and_others_methods_are_refused(client):
    for name in ("calendar", "agenda", "feeds"):
        assert client.get(reverse(f"dashboards:{name}")).status_code == 302
    client.force_login(make.make_user())
    for name in ("calendar", "agenda"):
        assert client.get(reverse(f"dashboards:{name}")).status_code == 200
        assert client.post(reverse(f"dashboards:{name}")).status_code == 405


def test_it_asks_as_much_for_many_items_as_for_one(client, batam, malang, officer):
    def fill(n):
        on = dt.date(2026, 11, n)
        make.make_visit(batam, malang, on=on)
        make.make_visit(batam, malang, on=None, status="INVITED")
        make.make_milestone("Kirim", batam, owner=batam, due=on)
        make.make_agreement(batam, malang, signed=dt.date(2025, 1, 1), valid_until=on)
        make.settle()

    def asked():
        for name, params in (("calendar", {"month": "2026-11"}), ("agenda", {"since": "2026-11-01"})):
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse(f"dashboards:{name}"), params)
            yield len(queries)

    fill(1)
    [*asked()]
    one = [*asked()]
    for n in range(2, 14):
        fill(n)

    assert [*asked()] == one
    assert max(one) <= 10
